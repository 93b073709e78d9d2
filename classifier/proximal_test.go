package classifier

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/internal/cpu"
	"github.com/seed842bec00/argmax/kernels"
)

// ofRow is what a proximal makes of one row of scores: its value, the objective's, the slack
// between it and its lower bound, and the gradient.
func (x *proximal) ofRow(scores []float32, label int, weight float32) (value, exact, slack float64, gradient []float32) {
	row := kernels.NewMatrix(1, len(scores))
	copy(row.Data, scores)
	var t part
	x.gradient(&t, row, []int{label}, []float32{weight}, 0)
	return t.loss, t.exact, t.slack, row.Data
}

// The smooth form is below the loss, its gradient is that of its values, and its best a
// are a lower bound of the loss everywhere.
func TestProximalIsSmooth(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	d := clouds(12, 3, 4)
	for _, classes := range []int{2, 4} {
		for _, l := range []loss.Loss{loss.Hinge{}, loss.WestonWatkins{Margin: 0.5}, loss.CrammerSinger{}} {
			p, err := newProblem(first(d, classes), Objective{Loss: l}, Options{})
			require.NoError(t, err)
			for range 200 {
				x, label, weight := newProximal(p), r.IntN(classes), float32(0.5)
				x.width = float32(math.Exp(r.NormFloat64()))
				scores, other := make([]float32, p.outputs), make([]float64, p.outputs)
				exactOf := func(s []float32) float64 {
					for j, v := range s {
						other[j] = float64(v)
					}
					return 0.5 * l.At(other, label)
				}
				for j := range scores {
					scores[j] = float32(r.NormFloat64())
				}
				for range 2 { // the second time with multipliers that are not zero
					value, exact, slack, gradient := x.ofRow(scores, label, weight)
					assert.InDelta(t, exactOf(scores), exact, 1e-6)
					assert.GreaterOrEqual(t, slack, -1e-6)
					assert.LessOrEqual(t, value, exact+1e-6)
					const h = 1e-2
					for j, s := range scores {
						scores[j] = s + h
						above, _, _, _ := x.ofRow(scores, label, weight)
						scores[j] = s - h
						below, _, _, _ := x.ofRow(scores, label, weight)
						scores[j] = s
						// The curvature is at most outputs/γ, and jumps.
						assert.InDelta(t, (above-below)/(2*h), gradient[j], 1e-4+h/float64(x.width))
					}
					at := make([]float32, len(scores))
					lower := exact - slack
					for j := range at {
						at[j] = scores[j] + float32(r.NormFloat64())
						lower += float64(gradient[j]) * (float64(at[j]) - float64(scores[j]))
					}
					assert.LessOrEqual(t, lower, exactOf(at)+1e-5)
					x.next = x.width
					x.ofRow(scores, label, weight)
					x.next = 0
				}
			}
		}
	}
}

// After the multipliers have moved often enough, the smooth form is the loss.
func TestProximalReachesTheLoss(t *testing.T) {
	p, err := newProblem(clouds(12, 3, 4), Objective{Loss: loss.CrammerSinger{}}, Options{})
	require.NoError(t, err)
	x := newProximal(p)
	x.next = x.width
	var value, exact, slack float64
	for range 100 {
		value, exact, slack, _ = x.ofRow([]float32{1, 0.5, 0.8, 0.7}, 1, 1)
	}
	assert.InDelta(t, exact, value, 1e-5)
	assert.InDelta(t, 0, slack, 1e-5)
	assert.InDelta(t, 1, x.multipliers.Row(0)[0], 1e-5)
}

// A problem of many rows has a head start, and ends at the minimum that it has without,
// with one answer for all.
func TestHeadStart(t *testing.T) {
	if testing.Short() {
		t.Skip("slow in an emulator")
	}
	d := clouds(headRows, 6, 3)
	for _, l := range []loss.Loss{loss.Hinge{}, loss.WestonWatkins{}, loss.CrammerSinger{}} {
		o := Objective{Loss: l, L2: 1e-4}
		var want []float32
		for _, isa := range cpu.Available()[:min(2, len(cpu.Available()))] {
			for _, workers := range []int{1, 3} {
				restore := cpu.Use(isa)
				m, report, err := DualCD{Tolerance: 1e-2}.Fit(t.Context(), d, o, Options{Workers: workers})
				restore()
				require.NoError(t, err)
				assert.True(t, report.Converged, "%+v", report)
				if want == nil {
					want = parameters(m)
				}
				assert.Equal(t, want, parameters(m), "%v, %v, %d workers", l, isa, workers)
			}
		}
		_, tight, err := DualCD{Tolerance: 2e-3}.Fit(t.Context(), d, o, Options{})
		require.NoError(t, err)
		p, err := newProblem(d, o, Options{})
		require.NoError(t, err)
		dual := newDual(p)
		at := make([]float64, p.size())
		r := rand.New(rand.NewPCG(1, 1))
		for range 150 {
			for _, b := range r.Perm((p.rows() + dualBlock - 1) / dualBlock) {
				dual.visit(b*dualBlock, r.Perm(dualBlock))
			}
			for k, f := range dual.forces {
				step := float64(f*dual.unit) / (2 * p.l2)
				dual.added[k] += step
				dual.bias[k] += step
			}
		}
		dual.point(at)
		lower := dual.bound(at)
		assert.InEpsilon(t, tight.Objective, lower, 1e-2, "%v", l) // without a head start
		assert.LessOrEqual(t, lower, tight.Objective)
	}
}
