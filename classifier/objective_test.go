package classifier

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/internal/cpu"
	"github.com/seed842bec00/argmax/kernels"
)

var allLosses = []loss.Loss{
	loss.Softmax{}, loss.Softmax{Smoothing: 0.1}, loss.WestonWatkins{}, loss.SquaredWestonWatkins{}, loss.CrammerSinger{},
	loss.Logistic{}, loss.Hinge{}, loss.SquaredHinge{},
}

// clouds are normal deviates about a mean of each class; features of different means
// and scales, and one that never varies.
func clouds(rows, features, classes int) *Table {
	r := rand.New(rand.NewPCG(uint64(rows), uint64(features)))
	d := &Table{X: kernels.NewMatrix(rows, features), Y: make([]int, rows)}
	centres := kernels.NewMatrix(classes, features)
	for i := range centres.Data {
		centres.Data[i] = float32(r.NormFloat64())
	}
	for k := range classes {
		d.Names = append(d.Names, fmt.Sprint(k))
	}
	for i := range d.Y {
		d.Y[i] = i % classes
		for f := range features {
			d.X.Row(i)[f] = centres.Row(d.Y[i])[f] + float32(r.NormFloat64()) + float32(f%3)
		}
		if features > 2 {
			d.X.Row(i)[2] = 7
		}
	}
	return d
}

// slow is the objective in float64, by the definitions of its parts, without the L1
// penalty. d are the rows of p as they come.
func slow(p *problem, d *Table, at []float64) float64 {
	var sum, squares float64
	scores := make([]float64, p.outputs)
	for i := range d.X.Rows {
		for k := range scores {
			v, c := p.row(at, k)
			scores[k] = *c
			for f, v := range v {
				scores[k] += v * (float64(d.X.Row(i)[f]) - p.standard.mean[f]) * p.standard.scale[f]
			}
		}
		sum += float64(p.weights[i]) * p.loss.At(scores, d.Y[i])
	}
	for k := range p.outputs {
		v, c := p.row(at, k)
		squares += dot(v, v)
		if p.bias == PenalizedBias {
			squares += *c * *c
		}
	}
	return sum/p.total + p.l2*squares
}

// The numeric gradient check of every loss, penalty, bias and scaling: the objective is
// its definition, and the gradient lies between the difference quotients of both sides,
// as it must where a function is convex, at kinks too.
func TestObjectiveIsItsDefinition(t *testing.T) {
	d := clouds(40, 5, 3)
	r := rand.New(rand.NewPCG(1, 1))
	sample := make([]float32, len(d.Y))
	for i := range sample {
		sample[i] = float32(r.IntN(3))
	}
	for _, l := range allLosses {
		for _, o := range []Objective{
			{L2: 0.01}, {L2: 0.3, Bias: PenalizedBias, Scaling: OneScale}, {Bias: NoBias},
			{L2: 0.1, L1: 0.2, Scaling: PerFeature, Balanced: true, ClassWeights: []float32{1, 2, 0.5}},
		} {
			o.Loss = l
			p, err := newProblem(d, o, Options{Weights: sample})
			require.NoError(t, err)
			at, gradient := make([]float64, p.size()), make([]float64, p.size())
			for trial := range 4 {
				for i := range at {
					at[i] = float64(trial) * r.NormFloat64() / 4 // zeros at first
				}
				name := fmt.Sprintf("%v, %+v", l, o)
				smooth := func() float64 { return slow(p, d, at) }
				value, want := p.evaluate(gradient, at), smooth()
				var sizes float64
				for k := range p.outputs {
					v, c := p.row(at, k)
					for _, v := range v {
						sizes += math.Abs(v)
					}
					if o.Bias == NoBias {
						*c = 0
						want = smooth()
						value = p.evaluate(gradient, at)
					}
				}
				require.InEpsilon(t, want+o.L1*sizes, value, 1e-5, name)
				const step = 1e-4
				for i, g := range gradient {
					if o.Bias == NoBias && i%(p.features+1) == p.features {
						require.Zero(t, g)
						continue
					}
					x := at[i]
					at[i] = x - step
					left := (want - smooth()) / step
					at[i] = x + step
					right := (smooth() - want) / step
					at[i] = x
					require.True(t, g >= left-2e-5 && g <= right+2e-5, "%s: element %d is %v, want %v to %v", name, i, g, left, right)
				}
			}
		}
	}
}

// The objective and its gradient have the same bits on every instruction set, with any
// number of workers, of bytes, of floats and of rows that are gathered.
func TestObjectiveOneAnswer(t *testing.T) {
	for _, s := range []struct{ rows, features, classes int }{{2500, 33, 3}, {1100, 20, 40}, {70, 3, 2}} {
		d := clouds(s.rows, s.features, s.classes)
		asBytes := &Labelled[uint8]{X: kernels.NewDense[uint8](s.rows, s.features), Y: d.Y, Names: d.Names}
		for i, v := range d.X.Data {
			asBytes.X.Data[i] = uint8(max(0, 20+10*v))
		}
		kernels.Convert(d.X, asBytes.X)
		for _, l := range []loss.Loss{loss.Softmax{Smoothing: 0.1}, loss.Logistic{}, loss.SquaredHinge{}, loss.CrammerSinger{}} {
			var want []float64
			for _, isa := range cpu.Available() {
				for _, workers := range []int{1, 3} {
					for _, ex := range []Examples{d, asBytes, gathered{d}} {
						restore := cpu.Use(isa)
						p, err := newProblem(ex, Objective{Loss: l, L2: 0.1, Scaling: Unscaled}, Options{Workers: workers})
						require.NoError(t, err)
						at, gradient := make([]float64, p.size()), make([]float64, p.size())
						for i := range at {
							at[i] = float64(i%7-3) / 100
						}
						got := append(gradient, p.evaluate(gradient, at))
						if want == nil {
							want = got
						}
						require.Equal(t, want, got, "%v of %+v, %v, %d workers, %T", l, s, isa, workers, ex)
						restore()
					}
				}
			}
		}
	}
}

// gathered hides that the rows of a table lie in memory.
type gathered struct{ *Table }

func (gathered) Dense() int { return 0 }

// The gap bounds how far a point is from the minimum, wherever it is, and is small near
// it.
func TestGapIsABound(t *testing.T) {
	d := clouds(300, 6, 3)
	for _, o := range []Objective{
		{Loss: loss.Softmax{}, L2: 0.01}, {Loss: loss.Logistic{}, L2: 0.1, Bias: PenalizedBias},
		{Loss: loss.SquaredHinge{}, L2: 0.01, Bias: NoBias}, {Loss: loss.SquaredWestonWatkins{}, L2: 1},
	} {
		p, err := newProblem(d, o, Options{})
		require.NoError(t, err)
		best := make([]float64, p.size())
		report, err := LBFGS{Tolerance: 1e-6, MaxPasses: 1e4, Pairs: 20}.minimize(t.Context(), p, best)
		require.NoError(t, err)
		require.True(t, report.Converged, "%+v", report)
		least := slow(p, d, best)
		gradient := make([]float64, p.size())
		r := rand.New(rand.NewPCG(2, 2))
		for _, far := range []float64{0, 1e-4, 1e-3, 1e-2, 0.1, 1} {
			at := append([]float64(nil), best...)
			for i := range at {
				at[i] += far * r.NormFloat64()
				if o.Bias == NoBias && i%(p.features+1) == p.features {
					at[i] = 0
				}
			}
			value := p.evaluate(gradient, at)
			gap, distance := p.gap(value, gradient, at), slow(p, d, at)-least
			assert.GreaterOrEqual(t, gap, distance, "%+v at %v", o, far)
		}
	}
}

// Both penalties: the bound of an elastic net and of L1 alone, at points where it can be
// compared with the minimum of a single weight, found by trying.
func TestGapOfL1(t *testing.T) {
	d := &Table{X: kernels.NewMatrix(20, 1), Y: make([]int, 20), Names: []string{"low", "high"}}
	for i := range d.Y {
		d.X.Data[i] = float32(i) / 10
		if i >= 10 != (i%7 == 0) {
			d.Y[i] = 1
		}
	}
	for _, o := range []Objective{{Loss: loss.Logistic{}, L1: 0.05}, {Loss: loss.Logistic{}, L1: 0.05, L2: 0.02}} {
		p, err := newProblem(d, o, Options{})
		require.NoError(t, err)
		gradient, least := make([]float64, 2), math.Inf(1)
		for w := -1.0; w < 4; w += 1.0 / 16 {
			for b := -2.0; b < 2; b += 1.0 / 16 {
				least = min(least, p.evaluate(gradient, []float64{w, b}))
			}
		}
		smallest := math.Inf(1)
		for w := -1.0; w < 4; w += 1.0 / 16 {
			for b := -2.0; b < 2; b += 1.0 / 16 {
				at := []float64{w, b}
				value := p.evaluate(gradient, at)
				gap := p.gap(value, gradient, at)
				smallest = min(smallest, gap)
				require.GreaterOrEqual(t, gap, value-least-1e-3, "%+v at %v", o, at)
			}
		}
		assert.Less(t, smallest, 0.02*least)
	}
}

// A feature that never varies gets no weight, whatever its value; the others do not
// notice it.
func TestConstantFeatures(t *testing.T) {
	for _, scaling := range []Scaling{Automatic, Unscaled, OneScale, PerFeature} {
		for _, constant := range []float32{0, 7, 1.7e9, -0.1} {
			d := clouds(60, 4, 3)
			for i := range d.Y {
				d.X.Row(i)[2] = constant
			}
			p, err := newProblem(d, Objective{Scaling: scaling}, Options{})
			require.NoError(t, err)
			assert.Zero(t, p.standard.scale[2])
			m, _, err := LBFGS{}.Fit(t.Context(), d, Objective{L2: 0.01, Scaling: scaling}, Options{})
			require.NoError(t, err)
			template := make([]float32, 4)
			for k := range 3 {
				m.Template(template, k)
				assert.Zero(t, template[2], "%v, %v", scaling, constant)
			}
		}
	}
}

// The variance does not cancel: coordinates of 4·10⁶ with a spread of 2.
func TestDeviationFarFromZero(t *testing.T) {
	d := clouds(1000, 1, 2)
	var want float64
	for i := range d.Y {
		d.X.Data[i] = 4e6 + float32(i%5)
		want += math.Pow(float64(i%5)-2, 2) / 1000
	}
	m, err := measure(denseRows[float32]{d.X}, ones(1000), nil)
	require.NoError(t, err)
	assert.InDelta(t, 4e6+2, m.mean[0], 1e-6)
	assert.InDelta(t, math.Sqrt(want), m.deviation[0], 1e-9)
}

// Moments are those of the weighted rows.
func TestMomentsAreWeighted(t *testing.T) {
	x := kernels.Matrix{Rows: 4, Cols: 1, Stride: 1, Data: []float32{1e30, 3, 5, 5}}
	m, err := measure(denseRows[float32]{x}, []float32{0, 2, 1, 1}, nil)
	require.NoError(t, err)
	assert.Equal(t, 4.0, m.mean[0])
	assert.Equal(t, 1.0, m.deviation[0])
}

func ones(n int) []float32 {
	w := make([]float32, n)
	for i := range w {
		w[i] = 1
	}
	return w
}
