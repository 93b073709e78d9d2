package classifier

import (
	"context"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/dataset/fashion"
	"github.com/seed842bec00/argmax/internal/cpu"
	"github.com/seed842bec00/argmax/kernels"
)

// smallFashion is a part of Fashion-MNIST as reference.py has it.
func smallFashion(t *testing.T) *Table {
	const rows, side, step = 1000, 28, 4
	all, _, err := fashion.Load()
	require.NoError(t, err)
	d := &Table{X: kernels.NewMatrix(rows, side/step*side/step), Y: all.Labels()[:rows], Names: all.Classes()}
	x := make([]float32, side*side)
	for i := range rows {
		kernels.Convert(kernels.Matrix{Rows: 1, Cols: len(x), Stride: len(x), Data: x}, all.Dense().Slice(i, i+1))
		for f := range d.X.Row(i) {
			d.X.Row(i)[f] = x[f/(side/step)*step*side+f%(side/step)*step] / 255
		}
	}
	return d
}

// The minimum is that of glmnet and of scikit-learn's saga: the objective, the weights,
// and which of them are zero.
func TestReferenceOfProxNewton(t *testing.T) {
	for name, d := range map[string]*Table{"iris": iris(t), "digits": digits(t), "fashion": smallFashion(t)} {
		for _, want := range references(t, name+"-sparse") {
			t.Run(name+"/"+want.Tool, func(t *testing.T) {
				m, report, err := ProxNewton{Tolerance: 1e-6}.Fit(t.Context(), d, want.objective(), Options{})
				require.NoError(t, err)
				assert.InEpsilon(t, want.Objective, report.Objective, 2e-6, "%+v", report)
				template, zeros := make([]float32, d.Features()), 0
				for k, weights := range want.Weights {
					m.Template(template, k)
					for f, w := range weights {
						assert.InDelta(t, w, template[f], 0.01+0.002*math.Abs(w), "class %d, feature %d", k, f)
						assert.Equal(t, w == 0, template[f] == 0, "class %d, feature %d: %v and %v", k, f, w, template[f])
						if w == 0 {
							zeros++
						}
					}
				}
				assert.Positive(t, zeros)
			})
		}
	}
}

// sparseObjectives are objectives of all kinds that proximal Newton minimizes.
func sparseObjectives() (all []Objective) {
	for _, l := range allLosses {
		if _, smooth := l.(loss.Smooth); !smooth {
			continue
		}
		for _, o := range []Objective{
			{L1: 0.01, Scaling: Unscaled}, {L1: 0.003, L2: 0.01, Scaling: PerFeature}, {L1: 0.02, Bias: NoBias, Scaling: Unscaled},
			{L1: 0.01, L2: 0.001, Bias: PenalizedBias, Scaling: OneScale, Balanced: true},
			{L1: 0.01, Bias: PenalizedBias, Scaling: PerFeature, ClassWeights: []float32{1, 2, 0.5}},
		} {
			o.Loss = l
			all = append(all, o)
		}
	}
	return all
}

// The gap of every iteration is at least the distance from the minimum, every weight that
// is screened is zero there, and the search ends at the minimum that L-BFGS finds.
func TestGapAndScreeningOfProxNewton(t *testing.T) {
	d := clouds(240, 12, 3)
	weights := ones(240)
	for i := range weights {
		weights[i] = float32(i % 3)
	}
	screened := 0
	for _, o := range sparseObjectives() {
		solve := func(tolerance float64, each func(p *problem, s *proxSearch, r Report)) (*problem, []float64, Report) {
			s := &proxSearch{ProxNewton: ProxNewton{Tolerance: tolerance}.withDefaults()}
			options := Options{Weights: weights}
			var p *problem
			options.Progress = func(r Report) {
				if each != nil {
					each(p, s, r)
				}
			}
			p, err := newProblem(d, o, options)
			require.NoError(t, err)
			at := make([]float64, p.size())
			p.watch.begin(p, at)
			r, err := s.minimize(t.Context(), p, at)
			require.NoError(t, err)
			return p, at, r
		}
		p, best, long := solve(1e-7, nil)
		least := long.Objective
		other := make([]float64, p.size())
		r, err := LBFGS{Tolerance: 1e-6, MaxPasses: 1e4}.withDefaults().minimize(t.Context(), p, other)
		require.NoError(t, err)
		assert.LessOrEqual(t, least, r.Objective*(1+1e-6), "%+v: %+v", o, long)
		assert.GreaterOrEqual(t, least, r.Objective-r.Gap-1e-6*least, "%+v: %+v", o, long)
		_, _, report := solve(1e-4, func(p *problem, s *proxSearch, r Report) {
			assert.LessOrEqual(t, r.Objective-r.Gap, least+2e-7*least, "%+v, iteration %d", o, r.Iterations)
			for i, zero := range s.zero {
				if zero {
					screened++
					assert.Zero(t, best[i], "%+v, iteration %d, weight %d", o, r.Iterations, i)
				}
			}
		})
		assert.True(t, report.Converged, "%+v: %+v", o, report)
		assert.Less(t, report.Iterations, 30)
	}
	assert.Greater(t, screened, 300)
}

// A fit has the same bits on every instruction set and with any number of workers.
func TestProxNewtonOneAnswer(t *testing.T) {
	d := clouds(1100, 12, 4)
	var want []float32
	for _, isa := range cpu.Available() {
		for _, workers := range []int{1, 5} {
			restore := cpu.Use(isa)
			path, err := Path{Count: 3, Ratio: 0.01, Auto: Auto{Tolerance: 1e-6}}.Fit(t.Context(), d, Objective{L1: 1, L2: 0.1}, Options{Workers: workers})
			require.NoError(t, err)
			var got []float32
			for _, f := range path {
				got = append(got, parameters(f.Model)...)
			}
			if want == nil {
				want = got
			}
			require.Equal(t, want, got, "%v, %d workers", isa, workers)
			restore()
		}
	}
}

// A weight of 2 is the example twice, 0 its absence.
func TestSampleWeightsOfProxNewton(t *testing.T) {
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
	s := ProxNewton{Tolerance: 1e-7}
	for _, scaling := range []Scaling{Unscaled, PerFeature} {
		o := Objective{L1: 0.01, Scaling: scaling}
		weighted, r, err := s.Fit(t.Context(), d, o, Options{Weights: weights})
		require.NoError(t, err)
		repeated, q, err := s.Fit(t.Context(), other, o, Options{})
		require.NoError(t, err)
		assert.InEpsilon(t, q.Objective, r.Objective, 1e-6)
		assert.InDeltaSlice(t, parameters(repeated), parameters(weighted), 2e-3)
		for i, w := range parameters(repeated) {
			assert.Equal(t, w == 0, parameters(weighted)[i] == 0)
		}
	}
}

// A working set that is too large for its Hessian is left to L-BFGS.
func TestProxNewtonGoesOnByLBFGS(t *testing.T) {
	d := clouds(300, 700, 12)
	o := Objective{L1: 1e-6}
	p, err := newProblem(d, o, Options{})
	require.NoError(t, err)
	at := make([]float64, p.size())
	for i := range at {
		at[i] = 1e-3
	}
	r, err := (&proxSearch{ProxNewton: ProxNewton{Tolerance: 0.1, MaxPasses: 20}}).minimize(t.Context(), p, at)
	require.NoError(t, err)
	assert.Equal(t, "proximal Newton, then L-BFGS", r.Solver)
	assert.Greater(t, r.Passes, 2.0)
}

// What it does not minimize is an error that says what does.
func TestProxNewtonErrors(t *testing.T) {
	d := clouds(50, 3, 2)
	for want, c := range map[string]struct {
		ProxNewton
		Objective
	}{
		"use L-BFGS":          {Objective: Objective{L2: 1}},
		"SGD takes others":    {Objective: Objective{L1: 1, Loss: loss.Hinge{}}},
		"with tolerance -1":   {ProxNewton{Tolerance: -1}, Objective{L1: 1}},
		"penalty -1":          {Objective: Objective{L1: -1}},
		"unknown kind of bia": {Objective: Objective{L1: 1, Bias: 9}},
	} {
		_, _, err := c.Fit(t.Context(), d, c.Objective, Options{})
		assert.ErrorContains(t, err, want)
	}
}

// A cancelled fit returns the best so far.
func TestProxNewtonCancelled(t *testing.T) {
	d := clouds(300, 9, 3)
	ctx, cancel := context.WithCancel(t.Context())
	m, r, err := ProxNewton{Tolerance: 1e-9}.Fit(ctx, d, Objective{L1: 1e-4}, Options{Progress: func(r Report) {
		if r.Iterations == 2 {
			cancel()
		}
	}})
	assert.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, "cancelled", r.Why)
	assert.Less(t, r.Loss, 0.5)
	assert.NotNil(t, m)
}
