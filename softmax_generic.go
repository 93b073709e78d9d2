package argmax

import "math"

// exp and log are made of operations that every instruction set has for a whole
// block, in an order that is part of the arithmetic. Their polynomials are
// minimax (Remez, then one coefficient after the other rounded to float32 and the
// rest fitted again); the errors stated are the largest over all float32, which
// "go test -run 'Exp|Log' -exhaustive -timeout 1h" finds again.

const (
	// Adding and subtracting 1.5·2²³ rounds a float32 of magnitude below 2²² to an
	// integer, ties to even.
	roundMagic = 3 << 22

	log2e = 0x1.715476p+0
	// ln 2 = ln2High + ln2Low, where ln2High is ln 2 rounded to float32.
	ln2High = 0x1.62e43p-1
	ln2Low  = -0x1.05c61p-29
	// The same with a high part of 16 bits: its product with an exponent is exact.
	ln2Short = 0x1.62e4p-1
	ln2Rest  = 0x1.7f7d1cp-20
)

// exp32 is eˣ within 0.892 ulp, denormal results within 0.858: e⁰ is 1,
// e^−∞ is 0, e^+∞ is +∞, NaN stays.
//
// x = n·ln 2 + r with |r| ≤ ½·ln 2, and eˣ = 2ⁿ·eʳ. x − n·ln2High is exact.
func exp32(x float32) float32 {
	if x < -104 { // e^−104 < 2^−150 rounds to 0, and n stays small
		x = -104
	}
	if x > 89 { // e^89 > 2^128 rounds to +∞
		x = 89
	}
	n := fma32(x, log2e, roundMagic) - roundMagic
	r := fma32(-n, ln2High, x)
	r = fma32(-n, ln2Low, r)

	p := float32(0x1.6ac74ep-10)
	p = fma32(p, r, 0x1.123dep-7)
	p = fma32(p, r, 0x1.555858p-5)
	p = fma32(p, r, 0x1.55548cp-3)
	p = fma32(p, r, 0x1.fffffcp-2)
	p = fma32(p, r, 1)
	p = fma32(p, r, 1)
	return scale2(p, n)
}

// scale2 is p·2ⁿ, rounded once: −150 ≤ n ≤ 128. The product is exact in float64.
// (Without float64: p·2^⌊n/2⌋, which is exact, times the rest of 2ⁿ.)
func scale2(p, n float32) float32 {
	if n != n {
		return n
	}
	return float32(float64(p) * math.Float64frombits(uint64(1023+int(n))<<52))
}

// log32 is the natural logarithm within 0.890 ulp, of denormal x too: log 1
// is +0, log ±0 is −∞, log +∞ is +∞; NaN stays, and is the result for x < 0.
//
// x = m·2ⁿ with ¾ ≤ m < 1½, and log x = n·ln 2 + log(1+f) with f = m − 1.
func log32(x float32) float32 {
	switch {
	case x == 0:
		return negInf
	case !(x > 0):
		return notANumber
	case x > math.MaxFloat32:
		return x
	}
	m, n := fraction(x)
	f := m - 1 // exact

	// log(1+f) = f − ½f² + f³·q
	q := float32(0x1.46457ep-5)
	q = fma32(q, f, -0x1.7e7318p-4)
	q = fma32(q, f, 0x1.e05e86p-4)
	q = fma32(q, f, -0x1.03fbb2p-3)
	q = fma32(q, f, 0x1.24375cp-3)
	q = fma32(q, f, -0x1.55221p-3)
	q = fma32(q, f, 0x1.9999bp-3)
	q = fma32(q, f, -0x1.00005cp-2)
	q = fma32(q, f, 0x1.555556p-2)
	q = fma32(q, f, -0.5)

	high := fma32(n, ln2Short, f)
	low := f - fma32(-n, ln2Short, high) // what high lost, exact
	low = fma32(n, ln2Rest, low)
	return high + fma32(float32(f*f), q, low)
}

// fraction splits a positive finite x into m·2ⁿ with ¾ ≤ m < 1½.
func fraction(x float32) (m, n float32) {
	if x < 0x1p-126 {
		m, n = fraction(0x1p23 * x)
		return m, n - 23
	}
	b := math.Float32bits(x)
	e := int32(b-math.Float32bits(0.75)) >> 23
	return math.Float32frombits(b - uint32(e)<<23), float32(e)
}

func expGeneric(dst, x []float32) {
	for i, v := range x {
		dst[i] = exp32(v)
	}
}

func logGeneric(dst, x []float32) {
	for i, v := range x {
		dst[i] = log32(v)
	}
}

// exps sets dst to exp(scores[i] − max) and returns the maximum and the sum of
// dst, in one block accumulator. dst may be scores.
func exps(dst, scores []float32) (largest, sum float32) {
	largest = maximumGeneric(scores)
	var acc block
	for i, v := range scores {
		e := exp32(v - largest)
		dst[i] = e
		acc[i%lanes] += e
	}
	return largest, reduce(&acc)
}

// softmaxRowsGeneric sets rows of dst, n long and ldd apart, to the probabilities of
// rows of scores. A row of dst may be that of scores.
func softmaxRowsGeneric(n, rows int, scores []float32, lds int, dst []float32, ldd int) {
	for i := range rows {
		p := dst[i*ldd:][:n]
		_, sum := exps(p, scores[i*lds:][:n])
		inverse := 1 / sum
		for j := range p {
			p[j] *= inverse
		}
	}
}

// sumExpRowsGeneric leaves the sums of exp(scores − largest). Where the sum is NaN,
// the largest may be anything.
func sumExpRowsGeneric(n, rows int, scores []float32, lds int, sums, largest []float32) {
	for i := range rows {
		row := scores[i*lds:][:n]
		most := maximumGeneric(row)
		var acc block
		for j, v := range row {
			acc[j%lanes] += exp32(v - most)
		}
		sums[i], largest[i] = reduce(&acc), most
	}
}

// logRowsGeneric sets dst to log sums + addends. Sums are at least 1, or NaN. dst
// may be one of them.
func logRowsGeneric(dst, sums, addends []float32) {
	for i, sum := range sums {
		dst[i] = log32(sum) + addends[i]
	}
}

// shiftRowsGeneric sets rows of dst to (scores − largest[i]) − logs[i].
func shiftRowsGeneric(n, rows int, scores []float32, lds int, largest, logs, dst []float32, ldd int) {
	for i := range rows {
		row := dst[i*ldd:][:n]
		for j, v := range scores[i*lds:][:n] {
			row[j] = v - largest[i] - logs[i]
		}
	}
}
