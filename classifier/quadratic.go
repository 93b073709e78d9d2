package classifier

import (
	"cmp"
	"math"
	"slices"
	"sync"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/kernels"
)

// quadratic is a model of an objective about a point, on the weights and biases of a
// working set: the quadratic one of the loss plus the penalty.

type quadratic struct {
	coords   []int  // indices of a point, in order: output by output
	starts   []int  // the first of each output in coords, and their number
	has      []bool // of a point
	steep    []int
	hessian  kernels.Matrix
	elements []float32 // of the Hessian, reused

	slope, penalty, curvature, from, to []float64
	moved                               []float32 // the Hessian times to − from
}

// An element of the Hessian of a row below these is left out of the sum over the rows. As
// the diagonal is the sum of what lies beside it, of the opposite sign, leaving out elements
// beside it leaves a Hessian that is positive semidefinite.
const (
	leastCurvature = 0x1p-12
	leastCoupling  = 0x1p-12
)

// choose makes the working set anew: the biases, the weights that are not zero, and, of
// those whose slope reaches the penalty, the steepest, up to a part of the number of the
// former. It returns false if it is too large.
func (m *quadratic) choose(p *problem, s *proxSearch) bool {
	if m.has == nil {
		m.has = make([]bool, p.size())
	}
	clear(m.has)
	used := 0
	m.steep = m.steep[:0]
	for k := range p.outputs {
		g, _ := p.row(s.here.gradient, k)
		v, _ := p.row(s.here.at, k)
		for f, v := range v {
			i := k*(p.features+1) + f
			if v != 0 {
				used++
				m.has[i] = true
			} else if math.Abs(g[f]) >= p.l1 && s.size[f] > 0 && !s.zero[i] {
				m.steep = append(m.steep, i)
			}
		}
		if p.bias != NoBias {
			m.has[k*(p.features+1)+p.features] = true
		}
	}
	if most := max(leastNew*p.outputs, int(newFraction*float64(used))); len(m.steep) > most {
		slices.SortFunc(m.steep, func(i, j int) int {
			return cmp.Or(cmp.Compare(math.Abs(s.here.gradient[j]), math.Abs(s.here.gradient[i])), cmp.Compare(i, j))
		})
		m.steep = m.steep[:most]
	}
	for _, i := range m.steep {
		m.has[i] = true
	}
	m.coords, m.starts = m.coords[:0], append(m.starts[:0], 0)
	for i, has := range m.has {
		if has {
			m.coords = append(m.coords, i)
		}
		if (i+1)%(p.features+1) == 0 {
			m.starts = append(m.starts, len(m.coords))
		}
	}
	return len(m.coords) <= mostWorking
}

// columns are the rows of some standardized features, with a 1 for the bias at the end,
// for each output, and those that a pair of outputs gathers.
type columns struct{ left, right, weight []float32 }

var columnsPool = sync.Pool{New: func() any { return new(columns) }}

// grown returns a slice of n elements, x if it is long enough.
func grown[T any](x []T, n int) []T {
	if cap(x) < n {
		return make([]T, n)
	}
	return x[:n]
}

// build computes the Hessian of the mean loss where the gradients of the scores are kept.
func (m *quadratic) build(p *problem, kept kernels.Matrix) {

	a := len(m.coords)
	m.elements = grown(m.elements, a*a)
	clear(m.elements)
	m.hessian = kernels.Matrix{Rows: a, Cols: a, Stride: a, Data: m.elements}
	step := min(4096, max(argmax.KC, 1<<21/max(1, a)/argmax.KC*argmax.KC))
	x := kernels.NewMatrix(min(step, p.rows()), a)
	multiplied := 0.0
	for lo := 0; lo < p.rows() && p.pool.Err() == nil; lo += step {
		block := x.Slice(0, min(step, p.rows()-lo))
		m.gather(p, block, lo)
		multiplied += m.multiply(p, block, kept, lo)
	}
	p.passes += multiplied / (2 * float64(p.rows()) * float64(p.size()))
	for k := range p.outputs {
		for i := m.starts[k]; i < m.starts[k+1]; i++ {
			row := m.hessian.Row(i)
			for j := range m.starts[k] {
				row[j] = m.hessian.Row(j)[i]
			}
		}
	}
}

// gather sets x to the rows from lo on, to their features of the working set.
func (m *quadratic) gather(p *problem, x kernels.Matrix, lo int) {
	features := make([]int, len(m.coords))
	for i, at := range m.coords {
		features[i] = at % (p.features + 1)
	}
	p.pool.Split(x.Rows, 64, func(from, to int) {
		r, row := p.x.reader(), make([]float32, p.features+1)
		for i := from; i < to; i++ {
			if p.weights[lo+i] == 0 {
				continue
			}
			p.standardRow(r, row[:p.features], lo+i)
			row[p.features] = 1
			dst := x.Row(i)
			for j, f := range features {
				dst[j] = row[f]
			}
		}
	})
}

// multiply adds to the Hessian what rows from lo on have, x being their features of the
// working set. It returns the number of multiply-adds.
func (m *quadratic) multiply(p *problem, x, kept kernels.Matrix, lo int) float64 {
	l := p.loss.(loss.Smooth)
	n, outputs := x.Rows, p.outputs
	kept, labels, weights := kept.Slice(lo, lo+n), p.labels[lo:lo+n], p.weights[lo:lo+n]
	counts := make([]int, outputs*outputs)
	p.pool.Split(len(counts), 1, func(from, to int) {
		c := columnsPool.Get().(*columns)
		defer columnsPool.Put(c)
		c.weight = grown(c.weight, n)
		for pair := from; pair < to && p.pool.Err() == nil; pair++ {
			j, k := pair/outputs, pair%outputs
			if j > k {
				continue
			}
			l.Hessian(c.weight, kept, labels, j, k)
			least := float32(leastCoupling)
			if j == k {
				least = leastCurvature
			}
			left, right := x.Columns(m.starts[j], m.starts[j+1]), x.Columns(m.starts[k], m.starts[k+1])
			c.left, c.right = grown(c.left, n*left.Cols), grown(c.right, n*right.Cols)
			some, others := kernels.Matrix{Cols: left.Cols, Stride: left.Cols, Data: c.left}, kernels.Matrix{Cols: right.Cols, Stride: right.Cols, Data: c.right}
			for i, h := range c.weight {
				if max(h, -h) <= least || weights[i] == 0 {
					continue
				}
				to := c.left[some.Rows*left.Cols:][:left.Cols]
				h = float32(float64(h) * float64(weights[i]) / p.total)
				if len(to) < 64 { // a call would take longer
					for q, v := range left.Row(i) {
						to[q] = h * v
					}
				} else {
					copy(to, left.Row(i))
					argmax.Scale(to, h)
				}
				copy(c.right[some.Rows*right.Cols:], right.Row(i))
				some.Rows++
			}
			others.Rows = some.Rows
			counts[pair] = some.Rows
			block := m.hessian.Slice(m.starts[j], m.starts[j+1]).Columns(m.starts[k], m.starts[k+1])
			kernels.Gemm(block, some, others, kernels.TransposeA, 1, 1, nil)
		}
	})
	var sum float64
	for pair, count := range counts {
		j, k := pair/outputs, pair%outputs
		sum += float64(count) * float64(m.starts[j+1]-m.starts[j]) * float64(m.starts[k+1]-m.starts[k])
	}
	return sum
}

// minimize sets to to the minimum of the model about here by coordinate descent and
// returns by how much the objective would decrease if it were as steep all the way as at
// first: a negative number, but for rounding.
func (m *quadratic) minimize(p *problem, s *proxSearch) float64 {
	a := len(m.coords)
	m.slope, m.penalty, m.curvature = grown(m.slope, a), grown(m.penalty, a), grown(m.curvature, a)
	m.from, m.to, m.moved = grown(m.from, a), grown(m.to, a), grown(m.moved, a)
	clear(m.moved)
	floor := 1e-6 * p.loss.(loss.Smooth).Bound(p.outputs)
	for i, at := range m.coords {
		m.from[i], m.to[i], m.slope[i] = s.here.at[at], s.here.at[at], s.here.gradient[at]
		m.curvature[i] = float64(m.hessian.Row(i)[i]) * (1 + 1e-6)
		if f := at % (p.features + 1); f < p.features {
			m.curvature[i] += float64(floor*float64(s.size[f]*s.size[f])) + 2*p.l2
			m.penalty[i] = p.l1
		} else {
			m.curvature[i] += floor
			m.penalty[i] = 0
			if p.bias == PenalizedBias {
				m.curvature[i] += 2 * p.l2
			}
		}
	}
	most := 0.0
	for range mostSweeps {

		decrease := m.sweep()
		most = max(most, decrease)
		if decrease <= sweepFraction*most || p.pool.Err() != nil {
			break
		}
	}
	var slope float64
	for i, to := range m.to {
		from := m.from[i]
		slope += float64(m.slope[i]*(to-from)) + float64(m.penalty[i]*(math.Abs(to)-math.Abs(from)))
	}
	return slope
}

// sweep minimizes the model in each coordinate in turn and returns by how much that
// decreases it, twice and roughly.
func (m *quadratic) sweep() (decrease float64) {
	for i, to := range m.to {
		own := float64(m.hessian.Row(i)[i])
		c := m.curvature[i]
		// What the penalty of squares and the floor add to the Hessian moves with to alone.
		g := m.slope[i] + float64(m.moved[i]) + float64((c-own)*(to-m.from[i]))
		v := to - g/c
		if t := m.penalty[i] / c; v > t {
			v -= t
		} else if v < -t {
			v += t
		} else if t > 0 {
			v = 0
		}
		d := v - to
		if d == 0 {
			continue
		}
		m.to[i] = v
		decrease += float64(c * float64(d*d))
		argmax.Axpy(m.moved, m.hessian.Row(i), float32(d))
	}
	return decrease
}
