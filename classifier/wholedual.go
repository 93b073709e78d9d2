package classifier

import (
	"math/rand/v2"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/kernels"
)

// wholeDual is what a dual of few rows has in place of weights that are up to date.
type wholeDual struct {
	grams   kernels.Matrix // of all rows, with what the bias adds to each
	scores  kernels.Matrix // of each output, those of all rows
	row     []float32      // the scores of a row
	average []float64      // the sums of variables, and of multipliers, since the last certificate
	added   []float64
	count   int // of what was added up
}

const (
	wholeRows     = 2048 // 16 MB of inner products
	wholeElements = 1 << 24
	// A visit takes about a fourth of the time of one in a block, and counts for as much:
	// 0.4 to 1.8 µs of images of 784 pixels with ten classes.
	visitsInPass = 4
)

// keepsWhole reports whether the inner products of all rows save work: an epoch takes fewer
// multiplications for them than for weights, and they themselves no more than 64 passes.
func keepsWhole(p *problem) bool {
	n := p.rows()
	return n <= wholeRows && n <= 4*p.features && n <= 128*p.outputs && n*p.features <= wholeElements
}

func newWholeDual(p *problem) *wholeDual {
	n := p.rows()
	w := &wholeDual{
		grams: kernels.NewMatrix(n, n), scores: kernels.NewMatrix(p.outputs, n), row: make([]float32, p.outputs),
		average: make([]float64, n*p.outputs), added: make([]float64, p.outputs),
	}
	x := kernels.NewMatrix(n, p.features)
	p.pool.Split(n, dualBlock, func(lo, hi int) {
		for r := p.x.reader(); lo < hi; lo++ {
			p.standardRow(r, x.Row(lo), lo)
		}
	})
	kernels.Gemm(w.grams, x, x, kernels.TransposeB, 1, 0, p.pool)
	p.passes += float64(n) / (2 * float64(p.outputs))
	return w
}

// addUnit adds the square of the feature that the bias is the weight of.
func (w *wholeDual) addUnit(unit float32) {
	for i := range w.grams.Rows {
		for j := range w.grams.Row(i) {
			w.grams.Row(i)[j] += unit
		}
	}
}

// epoch is that of a dual.
func (w *wholeDual) epoch(d *dual, random *rand.Rand) (passes float64) {
	p, factor, visited := d.p, 1/(2*d.p.l2), 0
	for _, row := range random.Perm(p.rows()) {
		if !d.awake(row) {
			continue
		}
		visited++
		for k := range w.row {
			w.row[k] = w.scores.Row(k)[row]
		}
		gram := w.grams.Row(row)
		if !d.stepOn(row, w.row, float64(gram[row])) {
			continue
		}
		for k, c := range d.row {
			if c != 0 {
				argmax.Axpy(w.scores.Row(k), gram, float32(c*factor))
			}
		}
	}
	for i := range d.variables.Rows {
		sums := w.average[i*p.outputs:]
		for k, v := range d.variables.Row(i) {
			sums[k] += float64(v)
		}
	}
	add(w.added, d.added)
	w.count++
	return float64(visited) / float64(p.rows()) / visitsInPass
}

// shift moves the scores of an output.
func (w *wholeDual) shift(output int, by float32) {
	scores := w.scores.Row(output)
	for i := range scores {
		scores[i] += by
	}
}

// score computes the scores anew from the weights.
func (w *wholeDual) score(d *dual) {
	p, bias := d.p, make([]float32, d.p.outputs)
	for k, b := range d.bias {
		bias[k] = float32(b)
	}
	weights := kernels.NewWeights(d.weights, bias)
	for lo := 0; lo < p.rows(); lo += dualBlock {
		x, scores := d.x.Slice(0, min(dualBlock, p.rows()-lo)), d.scores.Slice(0, min(dualBlock, p.rows()-lo))
		for i := range x.Rows {
			p.standardRow(d.reader, x.Row(i), lo+i)
		}
		kernels.Scores(scores, x, weights, p.pool)
		for i := range x.Rows {
			for k, s := range scores.Row(i) {
				w.scores.Row(k)[lo+i] = s
			}
		}
	}
	p.passes += 0.5
}

// mean is that of a dual: the point of the average of the variables.
func (w *wholeDual) mean(d *dual, at []float64) {
	variables := kernels.NewMatrix(d.variables.Rows, d.variables.Cols)
	for i := range variables.Rows {
		for k := range variables.Row(i) {
			variables.Row(i)[k] = float32(w.average[i*variables.Cols+k] / float64(w.count))
		}
	}
	for k := range w.added {
		w.added[k] /= float64(w.count)
	}
	d.pointOf(at, make([]float64, d.p.outputs), variables, w.added)
	clear(w.average)
	clear(w.added)
	w.count = 0
}
