package classifier

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/classifier/metrics"
	"github.com/seed842bec00/argmax/internal/cpu"
	"github.com/seed842bec00/argmax/kernels"
)

var hinges = []loss.Loss{loss.Hinge{}, loss.WestonWatkins{}, loss.CrammerSinger{}, loss.Hinge{Margin: 0.5}, loss.CrammerSinger{Margin: 2}}

// A step leaves the variables of its row optimal: the derivative of the dual with
// respect to a variable is zero, unless the variable is at a bound and the derivative
// points beyond it. Crammer and Singer bound the sum, whose multiplier all derivatives
// share.
func TestDualStepIsExact(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, l := range hinges {
		step, margin := dualStepOf(l)
		_, sumBound := l.(loss.CrammerSinger)
		for trial := range 2000 {
			classes := 2 + r.IntN(9)
			outputs, label := l.Outputs(classes), r.IntN(classes)
			upper, stiffness := math.Exp(r.NormFloat64()), math.Exp(2*r.NormFloat64())
			variables, scores, change := make([]float32, outputs), make([]float32, outputs), make([]float64, outputs)
			for k := range scores {
				scores[k] = float32(2 * r.NormFloat64())
				if _, multiclass := l.(loss.Hinge); multiclass || k != label {
					variables[k] = float32(max(0, upper*(r.Float64()*2-1)))
					if sumBound {
						variables[k] /= float32(outputs)
					}
				}
			}
			step(variables, change, scores, label, upper, stiffness)
			moved := make([]float64, outputs)
			for k, s := range scores {
				moved[k] = float64(s) + stiffness*change[k]
			}
			tolerance := 1e-4 * (1 + stiffness*upper)
			var sum, multiplier float64
			for k, v := range variables {
				sum += float64(v)
				if sumBound && k != label {
					multiplier = max(multiplier, margin-moved[label]+moved[k])
				}
			}
			if sumBound {
				require.LessOrEqual(t, sum, upper*1.0001)
				if sum < 0.999*upper {
					require.LessOrEqual(t, multiplier, tolerance)
				}
			}
			for k, v := range variables {
				var derivative float64
				switch {
				case outputs == 1 || classes > 2 && isOneVsRest(l):
					sign := -1.0
					if k == label && outputs > 1 || outputs == 1 && label == 1 {
						sign = 1
					}
					derivative = margin - sign*moved[k]
				case k == label:
					continue
				default:
					derivative = margin - moved[label] + moved[k] - multiplier
				}
				name := fmt.Sprintf("%v, trial %d, variable %d of %v, derivative %v", l, trial, k, variables, derivative)
				if float64(v) > 1e-6*upper {
					require.GreaterOrEqual(t, derivative, -tolerance, name)
				}
				if sumBound || float64(v) < (1-1e-6)*upper {
					require.LessOrEqual(t, derivative, tolerance, name)
				}
			}
		}
	}
}

func isOneVsRest(l loss.Loss) bool { _, ok := l.(loss.Hinge); return ok }

// The certificate of a free bias holds: no weight and bias of a grid is better than the
// objective less the gap, and the model is close to the best of them.
func TestDualCDGapIsABound(t *testing.T) {
	d := &Table{X: kernels.NewMatrix(30, 1), Y: make([]int, 30), Names: []string{"low", "high"}}
	for i := range d.Y {
		d.X.Data[i] = 3 + float32(i)/10
		if i >= 12 != (i%7 == 0) {
			d.Y[i] = 1
		}
	}
	for _, bias := range []Bias{FreeBias, PenalizedBias, NoBias} {
		o := Objective{Loss: loss.Hinge{}, L2: 0.01, Bias: bias}
		p, err := newProblem(d, o, Options{})
		require.NoError(t, err)
		at, gradient, least := make([]float64, 2), make([]float64, 2), math.Inf(1)
		for w := -1.0; w < 4; w += 1.0 / 64 {
			for b := -6.0; b < 3; b += 1.0 / 16 {
				if bias != NoBias || b == 0 {
					least = min(least, p.evaluate(gradient, []float64{w, b}))
				}
			}
		}
		report, err := DualCD{Tolerance: 1e-3, MaxPasses: 1e5}.minimize(t.Context(), p, at)
		require.NoError(t, err)
		assert.True(t, report.Converged, "%+v", report)
		assert.LessOrEqual(t, report.Objective-report.Gap, least)
		assert.LessOrEqual(t, report.Objective, least*1.002)
	}
}

// Every hinge loss converges to its certificate on digits, whatever the bias and the
// scaling.
func TestDualCDConverges(t *testing.T) {
	d := digits(t)
	for _, o := range []Objective{
		{Loss: loss.Hinge{}, L2: 1e-3}, {Loss: loss.WestonWatkins{}, L2: 1e-2, Scaling: PerFeature},
		{Loss: loss.CrammerSinger{}, L2: 1e-3, Bias: NoBias}, {Loss: loss.CrammerSinger{Margin: 2}, L2: 1e-2, Scaling: OneScale},
	} {
		m, report, err := DualCD{Tolerance: 1e-2}.Fit(t.Context(), d, o, Options{})
		require.NoError(t, err)
		assert.True(t, report.Converged, "%+v: %+v", o, report)
		assert.Less(t, report.Passes, float64(report.Iterations)*1.5+20, "rows sleep")
		e, err := Evaluate(t.Context(), m, d, metrics.Options{}, 0)
		require.NoError(t, err)
		assert.Greater(t, e.Accuracy, 0.95)
	}
}

// So does that of few rows, which keeps all their inner products: its certificate comes from
// weights that are computed anew.
func TestDualCDOfFewRows(t *testing.T) {
	d := clouds(150, 60, 4)
	for _, l := range hinges {
		for _, o := range []Objective{{Loss: l, L2: 1e-2}, {Loss: l, L2: 1e-2, Bias: NoBias}, {Loss: l, L2: 1e-2, Bias: PenalizedBias, Scaling: PerFeature}} {
			p, err := newProblem(d, o, Options{})
			require.NoError(t, err)
			require.True(t, keepsWhole(p))
			_, report, err := DualCD{Tolerance: 1e-3}.Fit(t.Context(), d, o, Options{})
			require.NoError(t, err)
			assert.True(t, report.Converged, "%+v: %+v", o, report)
		}
	}
}

func TestDualCDOneAnswer(t *testing.T) {
	for _, features := range []int{20, 80} { // in blocks, and whole
		dualCDOneAnswer(t, clouds(300, features, 5))
	}
}

func dualCDOneAnswer(t *testing.T, d *Table) {
	for _, l := range hinges[:3] {
		var want []float32
		for _, isa := range cpu.Available() {
			for _, workers := range []int{1, 3} {
				restore := cpu.Use(isa)
				m, _, err := DualCD{MaxPasses: 30}.Fit(t.Context(), d, Objective{Loss: l, L2: 1e-4}, Options{Workers: workers})
				require.NoError(t, err)
				got := parameters(m)
				if want == nil {
					want = got
				}
				require.Equal(t, want, got, "%v, %v, %d workers", l, isa, workers)
				restore()
			}
		}
	}
}

// A weight of 2 is the example twice, 0 its absence.
func TestDualCDSampleWeights(t *testing.T) {
	d := clouds(90, 4, 3)
	weights := ones(90)
	other := &Table{X: kernels.Matrix{Cols: 4, Stride: 4}, Names: d.Names}
	for i := range d.Y {
		times := []int{1, 2, 0, 1, 1}[i%5]
		weights[i] = float32(times)
		for range times {
			other.X.Data, other.Y = append(other.X.Data, d.X.Row(i)...), append(other.Y, d.Y[i])
			other.X.Rows++
		}
	}
	o := Objective{Loss: loss.CrammerSinger{}, L2: 0.05}
	solver := DualCD{Tolerance: 1e-4, MaxPasses: 1e5}
	_, r, err := solver.Fit(t.Context(), d, o, Options{Weights: weights})
	require.NoError(t, err)
	_, s, err := solver.Fit(t.Context(), other, o, Options{})
	require.NoError(t, err)
	assert.True(t, r.Converged && s.Converged)
	assert.InEpsilon(t, s.Objective, r.Objective, 2e-4)
}

func TestDualCDErrors(t *testing.T) {
	d := clouds(12, 2, 3)
	start, _, err := LBFGS{}.Fit(t.Context(), d, Objective{L2: 1}, Options{})
	require.NoError(t, err)
	fit := func(o Objective, options Options) error {
		_, _, err := DualCD{}.Fit(t.Context(), d, o, options)
		return err
	}
	hinge := Objective{Loss: loss.Hinge{}, L2: 1}
	assert.ErrorContains(t, fit(Objective{L2: 1}, Options{}), "hinge losses, not the softmax: use L-BFGS")
	assert.ErrorContains(t, fit(Objective{Loss: loss.SquaredHinge{}, L2: 1}, Options{}), "not the squared hinge: use L-BFGS")
	assert.ErrorContains(t, fit(Objective{Loss: loss.Hinge{}}, Options{}), "needs an L2 penalty")
	assert.ErrorContains(t, fit(Objective{Loss: loss.Hinge{}, L2: 1, L1: 1}, Options{}), "needs an L2 penalty")
	assert.ErrorContains(t, fit(hinge, Options{Start: start}), "cannot start from a model")
	ctx, cancel := context.WithCancel(t.Context())
	m, report, err := DualCD{Tolerance: 1e-9}.Fit(ctx, d, hinge, Options{Progress: func(r Report) {
		if r.Iterations > 3 {
			cancel()
		}
	}})
	assert.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, "cancelled", report.Why)
	assert.NotNil(t, m)
}
