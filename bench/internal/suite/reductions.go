package suite

import (
	"fmt"
	"slices"

	"gonum.org/v1/gonum/blas/blas32"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/bench/internal/meter"
)

// reduction is an operation that reduces a vector to a number, one vector after another.
type reduction struct {
	name, kernel      string
	argmax, vek, loop func(x []float32) float32
	gonum             func(x blas32.Vector) float32
	roots             bool // vek and gonum return the root
	exact             func(x []float32) value
}

var reductions = []reduction{
	// gonum has only Σ|x|, which is the same for our numbers: none is negative.
	{name: "Sum", kernel: "sum", argmax: argmax.Sum, vek: vek.sum, loop: loopSum, gonum: blas32.Asum, exact: exactSum},
	{name: "Max", kernel: "maximum", argmax: argmax.Max, vek: vek.max, loop: loopMax, exact: exactMax},
}

func exactSum(x []float32) value {
	var s sum
	for _, v := range x {
		s.add(float64(v))
	}
	return s.value()
}

func exactMax(x []float32) value { return value{want: float64(slices.Max(x))} }

func (r reduction) contests() []Contest { return overSizes(true, r.contest) }

func (r reduction) contest(xs [][]float32, data meter.Level, chain bool) Contest {
	n := len(xs[0])
	gonum, vek := reductionRoutine(r.gonum, asVector, xs, chain), reductionRoutine(r.vek, asSlice, xs, chain)
	if r.roots {
		gonum, vek = gonum.converted(square), vek.converted(square)
	}
	return Contest{
		Op: r.name, Size: fmt.Sprintf("n=%d", n), Data: data, Chain: chain, Calls: len(xs) * laps(len(xs)),
		Work:    Work{Flops: n, Loads: 4 * n, Far: 4 * n},
		Kernels: reducing(n, r.kernel),
		Entrants: ours(reductionRoutine(r.argmax, asSlice, xs, chain)).
			rival("gonum", r.gonum != nil, gonum).
			rival("vek", r.vek != nil, vek).
			rival("loop", true, reductionRoutine(r.loop, asSlice, xs, chain)),
		exact: func() []value { return []value{r.exact(xs[0])} },
	}
}

func reductionRoutine[V any](call func(x V) float32, as func([]float32) V, turns [][]float32, chain bool) routine {
	xs := each(as, turns)
	r := routine{
		pass: func() {
			for range laps(len(xs)) {
				for _, x := range xs {
					call(x)
				}
			}
		},
		result: func() []float32 { return []float32{call(xs[0])} },
	}
	if chain {
		r.pass = func() {
			var last float32
			for range laps(len(xs)) {
				for i := range xs {
					last = call(xs[i+shift(last)])
				}
			}
		}
	}
	return r
}
