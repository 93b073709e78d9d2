package classifier_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/classifier"
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

// Both weights give the same score; L2 prefers to look at all of the input.
func TestL2PrefersSpreadWeights(t *testing.T) {
	x, w1, w2 := []float32{1, 1, 1, 1}, []float32{1, 0, 0, 0}, []float32{0.25, 0.25, 0.25, 0.25}
	assert.Equal(t, argmax.Dot(w1, x), argmax.Dot(w2, x))
	row := func(w []float32) kernels.Matrix { return kernels.Matrix{Rows: 1, Cols: 4, Stride: 4, Data: w} }
	assert.Equal(t, 1.0, kernels.SquaredNorm(row(w1)))
	assert.Equal(t, 0.25, kernels.SquaredNorm(row(w2)))
}
