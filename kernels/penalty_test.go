package kernels

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/seed842bec00/argmax"
)

func TestPenalties(t *testing.T) {
	w := Matrix{3, 5, 7, make([]float32, 20)} // what lies between the rows does not count
	var squares, magnitudes float64
	for i := range w.Data {
		w.Data[i] = float32(math.NaN())
	}
	for i := range w.Rows {
		for j := range w.Row(i) {
			v := float32(i*5+j) - 6.5
			w.Row(i)[j] = v
			squares += float64(v * v)
			magnitudes += math.Abs(float64(v))
		}
	}
	assert.Equal(t, squares, SquaredNorm(w)) // sums of few bits are exact
	assert.Equal(t, magnitudes, L1Norm(w))
	assert.Zero(t, L1Norm(Matrix{}))
}

// Rows join in float64: what a row adds is not lost beside a large one.
func TestPenaltiesJoinInFloat64(t *testing.T) {
	w := Matrix{2, 1, 1, []float32{1 << 25, 1}}
	assert.Equal(t, float64(1<<25+1), L1Norm(w))
	assert.Equal(t, float64(1<<50+1), SquaredNorm(w))
	assert.Equal(t, float32(1<<25), argmax.SumAbs(w.Data))
}
