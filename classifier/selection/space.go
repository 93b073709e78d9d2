package selection

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/loss"
)

// Range is the numbers from Low to High, of which one is drawn so that its logarithm is
// uniform. If both are equal it is that number, which may be 0.
type Range struct{ Low, High float64 }

func (r Range) check(name string) error {
	if r.Low == r.High && r.Low >= 0 && !math.IsInf(r.Low, 1) {
		return nil
	}
	if !(r.Low > 0 && r.Low < r.High && !math.IsInf(r.High, 1)) {
		return fmt.Errorf("selection: %s from %v to %v, want 0 < low < high, or both equal", name, r.Low, r.High)
	}
	return nil
}

// draw returns a number with three significant digits, which are the same on every
// machine, as the last bits of exponentials are not.
func (r Range) draw(random *rand.Rand) float64 {
	u := random.Float64()
	if r.Low == r.High {
		return r.Low
	}
	x := r.Low * math.Exp(u*math.Log(r.High/r.Low))
	x, _ = strconv.ParseFloat(strconv.FormatFloat(x, 'g', 3, 64), 64) // never fails
	return min(max(x, r.Low), r.High)
}

// Space is the candidates that a random search draws from. Of each list one is drawn, all
// alike; an empty list is the zero value alone, as for [Grid].
type Space struct {
	Losses    []loss.Loss
	Smoothing []float32 // of the losses that are softmax, instead of theirs, unless empty
	L2, L1    Range
	Scalings  []classifier.Scaling
	Balanced  []bool
	// SGD are the solvers, with rates drawn from LearningRate unless that is zero. Without
	// any the solver is classifier.Auto.
	SGD          []classifier.SGD
	LearningRate Range
	// Trim are losses above which examples are left out, by [classifier.Trimmed]; 0 leaves
	// out none.
	Trim []float64
}

// DefaultSpace returns what suits images and embeddings: models of few epochs by SGD, which
// are quick to fit, for losses that differ in how they treat the examples that a linear model
// cannot get right, some of which are left out.
func DefaultSpace() Space {
	var solvers []classifier.SGD
	for _, epochs := range []int{5, 10, 15} {
		for _, batch := range []int{128, 512} {
			solvers = append(solvers, classifier.SGD{Epochs: epochs, Batch: batch})
		}
	}
	return Space{
		Losses:       []loss.Loss{loss.Softmax{}, loss.CrammerSinger{}, loss.CrammerSinger{}, loss.WestonWatkins{}},
		Smoothing:    []float32{0, 0.05},
		L2:           Range{1e-4, 1e-2},
		Scalings:     []classifier.Scaling{classifier.OneScale, classifier.PerFeature},
		SGD:          solvers,
		LearningRate: Range{2e-3, 5e-2},
		Trim:         []float64{0, 1.5, 2, 3},
	}
}

// Sample draws n candidates; equal ones may occur. The first of a larger n are those of a
// smaller one.
func (s Space) Sample(n int, seed uint64) ([]Candidate, error) {
	if err := cmp.Or(s.L2.check("λ₂"), s.L1.check("λ₁"), s.LearningRate.check("learning rates")); err != nil {
		return nil, err
	}
	if n < 0 {
		return nil, fmt.Errorf("selection: %d candidates", n)
	}
	random := rand.New(rand.NewPCG(seed, 9))
	all := make([]Candidate, n)
	for i := range all {
		o := classifier.Objective{
			Loss:     pick(random, s.Losses),
			L2:       s.L2.draw(random),
			L1:       s.L1.draw(random),
			Scaling:  pick(random, s.Scalings),
			Balanced: pick(random, s.Balanced),
		}
		smoothing, solver, rate := pick(random, s.Smoothing), pick(random, s.SGD), s.LearningRate.draw(random)
		above := pick(random, s.Trim)
		if l, ok := o.Loss.(loss.Softmax); (ok || o.Loss == nil) && len(s.Smoothing) > 0 {
			l.Smoothing = smoothing
			o.Loss = l
		}
		all[i] = Candidate{Objective: o}
		if len(s.SGD) > 0 {
			if rate > 0 {
				solver.LearningRate = float32(rate)
			}
			all[i].Solver = solver
		}
		all[i] = all[i].withDefaults()
		if above > 0 {
			all[i].Solver = classifier.Trimmed{Solver: all[i].Solver, Above: above}
		}
	}
	return all, nil
}

// pick draws an element of a list, or the zero value if it is empty.
func pick[T any](random *rand.Rand, list []T) (element T) {
	u := random.IntN(max(1, len(list)))
	if len(list) == 0 {
		return element
	}
	return list[u]
}
