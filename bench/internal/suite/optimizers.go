package suite

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/blas/blas32"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/bench/internal/fastmath"
	"github.com/seed842bec00/argmax/bench/internal/meter"
	"github.com/seed842bec00/argmax/internal/workload"
)

// Steps of training on all weights. Every call updates the same weights, as the
// previous call left them.

func overWeights(contest func(n int) Contest) (cs []Contest) {
	for _, n := range workload.Updates {
		cs = append(cs, contest(n))
	}
	return cs
}

var penalties = []reduction{
	{name: "SumSquares", kernel: "sumSquares", argmax: argmax.SumSquares, vek: vek.norm, loop: loopSumSquares, gonum: blas32.Nrm2, roots: true, exact: exactSumSquares},
	{name: "SumAbs", kernel: "sumAbs", argmax: argmax.SumAbs, vek: vek.sumAbs, loop: loopSumAbs, gonum: blas32.Asum, exact: exactSumAbs},
}

func (r reduction) weightsContest(n int) Contest {
	return r.contest([][]float32{workload.Signed(n)}, meter.LevelOf(4*n), false)
}

func exactSumSquares(x []float32) value {
	var s sum
	for _, v := range x {
		s.add(float64(v) * float64(v))
	}
	return s.value()
}

func exactSumAbs(x []float32) value {
	var s sum
	for _, v := range x {
		s.add(math.Abs(float64(v)))
	}
	return s.value()
}

// optimizer is a step of training on weights w with a gradient g and states m and v,
// which not all optimizers use.
type optimizer struct {
	name          string
	kernels       func(n int) Kernels
	flops         int // per element
	loads, stores int // of whole vectors
	argmax, loop  func(w, m, v, g []float32)
	gcc           fastmath.Update
	exact         func(w, m, v, g float64) value
}

// With these parameters the weights stay finite and do not vanish, however many steps a
// benchmark takes.
const (
	rate, momentum, decay = 1e-4, 0.9, 1e-3
	epsilon               = 1e-8
	adamSteps             = 5
	threshold             = 0x1p-30
)

// The type is float32, so that 1 − β is the same for all entrants. (Round numbers such
// as ⅞ would often put sums halfway between two float32, the slow case of the generic
// fma.)
var beta1, beta2 float32 = 0.9, 0.999

// Adam's rate and ε with the bias correction.
var (
	correction                = math.Sqrt(1 - math.Pow(float64(beta2), adamSteps))
	adamRate, adamEpsilon     = rate * correction / (1 - math.Pow(float64(beta1), adamSteps)), epsilon * correction
	adamStep                  = argmax.NewAdamStep(adamSteps, rate, beta1, beta2, epsilon, decay)
	adamRate32, adamEpsilon32 = float32(adamRate), float32(adamEpsilon)
)

var optimizers = []optimizer{
	{
		name: "SoftThreshold", flops: 1, loads: 1, stores: 1,
		kernels: func(n int) Kernels { return elementwise(n, maxTogether, "softThreshold", "x") },
		argmax:  func(w, _, _, _ []float32) { argmax.SoftThreshold(w, threshold) },
		loop:    func(w, _, _, _ []float32) { loopSoftThreshold(w) },
		exact: func(w, _, _, _ float64) value {
			var s sum
			s.add(w)
			s.add(-math.Max(-threshold, math.Min(w, threshold)))
			return s.value()
		},
	},
	{
		name: "SGD", flops: 4, loads: 2, stores: 1,
		kernels: func(n int) Kernels { return elementwise(n, maxUpdate, "sgd", "w") },
		argmax:  func(w, _, _, g []float32) { argmax.SGD(w, g, rate, decay) },
		loop:    func(w, _, _, g []float32) { loopSGD(w, g) },
		exact: func(w, _, _, g float64) value {
			var s sum
			s.add(w)
			s.add(-rate * g)
			s.add(-rate * decay * w)
			return s.value()
		},
	},
	{
		name: "Momentum", flops: 6, loads: 3, stores: 2,
		kernels: func(n int) Kernels { return elementwise(n, maxUpdate, "heavyBall", "w") },
		argmax:  func(w, m, _, g []float32) { argmax.Momentum(w, m, g, rate, momentum, decay) },
		loop:    func(w, m, _, g []float32) { loopMomentum(w, m, g) },
		gcc:     fastmath.Momentum(rate, momentum, decay),
		exact: func(w, m, _, g float64) value {
			var s sum
			s.add(w)
			s.add(-rate * momentum * m)
			s.add(-rate * g)
			s.add(-rate * decay * w)
			return s.value()
		},
	},
	{
		name: "Adam", flops: 14, loads: 4, stores: 3,
		kernels: func(n int) Kernels { return elementwise(n, maxUpdate, "adam", "w") },
		argmax:  func(w, m, v, g []float32) { argmax.Adam(w, m, v, g, adamStep) },
		loop:    loopAdam,
		gcc:     fastmath.Adam(adamRate32, adamEpsilon32, beta1, beta2, decay),
		exact: func(w, m, v, g float64) value {
			beta1, beta2 := float64(beta1), float64(beta2)
			g += decay * w
			m, v = beta1*m+(1-beta1)*g, beta2*v+(1-beta2)*g*g
			step := adamRate * m / (math.Sqrt(v) + adamEpsilon)
			// Sums of two terms, a root, a quotient and products: fewer than 16
			// roundings in the step, and one of the weight. Cancellation in m is
			// bounded by the magnitude of its terms.
			magnitude := math.Abs(step) + adamRate*(1-beta1)*math.Abs(g)/(math.Sqrt(v)+adamEpsilon)
			return value{w - step, 0x1p-24 * (2*math.Abs(w) + 64*magnitude)}
		},
	},
}

func (o optimizer) contest(n int) Contest {
	start := [4][]float32{workload.Signed(n), workload.Signed(n), workload.Pixels(n), slices.Clone(workload.Signed(n))}
	slices.Reverse(start[1])
	slices.Reverse(start[2])
	calls := max(1, 1<<18/n)
	do := func(repeated func(w, m, v, g []float32, repeat int)) routine {
		clones := func() (x [4][]float32) {
			for i := range x {
				x[i] = slices.Clone(start[i])
			}
			return x
		}
		x := clones()
		return routine{
			pass: func() { repeated(x[0], x[1], x[2], x[3], calls) },
			result: func() []float32 {
				x := clones()
				repeated(x[0], x[1], x[2], x[3], 1)
				return x[0]
			},
		}
	}
	repeat := func(call func(w, m, v, g []float32)) routine {
		return do(func(w, m, v, g []float32, repeat int) {
			for range repeat {
				call(w, m, v, g)
			}
		})
	}
	return Contest{
		Op: o.name, Size: fmt.Sprintf("n=%d", n), Data: meter.LevelOf(4 * n * o.loads), Calls: calls,
		Work:    Work{Flops: o.flops * n, Loads: 4 * n * o.loads, Far: 4 * n * o.loads, Stores: 4 * n * o.stores},
		Kernels: o.kernels(n),
		Entrants: ours(repeat(o.argmax)).
			rival("gcc", o.gcc != nil, do(o.gcc)).
			rival("loop", true, repeat(o.loop)),
		exact: func() []value {
			values := make([]value, n)
			for i := range values {
				values[i] = o.exact(float64(start[0][i]), float64(start[1][i]), float64(start[2][i]), float64(start[3][i]))
			}
			return values
		},
	}
}

// Plain loops in Go.

func loopSumSquares(x []float32) float32 { return loopDot(x, x) }

func loopSumAbs(x []float32) float32 {
	var a, b, c, d float32
	i := 0
	for ; i+4 <= len(x); i += 4 {
		a += abs(x[i])
		b += abs(x[i+1])
		c += abs(x[i+2])
		d += abs(x[i+3])
	}
	for ; i < len(x); i++ {
		a += abs(x[i])
	}
	return (a + b) + (c + d)
}

// loopSoftThreshold is branch-free: half of the branches would be mispredicted.
func loopSoftThreshold(w []float32) {
	for i, x := range w {
		w[i] = x - min(max(x, -threshold), threshold)
	}
}

func loopSGD(w, g []float32) {
	g = g[:len(w)]
	for i, x := range w {
		w[i] = x - rate*(g[i]+decay*x)
	}
}

func loopMomentum(w, v, g []float32) {
	v, g = v[:len(w)], g[:len(w)]
	for i, x := range w {
		v[i] = momentum*v[i] + g[i] + decay*x
		w[i] = x - rate*v[i]
	}
}

func loopAdam(w, m, v, g []float32) {
	m, v, g = m[:len(w)], v[:len(w)], g[:len(w)]
	beta1, beta2 := beta1, beta2
	for i, x := range w {
		d := g[i] + decay*x
		m[i] = beta1*m[i] + (1-beta1)*d
		v[i] = beta2*v[i] + (1-beta2)*d*d
		w[i] = x - adamRate32*m[i]/(float32(math.Sqrt(float64(v[i])))+adamEpsilon32)
	}
}
