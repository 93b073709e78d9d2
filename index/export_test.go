package index

import "github.com/seed842bec00/argmax/kernels"

// Way is how rows are proposed.
type Way = how

const (
	RowByRow   = rowByRow
	ByScores   = byScores
	ByProducts = byProducts
)

// Intervals calls each for all queries and rows that are proposed, with the bounds that
// the proposal gives if nothing farther than limit is sought.
func Intervals(x *Index[float32], queries kernels.Matrix, way Way, limit float64, each func(query, row int, low, high float64)) {
	w := new(worker[float32])
	w.own.set(x, queries, way)
	w.begin(x, &w.own, request{k: 1, radius: limit, plan: plan{how: way, tileRows: x.rows.Rows}})
	n := x.rows.Rows
	if way == rowByRow && (x.metric == InnerProduct || x.metric == Cosine) {
		return // the bounds are those of the others
	}
	if way == rowByRow {
		for i, q := range w.own.queries {
			for row := range n {
				if length := x.lengths[row]; q.regular && length == length {
					rowDistances(w.values[:1], x.metric, q.row, x.rows, rowSet{lo: row, n: 1})
					low, high := x.bounds.within(w.values[0])
					each(i, row, low, high)
					if w.values[0] > x.bounds.most(limit) {
						each(i, row, limit, high)
					}
				}
			}
		}
		return
	}
	w.slopes, w.shifts, w.tests = make([]float32, queries.Rows), make([]float32, queries.Rows), make([]test, queries.Rows)
	w.excess = make([]float32, n*queries.Rows)
	w.setTests()
	if way == byScores {
		w.score(0, n)
	} else {
		w.multiplyTiles(0, n)
	}
	for i, q := range w.own.queries {
		for row := range n {
			if length := x.lengths[row]; q.regular && length == length {
				lowered := 0.0
				if x.lowered != nil {
					lowered = float64(x.lowered[row])
				}
				e := float64(w.excess[row*queries.Rows+i]) + lowered
				low, high := x.bounds.interval(&w.tests[i], e, float64(length), x.squares[row])
				each(i, row, low, high)
				if e > 0 && w.tests[i].limit >= limit { // dropped: it had better be farther
					each(i, row, limit, high)
				}
			}
		}
	}
}
