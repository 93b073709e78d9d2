package index

import (
	"math"
	"unsafe"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/internal/blocks"
	"github.com/seed842bec00/argmax/internal/cpu"
	"github.com/seed842bec00/argmax/kernels"
)

// How rows are compared with queries.
type how uint8

const (
	// rowByRow compares each query with a piece of the base by row kernels, before the
	// next piece: the base comes from memory once for all of them.
	rowByRow how = iota
	// byProducts proposes by a matrix product of rows and queries.
	byProducts
	// byTiles computes exact sums over bytes for many rows and queries together.
	byTiles
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

// tuning is from how many queries in a group on products are faster than row by row,
// for rows of fewer than 64 columns, of fewer than 512, and of more.
type tuning [3]int

func (t *tuning) least(columns int) int {
	switch {
	case columns < 64:
		return t[0]
	case columns < 512:
		return t[1]
	}
	return t[2]
}

// Measured on a Zen 5, one core, with rows of 8, 32, 128 and 784 columns. Products take
// as long for one query as for a tile of them; row by row the time grows with the
// queries: AVX-512, 30,000 × 784 float32, milliseconds, 4 queries 4.8 against 7.8, 12
// queries 10.9 against 8.0, 48 queries 37 against 16. What was not measured is as AVX2.
var tunings = [...]struct{ floats, bytes tuning }{
	cpu.Generic:    {tuning{6, 24, 16}, tuning{3, 12, 28}},
	cpu.NEON:       {tuning{6, 24, 16}, tuning{3, 12, 28}},
	cpu.NEONDot:    {tuning{6, 24, 16}, tuning{3, 12, 28}},
	cpu.AVX2:       {tuning{6, 24, 16}, tuning{3, 12, 28}},
	cpu.AVX512:     {tuning{6, 14, 12}, tuning{3, 12, 24}},
	cpu.AVX512VNNI: {tuning{6, 14, 12}, tuning{3, 12, 48}},
}

// never is more queries than there are in a group.
const never = math.MaxInt

// byteTunings are from how many queries on tiles of bytes are faster than what there is
// otherwise: of products, and of distances. Measured on a Xeon with VNNI, one core, 8000
// rows of 784, milliseconds, tiles against row by row: products of 4 queries 0.62 against
// 0.66, of 12 0.47 against 2.11 (AVX-512 without VNNI: 8 queries 1.9 against 1.9, AVX2: 5
// queries 1.2 against 1.5); distances of 3 queries 0.45 against 0.52 (AVX2 0.35 against
// 0.52). NEON without dot products needs more instructions in tiles. Nothing was
// measured on arm64.
var byteTunings = [...]struct{ products, distances int }{
	cpu.Generic:    {never, never},
	cpu.NEON:       {never, never},
	cpu.NEONDot:    {8, never},
	cpu.AVX2:       {5, 3},
	cpu.AVX512:     {8, 3},
	cpu.AVX512VNNI: {4, 3},
}

// togetherFrom is from how many queries on rows of float32 meet them in tiles of
// distances rather than one query at a time. Measured on a Xeon, one core, AVX-512,
// milliseconds in tiles against row by row: 20,000 × 784, L1, 5 queries 9.2 against 10.3,
// 17 queries 18.0 against 20.8; 100,000 × 128, LInf, 33 queries 40 against 52. Row kernels of
// AVX2 are bound by arithmetic, not by loads: tiles take 0.95 to 1.1 of their time.
var togetherFrom = [...]int{
	cpu.Generic:    never,
	cpu.NEON:       never,
	cpu.NEONDot:    never,
	cpu.AVX2:       never,
	cpu.AVX512:     5,
	cpu.AVX512VNNI: 5,
}

// togetherQueries is how many meet a piece of the base before the next ones.
const togetherQueries = 16

// The other constants.
const (
	// groupQueries is the most queries that pass over the base together.
	groupQueries = 256
	// tileRows is the most rows of a tile of bytes whose sums are looked at together.
	tileRows = 256
	// callWork is the most multiply-adds of one call of a tile: assembly cannot be
	// preempted.
	callWork = 1 << 20
	// aliased is the stride whose multiples put the rows of a tile into one set of a
	// cache: those are copied to where they are apart.
	aliased = 512
	apart   = 16
	// fewQueries is up to how many queries for each worker the workers share the base:
	// whoever searches a part of it finds and decides k neighbours of its own. On a Xeon
	// with VNNI, two workers take 26 ms for 128 queries on 60,000 × 784 float32 when they
	// share the base, 18 when they share the queries. piecesEach is how many pieces there
	// are for each, of the base or of the queries; one, of fewer than manyQueries.
	fewQueries  = 32
	manyQueries = 128
	piecesEach  = 2
	// shareWork is from how many multiply-adds on a second worker is worth it.
	shareWork = 1 << 18
)

func (x *Index[E]) plan(queries, rows, k int, list bool, pool *kernels.Pool) plan {
	columns, queries, sizes := max(1, x.rows.Cols), max(1, queries), blocks.Current()
	p := plan{
		pieceRows: min(pieceRows, max(1, sizes.BasePiece/(columns*int(unsafe.Sizeof(*new(E)))))),
		group:     min(queries, groupQueries, max(1, sizes.GroupElements/columns)),
		pieces:    1,
	}
	if workers := pool.Workers(); workers > 1 && float64(queries)*float64(rows)*float64(columns) >= shareWork {
		p.splitBase, p.pieces = queries <= fewQueries*workers, piecesEach*workers
		if !p.splitBase {
			if queries < manyQueries*workers {
				p.pieces = workers
			}
			p.group = min(p.group, (queries+p.pieces-1)/p.pieces)
		}
	}
	switch {
	case !x.element.exact() && k > rows/2:
		p.how = decideAll
	case list:
	case x.tiler != nil && x.tiler.tiled(x, p.group):
		p.how = byTiles
		height := tileOf(x.metric).Height()
		p.tileRows = max(height, min(tileRows, sizes.Excesses/p.group)/height*height)
	case x.metric == L1 || x.metric == LInf || x.metric == Hamming || columns > maxColumns:
	case p.group >= x.element.tuning(cpu.Active).least(columns):
		p.how = byProducts
		height, width := argmax.TileShape()
		p.tileRows = max(height, min(sizes.Excesses/p.group, callWork/(argmax.KC*width))/height*height)
	}
	return p
}
