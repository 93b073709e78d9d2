package pca_test

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/pca"
	"github.com/seed842bec00/argmax/kernels"
)

// reference is what NumPy says, see testdata/reference.py.
type reference struct {
	Name                    string
	Features                int
	Data                    []float32
	Mean, Variances         []float64
	Components, Coordinates [][]float64
	Total                   float64
}

func TestReference(t *testing.T) {
	content, err := os.ReadFile("testdata/reference.json")
	require.NoError(t, err)
	var cases []reference
	require.NoError(t, json.Unmarshal(content, &cases))
	require.Greater(t, len(cases), 5)
	for _, want := range cases {
		t.Run(want.Name, func(t *testing.T) {
			rows := matrix(len(want.Data)/want.Features, want.Features, want.Data)
			p := fit(t, rows, pca.Config{})
			require.Equal(t, len(want.Components), p.Components())
			first := math.Sqrt(want.Variances[0])
			for i, c := range components(p) {
				assert.InDelta(t, want.Variances[i], p.Variances()[i], 1e-6*want.Variances[0])
				assert.InDelta(t, want.Variances[i]/want.Total, p.Explained()[i], 1e-6)
				// A perturbation of the covariance by 2⁻²³ of the largest variance turns a
				// component by that, divided by the gap to the next.
				gap := want.Variances[i]
				for j, v := range want.Variances {
					if j != i {
						gap = min(gap, math.Abs(v-want.Variances[i]))
					}
				}
				for f, v := range c {
					assert.InDelta(t, want.Components[i][f], v, 1e-6*want.Variances[0]/gap, "component %d", i)
				}
				mean := make([]float32, want.Features)
				p.Mean(mean)
				for f, m := range mean {
					assert.Equal(t, float32(want.Mean[f]), m)
				}
				for row, x := range transform(t, p, rows) {
					assert.InDelta(t, want.Coordinates[row][i]/first, float64(x[i])/first, 1e-5*want.Variances[0]/gap)
				}
			}
		})
	}
}

// Directions are orthonormal, variances are those of the coordinates, and all coordinates
// together give the rows back: with few and many rows and features, and by each method.
func TestIdentities(t *testing.T) {
	for _, c := range []struct{ rows, features, components int }{
		{50, 3, 0}, {300, 70, 0}, {40, 300, 0}, {2, 2, 0}, {600, 40, 5}, {40, 900, 3},
		{700, 650, 4}, {650, 700, 10},
	} {
		t.Run(fmt.Sprintf("%+v", c), func(t *testing.T) {
			if testing.Short() && c.rows*c.features > 1e5 {
				t.Skip("slow in an emulator")
			}
			rows := sample(c.rows, c.features)
			p := fit(t, rows, pca.Config{Components: c.components})
			require.Equal(t, min(c.rows-1, c.features, or(c.components, math.MaxInt)), p.Components())
			all := components(p)
			for i, a := range all {
				for j, b := range all[:i+1] {
					want := 0.0
					if i == j {
						want = 1
					}
					assert.InDelta(t, want, product(a, b), 2e-6, "components %d and %d", i, j)
				}
			}
			coordinates := transform(t, p, rows)
			variances, sum := p.Variances(), 0.0
			for i := range all {
				of, mean := make([]float64, c.rows), 0.0
				for row, x := range coordinates {
					of[row] = float64(x[i])
					mean += of[row] / float64(c.rows)
				}
				variance := 0.0
				for _, v := range of {
					variance += (v - mean) * (v - mean) / float64(c.rows-1)
				}
				assert.InDelta(t, variance, variances[i], 1e-5*variances[0])
				sum += p.Explained()[i]
				if i > 0 {
					assert.LessOrEqual(t, variances[i], variances[i-1])
				}
			}
			if c.components == 0 {
				assert.InDelta(t, 1, sum, 1e-5)
				back := kernels.NewMatrix(c.rows, c.features)
				p.Inverse(back, flat(coordinates), kernels.NewPool(2))
				for i := range c.rows {
					for f, x := range back.Row(i) {
						assert.InDelta(t, rows.Dense().Row(i)[f], x, 1e-4)
					}
				}
			}
		})
	}
}

// The first components of many are those of a decomposition of all.
func TestFirstComponentsAreThoseOfAll(t *testing.T) {
	if testing.Short() {
		t.Skip("slow in an emulator")
	}
	rows := sample(600, 560)
	few, all := fit(t, rows, pca.Config{Components: 3}), fit(t, rows, pca.Config{})
	for i := range 3 {
		assert.InEpsilon(t, all.Variances()[i], few.Variances()[i], 1e-6)
		assert.InDelta(t, 1, math.Abs(product(components(all)[i], components(few)[i])), 1e-6)
	}
}

// The largest element of a component is positive.
func TestSigns(t *testing.T) {
	for _, c := range components(fit(t, sample(100, 20), pca.Config{})) {
		largest := 0.0
		for _, v := range c {
			if math.Abs(v) > math.Abs(largest) {
				largest = v
			}
		}
		assert.Positive(t, largest)
	}
}

// Rows less their mean lie along a line: there is one component.
func TestDirectionsWithoutVarianceAreNoComponents(t *testing.T) {
	p := fit(t, matrix(3, 3, []float32{5, 1, 7, 5, 2, 7, 5, 3, 7}), pca.Config{})
	require.Equal(t, 1, p.Components())
	assert.Equal(t, [][]float64{{0, 1, 0}}, components(p))
	assert.Equal(t, []float64{1}, p.Variances())
	assert.Equal(t, []float64{1}, p.Explained())

	wide := kernels.NewMatrix(1000, 600) // a plane, by the block Lanczos method
	for i := range wide.Rows {
		wide.Row(i)[3], wide.Row(i)[500] = float32(i), float32(i%2)
	}
	p = fit(t, classifier.Batch[float32](wide), pca.Config{Components: 5})
	require.Equal(t, 2, p.Components())
	assert.InDelta(t, 1001.0*1000/12, p.Variances()[0], 0.5)
	assert.InEpsilon(t, 250.0/999, p.Variances()[1], 1e-4)
}

// One answer: for any number of workers, for bytes and for the same numbers in float32,
// and on every instruction set.
func TestOneAnswer(t *testing.T) {
	for _, c := range []struct {
		rows, features, components int
		hash                       uint64
	}{
		{300, 30, 0, 0x7f519adc6e3edfe0},
		{30, 300, 0, 0xead96bb1bea005d1},
		{530, 520, 2, 0x33f5c53df3e6b4f3},
	} {
		t.Run(fmt.Sprintf("%d×%d", c.rows, c.features), func(t *testing.T) {
			random := rand.New(rand.NewPCG(3, 4))
			bytes, floats := kernels.NewDense[uint8](c.rows, c.features), kernels.NewMatrix(c.rows, c.features)
			for i := range bytes.Data {
				bytes.Data[i] = uint8(random.Uint32N(uint32(2 + i%c.features*7%250)))
			}
			kernels.Convert(floats, bytes)
			want := bits(fit(t, classifier.Batch[float32](floats), pca.Config{Components: c.components, Workers: 1}))
			assert.Equal(t, want, bits(fit(t, classifier.Batch[float32](floats), pca.Config{Components: c.components, Workers: 3})))
			assert.Equal(t, want, bits(fit(t, classifier.Batch[uint8](bytes), pca.Config{Components: c.components})))
			hash := fnv.New64a()
			fmt.Fprint(hash, want)
			assert.Equal(t, c.hash, hash.Sum64(), "the bits with %s: %#x", argmax.Active(), hash.Sum64())
		})
	}
}

func TestErrors(t *testing.T) {
	ctx := context.Background()
	nan := float32(math.NaN())
	_, err := pca.Fit(ctx, matrix(1, 2, []float32{1, 2}), pca.Config{})
	assert.EqualError(t, err, "pca: 1 rows of 2 features: want 2 rows or more")
	_, err = pca.Fit(ctx, matrix(3, 1, []float32{7, 7, 7}), pca.Config{})
	assert.EqualError(t, err, "pca: all rows are equal")
	_, err = pca.Fit(ctx, matrix(2, 2, []float32{1, 2, 3, nan}), pca.Config{})
	assert.EqualError(t, err, "pca: row 1: feature 1 is NaN")

	rows := sample(30, 4)
	p := fit(t, rows, pca.Config{Components: 2})
	assert.EqualError(t, p.Transform(ctx, kernels.NewMatrix(5, 2), sample(5, 3), 1), "pca: rows of 3 features, the components have 4")
	assert.PanicsWithValue(t, "pca: Transform: a matrix of 5×3, want 5×2", func() {
		_ = p.Transform(ctx, kernels.NewMatrix(5, 3), sample(5, 4), 1)
	})
	assert.PanicsWithValue(t, "pca: Inverse: a matrix of 5×3, want 5×4", func() {
		p.Inverse(kernels.NewMatrix(5, 3), kernels.NewMatrix(5, 2), nil)
	})
	assert.PanicsWithValue(t, "pca: Component: dst has 3 elements, the rows have 4 features", func() { p.Component(make([]float32, 3), 0) })
	assert.PanicsWithValue(t, "pca: Fit: -1 components", func() { _, _ = pca.Fit(ctx, rows, pca.Config{Components: -1}) })

	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	_, err = pca.Fit(cancelled, rows, pca.Config{})
	assert.ErrorIs(t, err, context.Canceled)
	assert.ErrorIs(t, p.Transform(cancelled, kernels.NewMatrix(30, 2), rows, 1), context.Canceled)
}

func or(x, other int) int {
	if x == 0 {
		return other
	}
	return x
}

func fit(t *testing.T, rows classifier.Rows, c pca.Config) *pca.PCA {
	t.Helper()
	p, err := pca.Fit(context.Background(), rows, c)
	require.NoError(t, err)
	require.Equal(t, rows.Features(), p.Features())
	return p
}

func matrix(rows, cols int, data []float32) classifier.InPlace[float32] {
	return classifier.Batch[float32]{Rows: rows, Cols: cols, Stride: cols, Data: data}
}

// sample returns rows whose features depend on each other, with deviations that fall.
func sample(n, features int) classifier.InPlace[float32] {
	random := rand.New(rand.NewPCG(1, uint64(features)))
	x := kernels.NewMatrix(n, features)
	for i := range n {
		common := random.NormFloat64()
		for f := range x.Row(i) {
			x.Row(i)[f] = float32(2 + common*math.Sin(float64(f)) + random.NormFloat64()*(0.2+1/float64(1+f)))
		}
	}
	return classifier.Batch[float32](x)
}

func components(p *pca.PCA) [][]float64 {
	all := make([][]float64, p.Components())
	c := make([]float32, p.Features())
	for i := range all {
		p.Component(c, i)
		for _, v := range c {
			all[i] = append(all[i], float64(v))
		}
	}
	return all
}

func transform(t *testing.T, p *pca.PCA, rows classifier.Rows) [][]float32 {
	t.Helper()
	m := kernels.NewMatrix(rows.Len(), p.Components())
	require.NoError(t, p.Transform(context.Background(), m, rows, 2))
	all := make([][]float32, m.Rows)
	for i := range all {
		all[i] = m.Row(i)
	}
	return all
}

func flat(rows [][]float32) kernels.Matrix {
	m := kernels.NewMatrix(len(rows), len(rows[0]))
	for i, r := range rows {
		copy(m.Row(i), r)
	}
	return m
}

func product(a, b []float64) (sum float64) {
	for i, v := range a {
		sum += v * b[i]
	}
	return sum
}

// bits returns all bits of the components.
func bits(p *pca.PCA) (all []uint64) {
	for _, v := range append(p.Variances(), p.Explained()...) {
		all = append(all, math.Float64bits(v))
	}
	for _, c := range components(p) {
		for _, v := range c {
			all = append(all, uint64(math.Float32bits(float32(v))))
		}
	}
	return all
}

// The test cache does not know variables that are read while packages start, so
// this reads it again: a run that was meant for another ISA fails.
func TestEnvironmentIsObeyed(t *testing.T) {
	if force := os.Getenv("ARGMAX_ISA"); force != "" {
		require.Equal(t, force, argmax.Active())
	}
}
