package argmax

import "github.com/seed842bec00/argmax/internal/alias"

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

// Softmax sets dst to the probabilities exp(sᵢ) / Σ exp(sⱼ) of the scores.
//
// It computes m = Max(scores), e = exp(s − m), their sum in one block accumulator,
// and e times the rounded reciprocal of the sum. No score is too large for it:
// what exp(s − m) cannot hold is 0. A single finite score has probability 1. If a
// score is NaN or +∞, or if all are −∞, every probability is NaN.
//
// dst may be scores. Softmax panics if they overlap otherwise, or if their
// lengths differ.
func Softmax(dst, scores []float32) {
	checkInPlace("Softmax", "dst", dst, "scores", scores)
	softmaxRows(len(scores), 1, scores, 0, dst, 0)
}

// SoftmaxRows is [Softmax] of each of rows rows of n scores: row i of scores begins
// at scores[i*lds], its probabilities go to dst[i*ldd]. The bits are those of a row
// alone. dst may be scores, with the same stride; SoftmaxRows panics if they
// overlap otherwise, if a slice is too short, or if a stride is less than n.
func SoftmaxRows(rows, n int, dst []float32, ldd int, scores []float32, lds int) {
	checkLossRows("SoftmaxRows", "dst", rows, n, dst, ldd, scores, lds)
	for step := rowsTogether(n, rows); rows > 0; rows -= step {
		step = min(step, rows)
		softmaxRows(n, step, scores, lds, dst, ldd)
		if rows > step {
			scores, dst = scores[step*lds:], dst[step*ldd:]
		}
	}
}

// LogSoftmax sets dst to the logarithms of the probabilities of [Softmax],
// (sᵢ − m) − log Σ exp(sⱼ − m) with m = Max(scores): finite where a probability rounds
// to 0. If a score is NaN or +∞, or if all are −∞, all are NaN.
//
// dst may be scores. LogSoftmax panics if they overlap otherwise, or if their
// lengths differ.
func LogSoftmax(dst, scores []float32) {
	checkInPlace("LogSoftmax", "dst", dst, "scores", scores)
	var sum, largest, zero [1]float32
	logSoftmaxRows(1, len(scores), dst, 0, scores, 0, sum[:], largest[:], zero[:])
}

// LogSoftmaxRows is [LogSoftmax] of rows, as [SoftmaxRows] is [Softmax].
func LogSoftmaxRows(rows, n int, dst []float32, ldd int, scores []float32, lds int) {
	checkLossRows("LogSoftmaxRows", "dst", rows, n, dst, ldd, scores, lds)
	if rows <= fewRows {
		var sums, largest, zeros [fewRows]float32
		logSoftmaxRows(rows, n, dst, ldd, scores, lds, sums[:], largest[:], zeros[:])
		return
	}
	var sums, largest, zeros [maxRowsTogether]float32
	logSoftmaxRows(rows, n, dst, ldd, scores, lds, sums[:], largest[:], zeros[:])
}

// logSoftmaxRows takes as many rows at once as sums and largest have room for.
func logSoftmaxRows(rows, n int, dst []float32, ldd int, scores []float32, lds int, sums, largest, zeros []float32) {
	for at := 0; at < rows; {
		step := min(rowsTogether(n, rows-at), len(sums))
		s := sums[:step]
		sumExpRows(n, step, scores[at*lds:], lds, s, largest)
		logRows(s, s, zeros)
		shiftRows(n, step, scores[at*lds:], lds, largest, s, dst[at*ldd:], ldd)
		at += step
	}
}

// LogSumExp returns log Σ exp(sᵢ), as m + log Σ exp(sᵢ − m) with m = Max(scores). It
// is m if that is infinite (−∞ of nothing), NaN if a score is NaN.
func LogSumExp(scores []float32) float32 {
	var dst, largest [1]float32
	logSumExpRows(1, len(scores), dst[:], scores, 0, largest[:])
	return dst[0]
}

// LogSumExpRows sets dst[i] to [LogSumExp] of row i of rows rows of n scores, which
// begins at scores[i*lds]. The bits are those of a row alone. It panics if scores is
// too short, if the stride is less than n, if dst has not one element for each row, or
// if it overlaps scores.
func LogSumExpRows(rows, n int, dst, scores []float32, lds int) {
	size := extent(rows, n, lds)
	if rows < 0 || n < 0 || uint(size) > uint(len(scores)) {
		panicMatrix("LogSumExpRows", "scores", len(scores), rows, n, lds)
	}
	if len(dst) != rows {
		panicLengths("LogSumExpRows", len(dst), rows)
	}
	if alias.Overlap(dst, scores[:size]) {
		panicOverlap("LogSumExpRows", "dst", "scores")
	}
	if rows <= fewRows {
		var largest [fewRows]float32
		logSumExpRows(rows, n, dst, scores, lds, largest[:])
		return
	}
	var largest [maxRowsTogether]float32
	logSumExpRows(rows, n, dst, scores, lds, largest[:])
}

// logSumExpRows takes as many rows at once as largest has room for.
func logSumExpRows(rows, n int, dst, scores []float32, lds int, largest []float32) {
	for at := 0; at < rows; {
		step := min(rowsTogether(n, rows-at), len(largest))
		sums := dst[at : at+step]
		if n > 0 {
			sumExpRows(n, step, scores[at*lds:], lds, sums, largest)
			logRows(sums, sums, largest)
		}
		for i, v := range sums {
			if v != v || n == 0 { // NaN, or an infinite maximum
				sums[i] = Max(scores[(at+i)*lds:][:n])
			}
		}
		at += step
	}
}
