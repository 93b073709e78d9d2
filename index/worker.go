package index

import (
	"math"
	"sort"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/kernels"
)

// A request is what is sought for every query.
type request struct {
	k      int
	radius float64
	filter Filter // nil for all rows
	list   []int  // the only rows that are compared; nil for all
	plan   plan
	pool   *kernels.Pool
}

// A query is a row of the queries.
type query[E Element] struct {
	row     []E
	square  float64
	regular bool // whether rows are proposed
}

// A group is queries that pass over the base together. It does not change meanwhile.
type group[E Element] struct {
	queries []query[E]
	rows    kernels.Dense[E]
	panels  panels  // for products
	packed  []uint8 // for tiles of bytes
	compact compactGroup
	coarse  coarseGroup
	sketch  sketchGroup
}

func (g *group[E]) set(x *Index[E], queries kernels.Dense[E], how how) {
	g.rows, g.queries = queries, resize(g.queries, queries.Rows)
	for i := range g.queries {
		row := queries.Row(i)
		square := x.element.square(row)
		g.queries[i] = query[E]{row, square, x.regular(square)}
	}
	switch how {
	case byProducts:
		pack(&g.panels, queries, x.element)
	case byTiles:
		if g.sketch.used = x.usesSketch(queries.Rows); g.sketch.used {
			packSketch(g, x, queries)
		}
		x.tiler.packTiles(g, x, queries)
	}
}

// end forgets what belongs to the caller.
func (g *group[E]) end() {
	clear(g.queries)
	g.rows = kernels.Dense[E]{}
}

// A worker compares a group of queries with some rows, on one goroutine.
type worker[E Element] struct {
	index   *Index[E]
	group   *group[E]
	request request
	keepers []keeper // one for each query

	own       group[E] // for a worker that has a group to itself
	values    [pieceRows]float32
	together  [togetherQueries * pieceRows]float32
	integers  [pieceRows]int64
	block     []float32 // rows converted
	excess    []float32 // see product
	sums      []int32   // of a tile of bytes
	compared  int       // with a compact copy, a sketch or coarse queries: how many rows, and how
	proposed  int       // many pairs of a row and a query were proposed
	tests     []test
	terms     []float32
	factors   []float32
	lengths   []float32 // of the rows in a list
	positions []int32
	halves    halfMemory
}

func (w *worker[E]) begin(x *Index[E], g *group[E], r request) {
	w.index, w.group, w.request, w.compared, w.proposed = x, g, r, 0, 0
	n := len(g.queries)
	if cap(w.keepers) < n {
		w.keepers = append(w.keepers[:cap(w.keepers)], make([]keeper, n-cap(w.keepers))...)
	}
	w.keepers = w.keepers[:n]
	for i := range w.keepers {
		w.keepers[i].reset(r.k, r.radius, x.fractions())
	}
}

// end forgets what belongs to the caller.
func (w *worker[E]) end() {
	w.own.end()
	w.index, w.group, w.request = nil, nil, request{}
}

func (w *worker[E]) allows(row int) bool {
	return w.request.filter == nil || w.request.filter.Contains(row)
}

// scan offers the rows lo to hi, or those of the list that are at lo to hi.
func (w *worker[E]) scan(lo, hi int) {
	x, plan := w.index, w.request.plan
	all := rowSet{lo: lo, n: hi - lo}
	if w.request.list != nil {
		all.list = w.request.list[lo:hi]
	}
	switch plan.how {
	case byProducts:
		w.multiply(lo, hi)
	case byTiles:
		for at := lo; at < hi && w.request.pool.Err() == nil; at += plan.tileRows {
			x.tiler.tile(w, at, min(plan.tileRows, hi-at))
		}
	case rowByRow:
		for at := 0; at < all.n && w.request.pool.Err() == nil; at += plan.pieceRows {
			x.element.compare(w, all.slice(at, min(at+plan.pieceRows, all.n)))
		}
	}
	if x.element.exact() {
		return
	}
	for i := range w.keepers {
		undecided := plan.how == decideAll || !w.group.queries[i].regular
		if !undecided && x.irregular == 0 {
			continue
		}
		for j := range all.n {
			if row := all.row(j); undecided || x.lengths[row] != x.lengths[row] {
				w.wait(i, row)
			}
			if j%pieceRows == 0 && w.request.pool.Err() != nil {
				return
			}
		}
	}
}

// proposeAll offers rows to the keeper of query i by what a row kernel computed.
func (w *worker[E]) proposeAll(i int, values []float32, r rowSet) {
	x, t := w.index, &w.keepers[i]
	switch x.metric {
	case InnerProduct, Cosine:
		w.proposeProducts(i, values, r)
		return
	}
	step := len(values)
	if math.IsInf(t.limit, 1) { // a few rows set a limit for as many, these for twice as many
		step = max(firstRows, t.k)
	}
	for lo := 0; lo < len(values); {
		hi := lo + min(step, len(values)-lo)
		for _, p := range w.find(values[lo:hi], x.bounds.most(t.limit)) {
			row := r.row(lo + int(p))
			if length := x.lengths[row]; length != length {
				continue // decided later
			}
			low, high := x.bounds.within(values[lo+int(p)])
			w.propose(i, low, high, row)
		}
		lo, step = hi, hi
	}
}

// firstRows is the least number of rows that are looked at together when nothing is known of
// how far the nearest are.
const firstRows = 16

// proposeProducts is proposeAll for inner products.
func (w *worker[E]) proposeProducts(i int, values []float32, r rowSet) {
	x := w.index
	test := x.bounds.newTest(w.group.queries[i].square, w.keepers[i].limit, x.longest)
	w.unshifted(values, test.slope, r)
	for _, p := range w.find(values, -test.shift) {
		row := r.row(int(p))
		low, high := x.bounds.interval(&test, float64(values[p])+float64(test.shift), float64(x.lengths[row]), x.squares[row])
		w.propose(i, low, high, row)
	}
}

// unshifted makes excesses of inner products, but for W.
func (w *worker[E]) unshifted(values []float32, slope float32, r rowSet) {
	argmax.Scale(values, -1)
	lengths := w.index.lengths
	if r.list == nil {
		lengths = lengths[r.lo : r.lo+r.n]
	} else {
		w.lengths = resize(w.lengths, r.n)
		for p, row := range r.list {
			w.lengths[p] = lengths[row]
		}
		lengths = w.lengths
	}
	argmax.Axpy(values, lengths, slope)
}

// unlimited reports whether nothing is known yet of how far the nearest rows are: then tiles
// tell nothing, and would propose all of them one by one.
func (w *worker[E]) unlimited() bool { return math.IsInf(w.keepers[0].limit, 1) }

// find lists the values that are at most bound.
func (w *worker[E]) find(values []float32, bound float32) []int32 {
	w.positions = resize(w.positions, max(len(values), len(w.positions)))
	return w.positions[:argmax.FindAtMost(w.positions, values, bound)]
}

// propose offers a row whose distance is between two bounds.
func (w *worker[E]) propose(i int, low, high float64, row int) {
	t := &w.keepers[i]
	if low < t.limit && w.allows(row) && t.propose(low, high, row) {
		w.settle(i)
	}
}

// wait offers a row of which nothing is known.
func (w *worker[E]) wait(i, row int) {
	if w.allows(row) && w.keepers[i].wait(math.Inf(-1), row) {
		w.settle(i)
	}
}

// settle makes room for rows that wait.
func (w *worker[E]) settle(i int) {
	t := &w.keepers[i]
	if t.prune(); len(t.rows) > cap(t.rows)/2 {
		w.decide(i)
	}
}

// together is how many rows are decided before the rest are looked at again.
const together = 16

// decide decides the rows that wait, the nearest by their bounds first: what it finds out
// may leave others without interest.
func (w *worker[E]) decide(i int) {
	t := &w.keepers[i]
	sort.Sort((*nearestFirst)(t))
	rows, lows := t.rows, t.lows
	for lo := 0; lo < len(rows) && lows[lo] <= t.limit; lo += together {
		t.rows = rows[lo:min(lo+together, len(rows))]
		t.decided += len(t.rows)
		w.index.element.decide(w, i)
	}
	t.rows, t.lows = rows[:0], lows[:0]
}

// merge adds what another worker has found for query i.
func (w *worker[E]) merge(i int, other *keeper) {
	t := &w.keepers[i]
	t.merge(other)
	for j, row := range other.rows {
		if low := other.lows[j]; low <= t.limit && t.wait(low, row) {
			w.settle(i)
		}
	}
}

// finish decides what still waits and puts the best in order.
func (w *worker[E]) finish(i int) {
	w.keepers[i].prune()
	w.decide(i)
	w.keepers[i].sort()
}
