package classifier_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/loss"
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

// The means are folded into the bias, and that is an error where it would lose what
// was learned.
func TestFeaturesFarFromZero(t *testing.T) {
	ex := normal(4000, 12)
	alone := accuracy(t, trained(t, ex), ex)
	for i := range ex.X.Data {
		ex.X.Data[i] += 1000
	}
	assert.InDelta(t, alone, accuracy(t, trained(t, ex), ex), 0.005)

	pair := func(a, b float32) *classifier.Table { return line([]float32{a, b}, []int{0, 1}, "even", "odd") }
	c := sgd(func(c *classifier.SGD) { c.LearningRate, c.Epochs = 0.1, 300 })
	for _, ex := range []*classifier.Table{pair(16_000, 16_001), pair(100_000, 100_001)} {
		m, _, err := c.Fit(t.Context(), ex, oneScale(loss.Softmax{}), classifier.Options{})
		require.NoError(t, err)
		assert.Equal(t, 1.0, accuracy(t, m, ex))
	}
	for l2, solver := range map[float64]classifier.Solver{0: c, 1e-4: classifier.LBFGS{}} {
		_, _, err := solver.Fit(t.Context(), pair(16_000_000, 16_000_001), classifier.Objective{L2: l2, Scaling: classifier.OneScale}, classifier.Options{})
		assert.ErrorContains(t, err, "the means of the features are too large beside their standard deviations for float32", "%T", solver)
		assert.ErrorContains(t, err, "subtract them first")
	}
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

// Features of any size are learned from. Where the weights of features as they come
// are beyond float32 the error says so, and nothing about the learning rate.
func TestScalesBeyondFloat32(t *testing.T) {
	for _, scaling := range []classifier.Scaling{classifier.Unscaled, classifier.OneScale, classifier.PerFeature} {
		for _, factor := range []float32{1e-40, 1.2e-38, 1e-37, 1e-30, 1, 1e30, 1e36, 2e38} {
			ex := line([]float32{-factor, -factor, factor, factor}, []int{0, 0, 1, 1}, "a", "b")
			m, _, err := sgd(func(c *classifier.SGD) { c.LearningRate, c.Epochs = 0.3, 200 }).Fit(t.Context(), ex,
				classifier.Objective{Scaling: scaling}, classifier.Options{})
			if factor < 1e-37 {
				assert.EqualError(t, err, "classifier: the weights of features as they come overflow: "+
					"multiply the features by about the inverse of their standard deviation", "%v, %v", factor, scaling)
				continue
			}
			require.NoError(t, err, "%v, %v", factor, scaling)
			assert.Equal(t, 1.0, accuracy(t, m, ex), "%v, %v", factor, scaling)
		}
	}
}
