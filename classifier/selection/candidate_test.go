package selection

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/kernels"
)

func TestGrid(t *testing.T) {
	assert.Equal(t, []Candidate{{}}, Grid{}.Candidates())
	all := Grid{Losses: []loss.Loss{loss.Softmax{}, loss.Hinge{}}, L2: []float64{1, 2}, Balanced: []bool{false, true}}.Candidates()
	require.Len(t, all, 8)
	assert.Equal(t, classifier.Objective{Loss: loss.Softmax{}, L2: 2}, all[1].Objective)
	assert.Equal(t, classifier.Objective{Loss: loss.Hinge{}, L2: 1, Balanced: true}, all[6].Objective)
}

// A sample is the beginning of a larger one; numbers are log-uniform, within their range.
func TestSample(t *testing.T) {
	s := DefaultSpace()
	s.L2 = Range{1e-6, 1e-2}
	few, err := s.Sample(10, 3)
	require.NoError(t, err)
	many, err := s.Sample(4000, 3)
	require.NoError(t, err)
	assert.Equal(t, few, many[:10])
	other, err := s.Sample(10, 4)
	require.NoError(t, err)
	assert.NotEqual(t, few, other)
	losses, below, trims := map[string]int{}, 0, 0
	for _, c := range many {
		l2 := c.Objective.L2
		require.True(t, l2 >= 1e-6 && l2 <= 1e-2, "%v", l2)
		if l2 < 1e-4 {
			below++
		}
		losses[c.Objective.Loss.String()]++
		if trimmed, ok := c.Solver.(classifier.Trimmed); ok {
			c.Solver = trimmed.Solver
			trims++
		}
		solver := c.Solver.(classifier.SGD)
		require.True(t, solver.LearningRate >= 2e-3 && solver.LearningRate <= 5e-2, "%v", solver.LearningRate)
	}
	assert.InDelta(t, 2000, below, 150)
	assert.InDelta(t, 3000, trims, 150)
	assert.InDelta(t, 2000, losses["Crammer–Singer hinge"], 150)
	assert.InDelta(t, 1000, losses["softmax"], 150)

	fixed, err := Space{}.Sample(2, 1)
	require.NoError(t, err)
	assert.Equal(t, Candidate{Objective: classifier.Objective{Loss: loss.Softmax{}}, Solver: classifier.Auto{}}, fixed[1])
	for _, r := range []Range{{0, 1}, {-1, 1}, {2, 1}, {math.NaN(), 1}, {1, math.Inf(1)}, {-1, -1}} {
		_, err := Space{L2: r}.Sample(1, 0)
		assert.ErrorContains(t, err, "selection: λ₂ from ")
	}
	_, err = Space{}.Sample(-1, 0)
	assert.EqualError(t, err, "selection: -1 candidates")
}

func TestCandidateInWords(t *testing.T) {
	for want, c := range map[string]Candidate{
		"softmax, λ₂ 0, automatic": {},
		"softmax, smoothing 0.1, λ₂ 0.5, λ₁ 0.25, per feature, no bias, balanced": {Objective: classifier.Objective{
			Loss: loss.Softmax{Smoothing: 0.1}, L2: 0.5, L1: 0.25, Scaling: classifier.PerFeature, Bias: classifier.NoBias, Balanced: true}},
		"hinge, margin 2, λ₁ 1, one scale, penalized bias, class weights [1 2]": {Objective: classifier.Objective{
			Loss: loss.Hinge{Margin: 2}, L1: 1, Scaling: classifier.OneScale, Bias: classifier.PenalizedBias, ClassWeights: []float32{1, 2}}},
		"softmax, λ₂ 0, automatic, SGD, classifier.Nesterov{Momentum:0.5}, classifier.CosineDecay{}, rate 0.1, batch size 8, 3 epochs": {
			Solver: classifier.SGD{Optimizer: classifier.Nesterov{Momentum: 0.5}, Schedule: classifier.CosineDecay{}, LearningRate: 0.1, Batch: 8, Epochs: 3}},
		"softmax, λ₂ 0, automatic, without losses above 2, 3 times, SGD, 9 epochs": {
			Solver: classifier.Trimmed{Solver: classifier.SGD{Epochs: 9}, Above: 2, Rounds: 3}},
		"softmax, λ₂ 0, automatic, without losses above 2": {Solver: classifier.Trimmed{Above: 2}},
		"softmax, λ₂ 0, automatic, classifier.LBFGS":       {Solver: classifier.LBFGS{}},
	} {
		assert.Equal(t, want, c.String())
	}
	margins := []loss.Loss{loss.WestonWatkins{Margin: 2}, loss.SquaredWestonWatkins{Margin: 2}, loss.CrammerSinger{Margin: 2}, loss.Hinge{Margin: 2}, loss.SquaredHinge{Margin: 2}}
	for _, l := range margins {
		assert.Contains(t, Candidate{Objective: classifier.Objective{Loss: l}}.String(), "margin 2")
	}
}

// The scores of an average are the averages of the scores.
func TestAverage(t *testing.T) {
	linear := func(w []float32, b []float32, classes ...string) *classifier.Linear {
		m, err := classifier.NewLinear(kernels.Matrix{Rows: 2, Cols: len(w) / 2, Stride: len(w) / 2, Data: w}, b, classifier.Info{Classes: classes})
		require.NoError(t, err)
		return m
	}
	a, b := linear([]float32{1, 2, 3, 4}, []float32{5, 6}, "a", "b"), linear([]float32{3, 0, 5, 2}, []float32{1, 0}, "a", "b")
	m, err := Average(a, b)
	require.NoError(t, err)
	assert.Equal(t, []float32{2, 1, 3, 4, 3, 3}, weights(m))
	_, err = Average()
	assert.EqualError(t, err, "selection: an average of no models")
	for _, other := range []*classifier.Linear{linear([]float32{1, 2, 3, 4}, []float32{5, 6}, "b", "a"), linear([]float32{1, 2}, []float32{5, 6}, "a", "b")} {
		_, err = Average(a, other)
		assert.EqualError(t, err, "selection: model 1 has other classes, features or another link than the first")
	}
	far := &classifier.Table{X: kernels.Matrix{Rows: 2, Cols: 1, Stride: 1, Data: []float32{16_000_000, 16_000_001}}, Y: []int{0, 1}, Names: []string{"a", "b"}}
	inputs, _, err := classifier.LBFGS{}.Fit(t.Context(), far, classifier.Objective{L2: 1e-3}, classifier.Options{})
	require.NoError(t, err)
	_, err = Average(inputs)
	assert.EqualError(t, err, "selection: model 0 subtracts or scales features first")
}
