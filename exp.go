package argmax

// Exp sets dst to the exponentials of x: within 0.892 ulp, 0.858 where the result is
// denormal. e⁰ is 1, e^−∞ 0, e^+∞ +∞; NaN stays.
//
// dst may be x. Exp panics if they overlap otherwise, or if their lengths differ.
func Exp(dst, x []float32) {
	checkInPlace("Exp", "dst", dst, "x", x)
	for len(x) > maxVector {
		exp(dst[:maxVector], x[:maxVector])
		dst, x = dst[maxVector:], x[maxVector:]
	}
	exp(dst, x)
}

// Log sets dst to the natural logarithms of x: within 0.890 ulp, of denormal x too.
// log 1 is +0, log ±0 −∞, log +∞ +∞; what is negative becomes NaN, NaN stays.
//
// dst may be x. Log panics if they overlap otherwise, or if their lengths differ.
func Log(dst, x []float32) {
	checkInPlace("Log", "dst", dst, "x", x)
	for len(x) > maxVector {
		log(dst[:maxVector], x[:maxVector])
		dst, x = dst[maxVector:], x[maxVector:]
	}
	log(dst, x)
}
