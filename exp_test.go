package argmax

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The errors that the documentation states, in units of the last place of the
// exact result.
const (
	expError         = 0.892
	expErrorDenormal = 0.858
	logError         = 0.890
)

// ulps is how far got is from want, in units of the last place of a float32 of
// want's size. math's functions are right to a float64's last place: nothing
// against these bounds.
func ulps(got float32, want float64) float64 {
	_, e := math.Frexp(want)
	return math.Abs(float64(got)-want) / math.Ldexp(1, max(e-24, -149))
}

// everyFloat calls f with every float32, or with every so manyeth.
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
		largest  = 0x1.62e42ep+6  // the last below ln 2^128
		overflow = 0x1.62e43p+6   // the first above
		least    = -0x1.9fe368p+6 // the last whose exp is above 2^−150, half the least denormal
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

// Without float64, as the assembly does it.
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
