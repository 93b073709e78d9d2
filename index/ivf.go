package index

import (
	"fmt"
	"math"

	"github.com/seed842bec00/argmax/kernels"
)

// IVFOptions say how the rows of an [IVF] are divided. The zero value divides n rows into
// √n lists.
type IVFOptions struct {
	// Lists is the number of lists; 0 means the root of the number of rows. There are
	// never more than rows.
	Lists int
	// Iterations is the most steps of k-means; 0 means 10.
	Iterations int
	// Sample is the most rows that k-means looks at, drawn by the seed; 0 means 256 for
	// each list.
	Sample int
	Seed   uint64
	// Pool is what NewIVF may use. If its context ends, NewIVF returns its error.
	Pool *kernels.Pool
	// Progress, if not nil, is called after each step, with the most steps that there may be.
	Progress func(done, most int)
}

// An IVF is an index that compares a query with a part of the rows only (an inverted file,
// IVF-Flat): the rows lie in lists, one for each centroid of a k-means clustering, and a
// search probes the lists whose centroids are nearest to the query. Among the rows of
// these lists it is exact, as an [Index]; with as many probes as lists among all.
// [IVF.Tune] finds how many probes a recall takes.
//
// It is immutable, and safe for concurrent use. The lists depend on the rows and the
// options alone, not on the number of workers.
//
// Lists have no sketches. Measured on a Xeon with VNNI, one core, 60,000 × 784 bytes
// (Fashion-MNIST), k = 10, milliseconds for 1 and 64 queries without and with them: 244 lists, 6
// probes, 0.27 and 21 against 0.26 and 17; 60 lists, 3 probes, 0.17 and 7.0 against 0.15 and
// 9.5. The bases of all lists would take as much memory as the rows.
type IVF[E Element] struct {
	columns, rows int
	metric        Metric
	element       element[E]
	centroids     *Index[float32]
	lists         []*segment[E] // their ids are rows
	fractions     bool
	passes        freeList[pass[E]]
	probings      freeList[probing[E]]
	file          *file // that was opened, or nil
}

// NewIVF returns an index of rows, which it copies. It panics if the shape of rows is
// impossible, if an option is negative, or if there is no such metric: all are possible
// but Hamming.
func NewIVF[E Element](rows kernels.Dense[E], metric Metric, o IVFOptions) (*IVF[E], error) {
	if err := rows.Check(); err != nil {
		panic(err.Error())
	}
	if metric > Cosine {
		panic(fmt.Sprintf("index: NewIVF: no clusters by %v", metric))
	}
	if o.Lists < 0 || o.Iterations < 0 || o.Sample < 0 {
		panic(fmt.Sprintf("index: NewIVF: %d lists, %d iterations, a sample of %d", o.Lists, o.Iterations, o.Sample))
	}
	if o.Lists == 0 {
		o.Lists = int(math.Sqrt(float64(rows.Rows)))
	}
	o.Lists = min(max(o.Lists, 1), rows.Rows)
	if o.Iterations == 0 {
		o.Iterations = 10
	}
	if o.Sample == 0 {
		o.Sample = 256 * o.Lists
	}
	if o.Progress == nil {
		o.Progress = func(int, int) {}
	}
	centroids, err := cluster(rows, metric, o)
	if err != nil {
		return nil, err
	}
	all := make([]int, rows.Rows)
	for i := range all {
		all[i] = i
	}
	nearest, distances := make([]int32, rows.Rows), make([]float32, rows.Rows)
	c := clustering[E]{rows: rows, element: elementOf[E](), metric: clusterMetric(metric), pool: o.Pool, centroids: centroids}
	c.assign(all, nearest, distances)
	if err := o.Pool.Err(); err != nil {
		return nil, err
	}
	ids := make([][]uint64, o.Lists)
	for row, list := range nearest {
		list = max(list, 0) // a row with a NaN, which is never found
		ids[list] = append(ids[list], uint64(row))
	}
	x := newIVF[E](rows.Cols, rows.Rows, metric, centroids)
	for _, list := range ids {
		part := kernels.NewDense[E](len(list), rows.Cols)
		for i, row := range list {
			copy(part.Row(i), rows.Row(int(row)))
		}
		x.lists = append(x.lists, &segment[E]{index: newIndex(part, metric, Options{Pool: o.Pool}, &x.passes), ids: list, live: len(list)})
	}
	o.Progress(o.Iterations+1, o.Iterations+1)
	return x, nil
}

func newIVF[E Element](columns, rows int, metric Metric, centroids kernels.Matrix) *IVF[E] {
	probe := clusterMetric(metric)
	if metric == InnerProduct {
		probe = InnerProduct
	}
	e := elementOf[E]()
	return &IVF[E]{columns: columns, rows: rows, metric: metric, element: e,
		centroids: New(centroids, probe, Options{}), fractions: metric == Cosine && e.exact()}
}

// Lists returns the number of lists.
func (x *IVF[E]) Lists() int { return len(x.lists) }

// Metric returns the metric.
func (x *IVF[E]) Metric() Metric { return x.metric }

// Row returns a row of those that the index was made of; read only. It panics if there is no
// such row.
func (x *IVF[E]) Row(row int) []E {
	x.file.use("Row")
	defer x.file.unuse()
	for _, list := range x.lists {
		if at, ok := list.find(uint64(row)); ok {
			return list.index.rows.Row(at)
		}
	}
	panic(fmt.Sprintf("index: Row: row %d of %d", row, x.rows))
}

// Floats returns an index of the same rows, converted to float32, in the same lists.
func (x *IVF[E]) Floats() *IVF[float32] {
	x.file.use("Floats")
	defer x.file.unuse()
	f := newIVF[float32](x.columns, x.rows, x.metric, closeTogether(x.centroids.rows))
	for _, list := range x.lists {
		rows := kernels.NewMatrix(len(list.ids), x.columns)
		for i := range rows.Rows {
			x.element.convert(rows.Row(i), list.index.rows.Row(i))
		}
		f.lists = append(f.lists, &segment[float32]{index: newIndex(rows, x.metric, Options{}, &f.passes), ids: list.ids, live: list.live})
	}
	return f
}
