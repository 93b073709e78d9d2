package classifier_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/kernels"
)

// The lecture's linear classifier: an image of four pixels, three classes.
var (
	pixels  = []float32{56, 231, 24, 2}
	weights = kernels.Matrix{Rows: 3, Cols: 4, Stride: 4, Data: []float32{
		0.2, -0.5, 0.1, 2.0,
		1.5, 1.3, 2.1, 0.0,
		0, 0.25, 0.2, -0.3,
	}}
	bias   = []float32{1.1, 3.2, -1.2}
	animal = classifier.Info{Classes: []string{"cat", "dog", "ship"}}
)

func ExampleLinear() {
	pixels := []float32{56, 231, 24, 2} // an image of 2×2 grey pixels
	weights := kernels.Matrix{Rows: 3, Cols: 4, Stride: 4, Data: []float32{
		0.2, -0.5, 0.1, 2.0,
		1.5, 1.3, 2.1, 0.0,
		0, 0.25, 0.2, -0.3,
	}}
	bias := []float32{1.1, 3.2, -1.2}
	model, err := classifier.NewLinear(weights, bias, classifier.Info{
		Classes: []string{"cat", "dog", "ship"}, Shape: classifier.Shape{Height: 2, Width: 2, Channels: 1},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	scores := make([]float32, 3)
	model.Scores(scores, pixels)
	fmt.Printf("%.2f\n", scores)
	fmt.Println(model.Classes()[model.Predict(pixels)])
	// Output:
	// [-96.80 437.90 60.75]
	// dog
}

// The bias is a column of weights for a pixel that is always 1.
func TestBiasTrick(t *testing.T) {
	extended := kernels.NewMatrix(3, 5)
	for j := range 3 {
		copy(extended.Row(j), weights.Row(j))
		extended.Row(j)[4] = bias[j]
	}
	plain, err := classifier.NewLinear(weights, bias, animal)
	require.NoError(t, err)
	trick, err := classifier.NewLinear(extended, make([]float32, 3), animal)
	require.NoError(t, err)
	want, got := make([]float32, 3), make([]float32, 3)
	plain.Scores(want, pixels)
	trick.Scores(got, append(pixels[:4:4], 1))
	assert.InDeltaSlice(t, want, got, 1e-4)
	assert.InDeltaSlice(t, []float32{-96.8, 437.9, 60.75}, got, 1e-4)
}

// Summing the hinge over j = y too adds 1 for each example: max(0, 0 + 1).
func TestHingeOverAllClassesAddsOne(t *testing.T) {
	for i, scores := range [][]float32{{3.2, 5.1, -1.7}, {1.3, 4.9, 2.0}, {2.2, 2.5, -3.1}} {
		loss := argmax.Hinge(make([]float32, 3), scores, i, 1, 1)
		all := float32(0)
		for _, s := range scores {
			all += max(0, s-scores[i]+1)
		}
		assert.InDelta(t, loss+1, all, 1e-5)
	}
}

// W and 2W both reach zero hinge loss; the penalty λR(W) prefers W.
func TestRegularizationPrefersSmallWeights(t *testing.T) {
	w := kernels.Matrix{Rows: 2, Cols: 2, Stride: 2, Data: []float32{3, 0, 0, 3}}
	twice := kernels.Matrix{Rows: 2, Cols: 2, Stride: 2, Data: []float32{6, 0, 0, 6}}
	x := kernels.Matrix{Rows: 2, Cols: 2, Stride: 2, Data: []float32{1, 0, 0, 1}}
	loss := func(w kernels.Matrix) float64 {
		scores := kernels.NewMatrix(2, 2)
		kernels.Scores(scores, x, kernels.NewWeights(w, make([]float32, 2)), nil)
		return kernels.LossGradient(scores, scores, kernels.Targets{Labels: []int{0, 1}, Scale: 0.5}, kernels.WestonWatkins{Margin: 1}, nil)
	}
	assert.Zero(t, loss(w))
	assert.Zero(t, loss(twice))
	assert.Less(t, kernels.SquaredNorm(w), kernels.SquaredNorm(twice))
}

// The slide's weights give the same score. R₂ of the spread-out ones is smaller, R₁ is the
// same.
func TestPenaltiesOfTheSlide(t *testing.T) {
	x, w1, w2 := []float32{1, 1, 1, 1}, []float32{1, 0, 0, 0}, []float32{0.25, 0.25, 0.25, 0.25}
	assert.Equal(t, argmax.Dot(w1, x), argmax.Dot(w2, x))
	row := func(w []float32) kernels.Matrix { return kernels.Matrix{Rows: 1, Cols: 4, Stride: 4, Data: w} }
	assert.Equal(t, 1.0, kernels.SquaredNorm(row(w1)))
	assert.Equal(t, 0.25, kernels.SquaredNorm(row(w2)))
	assert.Equal(t, argmax.L1Dist(w1, make([]float32, 4)), argmax.L1Dist(w2, make([]float32, 4)))
}

// Of four features that say the same, the first a little more, L2 looks at all and L1 at
// the first alone.
func TestL2SpreadsWeightsAndL1SelectsThem(t *testing.T) {
	ex := &classifier.Table{X: kernels.NewMatrix(20, 4), Y: make([]int, 20), Names: []string{"low", "high"}}
	for i := range ex.Y {
		ex.Y[i] = i % 2
		for f := range 4 {
			ex.X.Row(i)[f] = float32(2*ex.Y[i]-1) + float32(i/2%3-1)/4
		}
		ex.X.Row(i)[0] *= 1.05
	}
	fit := func(o classifier.Objective) []float32 {
		o.Loss, o.Scaling = loss.Logistic{}, classifier.Unscaled
		m, _, err := classifier.Auto{Tolerance: 1e-6}.Fit(t.Context(), ex, o, classifier.Options{})
		require.NoError(t, err)
		w := make([]float32, 4)
		m.Template(w, 1)
		return w
	}
	spread := fit(classifier.Objective{L2: 0.1})
	for _, w := range spread {
		assert.InEpsilon(t, spread[0], w, 0.06)
	}
	sparse := fit(classifier.Objective{L1: 0.1})
	assert.Positive(t, sparse[0])
	assert.Equal(t, []float32{0, 0, 0}, sparse[1:])
}

// The worked example: scores of a cat, a car and a frog.
var worked = kernels.Matrix{Rows: 3, Cols: 3, Stride: 3, Data: []float32{
	3.2, 5.1, -1.7,
	1.3, 4.9, 2.0,
	2.2, 2.5, -3.1,
}}

// losses of the rows of the worked example.
func lossesOf(l loss.Loss, scores kernels.Matrix, labels ...int) (of []float64) {
	for i, y := range labels {
		grad := kernels.NewMatrix(1, scores.Cols)
		of = append(of, l.Gradient(grad, scores.Slice(i, i+1), []int{y}, []float32{1}))
	}
	return of
}

func TestLossesOfTheWorkedExample(t *testing.T) {
	hinge := lossesOf(loss.WestonWatkins{}, worked, 0, 1, 2)
	assert.InDeltaSlice(t, []float64{2.9, 0, 12.9}, hinge, 1e-5)
	assert.InDelta(t, 5.27, (hinge[0]+hinge[1]+hinge[2])/3, 5e-3)

	p := make([]float32, 3)
	argmax.Softmax(p, worked.Row(0))
	assert.InDeltaSlice(t, []float32{0.13, 0.87, 0.00}, p, 5e-3)
	assert.InDelta(t, 2.04, lossesOf(loss.Softmax{}, worked, 0)[0], 5e-3)
}

// Small changes to the scores of the car do not change its hinge loss, as the margins are
// met. At the start, with scores of zero, losses are those of guessing.
func TestQuestionsAboutTheHinge(t *testing.T) {
	jiggled := kernels.Matrix{Rows: 1, Cols: 3, Stride: 3, Data: []float32{1.3 + 0.5, 4.9 - 0.5, 2.0 + 0.5}}
	assert.Zero(t, lossesOf(loss.WestonWatkins{}, jiggled, 1)[0])
	for _, classes := range []int{2, 3, 10, 1000} {
		zeros := kernels.NewMatrix(1, classes)
		assert.InDelta(t, math.Log(float64(classes)), lossesOf(loss.Softmax{}, zeros, 1)[0], 1e-5)
		assert.InDelta(t, float64(classes-1), lossesOf(loss.WestonWatkins{}, zeros, 1)[0], 1e-4)
	}
	squared := lossesOf(loss.SquaredWestonWatkins{}, worked, 0)[0]
	assert.InDelta(t, 2.9*2.9, squared, 1e-5, "another loss, not a scaled one")
}

// Softmax is never fully happy: it gains by every step away from the other classes. The SVM
// is, once the margins are met.
func TestSoftmaxIsNeverHappyAndSVMIs(t *testing.T) {
	scores := kernels.Matrix{Rows: 4, Cols: 3, Stride: 3, Data: []float32{
		10, 9, 9,
		10, 8, 8,
		10, -2, 3,
		10, -4, -4,
	}}
	assert.Equal(t, []float64{0, 0, 0, 0}, lossesOf(loss.WestonWatkins{}, scores, 0, 0, 0, 0))
	softmax := lossesOf(loss.Softmax{}, scores, 0, 0, 0, 0)
	for i := range softmax {
		assert.Positive(t, softmax[i])
		if i > 0 {
			assert.Less(t, softmax[i], softmax[i-1])
		}
	}
	grad := kernels.NewMatrix(4, 3)
	loss.WestonWatkins{}.Gradient(grad, scores, []int{0, 0, 0, 0}, []float32{1, 1, 1, 1})
	assert.Equal(t, make([]float32, 12), grad.Data)
	loss.Softmax{}.Gradient(grad, scores, []int{0, 0, 0, 0}, []float32{1, 1, 1, 1})
	for i := range 4 {
		assert.Negative(t, grad.Row(i)[0])
	}
}

// Softmax of two classes is logistic regression of the difference of their scores: with
// twice the penalty on the weights of one, the same probabilities.
func TestBinarySoftmaxIsLogisticRegression(t *testing.T) {
	ex := blobs(200, 5, 2)
	fit := func(o classifier.Objective) *classifier.Linear {
		m, _, err := classifier.LBFGS{Tolerance: 1e-7}.Fit(t.Context(), ex, o, classifier.Options{})
		require.NoError(t, err)
		return m
	}
	// ‖w₁‖² + ‖w₂‖² of opposite weights is half of ‖w₂ − w₁‖².
	softmax := fit(classifier.Objective{Loss: loss.Softmax{}, L2: 0.02})
	logistic := fit(classifier.Objective{Loss: loss.Logistic{}, L2: 0.01})
	p, q := make([]float32, 2), make([]float32, 2)
	for i := range ex.X.Rows {
		require.NoError(t, softmax.Probabilities(p, ex.X.Row(i)))
		require.NoError(t, logistic.Probabilities(q, ex.X.Row(i)))
		assert.InDeltaSlice(t, q, p, 2e-4)
	}
}

// Twenty examples are learned by heart by every loss: no error, and next to no loss.
func TestTwentyExamplesAreLearnedByHeart(t *testing.T) {
	ex := blobs(20, 30, 4)
	for _, l := range losses {
		if l, ok := l.(loss.Softmax); ok && l.Smoothing > 0 {
			continue // its loss is never less than the entropy of its targets
		}
		s := classifier.SGD{Epochs: 400, Batch: 20, LearningRate: 0.5}
		m, report, err := s.Fit(t.Context(), ex, oneScale(l), classifier.Options{})
		require.NoError(t, err)
		assert.Equal(t, 1.0, accuracy(t, m, ex), "%v", l)
		if _, smooth := l.(loss.Smooth); smooth {
			assert.Less(t, report.Loss, 2e-3, "%v", l)
		} else {
			assert.Zero(t, report.Loss, "%v", l)
		}
	}
}
