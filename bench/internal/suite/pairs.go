package suite

import (
	"fmt"

	"gonum.org/v1/gonum/blas/blas32"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/bench/internal/meter"
	"github.com/seed842bec00/argmax/bench/internal/ports"
	"github.com/seed842bec00/argmax/internal/workload"
)

// pair is an operation that reduces two vectors to a number: always the same query, and
// one vector after another.
type pair struct {
	name              string
	kernel            string
	flops             int // per element
	argmax, vek, loop func(x, y []float32) float32
	vekInto           func(v float32) float32 // converts vek's result to ours
	gonum             func(x, y blas32.Vector) float32
	exact             func(x, y []float32) value
}

var pairs = []pair{
	{
		name: "Dot", kernel: "dot", flops: 2, argmax: argmax.Dot, vek: vek.dot, loop: loopDot, gonum: blas32.Dot,
		exact: sumOf(productTerm),
	},
	{
		name: "SqDist", kernel: "sqDist", flops: 3, argmax: argmax.SqDist, vek: vek.dist, vekInto: square, loop: loopSqDist,
		exact: sumOf(squareTerm),
	},
	{
		name: "L1Dist", kernel: "l1Dist", flops: 3, argmax: argmax.L1Dist, vek: vek.l1Dist, loop: loopL1Dist,
		exact: sumOf(absoluteTerm),
	},
	{
		name: "LInfDist", kernel: "lInfDist", flops: 3, argmax: argmax.LInfDist, loop: loopLInfDist,
		exact: exactLInfDist,
	},
	{
		name: "CosineDist", kernel: "cosineDist", flops: 6, argmax: argmax.CosineDist, vek: vek.cosine, vekInto: complement, loop: loopCosineDist,
		exact: exactCosineDist,
	},
}

func (p pair) contests() []Contest {
	cs := overSizes(true, p.contest)
	for _, n := range workload.Short {
		ys := vectors(workload.Pixels(n*fit(n, meter.L1)), n)
		cs = append(cs, p.contest(ys, meter.L1, false), p.contest(ys, meter.L1, true))
	}
	return cs
}

func (p pair) contest(ys [][]float32, data meter.Level, chain bool) Contest {
	n := len(ys[0])
	x := workload.Signed(n)
	return Contest{
		Op: p.name, Size: fmt.Sprintf("n=%d", n), Data: data, Chain: chain, Calls: len(ys) * laps(len(ys)),
		Work:    Work{Flops: p.flops * n, Loads: 8 * n, Far: 4 * n},
		Kernels: once(n, p.kernel, ports.Args{"x_len": n}),
		Entrants: ours(pairRoutine(p.argmax, asSlice, x, ys, chain)).
			rival("gonum", p.gonum != nil, pairRoutine(p.gonum, asVector, x, ys, chain)).
			rival("vek", p.vek != nil, pairRoutine(p.vek, asSlice, x, ys, chain).converted(p.vekInto)).
			rival("loop", true, pairRoutine(p.loop, asSlice, x, ys, chain)),
		exact: func() []value { return []value{p.exact(x, ys[0])} },
	}
}

func pairRoutine[V any](call func(x, y V) float32, as func([]float32) V, stays []float32, turns [][]float32, chain bool) routine {
	x, ys := as(stays), each(as, turns)
	r := routine{
		pass: func() {
			for range laps(len(ys)) {
				for _, y := range ys {
					call(x, y)
				}
			}
		},
		result: func() []float32 { return []float32{call(x, ys[0])} },
	}
	if chain {
		r.pass = func() {
			var last float32
			for range laps(len(ys)) {
				for i := range ys {
					last = call(x, ys[i+shift(last)])
				}
			}
		}
	}
	return r
}
