package classifier

import (
	"context"
	"math"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/internal/cpu"
	"github.com/seed842bec00/argmax/kernels"
)

// tight is as close to the minimum as float32 safely gets.
var tight = LBFGS{Tolerance: 1e-6}

// weightsOfModel returns all weights and biases, class by class.
func parameters(m *Linear) (all []float32) {
	for k := range m.Classes() {
		template := make([]float32, m.Features())
		m.Template(template, k)
		all = append(append(all, template...), m.Bias(k))
	}
	return all
}

// A fit has the same bits on every instruction set and with any number of workers. It
// is long enough for all preconditioners.
func TestLBFGSOneAnswer(t *testing.T) {
	d := clouds(1500, 24, 5)
	var want []float32
	for _, isa := range cpu.Available() {
		for _, workers := range []int{1, 2, 5} {
			restore := cpu.Use(isa)
			m, report, err := LBFGS{Tolerance: 1e-9, MaxPasses: 100}.Fit(t.Context(), d, Objective{L2: 1e-6}, Options{Workers: workers})
			require.NoError(t, err)
			require.Greater(t, report.Iterations, 10)
			got := parameters(m)
			if want == nil {
				want = got
			}
			require.Equal(t, want, got, "%v, %d workers", isa, workers)
			restore()
		}
	}
}

// The preconditioner changes how many passes it takes, not the minimum: features of
// scales from 1 to 30.
func TestPreconditionerSavesPasses(t *testing.T) {
	d := clouds(600, 13, 3)
	for i := range d.Y {
		for f, v := range d.X.Row(i) {
			d.X.Row(i)[f] = v * float32(math.Pow(10, float64(f)/8))
		}
	}
	o := Objective{L2: 1e-4, Scaling: Unscaled}
	_, with, err := LBFGS{Tolerance: 1e-2}.Fit(t.Context(), d, o, Options{})
	require.NoError(t, err)
	_, without, err := LBFGS{Tolerance: 1e-2, Plain: true}.Fit(t.Context(), d, o, Options{})
	require.NoError(t, err)
	require.True(t, with.Converged && without.Converged)
	assert.InEpsilon(t, without.Objective, with.Objective, 1e-2)
	assert.Less(t, 3*with.Passes, without.Passes)
}

// A weight of 2 is the example twice, 0 its absence.
func TestSampleWeights(t *testing.T) {
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
	for _, scaling := range []Scaling{Unscaled, PerFeature} {
		o := Objective{L2: 0.01, Scaling: scaling}
		weighted, r, err := tight.Fit(t.Context(), d, o, Options{Weights: weights})
		require.NoError(t, err)
		repeated, s, err := tight.Fit(t.Context(), other, o, Options{})
		require.NoError(t, err)
		assert.InEpsilon(t, s.Objective, r.Objective, 1e-6)
		assert.InDeltaSlice(t, parameters(repeated), parameters(weighted), 2e-3)
	}
}

// Class weights multiply sample weights, and "balanced" makes the rare class count.
func TestClassWeights(t *testing.T) {
	d := clouds(1000, 1, 2)
	for i := range d.Y { // 20 of class 1 in 1000, between which and class 0 there is no clear cut
		d.Y[i] = 0
		if i%50 == 0 {
			d.Y[i] = 1
		}
		d.X.Data[i] = float32(math.Sin(float64(i))) + float32(d.Y[i])
	}
	predicted := func(o Objective) (ones int) {
		o.L2 = 1e-4
		m, _, err := LBFGS{}.Fit(t.Context(), d, o, Options{})
		require.NoError(t, err)
		classes := make([]int, d.Len())
		require.NoError(t, m.PredictAll(t.Context(), classes, d, 1))
		for _, c := range classes {
			ones += c
		}
		return ones
	}
	assert.Less(t, predicted(Objective{}), 5)
	balanced := predicted(Objective{Balanced: true})
	assert.Greater(t, balanced, 200)
	assert.Equal(t, balanced, predicted(Objective{ClassWeights: []float32{1, 49}}))
}

// The lecture's sanity check: twenty rows are learned by heart.
func TestTwentyRowsOverfit(t *testing.T) {
	d := clouds(20, 30, 4)
	for _, l := range allLosses {
		if _, smooth := l.(loss.Smooth); !smooth || l == (loss.Softmax{Smoothing: 0.1}) {
			continue
		}
		_, report, err := LBFGS{Tolerance: 1e-4}.Fit(t.Context(), d, Objective{Loss: l}, Options{})
		require.NoError(t, err)
		assert.Less(t, report.Loss, 1e-2, "%v: %+v", l, report)
	}
}

// The softmax of two classes is logistic regression: rows of ±u/2 have half the penalty
// of u.
func TestSoftmaxOfTwoClassesIsLogisticRegression(t *testing.T) {
	d := first(iris(t), 2)
	soft, r, err := tight.Fit(t.Context(), d, Objective{Loss: loss.Softmax{}, L2: 0.02}, Options{})
	require.NoError(t, err)
	logistic, s, err := tight.Fit(t.Context(), d, Objective{Loss: loss.Logistic{}, L2: 0.01}, Options{})
	require.NoError(t, err)
	assert.InEpsilon(t, s.Objective, r.Objective, 1e-6)
	p, q := make([]float32, 2), make([]float32, 2)
	for i := range d.Y {
		require.NoError(t, soft.Probabilities(p, d.X.Row(i)))
		require.NoError(t, logistic.Probabilities(q, d.X.Row(i)))
		assert.InDelta(t, p[1], q[1], 1e-3)
	}
}

// L2 prefers the spread-out weights of the lecture's example: of all w with w·x = 1 for
// x of ones, (¼, ¼, ¼, ¼).
func TestL2SpreadsWeights(t *testing.T) {
	d := &Table{X: kernels.NewMatrix(2, 4), Y: []int{0, 1}, Names: []string{"no", "yes"}}
	copy(d.X.Row(1), []float32{1, 1, 1, 1})
	m, _, err := tight.Fit(t.Context(), d, Objective{Loss: loss.Logistic{}, L2: 0.01}, Options{})
	require.NoError(t, err)
	w := make([]float32, 4)
	m.Template(w, 1)
	for _, v := range w {
		assert.Positive(t, v)
		assert.InDelta(t, w[0], v, 1e-4)
	}
}

// Features of any size are learned from once they are scaled: a column of ±0.01 that
// tells the classes apart beside one of ±10⁴ that does not, denormal numbers, 10³⁰, and
// coordinates whose mean is 2·10⁶ times their spread.
func TestDataThatNeedHelp(t *testing.T) {
	column := func(of func(i, y int) float32) *Table {
		d := clouds(200, 2, 2)
		for i, y := range d.Y {
			d.X.Row(i)[0] = of(i, y)
			d.X.Row(i)[1] = float32((i/2)%2*2-1) * 1e4
		}
		return d
	}
	for name, d := range map[string]*Table{
		"small": column(func(i, y int) float32 { return float32(2*y-1) * 0.01 }),
		"far":   column(func(i, y int) float32 { return 4e6 + 2*float32(y) }),
		"tiny":  column(func(i, y int) float32 { return float32(2*y-1) * 1e-25 }),
		"large": column(func(i, y int) float32 { return float32(2*y-1) * 1e25 }),
	} {
		t.Run(name, func(t *testing.T) {
			p, err := newProblem(d, Objective{L2: 1e-4}, Options{})
			require.NoError(t, err)
			at := make([]float64, p.size())
			report, err := LBFGS{}.withDefaults().minimize(t.Context(), p, at)
			require.NoError(t, err)
			assert.True(t, report.Converged, "%+v", report)
			assert.Less(t, report.Loss, 0.01)
		})
	}
}

// A fit that starts from its own result ends at once; one that starts from it with
// another penalty is not misled.
func TestWarmStart(t *testing.T) {
	d := digits(t)
	o := Objective{L2: 1e-3, Scaling: OneScale}
	m, cold, err := LBFGS{}.Fit(t.Context(), d, o, Options{})
	require.NoError(t, err)
	_, again, err := LBFGS{}.Fit(t.Context(), d, o, Options{Start: m})
	require.NoError(t, err)
	assert.LessOrEqual(t, again.Iterations, 1)
	assert.InEpsilon(t, cold.Objective, again.Objective, 1e-4)
	o.L2 = 3e-4
	_, want, err := LBFGS{}.Fit(t.Context(), d, o, Options{})
	require.NoError(t, err)
	_, warm, err := LBFGS{}.Fit(t.Context(), d, o, Options{Start: m})
	require.NoError(t, err)
	assert.InEpsilon(t, want.Objective, warm.Objective, 2e-3)
}

// Without a penalty there is no gap: the gradient decides.
func TestWithoutPenalty(t *testing.T) {
	d := clouds(300, 3, 3)
	_, report, err := LBFGS{Tolerance: 1e-3}.Fit(t.Context(), d, Objective{}, Options{})
	require.NoError(t, err)
	assert.True(t, report.Converged)
	assert.Equal(t, "the gradient is within the tolerance", report.Why)
	assert.True(t, math.IsInf(report.Gap, 1))
}

// The limit of passes is no error, and the report says that it was reached.
func TestPassesEnd(t *testing.T) {
	d := digits(t)
	m, report, err := LBFGS{MaxPasses: 5}.Fit(t.Context(), d, Objective{L2: 1e-4}, Options{})
	require.NoError(t, err)
	assert.NotNil(t, m)
	assert.False(t, report.Converged)
	assert.Equal(t, "the limit of passes", report.Why)
	assert.GreaterOrEqual(t, report.Passes, 5.0)
}

// Cancelled, a fit returns the best model so far and the context's error.
func TestCancelledFit(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var last Report
	m, report, err := LBFGS{Tolerance: 1e-6}.Fit(ctx, digits(t), Objective{L2: 1e-4}, Options{Progress: func(r Report) {
		last = r
		if r.Iterations == 5 {
			cancel()
		}
	}})
	assert.ErrorIs(t, err, context.Canceled)
	require.NotNil(t, m)
	assert.Equal(t, "cancelled", report.Why)
	assert.Equal(t, last.Objective, report.Objective)
}

func TestFitErrors(t *testing.T) {
	d := clouds(12, 2, 3)
	one := &Table{X: d.X, Y: make([]int, 12), Names: d.Names}
	bad := clouds(12, 2, 3)
	bad.X.Row(7)[1] = float32(math.NaN())
	far := clouds(12, 3, 3)
	start, _, err := LBFGS{}.Fit(t.Context(), far, Objective{L2: 1}, Options{})
	require.NoError(t, err)
	for want, fit := range map[string]func() error{
		"L-BFGS needs a smooth loss, not the hinge": func() error {
			_, _, err := LBFGS{}.Fit(t.Context(), d, Objective{Loss: loss.Hinge{}}, Options{})
			return err
		},
		"penalty -1, want 0 or more":                       fitError(t, d, Objective{L2: -1}, Options{}),
		"all examples are of one class, 0: want 2 or more": fitError(t, one, Objective{}, Options{}),
		"row 7: feature 1 is NaN":                          fitError(t, bad, Objective{}, Options{}),
		"3 weights for 12 examples":                        fitError(t, d, Objective{}, Options{Weights: ones(3)}),
		"row 2: weight -1":                                 fitError(t, d, Objective{}, Options{Weights: []float32{1, 1, -1, 1, 1, 1, 1, 1, 1, 1, 1, 1}}),
		"2 class weights for 3 classes":                    fitError(t, d, Objective{ClassWeights: ones(2)}, Options{}),
		"a start of 3 classes and 3 features":              fitError(t, d, Objective{}, Options{Start: start}),
		"class 1: weight " + strconv.Itoa(-2):              fitError(t, d, Objective{ClassWeights: []float32{1, -2, 1}}, Options{}),
		"unknown kind of bias 3":                           fitError(t, d, Objective{Bias: 3}, Options{}),
		"unknown scaling Scaling(9)":                       fitError(t, d, Objective{Scaling: 9}, Options{}),
		"L-BFGS with tolerance -1, 1000 passes and 20 ": func() error {
			_, _, err := LBFGS{Tolerance: -1}.Fit(t.Context(), d, Objective{}, Options{})
			return err
		},
	} {
		assert.ErrorContains(t, fit(), want)
	}
}

func fitError(t *testing.T, ex Examples, o Objective, options Options) func() error {
	return func() error {
		_, _, err := LBFGS{}.Fit(t.Context(), ex, o, options)
		return err
	}
}

// Searches along one-dimensional functions meet the strong Wolfe conditions, from steps
// that are too short, too long, and beyond where the function is defined.
func TestWolfe(t *testing.T) {
	for name, f := range map[string]func(x float64) (value, slope float64){
		"parabola": func(x float64) (float64, float64) { return (x - 1) * (x - 1), 2 * (x - 1) },
		"quartic":  func(x float64) (float64, float64) { return math.Pow(x-3, 4), 4 * math.Pow(x-3, 3) },
		"barrier": func(x float64) (float64, float64) {
			return x - math.Log(x+0.1)/10 - math.Log(2-x), 1 - 0.1/(x+0.1) + 1/(2-x)
		},
		"flat": func(x float64) (float64, float64) { return -x / (x*x + 2), (x*x - 2) / ((x*x + 2) * (x*x + 2)) },
	} {
		value, slope := f(0)
		if slope >= 0 {
			f = func(f func(float64) (float64, float64)) func(float64) (float64, float64) {
				return func(x float64) (float64, float64) { v, s := f(1.9 - x); return v, -s }
			}(f)
			value, slope = f(0)
		}
		for _, first := range []float64{1e-3, 0.1, 1, 30, 1e4} {
			got, ok := wolfe(trial{0, value, slope}, first, func(step float64) trial {
				v, s := f(step)
				return trial{step, v, s}
			})
			require.True(t, ok, "%s from %v", name, first)
			assert.LessOrEqual(t, got.value, value+sufficientDecrease*got.step*slope+1e-6*math.Abs(value), "%s from %v", name, first)
			assert.LessOrEqual(t, math.Abs(got.slope), curvatureFraction*math.Abs(slope), "%s from %v", name, first)
		}
	}
	_, ok := wolfe(trial{0, 0, -1}, 1, func(step float64) trial { return trial{step, 1, -1} })
	assert.False(t, ok)
}
