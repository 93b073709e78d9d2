package suite

import "math"

// value is an element of a result in float64, and a bound for the error of a float32
// computation of it.
type value struct{ want, bound float64 }

// sumOf returns a function that computes the sum of term over two vectors.
func sumOf(term func(x, y float64) float64) func(x, y []float32) value {
	return func(x, y []float32) value {
		var s sum
		for i, v := range x {
			s.add(term(float64(v), float64(y[i])))
		}
		return s.value()
	}
}

func productTerm(x, y float64) float64  { return x * y }
func squareTerm(x, y float64) float64   { return (x - y) * (x - y) }
func absoluteTerm(x, y float64) float64 { return math.Abs(x - y) }

// exactLInfDist returns max |x−y|. Only the differences are rounded.
func exactLInfDist(x, y []float32) value {
	largest := 0.0
	for i, v := range x {
		largest = max(largest, absoluteTerm(float64(v), float64(y[i])))
	}
	return value{largest, 0x1p-24 * largest}
}

// exactCosineDist returns 1 − x·y/√(x·x · y·y). Let g be the relative error bound of the
// squares, which also bounds the error of x·y relative to √(x·x · y·y). Then that of the
// quotient is at most 2g/(1 − g). The root, the quotient and the difference, which is at
// most 2, may be rounded to float32.
func exactCosineDist(x, y []float32) value {
	xy, xx, yy := sumOf(productTerm)(x, y).want, sumOf(productTerm)(x, x), sumOf(productTerm)(y, y)
	g := xx.bound / xx.want
	return value{1 - xy/math.Sqrt(xx.want*yy.want), 2*g/(1-g) + 5*0x1p-24}
}

// sum is a sum of terms, which a float32 computation may add in any order, with up to
// six more roundings: of a difference, whose error doubles in the square, of the square,
// and of a root that is squared again. With u = 2⁻²⁴ and γ(n) = nu/(1−nu) the error is at
// most γ(n+6) times the sum of |term| (N. Higham, Accuracy and Stability of Numerical
// Algorithms, §3.1 and §4.2).
type sum struct {
	total, magnitude float64
	n                int
}

func (s *sum) add(term float64) {
	s.total += term
	s.magnitude += math.Abs(term)
	s.n++
}

func (s *sum) value() value {
	nu := float64(s.n+6) * 0x1p-24
	return value{s.total, nu / (1 - nu) * s.magnitude}
}
