package kernels

import (
	"fmt"

	"github.com/seed842bec00/argmax"
)

// Metric is a distance between vectors or a number that orders like one: the smaller,
// the nearer.
type Metric uint8

const (
	L2   Metric = iota // squared Euclidean, Σ (xᵢ − yᵢ)², which orders as its root does
	L1                 // Manhattan, Σ |xᵢ − yᵢ|
	LInf               // Chebyshev, max |xᵢ − yᵢ|
	// InnerProduct is the negated inner product, −Σ xᵢ·yᵢ: the nearest rows are those
	// with the largest products. It is not a distance; a row need not be its own nearest
	// neighbour.
	InnerProduct
	Cosine // 1 − the cosine of the angle; a zero vector is at distance 1 from every vector
	// Hamming is the number of bits in which two vectors of bytes differ. Only package
	// index computes it.
	Hamming
)

// String returns the name of the constant.
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
	case Hamming:
		return "Hamming"
	}
	return fmt.Sprintf("Metric(%d)", uint8(m))
}

// check panics if there is no such metric.
func (m Metric) check(function string) {
	if m > Cosine {
		panic(fmt.Sprintf("kernels: %s: unknown metric %v", function, m))
	}
}

// distances sets dst to the distances of q and the rows of base.
func (m Metric) distances(dst, q []float32, base Matrix) {
	switch m {
	case L2:
		argmax.SqDistRows(dst, q, base.from(0, 0))
	case L1:
		argmax.L1DistRows(dst, q, base.from(0, 0))
	case LInf:
		argmax.LInfDistRows(dst, q, base.from(0, 0))
	case InnerProduct:
		argmax.ScoreRows(dst, q, base.from(0, 0))
		for i, product := range dst {
			dst[i] = -product
		}
	case Cosine:
		argmax.CosineRows(dst, q, base.from(0, 0))
	}
}

// exact reports whether the distances of bytes are integers that exactDistances
// computes.
func (m Metric) exact() bool { return m == L2 || m == L1 || m == InnerProduct }

// exactDistances sets dst to the distances of q and the first rows of a matrix of bytes.
func (m Metric) exactDistances(dst []int64, q []uint8, rows argmax.Strided[uint8]) {
	switch m {
	case L2:
		argmax.SqDistBytesRows(dst, q, rows)
	case L1:
		argmax.L1DistBytesRows(dst, q, rows)
	case InnerProduct:
		argmax.DotBytesRows(dst, q, rows)
		for i, product := range dst {
			dst[i] = -product
		}
	}
}
