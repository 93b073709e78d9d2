package classifier

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/internal/cpu"
	"github.com/seed842bec00/argmax/kernels"
)

// photographs are bytes about a mean, from low to low+spread.
func photographs(rows, cols, low, spread int) Batch[uint8] {
	r := rand.New(rand.NewPCG(uint64(rows), uint64(low)))
	x := kernels.NewDense[uint8](rows, cols)
	for i := range x.Data {
		x.Data[i] = uint8(low + r.IntN(spread+1))
	}
	return Batch[uint8](x)
}

// scalerOf returns the scaler of SGD for the rows.
func scalerOf(t *testing.T, rows Batch[uint8], scaling Scaling) scaler {
	m, err := measure(sourceOf(rows), ones(rows.Len()), nil)
	require.NoError(t, err)
	return newScaler(standardize(scaling, m, true), m)
}

// unscaled returns the scaler that changes nothing.
func unscaled(features int) scaler {
	return newScaler(identity(features), featureMoments{make([]float64, features), make([]float64, features)})
}

// gamma is γ(m) of package argmax.
func gamma(m int) float64 { return float64(m) * 0x1p-24 / (1 - float64(m)*0x1p-24) }

// The scores and gradients of bytes are within the bounds that products states of
// those by their definition.
func TestFoldedBatchKeepsItsBounds(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for _, c := range []struct{ features, classes, low, spread int }{
		{784, 10, 0, 255}, {785, 3, 60, 100}, {100, 40, 0, 30}, {64, 10, 180, 75}, {40, 2, 215, 80 - 40}, {30, 10, 200, 55},
	} {
		name := fmt.Sprintf("%d features, %d classes, bytes from %d to %d", c.features, c.classes, c.low, c.low+c.spread)
		rows := photographs(64, c.features, c.low, c.spread)
		pool := kernels.NewPool(2)
		s := scalerOf(t, rows, OneScale)
		b, ok := newMinibatch(rows, 64, s, pool).(*denseBatch[uint8])
		if s.spread > maxSpread {
			assert.False(t, ok, name)
			b = newDenseBatch(rows.Dense(), nil, 64, s, true, pool)
		}
		order := r.Perm(64)[:50]
		b.load(order, order[:20])

		w, bias, ds := kernels.NewMatrix(c.classes, c.features), make([]float32, c.classes), kernels.NewMatrix(50, c.classes)
		for _, x := range [][]float32{w.Data, bias, ds.Data} {
			for i := range x {
				x[i] = float32(r.NormFloat64())
			}
		}
		terms := (c.features + 15) / 16
		if c.classes > kernels.MaxRowForm {
			terms = c.features
		}
		scores := kernels.NewMatrix(50, c.classes)
		b.scores(scores, w, bias)
		scale := float64(s.one)
		for i, row := range order {
			for j, got := range scores.Row(i) {
				want, size := float64(bias[j]), math.Abs(float64(bias[j]))
				for f, v := range rows.Dense().Row(row) {
					x, mean, weight := float64(v), float64(s.mean[f]), float64(w.Row(j)[f])
					want += weight * (x - mean) * scale
					size += math.Abs(weight) * (x + mean) * scale
				}
				require.LessOrEqual(t, math.Abs(float64(got)-want), gamma(terms+11)*size, name)
			}
		}

		dw, db, copied := kernels.NewMatrix(c.classes, c.features), make([]float32, c.classes), kernels.NewMatrix(50, c.classes)
		kernels.Convert(copied, ds)
		b.gradient(dw, db, copied)
		for j := range c.classes {
			for f := range c.features {
				want, size := 0.0, 0.0
				for i, row := range order {
					x, mean, d := float64(rows.Dense().Row(row)[f]), float64(s.mean[f]), float64(ds.Row(i)[j])
					want += d * (x - mean) * scale
					size += math.Abs(d) * (x + mean) * scale
				}
				require.LessOrEqual(t, math.Abs(float64(dw.Row(j)[f])-want), gamma(50+3)*size, name)
			}
		}
	}
}

// Bytes are folded up to a spread, and converted beyond; the results agree.
func TestFoldingIsUsedWhereItIsExactEnough(t *testing.T) {
	for _, c := range []struct {
		low, spread int
		folded      bool
	}{{0, 255, true}, {0, 1, true}, {100, 155, true}, {200, 55, false}, {254, 1, false}, {77, 0, false}} {
		rows := photographs(300, 20, c.low, c.spread)
		s := scalerOf(t, rows, OneScale)
		_, folded := newMinibatch(rows, 10, s, nil).(*denseBatch[uint8])
		assert.Equal(t, c.folded, folded, "bytes from %d to %d have a spread of %.3g", c.low, c.low+c.spread, s.spread)

		_, folded = newMinibatch(rows, 10, unscaled(20), nil).(*denseBatch[uint8])
		assert.True(t, folded, "nothing to fold")
		if c.spread > 0 {
			_, folded = newMinibatch(rows, 10, scalerOf(t, rows, PerFeature), nil).(*denseBatch[uint8])
			assert.False(t, folded, "each feature has its own scale")
		}
	}
}

// Without scaling bytes and floats have the same bits, on every instruction set and
// with any number of workers.
func TestUnscaledBatchesAreTheSame(t *testing.T) {
	rows := photographs(90, 100, 0, 255)
	floats := kernels.NewMatrix(90, 100)
	kernels.Convert(floats, rows.Dense())
	s := unscaled(100)
	var first []float32
	for _, isa := range cpu.Available() {
		restore := cpu.Use(isa)
		for _, workers := range []int{1, 2, 7} {
			for _, rows := range []Rows{rows, Batch[float32](floats)} {
				b := newMinibatch(rows, 70, s, kernels.NewPool(workers))
				order := rand.New(rand.NewPCG(1, 1)).Perm(90)
				b.load(order[:70], order[70:])
				w := filled(10, 100, func(i, f int) float64 { return float64(i-f) / 7 })
				scores, dw, db := kernels.NewMatrix(70, 10), kernels.NewMatrix(10, 100), make([]float32, 10)
				b.scores(scores, w, make([]float32, 10))
				ds := filled(70, 10, func(i, f int) float64 { return float64(i%10-f) / 9 })
				b.gradient(dw, db, ds)
				all := append(append(scores.Data, dw.Data...), db...)
				if first == nil {
					first = all
				}
				require.Equal(t, first, all, "%v, %d workers, %T", isa, workers, rows)
			}
		}
		restore()
	}
}
