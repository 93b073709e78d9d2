package argmax

import "math"

// exp and log use only operations that every instruction set has for vectors, in an
// order that is part of the arithmetic. Their polynomials are minimax: found by the
// Remez algorithm, then rounded to float32 one coefficient at a time, fitting the rest
// again. The stated errors are the largest over all float32;
// "go test -run 'Exp|Log' -exhaustive -timeout 1h" reproduces them.

// exp32 returns eˣ with an error of at most 0.892 ulp, or 0.858 ulp if the result is
// denormal. e⁰ is 1, e^−∞ is 0, e^+∞ is +∞ and e^NaN is NaN.
//
// x = n·ln 2 + r with |r| ≤ ½·ln 2, and eˣ = 2ⁿ·eʳ. x − n·ln2High is exact.
func exp32(x float32) float32 {
	if x < expLowest {
		x = expLowest
	}
	if x > expHighest {
		x = expHighest
	}
	n := fma32(x, log2e, roundMagic) - roundMagic
	r := fma32(-n, ln2High, x)
	r = fma32(-n, ln2Low, r)

	p := float32(expC6)
	p = fma32(p, r, expC5)
	p = fma32(p, r, expC4)
	p = fma32(p, r, expC3)
	p = fma32(p, r, expC2)
	p = fma32(p, r, 1)
	p = fma32(p, r, 1)
	return scale2(p, n)
}

// scale2 returns p·2ⁿ, rounded once, for −150 ≤ n ≤ 128. The product is exact in
// float64. (Kernels without float64 multiply by 2^⌊n/2⌋, which is exact, and then by the
// rest of 2ⁿ.)
func scale2(p, n float32) float32 {
	if n != n {
		return n
	}
	return float32(float64(p) * math.Float64frombits(uint64(1023+int(n))<<52))
}

// log32 returns the natural logarithm of x with an error of at most 0.890 ulp, for
// denormal x too. log 1 is +0, log ±0 is −∞, log +∞ is +∞; the logarithm of NaN and of
// negative numbers is NaN.
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

	// log(1+f) = f + f²·q
	q := float32(logC11)
	q = fma32(q, f, logC10)
	q = fma32(q, f, logC9)
	q = fma32(q, f, logC8)
	q = fma32(q, f, logC7)
	q = fma32(q, f, logC6)
	q = fma32(q, f, logC5)
	q = fma32(q, f, logC4)
	q = fma32(q, f, logC3)
	q = fma32(q, f, logC2)

	high := fma32(n, ln2Short, f)
	low := f - fma32(-n, ln2Short, high) // the rounding error of high, exactly
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

// exps sets dst[i] to exp(scores[i] − largest), where largest is the largest score. It
// returns that and the sum of dst, added in one block accumulator. dst may be scores.
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

// softmaxRowsGeneric sets each row of dst to the probabilities of the same row of
// scores. dst may be scores.
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

func softmaxRowGeneric(dst, scores []float32) {
	softmaxRowsGeneric(len(scores), 1, scores, 0, dst, 0)
}

// logSumExpRowGeneric returns the sum of largest and log Σ exp(s − largest) over the
// scores s: NaN if a score is NaN or the largest is infinite.
func logSumExpRowGeneric(scores []float32) float32 {
	var sum, largest [1]float32
	sumExpRowsGeneric(len(scores), 1, scores, 0, sum[:], largest[:])
	return log32(sum[0]) + largest[0]
}

// logSoftmaxRowGeneric sets dst to the logarithms of the probabilities of a row of scores.
// dst may be scores.
func logSoftmaxRowGeneric(dst, scores []float32) {
	var sum, largest, log [1]float32
	sumExpRowsGeneric(len(scores), 1, scores, 0, sum[:], largest[:])
	log[0] = log32(sum[0])
	shiftRowsGeneric(len(scores), 1, scores, 0, largest[:], log[:], dst, 0)
}

// sumExpRowsGeneric sets largest[i] to the largest score of row i and sums[i] to the sum
// of exp(s − largest[i]) over its scores s. If the sum is NaN, a kernel may store
// anything in largest[i].
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

// logRowsGeneric sets dst[i] to log sums[i] + addends[i]. Each sum is at least 1 or NaN.
// dst may be sums or addends.
func logRowsGeneric(dst, sums, addends []float32) {
	for i, sum := range sums {
		dst[i] = log32(sum) + addends[i]
	}
}

// shiftRowsGeneric sets each element of row i of dst to (s − largest[i]) − logs[i],
// where s is the score. dst may be scores.
func shiftRowsGeneric(n, rows int, scores []float32, lds int, largest, logs, dst []float32, ldd int) {
	for i := range rows {
		row := dst[i*ldd:][:n]
		for j, v := range scores[i*lds:][:n] {
			row[j] = v - largest[i] - logs[i]
		}
	}
}
