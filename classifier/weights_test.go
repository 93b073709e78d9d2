package classifier_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/kernels"
)

// In a step of all examples a weight of 2 is the example twice, and 0 its absence: the
// models of both differ by rounding.
func TestSGDWeightsInFullBatches(t *testing.T) {
	ex := overlapping(120)
	weights := make([]float32, ex.Len())
	same := &classifier.Table{Names: ex.Names}
	for i := range weights {
		weights[i] = float32(i % 3)
		for range i % 3 {
			same.X.Data = append(same.X.Data, ex.X.Row(i)...)
			same.Y = append(same.Y, ex.Y[i])
		}
	}
	same.X = kernels.Matrix{Rows: len(same.Y), Cols: 30, Stride: 30, Data: same.X.Data}
	for _, optimizer := range []classifier.Optimizer{classifier.HeavyBall{Momentum: 0.9}, classifier.NewAdam()} {
		s := classifier.SGD{Epochs: 30, Batch: 1000, LearningRate: 0.01, Optimizer: optimizer}
		o := classifier.Objective{L2: 1e-3, Scaling: classifier.PerFeature}
		weighted, _, err := s.Fit(t.Context(), ex, o, classifier.Options{Weights: weights})
		require.NoError(t, err)
		repeated, _, err := s.Fit(t.Context(), same, o, classifier.Options{})
		require.NoError(t, err)
		got, want := make([]float32, 30), make([]float32, 30)
		for class := range ex.Names {
			weighted.Template(got, class)
			repeated.Template(want, class)
			assert.InDeltaSlice(t, want, got, 1e-5)
		}
	}
}

// In batches of any size an example of weight 0 has no influence, whatever its features and
// its label are; it takes a place in its batch.
func TestSGDWeightOfZero(t *testing.T) {
	for _, bytes := range []bool{false, true} {
		var models []*classifier.Linear
		for _, feature := range []float32{3, 200} {
			ex := overlapping(100)
			weights := ones32(100)
			for i := 0; i < 100; i += 9 {
				weights[i] = 0
				ex.Y[i] = int(feature) % 3
				for f := range ex.X.Row(i) {
					ex.X.Row(i)[f] = feature
				}
			}
			var examples classifier.Examples = ex
			if bytes {
				examples = bytesOf(ex)
			}
			m, _, err := classifier.SGD{Batch: 16}.Fit(t.Context(), examples, oneScale(loss.Softmax{}), classifier.Options{Weights: weights})
			require.NoError(t, err)
			models = append(models, m)
		}
		assert.Equal(t, models[0], models[1])
	}
}

// With balanced classes no solver predicts the frequent class alone, where the classes
// overlap so much that without balance that is the best guess.
func TestBalancedFitsPredictRareClasses(t *testing.T) {
	for _, c := range []struct{ frequent, rare int }{{980, 20}, {5000, 50}} {
		r := rand.New(rand.NewPCG(uint64(c.frequent), 1))
		n := c.frequent + c.rare
		ex := &classifier.Table{X: kernels.NewMatrix(n, 5), Y: make([]int, n), Names: []string{"frequent", "rare"}}
		for i := range ex.Y {
			if i >= c.frequent {
				ex.Y[i] = 1
			}
			for f := range ex.X.Row(i) {
				ex.X.Row(i)[f] = float32(r.NormFloat64() + 0.6*float64(ex.Y[i]))
			}
		}
		for _, solver := range []classifier.Solver{classifier.Auto{}, classifier.SGD{Epochs: 50, LearningRate: 0.01}} {
			for _, l := range []loss.Loss{loss.Softmax{}, loss.Hinge{}} {
				recalls := func(balanced bool) (frequent, rare float64) {
					m, _, err := solver.Fit(t.Context(), ex, classifier.Objective{Loss: l, L2: 1e-3, Balanced: balanced}, classifier.Options{})
					require.NoError(t, err)
					for i, y := range ex.Y {
						if m.Predict(ex.X.Row(i)) == y {
							if y == 1 {
								rare += 1 / float64(c.rare)
							} else {
								frequent += 1 / float64(c.frequent)
							}
						}
					}
					return frequent, rare
				}
				frequent, rare := recalls(true)
				assert.Greater(t, frequent, 0.6, "%T, %v, %d", solver, l, c.rare)
				assert.Greater(t, rare, 0.6, "%T, %v, %d", solver, l, c.rare)
				_, rare = recalls(false)
				assert.Less(t, rare, 0.3, "%T, %v, %d: the test is no test", solver, l, c.rare)
			}
		}
	}
}
