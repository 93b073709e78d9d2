package suite

import "math"

// value is an element of a result, in float64, and how far from it a float32
// computation may be.
type value struct{ want, bound float64 }

// sum is Σ terms, which a float32 computation may add in any order. Besides, it
// rounds up to six times: a difference, whose error doubles in the square, the
// square, and a root that is squared again. With u = 2⁻²⁴ and γ(n) = nu/(1−nu) the
// error is at most γ(n+6)·Σ|terms| (N. Higham, Accuracy and Stability of Numerical
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
