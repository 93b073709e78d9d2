package loss_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/kernels"
)

var losses = []loss.Loss{
	loss.Softmax{}, loss.Softmax{Smoothing: 0.1},
	loss.WestonWatkins{}, loss.WestonWatkins{Margin: 0.5}, loss.SquaredWestonWatkins{}, loss.CrammerSinger{},
	loss.Logistic{}, loss.Hinge{}, loss.Hinge{Margin: 2}, loss.SquaredHinge{},
}

// Every loss and its gradient are those of the definition, at random scores and at
// kinks: equal scores, scores a margin apart, and zeros.
func TestGradientIsThatOfTheDefinition(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, l := range losses {
		for _, classes := range []int{2, 3, 10, 33} {
			outputs := l.Outputs(classes)
			for trial := range 50 {
				scores := make([]float32, outputs)
				for j := range scores {
					switch trial % 3 {
					case 0:
						scores[j] = float32(3 * r.NormFloat64())
					case 1:
						scores[j] = float32(r.IntN(5) - 2)
					case 2:
						scores[j] = float32(30 * r.NormFloat64())
					}
				}
				require.NoError(t, loss.CheckGradient(l, scores, r.IntN(classes)))
			}
			require.NoError(t, loss.CheckGradient(l, make([]float32, outputs), 1))
		}
	}
}

// The check would pass on anything if it could not fail.
func TestCheckGradientFindsWhatIsWrong(t *testing.T) {
	scores := []float32{0.5, -1, 0.25}
	assert.ErrorContains(t, loss.CheckGradient(twisted{factor: 1.001, term: 0}, scores, 0), "element 0 of the gradient")
	assert.ErrorContains(t, loss.CheckGradient(twisted{factor: 1, term: 1e-4}, scores, 0), "want")
	assert.NoError(t, loss.CheckGradient(twisted{factor: 1}, scores, 0))
}

// twisted is a softmax loss whose fast form differs from its definition.
type twisted struct {
	loss.Softmax
	factor float32
	term   float64
}

func (l twisted) Gradient(grad, scores kernels.Matrix, labels []int, weights []float32) float64 {
	sum := l.Softmax.Gradient(grad, scores, labels, weights)
	for i := range grad.Data {
		grad.Data[i] *= l.factor
	}
	return sum + l.term
}

// Rows together are the rows alone, weighted: in place or apart, with any stride, of
// more scores than fit into a buffer.
func TestRowsAreWeightedAndIndependent(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for _, l := range losses {
		for _, s := range []struct{ rows, classes int }{{1, 2}, {7, 2}, {300, 3}, {3, 700}, {2, 1100}} {
			n := l.Outputs(s.classes)
			wide := kernels.NewMatrix(s.rows, n+3)
			scores, labels, weights := wide.Columns(0, n), make([]int, s.rows), make([]float32, s.rows)
			for i := range s.rows {
				labels[i], weights[i] = r.IntN(s.classes), float32(r.IntN(4))/2
				for j := range scores.Row(i) {
					scores.Row(i)[j] = float32(r.NormFloat64())
				}
			}
			apart := kernels.NewMatrix(s.rows, n)
			sum, want := l.Gradient(apart, scores, labels, weights), 0.0
			for i := range s.rows {
				one := kernels.NewMatrix(1, n)
				want += float64(weights[i]) * l.Gradient(one, scores.Slice(i, i+1), labels[i:i+1], []float32{1})
				for j, g := range one.Row(0) {
					require.InDelta(t, g*weights[i], apart.Row(i)[j], 1e-6, "%v of %v, row %d, score %d", l, s, i, j)
				}
			}
			require.InDelta(t, want, sum, 1e-6*(1+want), "%v of %v", l, s)
			inPlace := l.Gradient(scores, scores, labels, weights)
			require.Equal(t, sum, inPlace)
			for i := range s.rows {
				require.Equal(t, apart.Row(i), scores.Row(i))
			}
		}
	}
}

// The curvature is the derivative of the gradient, element by element, unless there is a
// kink of a squared hinge nearby. It is within the bound.
func TestCurvatureIsTheDerivativeOfTheGradient(t *testing.T) {
	const step = 1.0 / 256
	r := rand.New(rand.NewPCG(5, 6))
	for _, l := range losses {
		smooth, ok := l.(loss.Smooth)
		if !ok {
			continue
		}
		compared := 0
		for trial := range 60 {
			classes := []int{2, 3, 10}[trial%3]
			n, label := l.Outputs(classes), r.IntN(classes)
			scores := make([]float32, n)
			for j := range scores {
				scores[j] = float32(r.NormFloat64())
			}
			// The gradient and the curvature with score j moved.
			at := func(j int, by float32) (g, h []float32) {
				row := kernels.Matrix{Rows: 1, Cols: n, Stride: n, Data: append([]float32(nil), scores...)}
				row.Data[j] += by
				l.Gradient(row, row, []int{label}, []float32{1})
				g = append(g, row.Data...)
				smooth.Curvature(row, []int{label})
				return g, row.Data
			}
			for j := range scores {
				_, h := at(j, 0)
				above, hAbove := at(j, step)
				below, hBelow := at(j, -step)
				assert.LessOrEqual(t, float64(h[j]), smooth.Bound(classes)+1e-6)
				if math.Abs(float64(hAbove[j]-hBelow[j])) < 0.1 {
					assert.InDelta(t, (above[j]-below[j])/(2*step), h[j], 1e-3, "%v of %v, label %d, score %d", l, scores, label, j)
					compared++
				}
			}
		}
		assert.Greater(t, compared, 100, l.String())
	}
}

// The Hessian has the curvature as its diagonal, is the derivative of the gradient away
// from kinks, and is symmetric.
func TestHessianIsTheDerivativeOfTheGradient(t *testing.T) {
	const step = 1.0 / 256
	r := rand.New(rand.NewPCG(7, 8))
	for _, l := range losses {
		smooth, ok := l.(loss.Smooth)
		if !ok {
			continue
		}
		compared := 0
		for trial := range 60 {
			classes := []int{2, 3, 6}[trial%3]
			n, label := l.Outputs(classes), r.IntN(classes)
			scores := make([]float32, n)
			for j := range scores {
				scores[j] = float32(r.NormFloat64())
			}
			gradient := func(j int, by float32) kernels.Matrix {
				row := kernels.Matrix{Rows: 1, Cols: n, Stride: n, Data: append([]float32(nil), scores...)}
				row.Data[j] += by
				l.Gradient(row, row, []int{label}, []float32{1})
				return row
			}
			element := func(g kernels.Matrix, j, k int) float32 {
				dst := []float32{float32(math.NaN())}
				smooth.Hessian(dst, g, []int{label}, j, k)
				return dst[0]
			}
			diagonal := gradient(0, 0)
			smooth.Curvature(diagonal, []int{label})
			for j := range n {
				here, above, below := gradient(j, 0), gradient(j, step), gradient(j, -step)
				assert.InDelta(t, diagonal.Data[j], element(here, j, j), 1e-6, "%v", l)
				for k := range n {
					h := element(here, j, k)
					assert.Equal(t, h, element(here, k, j))
					if j != k {
						assert.LessOrEqual(t, h, float32(0))
					}
					if math.Abs(float64(element(above, j, k)-element(below, j, k))) < 0.1 {
						assert.InDelta(t, (above.Data[k]-below.Data[k])/(2*step), h, 1e-3, "%v of %v, label %d, element %d, %d", l, scores, label, j, k)
						compared++
					}
				}
			}
		}
		assert.Greater(t, compared, 100, l.String())
	}
}

// The tangent that the dual gives is beneath the loss everywhere, and touches it where it
// was taken.
func TestDualIsTheTangent(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	for _, l := range losses {
		smooth, ok := l.(loss.Smooth)
		if !ok {
			continue
		}
		for trial := range 200 {
			classes := []int{2, 3, 6}[trial%3]
			n, label := l.Outputs(classes), r.IntN(classes)
			at, scores, g := make([]float64, n), kernels.NewMatrix(1, n), kernels.NewMatrix(1, n)
			for j := range n {
				scores.Data[j] = float32(3 * r.NormFloat64())
				at[j] = float64(scores.Data[j])
			}
			l.Gradient(g, scores, []int{label}, []float32{1})
			for _, factor := range []float64{0, 0.3, 0.9, 1} {
				dual := smooth.Dual(g, []int{label}, []float32{2}, factor) / 2
				tangent := func(at []float64) float64 {
					sum := dual
					for j, s := range at {
						sum += factor * float64(g.Data[j]) * s
					}
					return sum
				}
				if factor == 1 {
					value := l.At(at, label)
					assert.InDelta(t, value, tangent(at), 1e-5*(1+value), "%v of %v, label %d", l, at, label)
				}
				for range 10 {
					other := make([]float64, n)
					for j := range other {
						other[j] = at[j] + 3*r.NormFloat64()
					}
					value := l.At(other, label)
					assert.LessOrEqual(t, tangent(other), value+1e-5*(1+value), "%v at %v, t = %v", l, other, factor)
				}
			}
		}
	}
}

// Before anything is learned the softmax loss is log K, the hinge loss K − 1: what the
// lecture has one look at first.
func TestLossOfZeroScores(t *testing.T) {
	zeros := make([]float64, 10)
	for want, l := range map[float64]loss.Loss{
		math.Log(10): loss.Softmax{}, 9: loss.WestonWatkins{}, 1: loss.CrammerSinger{}, 10: loss.Hinge{}, 10 * math.Ln2: loss.Logistic{},
	} {
		assert.InDelta(t, want, l.At(zeros, 3), 1e-12, l.String())
	}
}

// The softmax of two classes is logistic regression on the difference of their scores.
func TestSoftmaxOfTwoIsLogistic(t *testing.T) {
	for _, s := range []float64{-40, -2, 0, 0.5, 3, 40} {
		for label := range 2 {
			assert.InDelta(t, loss.Logistic{}.At([]float64{s}, label), loss.Softmax{}.At([]float64{1, 1 + s}, label), 1e-12)
		}
	}
}

// "Softmax is never fully happy, the SVM is": beyond the margin one has no gradient, the
// other has.
func TestSoftmaxIsNeverFullyHappy(t *testing.T) {
	gradient := func(l loss.Loss) []float32 {
		row := kernels.Matrix{Rows: 1, Cols: 3, Stride: 3, Data: []float32{10, -2, 3}}
		l.Gradient(row, row, []int{0}, []float32{1})
		return row.Data
	}
	assert.Equal(t, []float32{0, 0, 0}, gradient(loss.WestonWatkins{}))
	for _, g := range gradient(loss.Softmax{}) {
		assert.NotZero(t, g)
	}
}

// With smoothing the loss is the cross-entropy of the smoothed target, and its least
// value is the entropy of that target.
func TestSmoothing(t *testing.T) {
	scores, a, k := []float64{1, -1, 0.5, 2}, 0.2, 4.0
	l := loss.Softmax{Smoothing: float32(a)}
	var sum, want float64
	for _, s := range scores {
		sum += math.Exp(s)
	}
	for j, s := range scores {
		q := a / k
		if j == 2 {
			q += 1 - a
		}
		want -= q * (s - math.Log(sum))
	}
	assert.InDelta(t, want, l.At(scores, 2), 1e-6)
	best := []float64{math.Log(a / k), math.Log(a / k), math.Log(1 - a + a/k), math.Log(a / k)}
	entropy := -(3*a/k*math.Log(a/k) + (1-a+a/k)*math.Log(1-a+a/k))
	assert.InDelta(t, entropy, l.At(best, 2), 1e-6)
}

// One-vs-rest losses have one score for two classes.
func TestOutputs(t *testing.T) {
	for _, l := range losses {
		assert.Equal(t, 3, l.Outputs(3), l.String())
	}
	for _, l := range []loss.Loss{loss.Logistic{}, loss.Hinge{}, loss.SquaredHinge{}} {
		assert.Equal(t, 1, l.Outputs(2), l.String())
	}
	for _, l := range []loss.Loss{loss.Softmax{}, loss.WestonWatkins{}, loss.SquaredWestonWatkins{}, loss.CrammerSinger{}} {
		assert.Equal(t, 2, l.Outputs(2), l.String())
	}
}

// A NaN score makes the loss NaN, whatever the class.
func TestNaN(t *testing.T) {
	for _, l := range losses {
		for label := range 2 {
			row := kernels.Matrix{Rows: 1, Cols: 3, Stride: 3, Data: []float32{-5, float32(math.NaN()), 5}}
			got := l.Gradient(row, row, []int{label}, []float32{1})
			assert.True(t, math.IsNaN(got), "%v, label %d: %v", l, label, got)
		}
	}
}
