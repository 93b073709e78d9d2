package play

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/kernels"
)

// ask returns the answer of the linear tab.
func askLinear(t *testing.T, q linearRequest) linearAnswer {
	t.Helper()
	a, err := newServer(Config{}).linear(t.Context(), &q)
	require.NoError(t, err)
	return a
}

// begin is W and b of zeros for a loss.
func begin(name string, p Points) linearRequest {
	n := losses[name].Outputs(p.Classes)
	return linearRequest{Points: p, objective: objective{Loss: name}, W: make([][2]float32, n), B: make([]float32, n)}
}

// These points have mean 0 and variance 1: the features that SGD steps on are then those of
// the points; and they are two, whose order in a batch does not matter. The steps of SGD
// and those of the page have the same bits.
func TestStepsAreThoseOfTheLibrary(t *testing.T) {
	p := Points{X: []float32{1, -1}, Y: []float32{-1, 1}, Labels: []int{0, 2}, Classes: 3}
	for name := range losses {
		for _, penalty := range []objective{{}, {L2: 0.02}, {L1: 0.03}, {L2: 0.02, L1: 0.03}} {
			q := begin(name, p)
			q.Rate, q.Steps, q.L2, q.L1 = 0.3, 37, penalty.L2, penalty.L1
			a := askLinear(t, q)
			require.Equal(t, q.Steps, a.Steps)
			s := classifier.SGD{Epochs: q.Steps, LearningRate: q.Rate, Optimizer: classifier.HeavyBall{}, Schedule: classifier.Constant{}}
			m, r, err := s.Fit(t.Context(), p.table(), q.library(), classifier.Options{})
			require.NoError(t, err)
			for class := range p.Classes {
				var w [2]float32
				m.Template(w[:], class)
				assert.Equal(t, w, a.W[class], "%s %v: W", name, penalty)
				assert.Equal(t, m.Bias(class), a.B[class], "%s %v: b", name, penalty)
			}
			assert.InDelta(t, r.Loss, a.Data, 1e-6)
			assert.InDelta(t, r.Penalty, a.L2Penalty+a.L1Penalty, 1e-6)
			assert.Equal(t, r.Accuracy, float64(a.Correct)/2)
		}
	}
}

// Many steps one by one are the same steps at once: what goes to the page and comes back has
// all of its bits.
func TestStepsOneByOne(t *testing.T) {
	p := Examples()[1].Points
	for name := range losses {
		q := begin(name, p)
		q.Rate, q.L2, q.Steps = 0.3, 0.01, 20
		at := askLinear(t, q)
		q.Steps = 1
		for range 20 {
			a := askLinear(t, q)
			q.W, q.B = a.W, a.B
		}
		assert.Equal(t, at.W, q.W, name)
		assert.Equal(t, at.B, q.B, name)
	}
}

// The loss is the mean of the losses of the points, by their definitions, plus the
// penalties; the gradient is that of the loss.
func TestTermsAreThoseOfTheDefinitions(t *testing.T) {
	for _, set := range Examples() {
		for name, l := range losses {
			q := begin(name, set.Points)
			for j := range q.W {
				q.W[j] = [2]float32{float32(j) - 0.7, 0.4 * float32(j*j)}
				q.B[j] = 0.3 * float32(j)
			}
			q.L2, q.L1 = 0.1, 0.2
			a := askLinear(t, q)
			var sum, squares, sizes float64
			for i, label := range q.Labels {
				scores := make([]float64, len(q.W))
				for j, w := range q.W {
					scores[j] = float64(w[0])*float64(q.X[i]) + float64(w[1])*float64(q.Y[i]) + float64(q.B[j])
					assert.InDelta(t, scores[j], a.Scores[i][j], 1e-5)
				}
				assert.InDelta(t, l.At(scores, label), a.Losses[i], 1e-5, "%s: %s: point %d", set.Name, name, i)
				sum += a.Losses[i]
			}
			for _, w := range q.W {
				for _, x := range w {
					squares += float64(x) * float64(x)
					sizes += math.Abs(float64(x))
				}
			}
			assert.InEpsilon(t, sum/float64(len(q.Labels)), a.Data, 1e-12, name)
			assert.InEpsilon(t, 0.1*squares, a.L2Penalty, 1e-7)
			assert.InEpsilon(t, 0.2*sizes, a.L1Penalty, 1e-7)
			assert.Equal(t, a.Data+(a.L2Penalty+a.L1Penalty), a.Objective)
			if l.Link() == loss.SoftmaxLink {
				for i, label := range q.Labels {
					assert.InDelta(t, a.Losses[i], -math.Log(float64(a.Probabilities[i][label])), 1e-5)
				}
				const h = 1e-2
				for j := range q.W {
					difference := func(x *float32, gradient float32) {
						was := *x
						*x = was + h
						up := askLinear(t, q).Data
						*x = was - h
						assert.InDelta(t, (up-askLinear(t, q).Data)/(2*h), gradient, 1e-3)
						*x = was
					}
					difference(&q.W[j][0], a.DW[j][0])
					difference(&q.W[j][1], a.DW[j][1])
					difference(&q.B[j], a.DB[j])
				}
			} else {
				assert.Nil(t, a.Probabilities)
			}
		}
	}
}

// Steps from zero lead to the minimum that the solvers certify.
func TestStepsLeadToTheMinimum(t *testing.T) {
	p := Examples()[0].Points
	for name := range losses {
		q := begin(name, p)
		q.Rate, q.L2, q.Steps = 0.1, 0.05, 1000
		for range 4 {
			a := askLinear(t, q)
			q.W, q.B = a.W, a.B
			q.Rate /= 4
		}
		reached := askLinear(t, q).Objective
		_, r, err := classifier.Auto{Tolerance: 1e-6}.Fit(t.Context(), p.table(), q.library(), classifier.Options{})
		require.NoError(t, err)
		assert.GreaterOrEqual(t, reached, r.Objective-r.Gap-1e-7, name)
		assert.InDelta(t, r.Objective, reached, 2e-3, name)
	}
}

// A step that would leave the finite numbers is not made.
func TestDivergingSteps(t *testing.T) {
	q := begin("softmax", Points{X: []float32{1, -1}, Y: []float32{0, 0}, Labels: []int{0, 1}, Classes: 2})
	q.Rate, q.L2, q.Steps = 1e6, 1e6, 1000
	a := askLinear(t, q)
	assert.Less(t, a.Steps, 1000)
	assert.False(t, math.IsInf(a.Objective, 0) || math.IsNaN(a.Objective), "%+v", a)
}

func TestNoPoints(t *testing.T) {
	q := begin("softmax", Points{Classes: 3})
	q.Rate, q.L2, q.Steps, q.Side = 1, 0.1, 1, 4
	q.W[0] = [2]float32{1, 2}
	a := askLinear(t, q)
	assert.InDelta(t, 0.8, a.W[0][0], 1e-7, "the penalty's step")
	assert.Zero(t, a.Data)
	assert.Len(t, a.Regions, 16)
}

// The picture shows what a model with W and b predicts.
func TestRegionsArePredictions(t *testing.T) {
	places := pixels(50)
	for _, name := range []string{"softmax", "one-vs-rest"} {
		for _, classes := range []int{2, 3, 5} {
			q := begin(name, Points{Classes: classes})
			for j := range q.W {
				q.W[j], q.B[j] = [2]float32{float32(j) - 1, float32(j*j%3) - 0.5}, 0.1*float32(j)
			}
			q.Side = 50
			regions := askLinear(t, q).Regions
			w, b := kernels.NewMatrix(classes, 2), make([]float32, classes)
			first := classes - len(q.W) // two classes that share a score
			for j := range q.W {
				copy(w.Row(first+j), q.W[j][:])
				b[first+j] = q.B[j]
			}
			m, err := classifier.NewLinear(w, b, classifier.Info{Classes: (&Points{Classes: classes}).table().Names})
			require.NoError(t, err)
			for i, class := range regions {
				x := places.Row(i)
				require.Equal(t, m.Predict(x), int(class), "%s of %d classes: at %v", name, classes, x)
			}
		}
	}
}

// L2 takes some of each weight, L1 sets weights to zero: of two features that tell the
// classes apart, one better than the other.
func TestWhatPenaltiesPrefer(t *testing.T) {
	p := Points{Classes: 2}
	for i := range 40 {
		side := float64(1 - 2*(i%2))
		p.add(side*(1+0.01*float64(i)), side*(0.8-0.01*float64(i)), i%2)
	}
	for name := range losses {
		all, err := newServer(Config{}).minima(t.Context(), &minimaRequest{p, objective{Loss: name, L2: 0.05}})
		require.NoError(t, err)
		require.Len(t, all, 2)
		assert.Equal(t, 0, all[0].Zeros, "%s: L2", name)
		assert.Equal(t, losses[name].Outputs(2), all[1].Zeros, "%s: L1: the weights of the weaker feature", name)
		assert.Zero(t, all[1].W[0][1])
		for _, m := range all {
			assert.InEpsilon(t, m.Data+m.Penalty, m.Objective, 1e-12)
			a := askLinear(t, linearRequest{Points: p, objective: m.objective, W: m.W, B: m.B})
			assert.InEpsilon(t, m.Objective, a.Objective, 1e-6, "%s: what the page says of W and b", name)
		}
	}
}
