package classifier

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/internal/cholesky"
	"github.com/seed842bec00/argmax/kernels"
)

// Sizes up to which problems are preconditioned: the features of one factor, the
// elements of the factors of all outputs, and the curvatures that are kept to draw
// rows. And the rows of a sample: so many for each feature, but at least some.
const (
	mostFactored   = 4096
	factorElements = 1 << 27
	mostCurvatures = 1 << 27
	sharedSample   = 8
	ownSample      = 5
	leastSample    = 1000
)

// stages are the preconditioners of a fit: the latest is in force.
type stages struct {
	plain     bool
	warm      bool               // iterations go on from fit to fit
	total     int                // of them, if warm
	group     *factorGroup       // nil: alone
	factors   []*cholesky.Factor // of each output, or one of all; nil: none
	iteration int                // before which they were computed
	at        []float64          // and where; nil: nowhere
	pool      *kernels.Pool
	rows      [][]float32
}

// refreshed lists the iterations before which outputs get factors of their own. The
// covariance gives the scale and the main directions from the first step on; the
// curvature of the outputs is worth its cost once the weights are roughly right, and
// again when they have moved. (On images of clothes: a relative gradient of 1e-3 after 40
// passes over the data, against 153 with the covariance alone and 304 without.)
var refreshed = [...]int{8, 30, 80}

func (s *stages) none() bool { return s.factors == nil }

// update changes the preconditioner if it is time to.
func (s *stages) update(p *problem, iteration int, at []float64) {
	n := p.features + 1
	if s.plain || n > mostFactored {
		return
	}
	if p.proximal != nil && iteration > 0 {
		if iteration == refreshed[0] || iteration%refreshed[1] == 0 {
			s.factor(p, iteration, at)
		}
		return
	}
	if s.group != nil && s.group.abandoned {
		s.group = nil
	}
	if s.group != nil && s.group.leader != p.place {
		s.pool, s.factors = p.pool, s.group.ready(p)
		return
	}
	if s.warm {
		iteration = s.total
		s.total++
	}
	own := slices.Contains(refreshed[:], iteration) && p.outputs*n*n <= factorElements && p.outputs*p.rows() <= mostCurvatures
	if iteration == 0 || own {
		s.factor(p, iteration, at)
	}
	if s.group != nil {
		s.group.next = s.factors
		s.group.ready(p)
	}
}

// factor computes the preconditioner of an iteration at a point. Where there is none, that
// before stays.
func (s *stages) factor(p *problem, iteration int, at []float64) {
	var factors []*cholesky.Factor
	if iteration > 0 {
		factors = ownFactors(p, at)
	} else if f := sharedFactor(p, at); f != nil {
		factors = []*cholesky.Factor{f}
	}
	s.pool = p.pool
	if factors != nil {
		s.factors, s.iteration, s.at = factors, iteration, slices.Clone(at)
	}
}

// apply multiplies a point in place.
func (s *stages) apply(x []float64) {
	if s.factors == nil {
		return
	}
	n := s.factors[0].Size()
	outputs := len(x) / n
	for len(s.rows) < outputs {
		s.rows = append(s.rows, make([]float32, n))
	}
	s.pool.Split(outputs, 1, func(lo, hi int) {
		for k := lo; k < hi; k++ {
			f := s.factors[min(k, len(s.factors)-1)]
			solve(f, x[k*n:(k+1)*n], s.rows[k])
		}
	})
}

// solve replaces x by the solution, in float32: scaled, so that neither small nor large
// gradients leave its range.
func solve(f *cholesky.Factor, x []float64, buffer []float32) {
	var largest float64
	for _, v := range x {
		largest = max(largest, math.Abs(v))
	}
	if largest == 0 {
		return
	}
	for i, v := range x {
		buffer[i] = float32(v / largest)
	}
	f.Solve(buffer)
	for i, v := range buffer {
		x[i] = float64(v) * largest
	}
}

// sharedFactor factors the covariance of the features, from some of the rows, times the
// mean curvature of the outputs there, plus the penalty. It returns nil if that is
// singular.
func sharedFactor(p *problem, at []float64) *cholesky.Factor {
	n := p.rows()
	want := min(n, max(leastSample, sharedSample*p.features))
	rows := rand.New(rand.NewPCG(0, 1)).Perm(n)[:want]
	weights, total := make([]float32, want), 0.0
	for i, row := range rows {
		weights[i] = p.weights[row]
		total += float64(weights[i])
	}
	if total == 0 {
		return nil
	}
	gram := gramOf(p, rows, weights, p.pool)
	curvatures := p.curvatures(at, rows)
	var mean float64
	for i := range rows {
		for _, h := range curvatures.Row(i) {
			mean += float64(float64(weights[i]) * float64(h))
		}
	}
	mean /= total * float64(p.outputs)
	p.passes += float64(want) / float64(n) * (0.5 + float64(p.features+1)/(4*float64(p.outputs)))
	ridge := 4e-3
	if want == n {
		ridge = 1e-6
	}
	return factorOf(p, gram, mean/total, ridge, p.pool)
}

// ownFactors factors the block of the Hessian of each output. Rows are drawn with
// probabilities in proportion to their curvatures, at most 1, and weighted by the
// curvature over the probability: the expectation is the block. It returns nil if a
// block is singular.
func ownFactors(p *problem, at []float64) []*cholesky.Factor {
	all := make([]int, p.rows())
	for i := range all {
		all[i] = i
	}
	curvatures := p.curvatures(at, all)
	want := float64(max(leastSample, ownSample*p.features))
	factors := make([]*cholesky.Factor, p.outputs)
	drawn := make([]int, p.outputs)
	p.pool.Split(p.outputs, 1, func(lo, hi int) {
		for k := lo; k < hi && p.pool.Err() == nil; k++ {
			rows, weights, ridge := draw(p, curvatures, k, want)
			if rows == nil {
				continue
			}
			drawn[k] = len(rows)
			factors[k] = factorOf(p, gramOf(p, rows, weights, nil), 1/p.total, ridge, nil)
		}
	})
	p.passes += 0.5
	for k, f := range factors {
		p.passes += float64(drawn[k]) * float64(p.features+1) / (4 * float64(p.rows()) * float64(p.outputs))
		if f == nil {
			return nil
		}
	}
	return factors
}

// draw draws rows for output k. ridge is what must be added to the diagonal in units of
// its mean: less if all rows are drawn.
func draw(p *problem, curvatures kernels.Matrix, k int, want float64) (rows []int, weights []float32, ridge float64) {
	curvature := func(i int) float64 { return float64(p.weights[i]) * float64(curvatures.Row(i)[k]) }
	var sum float64
	for i := range curvatures.Rows {
		sum += curvature(i)
	}
	if sum == 0 {
		return nil, nil, 0
	}
	random := rand.New(rand.NewPCG(uint64(k), 2))
	ridge = 1e-6
	for i := range curvatures.Rows {
		h := curvature(i)
		probability := min(1, h/sum*want)
		if probability < 1 {
			ridge = 1e-4
		}
		if random.Float64() < probability {
			rows = append(rows, i)
			weights = append(weights, float32(h/probability))
		}
	}
	return rows, weights, ridge
}

// curvatures returns the diagonals of the Hessians of the losses of some rows with
// respect to their scores.
func (p *problem) curvatures(at []float64, rows []int) kernels.Matrix {
	w := p.fold(at)
	replace := func(block kernels.Matrix, labels, rows []int, ones []float32) { // scores by curvatures
		if p.proximal != nil {
			p.proximal.curvature(block, labels, rows)
			return
		}
		l := p.loss.(loss.Smooth)
		l.Gradient(block, block, labels, ones)
		l.Curvature(block, labels)
	}
	all := kernels.NewMatrix(len(rows), p.outputs)
	step := blockRows(p.features)
	p.pool.Split(len(rows), step, func(lo, hi int) {
		r := p.x.reader()
		x := kernels.NewMatrix(min(step, hi-lo), p.features)
		ones, labels := make([]float32, x.Rows), make([]int, x.Rows)
		for i := range ones {
			ones[i] = 1
		}
		for ; lo < hi; lo += step {
			n := min(step, hi-lo)
			block := all.Slice(lo, lo+n)
			for i, row := range rows[lo : lo+n] {
				labels[i] = p.labels[row]
				r.row(x.Row(i), row)
			}
			kernels.Scores(block, x.Slice(0, n), w, nil)
			replace(block, labels[:n], rows[lo:lo+n], ones[:n])
		}
	})
	return all
}

// gramOf returns the lower triangle of Σ weightᵢ·x̂ᵢ·x̂ᵢᵀ over some rows, where x̂ is a
// standardized row with a 1 for the bias at its end.
func gramOf(p *problem, rows []int, weights []float32, pool *kernels.Pool) kernels.Matrix {
	const strip = 256
	n := p.features + 1
	gram, block := kernels.NewMatrix(n, n), kernels.NewMatrix(min(argmax.KC, len(rows)), n)
	r := p.x.reader()
	for lo := 0; lo < len(rows); lo += block.Rows {
		hi := min(lo+block.Rows, len(rows))
		b := block.Slice(0, hi-lo)
		for i := range b.Rows {
			p.standardRow(r, b.Row(i)[:p.features], rows[lo+i])
			b.Row(i)[p.features] = 1
			argmax.Scale(b.Row(i), float32(math.Sqrt(float64(weights[lo+i]))))
		}
		for s := 0; s < n; s += strip {
			end := min(s+strip, n)
			kernels.Gemm(gram.Slice(s, n).Columns(s, end), b.Columns(s, n), b.Columns(s, end), kernels.TransposeA, 1, 1, pool)
		}
	}
	return gram
}

// factorOf factors factor·gram plus the Hessian of the penalty. The diagonal is raised
// by ridge times its mean at least, which sampling and float32 need, and by more until
// there is a factor. It returns nil if there is none.
func factorOf(p *problem, gram kernels.Matrix, factor, ridge float64, pool *kernels.Pool) *cholesky.Factor {
	n := gram.Rows
	var trace float64
	for i := range p.features {
		trace += float64(gram.Row(i)[i]) * factor
	}
	mean := trace / float64(p.features)
	for range 4 {
		a := kernels.NewMatrix(n, n)
		for i := range n {
			row := a.Row(i)[:i+1]
			for j, g := range gram.Row(i)[:i+1] {
				row[j] = float32(float64(g) * factor)
			}
			raise := max(2*p.l2, ridge*mean)
			if i == p.features {
				switch p.bias {
				case FreeBias:
					raise = 1e-6 * float64(row[i])
				case NoBias:
					clear(row)
					raise = 1
				}
			}
			if !(raise > 0) {
				raise = 1
			}
			row[i] += float32(raise)
		}
		if f, ok := cholesky.New(a, pool); ok {
			return f
		}
		ridge *= 10
	}
	return nil
}
