package classifier

import (
	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/kernels"
)

// problem is an objective over a data set, as solvers see it: a function of the
// weights V of standardized features and of the bias c about their means,
//
//	F(V, c) = Σ wᵢ·loss(V·x̂ᵢ + c, yᵢ)/Σ wᵢ + λ₂·ΣV² + λ₁·Σ|V| (+ λ₂·Σc²)
//
// with x̂ = (x − mean)·scale. A point is the rows of V, each followed by its element of
// c.
type problem struct {
	data     Rows
	x        rowSource // the rows of data, raw or standardized
	features int
	names    []string // of the classes
	classes  int
	outputs  int
	labels   []int
	weights  []float32
	total    float64 // Σ weights
	loss     loss.Loss
	l2, l1   float64
	bias     Bias
	standard standardization
	scaling  Scaling
	moments  featureMoments
	folded   bool      // the standardization is folded into the weights, and x are raw
	mean     []float32 // of the standardization, rounded
	scale    []float32 // nil: all 1
	proximal *proximal // in place of a loss that is not smooth, if not nil
	pool     *kernels.Pool
	watch    *watch
	saving   func(*Checkpoint)
	resume   *Checkpoint
	identity checkpointHeader

	parts    []part
	together *lockstep // nil: alone
	place    int       // among those of together
	passes   float64   // over the data so far; other work counts by its multiply-adds
	// accuracy is that of the scores of the last evaluation.
	accuracy float64
}

// standardizeBy makes s the standardization of the problem.
func (p *problem) standardizeBy(s standardization) {
	p.standard, p.x = s, sourceOf(p.data)
	p.mean, p.scale = s.rounded()
	if p.folded = s.folds(p.moments.deviation); !p.folded {
		p.x = standardRows{p.x, s}
	}
}

// span are rows lo to hi.
type span struct{ lo, hi int }

// Rows are read in blocks that fit into the second-level cache as float32, with room
// for the weights, and whose gradients are one chain of float32 for a piece of
// pieceRows rows. Gradients of pieces are added up in float64, part by part; the parts
// are what goroutines share, and are joined in order. All this depends on the shape of
// the problem alone: it is part of the definition of the sums, like the order of a
// chain.
const (
	blockElements = 1 << 16
	pieceRows     = 1024
	mostParts     = 64
	partElements  = 1 << 25 // of the sums of all parts
)

func blockRows(features int) int {
	return min(256, max(16, blockElements/max(1, features)/16*16))
}

// cut returns the parts of n rows whose sums have the given number of elements.
func cut(n, elements int) []span {
	pieces := (n + pieceRows - 1) / pieceRows
	parts := make([]span, min(pieces, mostParts, max(8, partElements/max(1, elements))))
	for i := range parts {
		parts[i] = span{pieces * i / len(parts) * pieceRows, min(n, pieces*(i+1)/len(parts)*pieceRows)}
	}
	return parts
}

// part is the state of a pass over some of the rows.
type part struct {
	span
	reader   blockReader
	scores   kernels.Matrix
	gradient kernels.Matrix // of a piece
	sums     []float64      // of the gradient, a point
	ones     []float32      // as many as a block has rows
	loss     float64
	exact    float64 // the loss that a proximal has smoothed
	slack    float64 // its distance from its lower bound
	correct  float64 // the weights of the rows whose score is the highest
}

func (p *problem) rows() int { return len(p.labels) }

// size is the length of a point.
func (p *problem) size() int { return p.outputs * (p.features + 1) }

// row is the weights and the bias of an output.
func (p *problem) row(at []float64, output int) (weights []float64, bias *float64) {
	row := at[output*(p.features+1):][:p.features+1]
	return row[:p.features], &row[p.features]
}

// fold returns the weights and biases that take the rows of p.x to the scores of a
// point. The bias makes up for the weights as they are rounded.
func (p *problem) fold(at []float64) *kernels.Weights {
	w, b := kernels.NewMatrix(p.outputs, p.features), make([]float32, p.outputs)
	for k := range p.outputs {
		v, c := p.row(at, k)
		row, shift := w.Row(k), *c
		if !p.folded {
			for f, v := range v {
				row[f] = float32(v)
			}
		} else {
			for f, v := range v {
				row[f] = float32(v * p.standard.scale[f])
				shift -= float64(float64(row[f]) * p.standard.mean[f])
			}
		}
		b[k] = float32(shift)
	}
	return kernels.NewWeights(w, b)
}

// evaluate returns the objective at a point and stores its gradient, but for that of
// the L1 penalty, in gradient. It is one sweep over the rows: scores, losses, and
// gradients of scores and weights follow one another while a block is in the cache.
func (p *problem) evaluate(gradient, at []float64) float64 {
	return p.evaluateKeeping(gradient, at, kernels.Matrix{})
}

// evaluateKeeping is evaluate and, if kept has rows, stores the gradients of the scores of
// all rows there, for weights of 1.
func (p *problem) evaluateKeeping(gradient, at []float64, kept kernels.Matrix) float64 {
	w := p.fold(at)
	if p.together != nil {
		p.together.wait(request{p, w, kept})
	} else {
		p.prepare()
		p.pool.Split(len(p.parts), 1, func(lo, hi int) {
			for i := lo; i < hi && p.pool.Err() == nil; i++ {
				p.parts[i].sweep(p, w, kept)
			}
		})
	}
	p.passes++
	sum := p.join(gradient)
	for k := range p.outputs {
		g, b := p.row(gradient, k)
		v, c := p.row(at, k)
		for f := range g {
			g[f] = g[f]/p.total + float64(2*p.l2*v[f])
		}
		*b /= p.total
		switch p.bias {
		case PenalizedBias:
			*b += float64(2 * p.l2 * *c)
		case NoBias:
			*b = 0
		}
	}
	return sum/p.total + p.penalty(at)
}

// join sets gradient to the sums of all parts, for standardized features, and returns
// the sum of their losses.
func (p *problem) join(gradient []float64) (sum float64) {
	clear(gradient)
	p.accuracy = 0
	for i := range p.parts {
		p.accuracy += p.parts[i].correct / p.total
		sum += p.parts[i].loss
		add(gradient, p.parts[i].sums)
	}
	if !p.folded {
		return sum
	}
	for k := range p.outputs {
		g, b := p.row(gradient, k)
		for f := range g {
			g[f] = (g[f] - float64(*b*p.standard.mean[f])) * p.standard.scale[f]
		}
	}
	return sum
}

// standardRow sets dst to row i with its features standardized, in float32.
func (p *problem) standardRow(r blockReader, dst []float32, i int) {
	r.row(dst, i)
	if !p.folded {
		return
	}
	argmax.Axpy(dst, p.mean, -1)
	if p.scale != nil {
		for f, s := range p.scale {
			dst[f] *= s
		}
	}
}

// penalty is that of a point.
func (p *problem) penalty(at []float64) float64 {
	var squares, sizes float64
	for k := range p.outputs {
		v, c := p.row(at, k)
		for _, v := range v {
			squares += float64(v * v)
			sizes += max(v, -v)
		}
		if p.bias == PenalizedBias {
			squares += float64(*c * *c)
		}
	}
	return float64(p.l2*squares) + float64(p.l1*sizes)
}

// prepare allocates the parts, once.
func (p *problem) prepare() {
	if p.parts != nil {
		return
	}
	ones := make([]float32, blockRows(p.features))
	for i := range ones {
		ones[i] = 1
	}
	elements := p.size()
	if p.together != nil {
		elements = p.together.elements
	}
	for _, s := range cut(p.rows(), elements) {
		p.parts = append(p.parts, part{
			span: s, reader: p.x.reader(),
			scores:   kernels.NewMatrix(min(blockRows(p.features), s.hi-s.lo), p.outputs),
			gradient: kernels.NewMatrix(p.outputs, p.features),
			sums:     make([]float64, p.size()),
			ones:     ones,
		})
	}
}

// sweep computes the loss and the sums of the gradient over the rows of the part.
func (t *part) sweep(p *problem, w *kernels.Weights, kept kernels.Matrix) {
	t.loss, t.exact, t.slack, t.correct = 0, 0, 0, 0
	t.over(p, func(scores kernels.Matrix, lo, hi int) {
		t.reader.scores(scores, w)
		t.differentiate(p, scores, kept, lo, hi)
	})
}

// differentiate replaces the scores of rows lo to hi by the gradients of their losses and
// adds up the latter.
func (t *part) differentiate(p *problem, scores, kept kernels.Matrix, lo, hi int) {
	t.correct += correct(scores, p.labels[lo:hi], p.weights[lo:hi])
	if p.proximal != nil {
		p.proximal.gradient(t, scores, p.labels[lo:hi], p.weights[lo:hi], lo)
		return
	}
	if kept.Rows > 0 {
		p.loss.Gradient(kept.Slice(lo, hi), scores, p.labels[lo:hi], t.ones[:hi-lo])
	}
	t.loss += p.loss.Gradient(scores, scores, p.labels[lo:hi], p.weights[lo:hi])
}

// correct is the sum of the weights of the rows of scores that predict their labels.
func correct(scores kernels.Matrix, labels []int, weights []float32) (sum float64) {
	for i, y := range labels {
		predicted := 0
		if row := scores.Row(i); len(row) > 1 {
			predicted = argmax.ArgMax(row)
		} else if row[0] > 0 { // the score of the second class
			predicted = 1
		}
		if predicted == y {
			sum += float64(weights[i])
		}
	}
	return sum
}

// meanLoss returns the mean loss and the accuracy at a point.
func (p *problem) meanLoss(at []float64) (loss, accuracy float64) {
	w := p.fold(at)
	p.prepare()
	p.pool.Split(len(p.parts), 1, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			p.parts[i].score(p, w)
		}
	})
	for i := range p.parts {
		loss += p.parts[i].loss
		accuracy += p.parts[i].correct
	}
	return loss / p.total, accuracy / p.total
}

// score computes the loss over the rows of the part.
func (t *part) score(p *problem, w *kernels.Weights) {
	t.loss, t.correct = 0, 0
	for lo := t.lo; lo < t.hi; lo += t.scores.Rows {
		hi := min(lo+t.scores.Rows, t.hi)
		scores := t.scores.Slice(0, hi-lo)
		t.reader.load(lo, hi)
		t.reader.scores(scores, w)
		t.correct += correct(scores, p.labels[lo:hi], p.weights[lo:hi])
		t.loss += p.loss.Gradient(scores, scores, p.labels[lo:hi], p.weights[lo:hi])
	}
}

// gather computes the sums of the gradient from given gradients of the scores.
func (t *part) gather(p *problem, of func(dst []float32, row int)) {
	t.loss, t.correct = 0, 0
	t.over(p, func(gradients kernels.Matrix, lo, hi int) {
		for i := range gradients.Rows {
			of(gradients.Row(i), lo+i)
		}
	})
}

// over computes the sums over the rows of the part: do sets the gradients of the scores
// of rows lo to hi, which the reader has loaded.
func (t *part) over(p *problem, do func(gradients kernels.Matrix, lo, hi int)) {
	clear(t.sums)
	step := blockRows(p.features)
	for lo := t.lo; lo < t.hi; lo += pieceRows {
		end := min(lo+pieceRows, t.hi)
		for i := lo; i < end; i += step {
			hi := min(i+step, end)
			gradients := t.scores.Slice(0, hi-i)
			t.reader.load(i, hi)
			do(gradients, i, hi)
			t.reader.gradient(t.gradient, gradients, i > lo)
			t.addBias(p, gradients)
		}
		t.addPiece(p, t.gradient)
	}
}

// addBias adds the gradients of the scores of some rows to the sums of the biases.
func (t *part) addBias(p *problem, gradients kernels.Matrix) {
	for j := range gradients.Rows {
		for k, g := range gradients.Row(j) {
			_, b := p.row(t.sums, k)
			*b += float64(g)
		}
	}
}

// addPiece adds the gradient of a piece to the sums of the weights.
func (t *part) addPiece(p *problem, gradient kernels.Matrix) {
	for k := range p.outputs {
		sum, _ := p.row(t.sums, k)
		for f, g := range gradient.Row(k) {
			sum[f] += float64(g)
		}
	}
}
