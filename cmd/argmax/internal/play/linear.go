package play

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/kernels"
)

// linearBody is the largest request of the linear tab.
const linearBody = 1 << 18

const (
	mostSteps   = 1000 // of one request
	mostSide    = 200  // pixels of a picture of regions, in each direction
	mostPenalty = 1e6
	mostRate    = 1e6
)

// losses are those of the linear tab, by the names that requests have.
var losses = map[string]loss.Loss{
	"softmax":        loss.Softmax{},
	"weston-watkins": loss.WestonWatkins{},
	"crammer-singer": loss.CrammerSinger{},
	"one-vs-rest":    loss.Hinge{},
}

// linearRequest asks for steps of gradient descent from W and b, and for what they are
// worth then.
type linearRequest struct {
	Points
	objective
	W     [][2]float32 `json:"w"` // a row for each output of the loss
	B     []float32    `json:"b"`
	Rate  float32      `json:"rate"`  // η
	Steps int          `json:"steps"` // 0 or more
	Side  int          `json:"side"`  // of the picture of regions; 0 for none
}

// objective is what is minimized, as classifier.Objective describes it with features that
// are Unscaled and a FreeBias.
type objective struct {
	Loss string  `json:"loss"`
	L2   float64 `json:"l2"`
	L1   float64 `json:"l1"`
}

func (o *objective) check() error {
	if losses[o.Loss] == nil {
		return invalid("unknown loss %q", o.Loss)
	}
	if !(o.L2 >= 0 && o.L2 <= mostPenalty && o.L1 >= 0 && o.L1 <= mostPenalty) {
		return invalid("penalties %v and %v: want numbers from 0 to %v", o.L2, o.L1, mostPenalty)
	}
	return nil
}

// objective returns it as the library has it.
func (o *objective) library() classifier.Objective {
	return classifier.Objective{Loss: losses[o.Loss], L2: o.L2, L1: o.L1, Scaling: classifier.Unscaled}
}

func (q *linearRequest) check() error {
	if err := q.Points.check(); err != nil {
		return err
	}
	if err := q.objective.check(); err != nil {
		return err
	}
	outputs := losses[q.Loss].Outputs(q.Classes)
	switch {
	case len(q.W) != outputs || len(q.B) != outputs:
		return invalid("%d rows of W and %d of b for %d scores", len(q.W), len(q.B), outputs)
	case !(q.Rate >= 0 && q.Rate <= mostRate):
		return invalid("step size %v: want a number from 0 to %v", q.Rate, float32(mostRate))
	case q.Steps < 0 || q.Steps > mostSteps:
		return invalid("%d steps: 0 to %d are possible", q.Steps, mostSteps)
	case q.Side < 0 || q.Side > mostSide:
		return invalid("a picture of %d pixels: 0 to %d are possible", q.Side, mostSide)
	}
	return nil
}

// linearAnswer is what W and b are worth after the steps.
type linearAnswer struct {
	W     [][2]float32 `json:"w"`
	B     []float32    `json:"b"`
	Steps int          `json:"steps"` // that were made: fewer if the next is not finite
	terms
	DW      [][2]float32 `json:"dw"`      // the gradient of the data loss
	DB      []float32    `json:"db"`      //
	Regions []byte       `json:"regions"` // the class of each pixel, row by row from the top
}

// terms are the objective and what it consists of.
type terms struct {
	Scores        [][]float32 `json:"scores"`        // of each point
	Probabilities [][]float32 `json:"probabilities"` // of each point, if the loss is linked
	Losses        []float64   `json:"losses"`        // of each point
	Data          float64     `json:"data"`          // their mean
	L2Penalty     float64     `json:"l2Penalty"`
	L1Penalty     float64     `json:"l1Penalty"`
	Objective     float64     `json:"objective"` // the sum of the three
	Correct       int         `json:"correct"`   // points that are predicted
}

// linear answers the linear tab.
func (s *server) linear(ctx context.Context, q *linearRequest) (linearAnswer, error) {
	if err := q.check(); err != nil {
		return linearAnswer{}, err
	}
	d := newDescent(q)
	if !d.measure() {
		return linearAnswer{}, invalid("W and b are too large: their loss is not finite")
	}
	var a linearAnswer
	for a.Steps < q.Steps && d.step(q.Rate) {
		if err := ctx.Err(); err != nil {
			return a, err
		}
		a.Steps++
	}
	a.W, a.B, a.DW, a.DB = pairs(d.w), d.b, pairs(d.dw), d.db
	a.terms = d.terms()
	if q.Side > 0 {
		a.Regions = d.regions(q.Side)
	}
	return a, nil
}

// descent is gradient descent on all points at once: W and b and what is computed of
// them.
type descent struct {
	objective
	loss    loss.Loss
	points  *classifier.Table
	classes int
	ones    []float32 // the weights of points of which losses are added up
	parts   []float32 // the weights of points whose mean is taken
	w       kernels.Matrix
	b       []float32

	scores, gradient kernels.Matrix
	sum              float64 // of the losses
	squares, sizes   float64 // ΣW², Σ|W|
	dw               kernels.Matrix
	db               []float32
}

func newDescent(q *linearRequest) *descent {
	n, outputs := len(q.Labels), len(q.B)
	d := &descent{
		objective: q.objective, loss: losses[q.Loss], points: q.table(), classes: q.Classes,
		ones: make([]float32, n), parts: make([]float32, n),
		w: kernels.NewMatrix(outputs, 2), b: slices.Clone(q.B),
		scores: kernels.NewMatrix(n, outputs), gradient: kernels.NewMatrix(n, outputs),
		dw: kernels.NewMatrix(outputs, 2), db: make([]float32, outputs),
	}
	for i := range n {
		d.ones[i], d.parts[i] = 1, 1/float32(n)
	}
	for j, w := range q.W {
		copy(d.w.Row(j), w[:])
	}
	return d
}

// measure computes the scores, the loss and the gradient, and reports whether they are
// finite.
func (d *descent) measure() bool {
	kernels.Scores(d.scores, d.points.X, kernels.NewWeights(d.w, d.b), nil)
	d.squares, d.sizes = kernels.SquaredNorm(d.w), kernels.L1Norm(d.w)
	d.sum = d.loss.Gradient(d.gradient, d.scores, d.points.Y, d.ones)
	d.loss.Gradient(d.gradient, d.scores, d.points.Y, d.parts)
	kernels.Gradient(d.dw, d.gradient, d.points.X, nil)
	kernels.ColumnSums(d.db, d.gradient)
	number := d.sum + d.squares + d.sizes
	return number-number == 0 && finite(d.b) && finite(d.scores.Data) && finite(d.dw.Data) && finite(d.db)
}

// step makes a step of gradient descent from what measure has measured, as classifier.SGD
// does with all examples in one batch and without momentum, and measures where it leads. If
// that is not finite, it returns to where it was and reports false.
func (d *descent) step(rate float32) bool {
	w, b := slices.Clone(d.w.Data), slices.Clone(d.b)
	argmax.SGD(d.w.Data, d.dw.Data, rate, float32(2*d.L2))
	if d.L1 > 0 {
		argmax.SoftThreshold(d.w.Data, float32(float64(rate)*d.L1))
	}
	argmax.SGD(d.b, d.db, rate, 0)
	if d.measure() {
		return true
	}
	copy(d.w.Data, w)
	copy(d.b, b)
	d.measure()
	return false
}

// terms returns the objective at what measure has measured.
func (d *descent) terms() terms {
	n := len(d.points.Y)
	t := terms{
		Scores: make([][]float32, n), Losses: make([]float64, n),
		L2Penalty: d.L2 * d.squares, L1Penalty: d.L1 * d.sizes,
	}
	one := kernels.NewMatrix(1, d.scores.Cols)
	for i, label := range d.points.Y {
		t.Scores[i] = d.scores.Row(i)
		t.Losses[i] = d.loss.Gradient(one, d.scores.Slice(i, i+1), d.points.Y[i:i+1], d.ones[:1])
		if d.predict(d.scores.Row(i)) == label {
			t.Correct++
		}
	}
	if n > 0 {
		t.Data = d.sum / float64(n)
	}
	if d.loss.Link() == loss.SoftmaxLink {
		p := kernels.NewMatrix(n, d.scores.Cols)
		kernels.Softmax(p, d.scores, nil)
		for i := range n {
			t.Probabilities = append(t.Probabilities, p.Row(i))
		}
	}
	t.Objective = t.Data + (t.L2Penalty + t.L1Penalty)
	return t
}

// predict returns the class of scores. Two classes may share one, that of class 1 against
// class 0.
func (d *descent) predict(scores []float32) int {
	if len(scores) < d.classes {
		return argmax.ArgMax([]float32{0, scores[0]})
	}
	return argmax.ArgMax(scores)
}

// regions returns the class of each pixel of a picture of the plane.
func (d *descent) regions(side int) []byte {
	grid := pixels(side)
	scores := kernels.NewMatrix(grid.Rows, d.scores.Cols)
	kernels.Scores(scores, grid, kernels.NewWeights(d.w, d.b), nil)
	classes := make([]byte, grid.Rows)
	for i := range classes {
		classes[i] = byte(d.predict(scores.Row(i)))
	}
	return classes
}

// pairs returns the rows of a matrix of two columns.
func pairs(m kernels.Matrix) [][2]float32 {
	rows := make([][2]float32, m.Rows)
	for i := range rows {
		rows[i] = [2]float32(m.Row(i))
	}
	return rows
}

func finite(x []float32) bool {
	return !slices.ContainsFunc(x, func(v float32) bool { return v-v != 0 })
}

// minimaRequest asks for the minima of an objective with each of its penalties.
type minimaRequest struct {
	Points
	objective
}

// minimum is where an objective is least.
type minimum struct {
	Name string `json:"name"` // of the penalty
	objective
	W         [][2]float32 `json:"w"` // a row for each output of the loss
	B         []float32    `json:"b"`
	Data      float64      `json:"data"`
	Penalty   float64      `json:"penalty"`
	Objective float64      `json:"objective"`
	Gap       *float64     `json:"gap"`     // bounds how far the objective is above the least; null without a bound
	Squares   float64      `json:"squares"` // ΣW²
	Sizes     float64      `json:"sizes"`   // Σ|W|
	Zeros     int          `json:"zeros"`   // weights that are 0
	Solver    string       `json:"solver"`
	Why       string       `json:"why"` // it ended
}

// minima answers what L2 and L1 prefer: the minimum with each alone, and with both.
func (s *server) minima(ctx context.Context, q *minimaRequest) ([]minimum, error) {
	if err := q.Points.check(); err != nil {
		return nil, err
	}
	if err := q.objective.check(); err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(q.Labels, func(label int) bool { return label != q.Labels[0] }) {
		return nil, invalid("a minimum needs points of two classes")
	}
	penalty := max(q.L2, q.L1)
	if penalty == 0 {
		return nil, invalid("a minimum needs a penalty: points that lines separate have none without")
	}
	var all []minimum
	for _, o := range []minimum{
		{Name: "L2", objective: objective{q.Loss, penalty, 0}},
		{Name: "L1", objective: objective{q.Loss, 0, penalty}},
	} {
		m, err := o.find(ctx, &q.Points)
		if err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	return all, nil
}

// find returns the minimum of the objective of m.
func (m minimum) find(ctx context.Context, p *Points) (minimum, error) {
	var solver classifier.Solver = classifier.Auto{Tolerance: 1e-6}
	if m.L1 > 0 && losses[m.Loss].Link() == loss.NoLink {
		// The steps of small batches are noisy, and leave no weight at zero.
		solver = classifier.SGD{Epochs: 5000, Batch: mostPoints, LearningRate: 0.05, Optimizer: classifier.HeavyBall{}}
	}
	model, r, err := solver.Fit(ctx, p.table(), m.library(), classifier.Options{})
	if err != nil {
		return m, fmt.Errorf("the minimum with %s: %w", m.Name, err)
	}
	w := kernels.NewMatrix(losses[m.Loss].Outputs(p.Classes), 2)
	for j := range w.Rows {
		class := p.Classes - w.Rows + j // of two classes that share a score, it is that of the second
		model.Template(w.Row(j), class)
		m.B = append(m.B, model.Bias(class))
	}
	m.W = pairs(w)
	m.Data, m.Penalty, m.Objective = r.Loss, r.Penalty, r.Objective
	if !math.IsInf(r.Gap, 0) {
		m.Gap = &r.Gap
	}
	m.Squares, m.Sizes = kernels.SquaredNorm(w), kernels.L1Norm(w)
	for _, x := range w.Data {
		if x == 0 {
			m.Zeros++
		}
	}
	m.Solver, m.Why = r.Solver, r.Why
	return m, nil
}
