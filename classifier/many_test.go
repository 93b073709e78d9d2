package classifier

import (
	"context"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/classifier/loss"
)

// folds returns weights of 0 for the rows of each of k folds and 1 for the others.
func folds(rows, k int) [][]float32 {
	all := make([][]float32, k)
	for f := range all {
		all[f] = ones(rows)
		for i := f; i < rows; i += k {
			all[f][i] = 0
		}
	}
	return all
}

// Each candidate has the minimum that it has alone, up to the tolerance, in the order
// of the candidates.
func TestFitMany(t *testing.T) {
	d := clouds(600, 9, 3)
	auto := Auto{Tolerance: 1e-5}
	var candidates []Candidate
	for _, w := range append(folds(600, 3), nil) {
		for _, l2 := range []float64{1e-3, 0.1, 1e-2} {
			candidates = append(candidates, Candidate{Objective{L2: l2}, w})
		}
	}
	candidates = append(candidates, Candidate{Objective{L2: 1e-2, Loss: loss.Hinge{}}, nil},
		Candidate{Objective{L2: 1e-2, Loss: loss.SquaredHinge{}, Scaling: PerFeature, Balanced: true}, nil},
		Candidate{Objective{L2: 1e-2, L1: 1e-2}, nil})
	calls := 0
	many, err := auto.FitMany(t.Context(), d, candidates, Options{Progress: func(Report) { calls++ }})
	require.NoError(t, err)
	require.Len(t, many, len(candidates))
	assert.Equal(t, len(candidates), calls)
	for i, c := range candidates {
		_, alone, err := auto.Fit(t.Context(), d, c.Objective, Options{Weights: c.Weights})
		require.NoError(t, err)
		assert.Equal(t, c.Objective, many[i].Objective)
		assert.True(t, many[i].Report.Converged, "%+v", many[i].Report)
		assert.Equal(t, alone.Solver, many[i].Report.Solver)
		assert.InEpsilon(t, alone.Objective, many[i].Report.Objective, 2e-5, "candidate %d", i)
	}
}

// What the rows that a fold leaves out hold does not matter.
func TestFoldsLeaveRowsOut(t *testing.T) {
	d := clouds(300, 7, 3)
	w := folds(300, 5)[2]
	candidates := []Candidate{{Objective{L2: 1e-2}, w}, {Objective{L2: 1e-3}, w}}
	want, err := Auto{}.FitMany(t.Context(), d, candidates, Options{})
	require.NoError(t, err)
	for i, w := range w {
		if w == 0 {
			d.Y[i] = 0
			for f := range d.X.Row(i) {
				d.X.Row(i)[f] = float32(f * i)
			}
		}
	}
	got, err := Auto{}.FitMany(t.Context(), d, candidates, Options{})
	require.NoError(t, err)
	for i := range want {
		assert.InEpsilon(t, want[i].Report.Objective, got[i].Report.Objective, 1e-5)
	}
}

// Errors name the candidate, or the weights.
func TestFitManyErrors(t *testing.T) {
	d := clouds(50, 3, 2)
	good := Candidate{Objective: Objective{L2: 1}}
	for want, c := range map[string]Candidate{
		"candidate 1: classifier: penalty -1":                {Objective: Objective{L2: -1}},
		"candidate 1: classifier: 3 weights for 50 examples": {Objective{L2: 1}, ones(3)},
		"there are no examples":                              {Objective{L2: 1}, make([]float32, 50)},
		"SGD takes any":                                      {Objective: Objective{L1: 1, Loss: loss.Hinge{}}},
	} {
		_, err := Auto{}.FitMany(t.Context(), d, []Candidate{good, c}, Options{})
		assert.ErrorContains(t, err, want)
	}
	_, err := Auto{}.FitMany(t.Context(), d, []Candidate{{Objective{L2: 1}, ones(50)}}, Options{Weights: ones(49)})
	assert.ErrorContains(t, err, "50 weights of a candidate and 49 of all")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	fitted, err := Auto{}.FitMany(ctx, d, []Candidate{good, good}, Options{})
	assert.ErrorIs(t, err, context.Canceled)
	assert.Len(t, fitted, 2)
}

// At MaxL1 all weights are zero, and a little below they are not.
func TestMaxL1(t *testing.T) {
	for _, d := range []*Table{clouds(300, 7, 3), iris(t), first(iris(t), 2)} {
		for _, l := range allLosses {
			for _, o := range []Objective{
				{Scaling: Unscaled}, {Scaling: Unscaled, Bias: NoBias}, {Balanced: true, L2: 0.1}, {Scaling: Unscaled, Bias: PenalizedBias, L2: 1e-2},
			} {
				o.Loss = l
				largest, err := MaxL1(d, o, Options{})
				if _, smooth := l.(loss.Smooth); !smooth {
					assert.ErrorContains(t, err, "smooth losses")
					continue
				}
				require.NoError(t, err)
				for factor, zero := range map[float64]bool{1.001: true, 0.99: false} {
					o.L1 = factor * largest
					fitted, err := Auto{Tolerance: 1e-5}.FitMany(t.Context(), d, []Candidate{{Objective: o}}, Options{})
					require.NoError(t, err)
					assert.Equal(t, zero, fitted[0].Nonzeros == 0, "%v times %v: %+v", factor, largest, fitted[0])
				}
			}
		}
	}
}

// The path begins where all weights are zero, falls in geometric progression, and ends
// with most of them in use.
func TestPath(t *testing.T) {
	d := digits(t)
	o := Objective{L1: 0.5, L2: 0.25}
	path, err := Path{Count: 5, Ratio: 1e-2}.Fit(t.Context(), d, o, Options{})
	require.NoError(t, err)
	require.Len(t, path, 5)
	largest, err := MaxL1(d, o, Options{})
	require.NoError(t, err)
	assert.InEpsilon(t, largest, path[0].Objective.L1, 1e-12)
	assert.InEpsilon(t, largest/100, path[4].Objective.L1, 1e-12)
	assert.InEpsilon(t, math.Sqrt(10), path[1].Objective.L1/path[2].Objective.L1, 1e-12)
	assert.Zero(t, path[0].Nonzeros)
	for i, f := range path[1:] {
		assert.InEpsilon(t, f.Objective.L1/2, f.Objective.L2, 1e-12)
		assert.Greater(t, f.Nonzeros, path[i].Nonzeros)
		assert.Less(t, f.Report.Loss, path[i].Report.Loss)
		assert.True(t, f.Report.Converged)
	}
	ridge, err := Path{Factors: []float64{1e-3, 1e-1}}.FitWeighted(t.Context(), d, Objective{L2: 1}, folds(d.Len(), 2), Options{})
	require.NoError(t, err)
	require.Len(t, ridge, 4)
	for i, want := range []float64{1e-1, 1e-3, 1e-1, 1e-3} {
		assert.Equal(t, want, ridge[i].Objective.L2)
	}
	largest, err = MaxL1(d, Objective{}, Options{})
	require.NoError(t, err)
	ridge, err = Path{Count: 1}.Fit(t.Context(), d, Objective{L2: 2}, Options{})
	require.NoError(t, err)
	assert.InEpsilon(t, 500*largest, ridge[0].Objective.L2, 1e-12)
	_, err = Path{}.Fit(t.Context(), d, Objective{}, Options{})
	assert.ErrorContains(t, err, "a path of 100 fits")
}

func TestNthRoot(t *testing.T) {
	for n := 1; n < 40; n++ {
		for _, x := range []float64{1, 0.3, 1e-4, 1e-9} {
			assert.InEpsilon(t, math.Pow(x, 1/float64(n)), nthRoot(x, n), 1e-13)
		}
	}
}

// Fits of a path begin near their minimum: they take a fraction of the passes of fits that
// begin at zero.
func TestPathsSavePasses(t *testing.T) {
	d := digits(t)
	o := Objective{L2: 1}
	path, err := Path{Factors: []float64{1e-1, 6e-2, 4e-2, 25e-3, 15e-3, 1e-2, 6e-3, 4e-3, 25e-4, 15e-4, 1e-3}}.Fit(t.Context(), d, o, Options{})
	require.NoError(t, err)
	var warm, cold float64
	for _, f := range path {
		_, alone, err := LBFGS{}.Fit(t.Context(), d, f.Objective, Options{})
		require.NoError(t, err)
		assert.InEpsilon(t, alone.Objective, f.Report.Objective, 1e-3)
		warm, cold = warm+f.Report.Passes, cold+alone.Passes
	}
	assert.Less(t, 2*warm, cold)
}
