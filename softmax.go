package argmax

import "github.com/seed842bec00/argmax/internal/alias"

// Exp sets dst to the exponentials of x, with an error of at most 0.892 ulp, or 0.858
// ulp where the result is denormal. exp 0 is 1, exp −∞ is 0, exp +∞ is +∞ and exp NaN
// is NaN.
//
// dst may be x. Exp panics if they overlap otherwise or if their lengths differ.
func Exp(dst, x []float32) {
	checkInPlace("Exp", "dst", dst, "x", x)
	for len(x) > maxVector {
		exp(dst[:maxVector], x[:maxVector])
		dst, x = dst[maxVector:], x[maxVector:]
	}
	exp(dst, x)
}

// Log sets dst to the natural logarithms of x, with an error of at most 0.890 ulp, for
// denormal x too. log 1 is +0, log ±0 is −∞, log +∞ is +∞; the logarithm of a negative
// number or of NaN is NaN.
//
// dst may be x. Log panics if they overlap otherwise or if their lengths differ.
func Log(dst, x []float32) {
	checkInPlace("Log", "dst", dst, "x", x)
	for len(x) > maxVector {
		log(dst[:maxVector], x[:maxVector])
		dst, x = dst[maxVector:], x[maxVector:]
	}
	log(dst, x)
}

// Softmax sets dst to the probabilities exp(sᵢ) / Σ exp(sⱼ) of the scores s.
//
// It computes m = Max(scores), e = exp(s − m), the sum of e in one block accumulator,
// and e times the rounded reciprocal of the sum. No score is too large for it; where
// exp(s − m) underflows, the probability is 0. A single finite score has probability
// 1. If a score is NaN or +∞, or if all are −∞, every probability is NaN.
//
// dst may be scores. Softmax panics if they overlap otherwise or if their lengths
// differ.
func Softmax(dst, scores []float32) {
	if len(dst) != len(scores) || alias.Partial(dst, scores) {
		checkInPlace("Softmax", "dst", dst, "scores", scores)
	}
	if len(scores) > 0 {
		softmaxRow(dst, scores)
	}
}

// SoftmaxRows is [Softmax] of each of rows rows of n scores. The bits are those of a
// row alone. dst may be scores, with the same stride. SoftmaxRows panics if they
// overlap otherwise, if an operand is too short, or if there are several rows and a
// stride is less than n.
func SoftmaxRows(dst, scores Strided[float32], rows, n int) {
	checkRowsInPlace("SoftmaxRows", "dst", dst, scores, rows, n)
	if n == 0 {
		return
	}
	for at := 0; at < rows; {
		step := rowsTogether(n, rows-at)
		softmaxRows(n, step, scores.Data[at*scores.Stride:], scores.Stride, dst.Data[at*dst.Stride:], dst.Stride)
		at += step
	}
}

// LogSoftmax sets dst to the logarithms of the probabilities of [Softmax],
// (sᵢ − m) − log Σ exp(sⱼ − m) with m = Max(scores). They are finite where a
// probability rounds to 0. If a score is NaN or +∞, or if all are −∞, all are NaN.
//
// dst may be scores. LogSoftmax panics if they overlap otherwise or if their lengths
// differ.
func LogSoftmax(dst, scores []float32) {
	if len(dst) != len(scores) || alias.Partial(dst, scores) {
		checkInPlace("LogSoftmax", "dst", dst, "scores", scores)
	}
	if len(scores) > 0 {
		logSoftmaxRow(dst, scores)
	}
}

// LogSoftmaxRows is [LogSoftmax] of each of rows rows of n scores. For shapes and
// panics see [SoftmaxRows].
func LogSoftmaxRows(dst, scores Strided[float32], rows, n int) {
	checkRowsInPlace("LogSoftmaxRows", "dst", dst, scores, rows, n)
	if n == 0 {
		return
	}
	if n >= longRow {
		for i := range rows {
			logSoftmaxRow(dst.Data[i*dst.Stride:][:n], scores.Data[i*scores.Stride:][:n])
		}
		return
	}
	if rows <= fewRows {
		var sums, largest, zeros [fewRows]float32
		logSoftmaxRows(dst, scores, rows, n, sums[:], largest[:], zeros[:])
		return
	}
	var sums, largest, zeros [maxRowsTogether]float32
	logSoftmaxRows(dst, scores, rows, n, sums[:], largest[:], zeros[:])
}

// longRow is the number of scores from which LogSoftmaxRows takes rows one by one: each is
// then still in the L1 cache when its logarithms are stored.
const longRow = 256

// logSoftmaxRows processes at most as many rows at a time as sums, largest and zeros
// have elements.
func logSoftmaxRows(dst, scores Strided[float32], rows, n int, sums, largest, zeros []float32) {
	for at := 0; at < rows; {
		step := min(rowsTogether(n, rows-at), len(sums))
		s, from := sums[:step], scores.Data[at*scores.Stride:]
		sumExpRows(n, step, from, scores.Stride, s, largest)
		logRows(s, s, zeros)
		shiftRows(n, step, from, scores.Stride, largest, s, dst.Data[at*dst.Stride:], dst.Stride)
		at += step
	}
}

// LogSumExp returns log Σ exp(sᵢ), computed as m + log Σ exp(sᵢ − m) with
// m = Max(scores). It is m if m is infinite (−∞ if there are no scores) and NaN if a
// score is NaN.
func LogSumExp(scores []float32) float32 {
	if len(scores) == 0 {
		return negInf
	}
	v := logSumExpRow(scores)
	if v != v { // a NaN among the scores, or an infinite maximum
		return Max(scores)
	}
	return v
}

// LogSumExpRows sets dst[i] to [LogSumExp] of row i of scores, which has len(dst) rows
// of n scores. The bits are those of a row alone. It panics if scores.Data is too
// short, if there are several rows and the stride is less than n, or if dst overlaps
// scores.
func LogSumExpRows(dst []float32, scores Strided[float32], n int) {
	size := extent(len(dst), n, scores.Stride)
	if uint(size) > uint(len(scores.Data)) {
		panicMatrix("LogSumExpRows", "scores", len(scores.Data), len(dst), n, scores.Stride)
	}
	if alias.Overlap(dst, scores.Data[:size]) {
		panicOverlap("LogSumExpRows", "dst", "scores")
	}
	if len(dst) <= fewRows {
		var largest [fewRows]float32
		logSumExpRows(dst, scores, n, largest[:])
		return
	}
	var largest [maxRowsTogether]float32
	logSumExpRows(dst, scores, n, largest[:])
}

// logSumExpRows processes at most as many rows at a time as largest has elements.
func logSumExpRows(dst []float32, scores Strided[float32], n int, largest []float32) {
	if n == 0 {
		for i := range dst {
			dst[i] = negInf
		}
		return
	}
	for at := 0; at < len(dst); {
		step := min(rowsTogether(n, len(dst)-at), len(largest))
		sums, from := dst[at:at+step], scores.Data[at*scores.Stride:]
		sumExpRows(n, step, from, scores.Stride, sums, largest)
		logRows(sums, sums, largest)
		for i, v := range sums {
			if v != v { // a NaN among the scores, or an infinite maximum
				sums[i] = Max(from[i*scores.Stride:][:n])
			}
		}
		at += step
	}
}

// maxRowsTogether is the largest number of rows for which a function keeps numbers on its
// stack. Clearing that stack frame takes longer than processing fewRows rows of a few
// scores, for which there is a smaller one.
const (
	maxRowsTogether = 256
	fewRows         = 8
)

// rowsTogether returns how many of the given rows of n scores to process per call:
// 2¹⁴ elements take about 5 µs. It divides only where it must, since a division takes
// longer than a few scores.
func rowsTogether(n, rows int) int {
	if rows*n <= maxVector {
		return rows
	}
	return min(rows, max(1, maxVector/n))
}
