package metrics

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
)

// The logarithm is math.Log's but for the last bit.
func TestLog(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	xs := []float64{1, 2, 0.5, smallestProbability, math.Sqrt2 / 2, math.Nextafter(math.Sqrt2/2, 0), math.Nextafter(1, 0), math.Nextafter(1, 2), math.MaxFloat64}
	for range 20000 {
		xs = append(xs, math.Ldexp(1+r.Float64(), -r.IntN(60)), 1+(r.Float64()-0.5)/16)
	}
	for _, x := range xs {
		want := math.Log(x)
		ulp := math.Nextafter(math.Abs(want), math.Inf(1)) - math.Abs(want)
		assert.InDelta(t, want, log(x), ulp, "log %v", new(big.Float).SetFloat64(x))
	}
}

// The sum of many has the same bits everywhere.
func TestLogHasTheSameBitsEverywhere(t *testing.T) {
	sum := 0.0
	for i := 1; i <= 1000; i++ {
		sum += log(float64(i) / 1001)
	}
	assert.Equal(t, -996.6266008270578, sum)
}
