package kernels

import (
	"fmt"

	"github.com/seed842bec00/argmax"
)

// Metric is a distance between vectors, or what orders them as one: the less, the
// nearer.
type Metric uint8

const (
	L2   Metric = iota // squared Euclidean, Σ (xᵢ − yᵢ)²: the order of the distance, without its root
	L1                 // Manhattan, Σ |xᵢ − yᵢ|
	LInf               // Chebyshev, max |xᵢ − yᵢ|
	// InnerProduct is the inner product with its sign changed, −Σ xᵢ·yᵢ: neighbours
	// are the rows with the largest products. It is no distance; a row need not be
	// its own neighbour.
	InnerProduct
	Cosine // 1 − the cosine of the angle; a zero vector is at distance 1 from all
)

// String is the name of the constant.
func (m Metric) String() string {
	switch m {
	case L2:
		return "L2"
	case L1:
		return "L1"
	case LInf:
		return "LInf"
	case InnerProduct:
		return "InnerProduct"
	case Cosine:
		return "Cosine"
	}
	return fmt.Sprintf("Metric(%d)", uint8(m))
}

// distances sets dst to the distances of q and the rows of base.
func (m Metric) distances(dst, q []float32, base Matrix) {
	switch m {
	case L2:
		argmax.SqDistRows(dst, q, base.Data, base.Stride)
	case L1:
		argmax.L1DistRows(dst, q, base.Data, base.Stride)
	case LInf:
		argmax.LInfDistRows(dst, q, base.Data, base.Stride)
	case InnerProduct:
		argmax.ScoreRows(dst, q, base.Data, base.Stride)
		for i, product := range dst {
			dst[i] = -product
		}
	case Cosine:
		argmax.CosineRows(dst, q, base.Data, base.Stride)
	default:
		panic("kernels: " + m.String())
	}
}

// Neighbour is a row of a base and its distance from a query.
type Neighbour struct {
	Row      int
	Distance float32
}

// baseBlock is the number of float32 of the base that queries pass over
// together: half of a small second-level cache.
const baseBlock = 1 << 16

// Nearest finds the rows of base nearest to q: dst[:n] becomes the neighbours,
// nearest first, of equal ones the lower row first, where n, which it returns, is
// len(dst) or the number of rows whose distance is not NaN, if that is less. It
// allocates nothing. It panics if a shape does not fit.
func Nearest(dst []Neighbour, q []float32, base Matrix, metric Metric) int {
	must(base.Check())
	mustEqual("Nearest", "length of q", len(q), base.Cols)
	if len(dst) == 0 {
		return 0
	}
	s := newKeepers(1, min(len(dst), base.Rows), Smallest)
	defer s.free()
	for lo := 0; lo < base.Rows; lo += distanceBuffer {
		s.each[0].search(q, base, lo, min(lo+distanceBuffer, base.Rows), metric)
	}
	return s.each[0].neighbours(dst)
}

// distanceBuffer is how many distances are computed before they are looked at.
const distanceBuffer = 128

// search pushes the distances of q and rows lo to hi, at most distanceBuffer.
func (t *TopK) search(q []float32, base Matrix, lo, hi int, metric Metric) {
	var buffer [distanceBuffer]float32
	distances := buffer[:hi-lo]
	metric.distances(distances, q, base.Slice(lo, hi))
	t.Push(lo, distances)
}

// neighbours is Best for neighbours.
func (t *TopK) neighbours(dst []Neighbour) int {
	best := t.sort()
	for i, c := range best {
		dst[i] = Neighbour{c.index, t.order.value(c.key)}
	}
	return len(best)
}

// groupCandidates bounds how many candidates the queries of a group keep together: 1
// MB. More queries than that pass over the base in several groups.
const groupCandidates = 1 << 16

// NearestRows is Nearest for each row of queries: dst has k elements for each,
// one query after the other, and count, one element for each, becomes the number
// found. Queries share what they read of the base.
func NearestRows(dst []Neighbour, count []int, k int, queries, base Matrix, metric Metric, pool *Pool) {
	must(queries.Check(), base.Check())
	mustEqual("NearestRows", "columns of queries", queries.Cols, base.Cols)
	mustEqual("NearestRows", "length of count", len(count), queries.Rows)
	mustEqual("NearestRows", "length of dst", len(dst), k*queries.Rows)
	clear(count)
	kept := min(k, base.Rows)
	if kept == 0 {
		return
	}
	step := min(distanceBuffer, max(1, baseBlock/max(1, base.Cols)))
	group := max(1, groupCandidates/room(kept))
	pool.Split(queries.Rows, 1, func(from, to int) {
		for ; from < to; from += group {
			s := newKeepers(min(group, to-from), kept, Smallest)
			for lo := 0; lo < base.Rows && pool.Err() == nil; lo += step {
				hi := min(lo+step, base.Rows)
				for i := range s.each {
					s.each[i].search(queries.Row(from+i), base, lo, hi, metric)
				}
			}
			for i := range s.each {
				count[from+i] = s.each[i].neighbours(dst[(from+i)*k:][:k])
			}
			s.free()
		}
	})
}
