package index

import (
	"math"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/internal/sections"
	"github.com/seed842bec00/argmax/kernels"
)

// Way is how rows are proposed.
type Way = how

const (
	RowByRow   = rowByRow
	ByProducts = byProducts
	ByTiles    = byTiles
)

// UseCompact makes new indices keep a compact copy of at least so many elements, with any
// number of columns.
func UseCompact(least int) (restore func()) {
	before := compactFrom
	compactFrom.elements, compactFrom.columns = least, 1
	return func() { compactFrom = before }
}

// UseSketch makes new indices keep a sketch of at least this many elements, with any
// number of columns from the width of a sketch on.
func UseSketch(least int) (restore func()) {
	before := sketchFrom
	sketchFrom.elements, sketchFrom.columns = least, sketchWidth
	return func() { sketchFrom = before }
}

// AnySketch makes new indices have sketches, whether they pay or not.
func AnySketch() (restore func()) {
	restore = UseSketch(1)
	sketchFrom.share = 1
	return restore
}

// HasSketch reports whether an index has a sketch, and whether searches still use it.
func HasSketch[E Element](x *Index[E]) (has, few, many bool) {
	if x.sketch == nil {
		return false, false, false
	}
	return true, !x.sketch.loose[0].Load(), !x.sketch.loose[1].Load()
}

// SketchNear calls each with whether the sketch of a row is near that of a query if
// nothing farther than limit is sought.
func SketchNear[E Element](x *Index[E], queries kernels.Dense[E], limit func(query, row int) float64, each func(query, row int, near bool)) {
	w := new(worker[E])
	w.own.set(x, queries, byTiles)
	w.begin(x, &w.own, request{k: 1, radius: math.Inf(1), plan: plan{how: byTiles, tileRows: 1}})
	for row := range x.rows.Rows {
		near := make([]bool, queries.Rows)
		for i := range w.keepers {
			w.keepers[i].limit = limit(i, row)
		}
		w.proposed = math.MinInt32 // or the sketch would be given up
		tileSketch(w, row, 1, func(i, _ int) { near[i] = true })
		for i, n := range near {
			each(i, row, n)
		}
	}
}

// HasCompact reports whether an index of float32 has a compact copy.
func HasCompact(x *Index[float32]) bool { return x.compact != nil }

// Plan returns how a search for some queries compares, how many pass over the base
// together, and whether the workers share the base.
func Plan[E Element](x *Index[E], queries, k int, pool *kernels.Pool) (way Way, group int, splitBase bool) {
	p := x.plan(queries, x.rows.Rows, k, false, pool)
	return p.how, p.group, p.splitBase
}

// IsLoose reports whether searches have left the compact copy.
func IsLoose(x *Index[float32]) bool { return x.compact.loose.Load() }

// Intervals calls each for all queries and rows that are proposed, with the bounds that
// the proposal gives if nothing farther than limit is sought.
func Intervals(x *Index[float32], queries kernels.Matrix, way Way, limit float64, each func(query, row int, low, high float64)) {
	w := new(worker[float32])
	w.own.set(x, queries, way)
	w.begin(x, &w.own, request{k: 1, radius: limit, plan: plan{how: way, tileRows: x.rows.Rows}})
	n := x.rows.Rows
	if way == rowByRow {
		value := w.values[:1]
		for i, q := range w.own.queries {
			for row := range n {
				if length := x.lengths[row]; q.regular && length == length {
					r := rowSet{lo: row, n: 1}
					rowDistances(value, x.metric, q.row, x.rows, r)
					low, high, dropped := 0.0, 0.0, false
					if x.metric == InnerProduct || x.metric == Cosine {
						test := x.bounds.newTest(q.square, w.keepers[i].limit, x.longest)
						w.unshifted(value, test.slope, r)
						e := float64(value[0]) + float64(test.shift)
						low, high = x.bounds.interval(&test, e, float64(length), x.squares[row])
						dropped = e > 0 && test.limit >= limit
					} else {
						low, high = x.bounds.within(value[0])
						dropped = value[0] > x.bounds.most(limit)
					}
					each(i, row, low, high)
					if dropped { // it had better be farther
						each(i, row, limit, high)
					}
				}
			}
		}
		return
	}
	if way == byTiles {
		compactIntervals(w, limit, each)
		return
	}
	w.factors, w.tests = make([]float32, perRow*queries.Rows), make([]test, queries.Rows)
	w.excess, w.terms = make([]float32, n*queries.Rows), make([]float32, perRow*n)
	w.setFactors()
	w.setTerms(0, n)
	w.setExcesses(0, n)
	for i, q := range w.own.queries {
		for row := range n {
			if length := x.lengths[row]; q.regular && length == length {
				e := float64(w.excess[row*queries.Rows+i])
				low, high := x.bounds.interval(&w.tests[i], e, float64(length), x.squares[row])
				each(i, row, low, high)
				if e > 0 && w.tests[i].limit >= limit {
					each(i, row, limit, high)
				}
			}
		}
	}
}

// Segments returns how many segments a live index has, KeptRows how many rows are in
// them, removed ones among them.
func Segments[E Element](x *Live[E]) int { return len(x.state.Load().segments) }

func KeptRows[E Element](x *Live[E]) (n int) {
	for _, seg := range x.state.Load().segments {
		n += len(seg.ids)
	}
	return n
}

// Sketched reports which segments of a live index have a sketch.
func Sketched[E Element](x *Live[E]) (has []bool) {
	for _, seg := range x.state.Load().segments {
		has = append(has, seg.index.sketch != nil)
	}
	return has
}

// Read reads the content of a file that holds an index or a live index.
func Read[E Element](data []byte, live bool) error {
	s, err := sections.Parse(data)
	if err != nil {
		return err
	}
	kind := KindIndex
	if live {
		kind = KindLive
	}
	_, err = read[E](&file{sections: s, path: "memory"}, kind, OpenOptions{})
	return err
}

// compactIntervals is Intervals for proposals from a compact copy.
func compactIntervals(w *worker[float32], limit float64, each func(query, row int, low, high float64)) {
	x, g, n := w.index, w.group, w.index.rows.Rows
	tile := g.compact.tile()
	if x.metric == L1 {
		tile = argmax.L1DistTile
	}
	wide := tile.Padded(len(g.queries))
	w.sums = make([]int32, n*wide)
	g.packTiles(tile, g.compact.first) // few queries are not
	tile.Sums(w.sums, wide, strided(x.compact.rows, 0), x.compact.sums, g.packed, n, len(g.queries), x.rows.Cols)
	sums := append([]int32{}, w.sums...)
	w.sumRows(g.compact.first, x.compact.rows, x.metric, 0, n, wide)
	floats{}.setNearCompact(w, wide)
	near := map[[2]int]bool{}
	w.findNear(n, wide, x.compact.terms, func(i, row int, sum int32) { near[[2]int{i, row}] = true })
	for i, q := range g.queries {
		for row := range n {
			if length := x.lengths[row]; !q.regular || length != length {
				continue
			}
			sum := w.sums[row*wide+i]
			if sum != sums[row*wide+i] {
				panic("the sums of a row and of a tile differ")
			}
			low, high := floats{}.interval(w, i, row, sum)
			each(i, row, low, high)
			if !near[[2]int{i, row}] { // it had better be farther
				each(i, row, math.Nextafter(limit, math.Inf(1)), math.Inf(1))
			}
		}
	}
}

// Lists returns the rows in each list.
func Lists[E Element](x *IVF[E]) (lists [][]uint64) {
	for _, list := range x.lists {
		lists = append(lists, list.ids)
	}
	return lists
}
