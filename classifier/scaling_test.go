package classifier_test

import (
	"bytes"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/internal/race"
	"github.com/seed842bec00/argmax/kernels"
)

// normal are normal features whose classes a linear function with noise decides.
func normal(n, features int) *classifier.Table {
	r := rand.New(rand.NewPCG(uint64(n), uint64(features)))
	t := &classifier.Table{X: kernels.NewMatrix(n, features), Y: make([]int, n), Names: []string{"a", "b", "c"}}
	teacher := kernels.NewMatrix(3, features)
	for i := range teacher.Data {
		teacher.Data[i] = float32(r.NormFloat64())
	}
	for i := range n {
		best := math.Inf(-1)
		for f := range features {
			t.X.Row(i)[f] = float32(r.NormFloat64())
		}
		for j := range 3 {
			s := 0.2 * r.NormFloat64()
			for f, v := range t.X.Row(i) {
				s += float64(v) * float64(teacher.Row(j)[f])
			}
			if s > best {
				best, t.Y[i] = s, j
			}
		}
	}
	return t
}

// widened is the same examples with one more column.
func widened(t *classifier.Table, column func(i int) float32) *classifier.Table {
	wide := &classifier.Table{X: kernels.NewMatrix(t.X.Rows, t.X.Cols+1), Y: t.Y, Names: t.Names}
	for i := range t.X.Rows {
		copy(wide.X.Row(i), t.X.Row(i))
		wide.X.Row(i)[t.X.Cols] = column(i)
	}
	return wide
}

// A column that says nothing, such as a time in seconds, does no harm.
func TestConstantColumn(t *testing.T) {
	ex := normal(20000, 12)
	alone := accuracy(t, trained(t, ex), ex)
	require.Greater(t, alone, 0.9)
	for _, constant := range []float32{1.7123456e9, -3e37, 0.1} {
		wide := widened(ex, func(int) float32 { return constant })
		m := trained(t, wide)
		assert.InDelta(t, alone, accuracy(t, m, wide), 0.005, "%v", constant)
		template := make([]float32, 13)
		for class := range 3 {
			m.Template(template, class)
			assert.Zero(t, template[12], "%v", constant)
		}
	}
}

// The means are folded into the bias, except where that would lose what was learned:
// then the model subtracts them first.
func TestFeaturesFarFromZero(t *testing.T) {
	ex := normal(4000, 12)
	alone := accuracy(t, trained(t, ex), ex)
	for i := range ex.X.Data {
		ex.X.Data[i] += 1000
	}
	assert.InDelta(t, alone, accuracy(t, trained(t, ex), ex), 0.005)

	pair := func(a, b float32) *classifier.Table { return line([]float32{a, b}, []int{0, 1}, "even", "odd") }
	c := sgd(func(c *classifier.SGD) { c.LearningRate, c.Epochs = 0.1, 300 })
	for _, ex := range []*classifier.Table{pair(16_000, 16_001), pair(100_000, 100_001), pair(16_000_000, 16_000_001)} {
		for l2, solver := range map[float64]classifier.Solver{0: c, 1e-4: classifier.LBFGS{}} {
			m, _, err := solver.Fit(t.Context(), ex, classifier.Objective{L2: l2, Scaling: classifier.OneScale}, classifier.Options{})
			require.NoError(t, err)
			assert.Equal(t, 1.0, accuracy(t, m, ex))
			pivot, scale := m.Inputs()
			if ex.X.Data[0] < 1e6 {
				assert.Nil(t, pivot)
				assert.Nil(t, scale)
			} else {
				assert.Equal(t, []float32{16_000_000}, pivot) // the mean, to the nearest even
				assert.Equal(t, []float32{1}, scale)
			}
		}
	}
}

// A model with inputs is written and read, predicts one row and many alike, and is a
// start that a fit has nothing to add to.
func TestInputs(t *testing.T) {
	ex := line([]float32{16_000_001, 16_000_001, 16_000_000, 16_000_002}, []int{0, 0, 0, 1}, "a", "b")
	fit := func(start *classifier.Linear) (*classifier.Linear, classifier.Report) {
		m, report, err := classifier.LBFGS{Tolerance: 1e-4}.Fit(t.Context(), ex, classifier.Objective{L2: 1e-4}, classifier.Options{Start: start})
		require.NoError(t, err)
		require.True(t, report.Converged)
		return m, report
	}
	m, _ := fit(nil)
	require.Equal(t, 1.0, accuracy(t, m, ex))
	_, again := fit(m)
	assert.LessOrEqual(t, again.Iterations, 1)

	var file bytes.Buffer
	_, err := m.WriteTo(&file)
	require.NoError(t, err)
	read, err := classifier.ReadLinear(&file)
	require.NoError(t, err)
	pivot, scale := m.Inputs()
	readPivot, readScale := read.Inputs()
	assert.Equal(t, pivot, readPivot)
	assert.Equal(t, scale, readScale)
	named, err := read.With(classifier.Info{Classes: []string{"c", "d"}})
	require.NoError(t, err)
	predicted := make([]int, ex.Len())
	require.NoError(t, named.PredictAll(t.Context(), predicted, ex, 2))
	assert.Equal(t, ex.Y, predicted)
	scores := make([]float32, 2)
	for i, y := range ex.Y {
		assert.Equal(t, y, read.Predict(ex.X.Row(i)))
		read.Scores(scores, ex.X.Row(i))
		assert.Equal(t, y == 1, scores[1] > scores[0])
	}
	x := slices.Clone(ex.X.Row(0))
	allocated := testing.AllocsPerRun(10, func() { read.Predict(x) })
	if !race.Enabled { // which drops buffers at random
		assert.Zero(t, allocated)
	}
	assert.Equal(t, ex.X.Row(0), x)
	assert.Panics(t, func() { read.Predict(x[:0]) })
}

// Images that hardly differ are learned, too: their rows are converted and centred.
func TestImagesThatHardlyDiffer(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	ex := &classifier.Labelled[uint8]{X: kernels.NewDense[uint8](500, 30), Y: make([]int, 500), Names: []string{"a", "b"}}
	for i := range ex.Y {
		ex.Y[i] = r.IntN(2)
		for f := range ex.X.Row(i) {
			ex.X.Row(i)[f] = uint8(251 + r.IntN(2) + ex.Y[i]*(f%2))
		}
	}
	assert.Greater(t, accuracy(t, trained(t, ex), ex), 0.99)
}

// Where all features are constant, the bias alone is fitted.
func TestConstantFeatures(t *testing.T) {
	ex := blobs(20, 3, 2)
	for i := range ex.X.Data {
		ex.X.Data[i] = 7
	}
	for _, ex := range []classifier.Examples{ex, bytesOf(ex)} {
		assert.GreaterOrEqual(t, trained(t, ex).Predict([]float32{7, 7, 7}), 0)
	}
}

// Features of any size are learned from. Where the weights of features as they come are
// beyond float32 the model scales the features first.
func TestScalesBeyondFloat32(t *testing.T) {
	for _, scaling := range []classifier.Scaling{classifier.Unscaled, classifier.OneScale, classifier.PerFeature} {
		for _, factor := range []float32{1e-40, 1e-39, 1.2e-38, 1e-37, 1e-30, 1, 1e30, 1e36, 2e38} {
			ex := line([]float32{-factor, -factor, factor, factor}, []int{0, 0, 1, 1}, "a", "b")
			m, _, err := sgd(func(c *classifier.SGD) { c.LearningRate, c.Epochs = 0.3, 200 }).Fit(t.Context(), ex,
				classifier.Objective{Scaling: scaling}, classifier.Options{})
			require.NoError(t, err, "%v, %v", factor, scaling)
			assert.Equal(t, 1.0, accuracy(t, m, ex), "%v, %v", factor, scaling)
			_, scale := m.Inputs()
			assert.Equal(t, factor < 1e-37, scale != nil, "%v, %v", factor, scaling)
		}
	}
}
