package classifier

import (
	"github.com/seed842bec00/argmax/index"
	"github.com/seed842bec00/argmax/kernels"
)

// searched are the rows of a base: all of them in an index, or in clusters.
type searched[E kernels.Element] interface {
	features() int
	nearest(dst []index.Neighbour, x []E) int
	search(dst []index.Neighbour, count []int, queries kernels.Dense[E], filter index.Filter, k int, pool *kernels.Pool)
	nearestOfRows(dst []index.Neighbour, count []int, list []int, filter index.Filter, k int, pool *kernels.Pool)
	// converted returns the same rows as float32.
	converted() searched[float32]
	writeFile(path string, attached index.Attachments) error
	clusters() Clusters
}

// newSearched returns rows in clusters, if some are given.
func newSearched[E kernels.Element](rows kernels.Dense[E], metric Metric, c *clusters) (searched[E], error) {
	if c == nil {
		return exact[E]{index.New(rows, metric, index.Options{})}, nil
	}
	return newClustered(rows, metric, c)
}

// exact are rows that are compared with every query.
type exact[E kernels.Element] struct{ index *index.Index[E] }

func (x exact[E]) features() int { return x.index.Rows().Cols }

func (x exact[E]) nearest(dst []index.Neighbour, q []E) int {
	var count [1]int
	x.index.Search(dst, count[:], queryOf(q), len(dst), nil)
	return count[0]
}

// queryOf returns a matrix of one query.
func queryOf[E kernels.Element](q []E) kernels.Dense[E] {
	return kernels.Dense[E]{Rows: 1, Cols: len(q), Stride: len(q), Data: q}
}

func (x exact[E]) search(dst []index.Neighbour, count []int, queries kernels.Dense[E], filter index.Filter, k int, pool *kernels.Pool) {
	x.index.Among(filter).Search(dst, count, queries, k, pool)
}

func (x exact[E]) nearestOfRows(dst []index.Neighbour, count []int, list []int, filter index.Filter, k int, pool *kernels.Pool) {
	rows := x.index.Rows()
	x.search(dst, count, rowsAt(list, rows.Cols, rows.Row), filter, k, pool)
}

// rowsAt returns copies of rows.
func rowsAt[E kernels.Element](list []int, columns int, row func(i int) []E) kernels.Dense[E] {
	x := kernels.NewDense[E](len(list), columns)
	for i, r := range list {
		copy(x.Row(i), row(r))
	}
	return x
}

func (x exact[E]) converted() searched[float32] {
	rows := x.index.Rows()
	floats := kernels.NewMatrix(rows.Rows, rows.Cols)
	kernels.Convert(floats, rows)
	return exact[float32]{index.New(floats, x.index.Metric(), index.Options{})}
}

func (x exact[E]) writeFile(path string, attached index.Attachments) error {
	return x.index.WriteFile(path, attached)
}

func (exact[E]) clusters() Clusters { return Clusters{} }
