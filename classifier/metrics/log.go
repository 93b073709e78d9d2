package metrics

import "math"

// log returns the natural logarithm of a positive normal number, with an error below one
// unit in the last place. Unlike math.Log it has the same bits on every processor: models
// are chosen by sums of it.
//
// x = 2ᵏ·(1 + f) with √½ ≤ 1 + f < √2, and with s = f/(2 + f) the logarithm of 1 + f is
// 2s + 2s³/3 + 2s⁵/5 + …, whose terms from s³ on are a polynomial of s² (FreeBSD's
// e_log.c, from which the coefficients are).
func log(x float64) float64 {
	const (
		ln2High = 6.93147180369123816490e-01
		ln2Low  = 1.90821492927058770002e-10
	)
	m, exponent := math.Frexp(x)
	if m < math.Sqrt2/2 {
		m *= 2
		exponent--
	}
	f, k := m-1, float64(exponent)
	s := f / (2 + f)
	z := float64(s * s)
	var r float64
	for _, c := range [...]float64{
		1.479819860511658591e-01, 1.531383769920937332e-01, 1.818357216161805012e-01, 2.222219843214978396e-01,
		2.857142874366239149e-01, 3.999999999940941908e-01, 6.666666666666735130e-01,
	} {
		r = float64((r + c) * z)
	}
	half := float64(0.5 * float64(f*f))
	return float64(k*ln2High) - ((half - (float64(s*(half+r)) + float64(k*ln2Low))) - f)
}
