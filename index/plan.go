package index

import (
	"unsafe"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/kernels"
)

// How rows are compared with queries.
type how uint8

const (
	// rowByRow compares each query with a piece of the base by row kernels, before the
	// next piece: the base comes from memory once for all of them.
	rowByRow how = iota
	// byScores proposes by inner products of rows and few queries, in the row form.
	byScores
	// byProducts proposes by a matrix product of rows and queries, in the chain form.
	byProducts
	// decideAll proposes nothing.
	decideAll
)

// A plan is how a search goes about its work. It does not change what is found.
type plan struct {
	how       how
	pieceRows int  // how many rows are compared row by row before the next query
	tileRows  int  // how many are multiplied before the excesses are looked at
	group     int  // how many queries pass over the base together
	splitBase bool // whether the workers share the base, rather than the queries
	pieces    int  // of the base or of the queries, for the workers
}

// tuning is the constants that depend on the type of the elements: the least number of
// queries in a group for which a way is faster than those before it.
type tuning struct {
	scores, products int
}

const never = 1 << 30

// Measured on a Zen 5 with AVX-512, 60,000 × 784, one core (milliseconds): float32, 4
// queries row by row 26, by scores 7; 32 by scores 31, by products 32, 64 by products 42.
// Bytes, 32 queries row by row 34, by products 33; 100 row by row 108, by products 82.
var (
	tuningOfFloats = tuning{scores: 2, products: 33}
	tuningOfBytes  = tuning{scores: never, products: 33}
)

// The constants that do not.
const (
	// pieceBytes is how much of the base all queries pass over before the next piece:
	// half of a small second-level cache.
	pieceBytes = 1 << 18
	// groupQueries is the most queries that pass over the base together, and
	// groupElements about the most elements that they have.
	groupQueries  = 256
	groupElements = 1 << 20
	// excessesOfTiles and excessesOfScores are about how many excesses are computed
	// before they are looked at: fewer where they stay in the second-level cache along
	// with the panels of the queries. scoreElements bounds the rows of the latter:
	// enough of them that kernels sees that they come from memory, and prefetches.
	excessesOfTiles  = 1 << 15
	excessesOfScores = 1 << 16
	scoreElements    = 1 << 24
	// callWork is the most multiply-adds of one call of a tile: assembly cannot be
	// preempted.
	callWork = 1 << 20
	// aliased is the stride whose multiples put the rows of a tile into one set of a
	// cache: those are copied to where they are apart.
	aliased = 512
	apart   = 16
	// fewQueries is up to how many queries the workers share the base, and piecesEach
	// how many pieces there are for each, of the base or of the queries.
	fewQueries = 64
	piecesEach = 2
	// shareWork is from how many multiply-adds on a second worker is worth it.
	shareWork = 1 << 18
)

func (x *Index[E]) plan(queries, rows, k int, list bool, pool *kernels.Pool) plan {
	columns, queries := max(1, x.rows.Cols), max(1, queries)
	p := plan{
		pieceRows: min(pieceRows, max(1, pieceBytes/(columns*int(unsafe.Sizeof(*new(E)))))),
		group:     min(queries, groupQueries, max(1, groupElements/columns)),
		pieces:    1,
	}
	if workers := pool.Workers(); workers > 1 && float64(queries)*float64(rows)*float64(columns) >= shareWork {
		p.splitBase, p.pieces = queries <= fewQueries, piecesEach*workers
		if !p.splitBase {
			p.group = min(p.group, (queries+p.pieces-1)/p.pieces)
		}
	}
	least := x.element.tuning()
	switch {
	case !x.element.exact() && k > rows/2:
		p.how = decideAll
	case list || x.metric == L1 || x.metric == LInf || columns > maxColumns:
	case p.group >= least.products:
		p.how = byProducts
		height, width := argmax.TileShape()
		p.tileRows = max(height, min(excessesOfTiles/p.group, callWork/(argmax.KC*width))/height*height)
	case p.group >= least.scores:
		p.how = byScores
		p.tileRows = max(1, min(excessesOfScores/p.group, scoreElements/columns))
	}
	return p
}
