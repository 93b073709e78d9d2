package classifier

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/kernels"
)

// exactMoments are the moments by their definition, in rational numbers.
func exactMoments(x kernels.Matrix) featureMoments {
	n := big.NewRat(int64(x.Rows), 1)
	m := featureMoments{make([]float64, x.Cols), make([]float64, x.Cols)}
	rat := func(v float32) *big.Rat { return new(big.Rat).SetFloat64(float64(v)) }
	for f := range x.Cols {
		mean, variance := new(big.Rat), new(big.Rat)
		for i := range x.Rows {
			mean.Add(mean, rat(x.Row(i)[f]))
		}
		mean.Quo(mean, n)
		m.mean[f], _ = mean.Float64()
		for i := range x.Rows {
			d := new(big.Rat).Sub(rat(x.Row(i)[f]), mean)
			variance.Add(variance, d.Mul(d, d))
		}
		v, _ := variance.Quo(variance, n).Float64()
		m.deviation[f] = math.Sqrt(v)
	}
	return m
}

func filled(rows, cols int, value func(i, f int) float64) kernels.Matrix {
	x := kernels.NewMatrix(rows, cols)
	for i := range rows {
		for f := range cols {
			x.Row(i)[f] = float32(value(i, f))
		}
	}
	return x
}

func TestMomentsOfFloats(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for name, c := range map[string]struct {
		x         kernels.Matrix
		tolerance float64
	}{
		"one row":              {filled(1, 3, func(i, f int) float64 { return float64(f) }), 0},
		"normal":               {filled(700, 3, func(i, f int) float64 { return r.NormFloat64() }), 1e-14},
		"far from zero":        {filled(700, 2, func(i, f int) float64 { return 4e6 + 2*r.NormFloat64() }), 1e-14},
		"neighbouring floats":  {filled(700, 1, func(i, f int) float64 { return 16e6 + float64(i%2) }), 1e-15},
		"constants":            {filled(700, 2, func(i, f int) float64 { return []float64{1.7123456e9, 0.1}[f] }), 0},
		"a far first row":      {filled(700, 1, func(i, f int) float64 { return r.NormFloat64() + 1e8*float64(max(0, 1-i)) }), 700 * 700 * 0x1p-53},
		"very small":           {filled(300, 2, func(i, f int) float64 { return 1e-40 * r.NormFloat64() }), 1e-14},
		"very large":           {filled(300, 2, func(i, f int) float64 { return 1e38 * r.Float64() }), 1e-14},
		"several scales":       {filled(513, 3, func(i, f int) float64 { return r.NormFloat64() * []float64{1e-20, 1, 1e20}[f] }), 1e-14},
		"more than one round ": {filled(256*9+1, 1, func(i, f int) float64 { return r.NormFloat64() }), 1e-14},
	} {
		want := exactMoments(c.x)
		var first featureMoments
		for _, workers := range []int{1, 2, 7} {
			for _, rows := range []Rows{Batch[float32](c.x), gatherOnly{Batch[float32](c.x)}} {
				got, err := measure(sourceOf(rows), ones(rows.Len()), kernels.NewPool(workers))
				require.NoError(t, err)
				for f, d := range want.deviation {
					assert.InDelta(t, want.mean[f], got.mean[f], 1e-13*math.Abs(want.mean[f])+1e-13*d, name)
					assert.InDelta(t, d, got.deviation[f], c.tolerance*d, name)
				}
				if first.mean == nil {
					first = got
				}
				assert.Equal(t, first, got, "%s: %d workers, %T", name, workers, rows)
			}
		}
	}
}

type gatherOnly struct{ Rows }

// The moments of bytes are exact but for the last division.
func TestMomentsOfBytes(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for name, value := range map[string]func(i, f int) float64{
		"any":                func(i, f int) float64 { return float64(r.IntN(256)) },
		"all black":          func(i, f int) float64 { return 0 },
		"all white":          func(i, f int) float64 { return 255 },
		"one pixel differs":  func(i, f int) float64 { return 255 - float64(max(0, 1-i-f)) },
		"constants":          func(i, f int) float64 { return float64(100 * f) },
		"one feature varies": func(i, f int) float64 { return 200 + float64((i%2)*(f%2)) },
	} {
		x := filled(1000, 3, value)
		bytes := kernels.NewDense[uint8](1000, 3)
		for i, v := range x.Data {
			bytes.Data[i] = uint8(v)
		}
		want := exactMoments(x)
		source := sourceOf(Batch[uint8](bytes))
		weighted, err := measureWeighted(source, ones(1000), nil)
		require.NoError(t, err)
		for _, workers := range []int{1, 2, 7} {
			got, err := measure(source, ones(1000), kernels.NewPool(workers))
			require.NoError(t, err)
			for f, d := range want.deviation {
				assert.InDelta(t, want.mean[f], got.mean[f], 0x1p-53*want.mean[f], name)
				assert.InDelta(t, d, got.deviation[f], 4e-16*d, name)
			}
			assert.Equal(t, weighted.mean, got.mean, name)
		}
	}
}

func TestMomentsNameTheRow(t *testing.T) {
	x := filled(1000, 3, func(i, f int) float64 { return 1 })
	x.Row(770)[1], x.Row(999)[0] = float32(math.NaN()), float32(math.Inf(1))
	for _, workers := range []int{1, 2, 7} {
		_, err := measure(sourceOf(Batch[float32](x)), ones(1000), kernels.NewPool(workers))
		assert.EqualError(t, err, "classifier: row 770: feature 1 is NaN")
	}
	x.Row(770)[1], x.Row(0)[2] = 0, float32(math.Inf(-1))
	_, err := measure(sourceOf(Batch[float32](x)), ones(1000), nil)
	assert.EqualError(t, err, "classifier: row 0: feature 2 is -Inf")
}
