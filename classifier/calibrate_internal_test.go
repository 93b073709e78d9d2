package classifier

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExpAndLog1p(t *testing.T) {
	within := func(want, got float64, ulps float64) bool {
		return math.Abs(got-want) <= ulps*(math.Nextafter(math.Abs(want), math.Inf(1))-math.Abs(want))
	}
	for x := -745.0; x < 709; x += 0.1234567 {
		assert.True(t, within(math.Exp(x), exp(x), 2), "exp(%v) is %v, not %v", x, exp(x), math.Exp(x))
	}
	for x := 0.0; x <= 1; x += 1.0 / 4096 {
		assert.True(t, within(math.Log1p(x), log1p(x), 2), "log1p(%v) is %v, not %v", x, log1p(x), math.Log1p(x))
	}
	assert.Equal(t, 1.0, exp(0))
	assert.Zero(t, exp(math.Inf(-1)))
	assert.True(t, math.IsInf(exp(710), 1))
	assert.True(t, math.IsNaN(exp(math.NaN())))
	assert.Zero(t, log1p(0))
	for _, x := range []float64{1e-20, 1e-300} {
		assert.Equal(t, x, log1p(x))
	}
}
