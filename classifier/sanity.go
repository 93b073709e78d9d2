package classifier

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"

	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/kernels"
)

// Check is one of the checks of [Sanity].
type Check struct {
	Name   string `json:"name"`
	Passed bool   `json:"passed"`
	Detail string `json:"detail"` // what was found, and what was expected
}

// Checks are those of [Sanity], in order.
type Checks []Check

// Passed reports whether all checks have passed.
func (c Checks) Passed() bool {
	for _, check := range c {
		if !check.Passed {
			return false
		}
	}
	return true
}

// String returns a line for each check: ok or FAIL, its name, its detail.
func (c Checks) String() string {
	var b strings.Builder
	for _, check := range c {
		word := "ok  "
		if !check.Passed {
			word = "FAIL"
		}
		fmt.Fprintf(&b, "%s  %s: %s\n", word, check.Name, check.Detail)
	}
	return b.String()
}

// Sanity makes the checks that Stanford's CS231n lecture advises before a classifier is
// trained, on examples and an objective of one's own:
//
//   - The loss of weights of zero is that of equal scores, such as log K for softmax and
//     (K − 1)·Δ for the multiclass hinge.
//   - The penalty raises the objective, if there is one.
//   - The gradient lies between the difference quotients on both sides of some weights
//     drawn at random, computed in float64 from the definitions, at kinks too.
//   - 20 examples, of all classes in turn, can be learned by heart: without a penalty, and
//     without smoothing, the loss falls below a hundredth of that of zero weights. Where they
//     cannot, the features do not tell them apart, or the labels are wrong.
//
// A check that fails is no error. Examples or objectives that nothing can be fitted to are,
// and so is a context that is done.
func Sanity(ctx context.Context, ex Examples, o Objective) (Checks, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	p, err := newProblem(ex, o, Options{})
	if err != nil {
		return nil, err
	}
	p.pool = p.pool.WithContext(ctx)
	at, gradient := make([]float64, p.size()), make([]float64, p.size())
	initial := p.evaluate(gradient, at)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	want := p.zeroLoss()
	checks := Checks{{
		Name:   "initial loss",
		Passed: math.Abs(initial-want) <= 1e-4*want,
		Detail: fmt.Sprintf("%.4f with weights of zero, want %.4f, the %v loss of %d equal scores", initial, want, p.loss, p.outputs),
	}}
	if o.L1 > 0 || o.L2 > 0 {
		checks = append(checks, p.checkPenalty())
	}
	few, err := newProblem(Subset(ex, inTurn(ex, sanityRows)), o, Options{})
	if err != nil {
		return nil, err
	}
	checks = append(checks, few.checkGradient())
	learned, err := learnByHeart(ctx, ex, o)
	if err != nil {
		return nil, err
	}
	return append(checks, learned), nil
}

const (
	sanityRows     = 64 // of the gradient check
	sanityElements = 40 // of gradients
	heartRows      = 20
)

// inTurn returns n rows in ascending order, the first of each class, then the second, and so
// on; all of them if there are no more.
func inTurn(ex Examples, n int) (rows []int) {
	labels, taken := ex.Labels(), make([]bool, ex.Len())
	seen := make([]int, len(ex.Classes()))
	for turn := 1; len(rows) < n && len(rows) < len(labels); turn++ {
		clear(seen)
		for i, y := range labels {
			if seen[y]++; seen[y] == turn && len(rows) < n {
				rows, taken[i] = append(rows, i), true
			}
		}
	}
	rows = rows[:0]
	for i, t := range taken {
		if t {
			rows = append(rows, i)
		}
	}
	return rows
}

// checkPenalty checks that ten times the penalty is a larger objective.
func (p *problem) checkPenalty() Check {
	random, at := rand.New(rand.NewPCG(1, 10)), make([]float64, p.size())
	for i := range at {
		at[i] = random.NormFloat64() / 100
	}
	once := p.penalty(at)
	q := *p
	q.l2, q.l1 = 10*p.l2, 10*p.l1
	more := q.penalty(at)
	return Check{
		Name:   "penalty",
		Passed: once > 0 && math.Abs(more-10*once) <= 1e-9*more,
		Detail: fmt.Sprintf("%.4g for small random weights, and %.4g with ten times λ", once, more),
	}
}

// checkGradient compares elements of the gradient with difference quotients, near zero and
// farther away.
func (p *problem) checkGradient() Check {
	random := rand.New(rand.NewPCG(1, 11))
	x := p.standardRows()
	at, gradient := make([]float64, p.size()), make([]float64, p.size())
	worst, compared, failed := 0.0, 0, ""
	for _, size := range []float64{0, 0.01, 0.3} {
		for i := range at {
			at[i] = size * random.NormFloat64()
		}
		if p.bias == NoBias {
			for k := range p.outputs {
				_, c := p.row(at, k)
				*c = 0
			}
		}
		p.evaluate(gradient, at)
		value := p.definition(x, at)
		for range sanityElements {
			i := random.IntN(len(at))
			if p.bias == NoBias && i%(p.features+1) == p.features {
				continue
			}
			g := gradient[i]
			if v := at[i]; v != 0 && i%(p.features+1) < p.features {
				g += p.l1 * math.Copysign(1, v)
			}
			left, right, tolerance := p.quotients(x, at, i, value)
			distance := max(left-g, g-right, 0)
			worst = max(worst, distance/tolerance)
			compared++
			if !(distance <= tolerance) && failed == "" {
				failed = fmt.Sprintf("element %d of output %d is %.6g, the difference quotients are %.6g and %.6g",
					i%(p.features+1), i/(p.features+1), g, left, right)
			}
		}
	}
	if failed != "" {
		return Check{"gradient", false, failed}
	}
	return Check{"gradient", true, fmt.Sprintf("%d elements lie between the difference quotients, but for rounding: %.2g of what float32 may lose", compared, worst)}
}

// quotients returns the difference quotients at both sides of element i of a point, between
// which the derivative of a convex function lies, and how far from them rounding in float32
// may bring it.
func (p *problem) quotients(x [][]float64, at []float64, i int, value float64) (left, right, tolerance float64) {
	size := 1.0
	if f := i % (p.features + 1); f < p.features {
		squares := 0.0
		for _, row := range x {
			squares += row[f] * row[f]
		}
		size = max(1, math.Sqrt(squares/float64(len(x))))
	}
	v, step := at[i], 1e-4/size
	at[i] = v - step
	left = (value - p.definition(x, at)) / (v - at[i])
	at[i] = v + step
	right = (p.definition(x, at) - value) / (at[i] - v)
	at[i] = v
	return left, right, 2e-5 * size
}

// standardRows returns the standardized rows in float64, by their definition.
func (p *problem) standardRows() [][]float64 {
	x, rows := kernels.NewMatrix(1, p.features), make([][]float64, p.rows())
	for i := range rows {
		p.data.Gather(x, []int{i})
		rows[i] = make([]float64, p.features)
		for f, v := range x.Data {
			rows[i][f] = (float64(v) - p.standard.mean[f]) * p.standard.scale[f]
		}
	}
	return rows
}

// definition is the objective at a point in float64, by the definitions of its parts, over
// rows that are standardized.
func (p *problem) definition(x [][]float64, at []float64) float64 {
	var sum float64
	scores := make([]float64, p.outputs)
	for i, row := range x {
		for k := range scores {
			v, c := p.row(at, k)
			scores[k] = *c + dot(v, row)
		}
		sum += float64(float64(p.weights[i]) * p.loss.At(scores, p.labels[i]))
	}
	return sum/p.total + p.penalty(at)
}

// learnByHeart fits some rows without a penalty, or with next to none for hinges, whose
// solver needs one.
func learnByHeart(ctx context.Context, ex Examples, o Objective) (Check, error) {
	rows := inTurn(ex, heartRows)
	alone := Objective{Loss: o.Loss, Scaling: o.Scaling.of(ex), Bias: o.Bias}
	if _, ok := o.Loss.(loss.Softmax); ok || o.Loss == nil {
		alone.Loss = loss.Softmax{}
	}
	if _, smooth := alone.Loss.(loss.Smooth); !smooth {
		alone.L2 = 1e-7
	}
	m, report, err := Auto{Tolerance: 1e-6, MaxPasses: 5000}.Fit(ctx, Subset(ex, rows), alone, Options{})
	if err != nil {
		return Check{}, err
	}
	initial := alone.Loss.At(make([]float64, alone.Loss.Outputs(len(m.Classes()))), 0)
	return Check{
		Name:   fmt.Sprintf("%d rows by heart", len(rows)),
		Passed: report.Accuracy == 1 && report.Loss <= initial/100,
		Detail: fmt.Sprintf("%.1f %% right with a loss of %.2g, want all with less than %.2g, without a penalty", 100*report.Accuracy, report.Loss, initial/100),
	}, nil
}
