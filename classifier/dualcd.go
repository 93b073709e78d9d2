package classifier

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/kernels"
)

// DualCD minimizes objectives with a hinge loss and an L2 penalty, by coordinate
// descent on the dual, row by row (C.-J. Hsieh and others, ICML 2008; for the multiclass
// losses S. S. Keerthi and others, "A sequential dual method for large scale multi-class
// linear SVMs", KDD 2008).
//
// Rows are visited in blocks whose inner products are computed once. The scores of a
// block and the update of the weights are then matrix products, and what the rows of a
// block change of one another's scores takes only their inner products (after W.-L.
// Chiang, M.-C. Lee and C.-J. Lin, "Parallel dual coordinate descent method for
// large-scale linear classification in multi-core environments", KDD 2016). Rows whose
// variables have not changed for a while sleep.
//
// A problem of few rows for its features and classes keeps the inner products of all rows
// and the scores of all: a step then costs as many multiplications as there are rows for
// each score whose force changed, and weights are computed for certificates alone.
//
// Problems of many rows, 8192 or more, begin with L-BFGS, on a smooth form of the loss
// whose multipliers are dual variables (R. T. Rockafellar, Mathematics of Operations
// Research 1, 1976): coordinate descent is slow while most of the variables move.
//
// A bias that is not penalized makes the sum of the forces on each score zero, a
// constraint that is met in the limit by the method of multipliers.
type DualCD struct {
	// Tolerance is how large the gap may be relative to the objective; 0 means 1e-3.
	Tolerance float64
	// MaxPasses over the data end the search in any case; 0 means 1000.
	MaxPasses float64
	Seed      uint64 // of the order of the rows
}

func (s DualCD) withDefaults() DualCD {
	if s.Tolerance == 0 {
		s.Tolerance = 1e-3
	}
	if s.MaxPasses == 0 {
		s.MaxPasses = 1000
	}
	return s
}

func (s DualCD) check(o Objective) error {
	switch {
	case !(s.Tolerance >= 0) || !(s.MaxPasses >= 0):
		return fmt.Errorf("classifier: dual coordinate descent with tolerance %v and %v passes", s.Tolerance, s.MaxPasses)
	case o.L1 > 0 || o.L2 == 0:
		return fmt.Errorf("classifier: dual coordinate descent needs an L2 penalty and no other: SGD takes any")
	}
	if step, _ := dualStepOf(o.Loss); step == nil {
		if o.Loss == nil {
			o.Loss = loss.Softmax{}
		}
		return fmt.Errorf("classifier: dual coordinate descent minimizes hinge losses, not the %v: use L-BFGS", o.Loss)
	}
	return nil
}

var errDualStart = errors.New("classifier: dual coordinate descent cannot start from a model")

// Fit fits a model as [Solver] says. It starts from zero weights: Options.Start is an
// error, since weights do not give the dual variables.
func (s DualCD) Fit(ctx context.Context, ex Examples, o Objective, options Options) (*Linear, Report, error) {
	s = s.withDefaults()
	if err := o.check(); err != nil {
		return nil, Report{}, err
	}
	if err := s.check(o); err != nil {
		return nil, Report{}, err
	}
	if options.Start != nil {
		return nil, Report{}, errDualStart
	}
	return fit(ctx, ex, o, options, s)
}

// dualBlock is the number of rows of a block: their inner products take dualBlock
// elements for each row.
const dualBlock = 64

// longestSleep is the most epochs that a row is not visited for.
const longestSleep = 15

// dual is the state of dual coordinate descent.
type dual struct {
	p         *problem
	step      dualStep
	margin    float64
	reader    blockReader
	variables kernels.Matrix // of each row, one for each score
	grams     []float32      // the inner products of the rows of each block, dualBlock² each
	weights   kernels.Matrix
	bias      []float64 // with what the multipliers add
	forces    []float64 // on each score, the sum over all rows
	added     []float64 // the multipliers of free biases
	unit      float64   // the square of the feature that the bias is the weight of
	still     []uint8   // for how many visits a row has not changed
	asleep    []uint8   // for how many epochs
	x, scores kernels.Matrix
	change    kernels.Matrix
	rows      []int
	row       []float64
	average   []float64  // the sum of points since the last certificate
	averaged  int        // how many
	whole     *wholeDual // nil: rows are visited in blocks
}

func newDual(p *problem) *dual {
	n := p.rows()
	d := &dual{
		p: p, reader: p.x.reader(), variables: kernels.NewMatrix(n, p.outputs),
		weights: kernels.NewMatrix(p.outputs, p.features),
		bias:    make([]float64, p.outputs), forces: make([]float64, p.outputs), added: make([]float64, p.outputs),
		still: make([]uint8, n), asleep: make([]uint8, n),
		x: kernels.NewMatrix(dualBlock, p.features), scores: kernels.NewMatrix(dualBlock, p.outputs),
		change: kernels.NewMatrix(dualBlock, p.outputs), row: make([]float64, p.outputs),
		average: make([]float64, p.size()),
	}
	d.step, d.margin = dualStepOf(p.loss)
	if keepsWhole(p) {
		d.whole = newWholeDual(p)
	} else {
		d.multiplyBlocks()
	}
	switch p.bias {
	case PenalizedBias:
		d.unit = 1
	case FreeBias: // a small part of the mean square of the rows, not to stiffen them
		for i := range n {
			d.unit += float64(d.gram(i, i)) / float64(64*n)
		}
		if d.unit == 0 {
			d.unit = 1
		}
	}
	if d.whole != nil {
		d.whole.addUnit(float32(d.unit))
	}
	return d
}

// multiplyBlocks computes the inner products of the rows of each block.
func (d *dual) multiplyBlocks() {
	p, n := d.p, d.p.rows()
	d.grams = make([]float32, (n+dualBlock-1)/dualBlock*dualBlock*dualBlock)
	p.pool.Split(n, dualBlock, func(lo, hi int) {
		r, x := p.x.reader(), kernels.NewMatrix(dualBlock, p.features)
		for ; lo < hi; lo += dualBlock {
			block := x.Slice(0, min(dualBlock, n-lo))
			for i := range block.Rows {
				p.standardRow(r, block.Row(i), lo+i)
			}
			gram := kernels.Matrix{Rows: block.Rows, Cols: block.Rows, Stride: dualBlock, Data: d.grams[lo*dualBlock:]}
			kernels.Gemm(gram, block, block, kernels.TransposeB, 1, 0, nil)
		}
	})
	p.passes += float64(dualBlock) / (2 * float64(p.outputs))
}

// gram returns the inner product of rows i and j of one block.
func (d *dual) gram(i, j int) float32 {
	if d.whole != nil {
		return d.whole.grams.Row(i)[j]
	}
	return d.grams[i/dualBlock*dualBlock*dualBlock+i%dualBlock*dualBlock+j%dualBlock]
}

// awake reports whether a row is to be visited.
func (d *dual) awake(row int) bool {
	if d.p.weights[row] == 0 {
		return false
	}
	if d.asleep[row] > 0 {
		d.asleep[row]--
		return false
	}
	return true
}

// stepOn takes a step on a row of the given scores and squared norm, and reports whether
// that changed anything: d.row has the changes of its forces.
func (d *dual) stepOn(row int, scores []float32, square float64) bool {
	p, factor := d.p, 1/(2*d.p.l2)
	upper := float64(p.weights[row]) / p.total
	d.step(d.variables.Row(row), d.row, scores, p.labels[row], upper, max(square*factor, 1e-30))
	var size float64
	for k, c := range d.row {
		d.forces[k] += c
		d.bias[k] += float64(c * d.unit * factor)
		size += math.Abs(c)
	}
	if size <= 1e-6*upper {
		d.still[row] = min(d.still[row]+1, 8)
		if d.still[row] >= 2 {
			d.asleep[row] = uint8(min(1<<(d.still[row]-1)-1, longestSleep))
		}
	} else {
		d.still[row] = 0
	}
	return size > 0
}

// epoch visits all rows that are awake, and returns for how many passes that counts.
func (d *dual) epoch(random *rand.Rand) float64 {
	if d.whole != nil {
		return d.whole.epoch(d, random)
	}
	blocks, visited := (d.p.rows()+dualBlock-1)/dualBlock, 0
	for i, block := range random.Perm(blocks) {
		visited += d.visit(block*dualBlock, random.Perm(dualBlock))
		if (i+1)*8/blocks > i*8/blocks {
			d.observe()
		}
	}
	return float64(visited) / float64(d.p.rows())
}

// visit takes a step on each row of the block at lo that is awake, in the order of
// perm, and returns how many they are.
func (d *dual) visit(lo int, perm []int) int {
	p, factor := d.p, 1/(2*d.p.l2)
	d.rows = d.rows[:0]
	for _, i := range perm {
		if row := lo + i; row < p.rows() && d.awake(row) {
			d.rows = append(d.rows, row)
		}
	}
	n := len(d.rows)
	if n == 0 {
		return 0
	}
	x, scores, change := d.x.Slice(0, n), d.scores.Slice(0, n), d.change.Slice(0, n)
	for i, row := range d.rows {
		p.standardRow(d.reader, x.Row(i), row)
	}
	bias := make([]float32, p.outputs)
	for k, b := range d.bias {
		bias[k] = float32(b)
	}
	kernels.Scores(scores, x, kernels.NewWeights(d.weights, bias), p.pool)
	moved := false
	for i, row := range d.rows {
		if !d.stepOn(row, scores.Row(i), float64(d.gram(row, row))+d.unit) {
			clear(change.Row(i))
			continue
		}
		for k, c := range d.row {
			change.Row(i)[k] = float32(c * factor)
		}
		moved = true
		for j := i + 1; j < n; j++ {
			argmax.Axpy(scores.Row(j), change.Row(i), d.gram(row, d.rows[j])+float32(d.unit))
		}
	}
	if moved {
		kernels.AddGradient(d.weights, change, x, p.pool)
	}
	return n
}

// point sets at to the point of the dual variables, computed anew from all rows.
func (d *dual) point(at []float64) {
	d.pointOf(at, d.forces, d.variables, d.added)
	for k := range d.p.outputs {
		v, c := d.p.row(at, k)
		d.bias[k] = *c
		for f := range v {
			d.weights.Row(k)[f] = float32(v[f])
		}
	}
	if d.whole != nil {
		d.whole.score(d)
	}
}

// pointOf sets at to the point of variables and multipliers, and forces to the forces on
// each score.
func (d *dual) pointOf(at, forces []float64, variables kernels.Matrix, added []float64) {
	p := d.p
	p.prepare()
	p.pool.Split(len(p.parts), 1, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			p.parts[i].gather(p, func(dst []float32, row int) { d.force(dst, variables.Row(row), p.labels[row]) })
		}
	})
	clear(at)
	p.join(at)
	for k := range p.outputs {
		v, c := p.row(at, k)
		forces[k] = *c
		*c = 0
		if p.bias != NoBias {
			*c = added[k] + float64(forces[k]*d.unit)/(2*p.l2)
		}
		for f := range v {
			v[f] /= 2 * p.l2
		}
	}
	p.passes += 0.5
}

// observe adds the present weights to the average.
func (d *dual) observe() {
	for k, b := range d.bias {
		v, c := d.p.row(d.average, k)
		for f, w := range d.weights.Row(k) {
			v[f] += float64(w)
		}
		*c += b
	}
	d.averaged++
}

// mean sets at to the average, and begins another. Weights jump about the minimum as
// rows pull them, most of all by those seen last; their averages do not.
func (d *dual) mean(at []float64) {
	if d.whole != nil {
		d.whole.mean(d, at)
		return
	}
	for i, v := range d.average {
		at[i] = v / float64(d.averaged)
	}
	clear(d.average)
	d.averaged = 0
}

// force sets dst to the forces of a row on its scores.
func (d *dual) force(dst, variables []float32, label int) {
	if _, ok := d.p.loss.(loss.Hinge); ok {
		for k, v := range variables {
			if dst[k] = -v; k == label && len(dst) > 1 || len(dst) == 1 && label == 1 {
				dst[k] = v
			}
		}
		return
	}
	var sum float32
	for k, v := range variables {
		dst[k] = -v
		sum += v
	}
	dst[label] = sum
}

// bound returns the dual objective, a lower bound of the minimum, at the point of the
// dual variables. A free bias is taken to be within reach of its value, as in gap.
func (d *dual) bound(at []float64) float64 {
	var sum float64
	for i := range d.variables.Rows {
		for _, v := range d.variables.Row(i) {
			sum += float64(v)
		}
	}
	sum = d.margin*sum - d.p.penalty(at)
	if d.p.bias == FreeBias {
		for k, f := range d.forces {
			_, c := d.p.row(at, k)
			sum -= float64(f**c) + float64(math.Abs(f)*(1+math.Abs(*c)))
		}
	}
	return sum
}

func (s DualCD) minimize(ctx context.Context, p *problem, at []float64) (Report, error) {
	began := time.Now()
	p.pool = p.pool.WithContext(ctx)
	r := Report{Solver: "dual coordinate descent"}
	best, lower, start, err := s.headStart(ctx, p, at, &r)
	if err != nil || r.Why != "" {
		copy(at, best.at)
		return r.of(p, best, began), err
	}
	d := newDual(p)
	if start != nil {
		d.begin(start)
	}
	random := rand.New(rand.NewPCG(s.Seed, 3))
	now, gradient := newPoint(p.size()), make([]float64, p.size())
	first := r.Iterations
	for next := first + 1; ctx.Err() == nil; r.Iterations++ {
		if r.Iterations == next || p.passes >= s.MaxPasses {
			next += max(1, (next-first)/2)
			d.point(now.at)
			lower = max(lower, d.bound(now.at))
			d.mean(now.at)
			now.value = p.evaluate(gradient, now.at)
			now.accuracy = p.accuracy
			if ctx.Err() != nil {
				break
			}
			if now.value < best.value {
				best, now = now, best
				r.Gradient = norm(gradient)
			}
			r.Gap = best.value - lower
			r = r.of(p, best, began)
			if p.observe(&r, best.at) {
				break
			}
			if r.Gap <= s.Tolerance*best.value {
				r.Converged, r.Why = true, "the gap is within the tolerance"
				break
			}
			if p.passes >= s.MaxPasses {
				r.Why = "the limit of passes"
				break
			}
		}
		p.passes += d.epoch(random)
		if p.bias == FreeBias {
			for k, f := range d.forces {
				step := float64(f*d.unit) / (2 * p.l2)
				d.added[k] += step
				d.bias[k] += step
				if d.whole != nil {
					d.whole.shift(k, float32(step))
				}
			}
		}
	}
	if math.IsInf(best.value, 1) { // cancelled before the first evaluation
		best.value = math.NaN()
	}
	copy(at, best.at)
	r = r.of(p, best, began)
	if err := ctx.Err(); err != nil {
		r.Why = "cancelled"
		return r, err
	}
	return r, nil
}
