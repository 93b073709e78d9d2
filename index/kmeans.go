package index

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/seed842bec00/argmax/kernels"
)

// clustering is Lloyd's algorithm (S. P. Lloyd, "Least squares quantization in PCM",
// 1982). It begins with random rows. Each step assigns every row to its nearest centroid,
// which an index of the centroids finds, and moves each centroid to the mean of its rows,
// which are added in float64 in their order: so the centroids do not depend on the number
// of workers, nor on the instruction set. A centroid without rows moves to the row that is
// farthest from its own.
//
// For Cosine the rows count as unit vectors. Rows that are not finite count nothing.
type clustering[E Element] struct {
	rows    kernels.Dense[E]
	sample  []int // the rows that count, ascending
	element element[E]
	metric  Metric // L2 or Cosine
	pool    *kernels.Pool

	centroids kernels.Matrix
	nearest   []int32   // the centroid of each row of the sample, −1 if it has none
	distances []float32 // from it
}

// clusterMetric returns the metric by which rows are assigned to centroids.
func clusterMetric(metric Metric) Metric {
	if metric == Cosine {
		return Cosine
	}
	return L2
}

// assignRows is how many rows are converted and assigned at a time.
const assignRows = 1024

// assign finds the nearest centroid of each row of a list.
func (c *clustering[E]) assign(list []int, nearest []int32, distances []float32) {
	x := New(c.centroids, c.metric, Options{})
	blocks := (len(list) + assignRows - 1) / assignRows
	c.pool.Split(blocks, 1, func(lo, hi int) {
		block := kernels.NewMatrix(assignRows, c.rows.Cols)
		dst, count := make([]Neighbour, assignRows), make([]int, assignRows)
		for b := lo; b < hi && c.pool.Err() == nil; b++ {
			part := list[b*assignRows : min((b+1)*assignRows, len(list))]
			for i, row := range part {
				c.element.convert(block.Row(i), c.rows.Row(row))
			}
			x.Search(dst[:len(part)], count[:len(part)], block.Slice(0, len(part)), 1, nil)
			for i := range part {
				at := b*assignRows + i
				nearest[at], distances[at] = -1, 0
				if count[i] > 0 {
					nearest[at], distances[at] = int32(dst[i].Row), dst[i].Distance
				}
			}
		}
	})
}

// move moves the centroids to the means of their rows.
func (c *clustering[E]) move() {
	n := c.centroids.Rows
	byCentroid := make([][]int, n)
	for i, nearest := range c.nearest {
		if nearest >= 0 {
			byCentroid[nearest] = append(byCentroid[nearest], c.sample[i])
		}
	}
	c.pool.Split(n, 1, func(lo, hi int) {
		row, sum := make([]float32, c.rows.Cols), make([]float64, c.rows.Cols)
		for i := lo; i < hi; i++ {
			clear(sum)
			counted := 0.0
			for _, r := range byCentroid[i] {
				square := c.element.square(c.rows.Row(r))
				if square-square != 0 || c.metric == Cosine && square == 0 {
					continue
				}
				c.element.convert(row, c.rows.Row(r))
				scale := 1.0
				if c.metric == Cosine {
					scale = 1 / math.Sqrt(square)
				}
				for j, v := range row {
					sum[j] += float64(float64(v) * scale)
				}
				counted++
			}
			if counted > 0 {
				for j, v := range sum {
					c.centroids.Row(i)[j] = float32(v / counted)
				}
			}
		}
	})
	var far []int // positions in the sample, the farthest first, once they are needed
	for i, rows := range byCentroid {
		if len(rows) > 0 {
			continue
		}
		if far == nil {
			for at := range c.nearest {
				if c.nearest[at] >= 0 && c.distances[at]-c.distances[at] == 0 {
					far = append(far, at)
				}
			}
			slices.SortStableFunc(far, func(a, b int) int {
				switch {
				case c.distances[a] > c.distances[b]:
					return -1
				case c.distances[a] < c.distances[b]:
					return 1
				}
				return 0
			})
		}
		if len(far) == 0 || c.distances[far[0]] == 0 {
			return // fewer different rows than centroids
		}
		c.element.convert(c.centroids.Row(i), c.rows.Row(c.sample[far[0]]))
		far = far[1:]
	}
}

// cluster returns the centroids of rows.
func cluster[E Element](rows kernels.Dense[E], metric Metric, o IVFOptions) (kernels.Matrix, error) {
	random := rand.New(rand.NewPCG(o.Seed, 0x9e3779b97f4a7c15))
	order := random.Perm(rows.Rows)
	c := clustering[E]{
		rows:      rows,
		sample:    slices.Clone(order[:min(len(order), max(o.Lists, o.Sample))]),
		element:   elementOf[E](),
		metric:    clusterMetric(metric),
		pool:      o.Pool,
		centroids: kernels.NewMatrix(o.Lists, rows.Cols),
	}
	for i, row := range c.sample[:o.Lists] {
		c.element.convert(c.centroids.Row(i), rows.Row(row))
	}
	slices.Sort(c.sample)
	c.nearest, c.distances = make([]int32, len(c.sample)), make([]float32, len(c.sample))
	before := make([]int32, len(c.sample))
	for i := range o.Iterations {
		c.assign(c.sample, c.nearest, c.distances)
		if err := c.pool.Err(); err != nil {
			return c.centroids, err
		}
		if slices.Equal(before, c.nearest) {
			break // nothing would move
		}
		c.move()
		copy(before, c.nearest)
		o.Progress(i+1, o.Iterations+1)
	}
	return c.centroids, o.Pool.Err()
}
