package argmax

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The errors that the documentation states, in units in the last place of the exact
// result.
const (
	expError         = 0.892
	expErrorDenormal = 0.858
	logError         = 0.890
)

// ulps returns the error of got in units in the last place of a float32 of the size of
// want. The functions of package math are accurate to the last place of a float64, which
// is nothing against these bounds.
func ulps(got float32, want float64) float64 {
	_, e := math.Frexp(want)
	return math.Abs(float64(got)-want) / math.Ldexp(1, max(e-24, -149))
}

// everyFloat calls f with every float32, or with every 4099th unless -exhaustive is set.
func everyFloat(t *testing.T, f func(x float32)) {
	stride := uint64(4099) // prime
	switch {
	case *exhaustive:
		stride = 1
	case testing.Short():
		stride = 100_003
	}
	for bits := uint64(0); bits < 1<<32; bits += stride {
		f(math.Float32frombits(uint32(bits)))
	}
}

func TestExp(t *testing.T) {
	var worst, worstDenormal float64
	everyFloat(t, func(x float32) {
		got, want := exp32(x), math.Exp(float64(x))
		switch {
		case x != x:
			require.True(t, got != got)
		case want >= 0x1.ffffffp127: // rounds to infinity
			require.Equal(t, inf, got, "exp(%x)", x)
		case want < 0x1p-126:
			worstDenormal = max(worstDenormal, ulps(got, want))
		default:
			worst = max(worst, ulps(got, want))
		}
	})
	t.Logf("%.4f ulp, denormal results %.4f ulp", worst, worstDenormal)
	assert.LessOrEqual(t, worst, expError)
	assert.LessOrEqual(t, worstDenormal, expErrorDenormal)
}

func TestExpSpecialValues(t *testing.T) {
	const (
		largest  = 0x1.62e42ep+6  // the largest float32 below ln 2^128
		overflow = 0x1.62e43p+6   // the next one
		least    = -0x1.9fe368p+6 // the least float32 whose exponential exceeds 2^−150, half the smallest denormal
		vanished = -0x1.9fe36ap+6
	)
	for _, c := range []struct{ x, want float32 }{
		{0, 1}, {negZero, 1}, {math.SmallestNonzeroFloat32, 1}, {-math.SmallestNonzeroFloat32, 1},
		{overflow, inf}, {89, inf}, {90, inf}, {1e30, inf}, {math.MaxFloat32, inf}, {inf, inf},
		{least, math.SmallestNonzeroFloat32},
		{vanished, 0}, {-104, 0}, {-105, 0}, {-1e30, 0}, {-math.MaxFloat32, 0}, {-inf, 0},
		{nan, nan},
	} {
		got := exp32(c.x)
		assert.Truef(t, same(c.want, got), "exp(%g) = %g, want %g", c.x, got, c.want)
	}
	assert.Less(t, exp32(largest), inf)
}

func TestLog(t *testing.T) {
	var worst float64
	everyFloat(t, func(x float32) {
		if !(x > 0) || x > math.MaxFloat32 || x == 1 {
			return
		}
		worst = max(worst, ulps(log32(x), math.Log(float64(x))))
	})
	t.Logf("%.4f ulp", worst)
	assert.LessOrEqual(t, worst, logError)
}

func TestLogSpecialValues(t *testing.T) {
	for _, c := range []struct{ x, want float32 }{
		{1, 0}, {0, -inf}, {negZero, -inf}, {inf, inf},
		{-inf, nan}, {-1, nan}, {-math.SmallestNonzeroFloat32, nan}, {nan, nan},
	} {
		got := log32(c.x)
		assert.Truef(t, same(c.want, got), "log(%g) = %g, want %g", c.x, got, c.want)
	}
	for _, x := range []float32{0.75, math.Nextafter32(0.75, 0), 1.5, math.Nextafter32(1.5, 0), 0x1p-126, math.SmallestNonzeroFloat32, math.MaxFloat32} {
		assert.LessOrEqual(t, ulps(log32(x), math.Log(float64(x))), logError, "log(%g)", x)
	}
}

// scale2 without float64, as the assembly computes it.
func TestScale2InTwoSteps(t *testing.T) {
	pow2 := func(n int) float32 { return math.Float32frombits(uint32(127+n) << 23) }
	s := newSource(50)
	for n := -150; n <= 128; n++ {
		for range 200 {
			p := s.float(-1, 2)
			half := n >> 1
			assert.True(t, same(scale2(p, float32(n)), p*pow2(half)*pow2(n-half)))
		}
	}
}

func TestLogSoftmaxAgainstFloat64(t *testing.T) {
	s := newSource(63)
	for n := 1; n < 100; n++ {
		for _, spread := range []float32{0.01, 1, 10, 1e4} { // for which exp overflows or underflows
			scores := s.values(n, plain)
			for i := range scores {
				scores[i] = float32(math.Mod(float64(scores[i]), 8)) * spread
			}
			largest, sum := float64(slices.Max(scores)), 0.0
			for _, v := range scores {
				sum += math.Exp(float64(v) - largest)
			}
			// The sum has the errors of the differences and of exp and its own roundings.
			// Its logarithm has that error, now absolute, and its own of 0.9 ulp. Only
			// differences below 104 matter in the sum.
			logBound := growth(rowRoundings(n)+2+104) + 2*unit*math.Log(sum)
			want := largest + math.Log(sum)
			require.InDelta(t, want, LogSumExp(scores), logBound+2*unit*(math.Abs(largest)+math.Abs(want)), "length %d", n)
			logs := make([]float32, n)
			LogSoftmax(logs, scores)
			for i, v := range scores {
				want := float64(v) - largest - math.Log(sum)
				require.InDelta(t, want, logs[i], logBound+2*unit*(largest-float64(v)-want), "length %d, element %d", n, i)
			}
		}
	}
}

func TestSoftmaxAgainstFloat64(t *testing.T) {
	s := newSource(60)
	for n := 1; n < 100; n++ {
		for _, spread := range []float32{0.01, 1, 10} {
			scores := s.values(n, plain)
			for i := range scores {
				scores[i] = float32(math.Mod(float64(scores[i]), 8)) * spread
			}
			largest, sum := float64(slices.Max(scores)), 0.0
			for _, v := range scores {
				sum += math.Exp(float64(v) - largest)
			}
			label := s.below(n)
			p, grad := make([]float32, n), make([]float32, n)
			Softmax(p, scores)
			loss := CrossEntropy(grad, scores, label, 0.25)

			for i, v := range scores {
				// exp has the rounding error of its argument, v − largest, and its own of 0.9
				// ulp, at most 2 units. Then follow those of the sum, the reciprocal and the
				// product, which may be denormal.
				argument := largest - float64(v)
				bound := growth(rowRoundings(n)+2+2+2) + argument*unit
				want := math.Exp(-argument) / sum
				require.InDelta(t, want, p[i], bound*want+math.SmallestNonzeroFloat32, "length %d, element %d", n, i)
				if i == label {
					require.InDelta(t, 0.25*(want-1), grad[i], 0.25*(bound*want+2*unit))
				} else {
					require.Equal(t, p[i]/4, grad[i])
				}
			}
			want := math.Log(sum) + largest - float64(scores[label])
			bound := growth(rowRoundings(n)+2) + 4*unit*(math.Log(sum)+largest-float64(scores[label]))
			require.InDelta(t, want, loss, bound, "length %d", n)
		}
	}
}

func TestSoftmaxSpecialRows(t *testing.T) {
	for _, c := range []struct{ scores, want []float32 }{
		{nil, nil},
		{[]float32{5}, []float32{1}},
		{[]float32{-3e38}, []float32{1}},
		{[]float32{7, 7, 7, 7}, []float32{0.25, 0.25, 0.25, 0.25}},
		{[]float32{0, 200}, []float32{0, 1}}, // exp(200) overflows
		{[]float32{-300, -300}, []float32{0.5, 0.5}},
		{[]float32{3e38, -3e38, 3e38}, []float32{0.5, 0, 0.5}}, // the difference overflows
		{[]float32{-inf, 3, -inf}, []float32{0, 1, 0}},
		{[]float32{-inf, -inf}, []float32{nan, nan}},
		{[]float32{-inf}, []float32{nan}},
		{[]float32{inf, 0}, []float32{nan, nan}},
		{[]float32{inf, inf}, []float32{nan, nan}},
		{[]float32{inf}, []float32{nan}},
		{[]float32{0, nan, 0}, []float32{nan, nan, nan}},
	} {
		got := make([]float32, len(c.scores))
		Softmax(got, c.scores)
		assert.Negative(t, firstDifference(c.want, got), "softmax of %v: %v", c.scores, got)
	}
}

// Scores for which exp overflows or underflows but exp of the differences does not, and
// infinities and NaN.
func TestLogSumExpSpecialRows(t *testing.T) {
	for _, c := range []struct {
		scores []float32
		want   float32
		logs   []float32
	}{
		{nil, -inf, nil},
		{[]float32{5}, 5, []float32{0}},
		{[]float32{-3e38}, -3e38, []float32{0}},
		{[]float32{200, 0}, 200, []float32{0, -200}},
		{[]float32{-300, 0, -300}, 0, []float32{-300, 0, -300}},
		{[]float32{3e38, -3e38}, 3e38, []float32{0, -inf}}, // the difference overflows
		{[]float32{1e38, -1e38}, 1e38, []float32{0, -2e38}},
		{[]float32{-inf, 3, -inf}, 3, []float32{-inf, 0, -inf}},
		{[]float32{-inf}, -inf, []float32{nan}},
		{[]float32{-inf, -inf}, -inf, []float32{nan, nan}},
		{[]float32{inf, 0}, inf, []float32{nan, nan}},
		{[]float32{inf, inf, -inf}, inf, []float32{nan, nan, nan}},
		{[]float32{0, nan}, nan, []float32{nan, nan}},
		{[]float32{inf, nan}, nan, []float32{nan, nan}},
		{[]float32{nan, -inf}, nan, []float32{nan, nan}},
	} {
		for _, missing := range []int{0, 17} { // the same in a long row
			long := slices.Concat(c.scores, slices.Repeat([]float32{-inf}, missing))
			got := LogSumExp(long)
			assert.True(t, same(c.want, got), "log-sum-exp of %v: %v", long, got)
			logs := make([]float32, len(long))
			LogSoftmax(logs, long)
			if missing == 0 || got-got == 0 {
				assert.Negative(t, firstDifference(c.logs, logs), "log-softmax of %v: %v", long, logs)
			}
		}
	}
}

func TestEqualScores(t *testing.T) {
	for _, n := range []int{1, 2, 10, 16, 17, 1000} {
		for _, v := range []float32{0, negZero, 1, -1e38, math.MaxFloat32, math.SmallestNonzeroFloat32} {
			scores, p := slices.Repeat([]float32{v}, n), make([]float32, n)
			Softmax(p, scores)
			for _, q := range p {
				require.Equal(t, 1/float32(n), q)
			}
			LogSoftmax(p, scores)
			require.InDelta(t, -math.Log(float64(n)), p[0], 4*unit*math.Log(float64(n)))
			require.InDelta(t, float64(v)+math.Log(float64(n)), LogSumExp(scores), 4*unit*(math.Abs(float64(v))+math.Log(float64(n))))
		}
	}
}
