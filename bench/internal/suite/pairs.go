package suite

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/blas/blas32"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/bench/internal/meter"
	"github.com/seed842bec00/argmax/bench/internal/ports"
)

// pair is an operation that makes a number of two vectors: one query and another
// vector each time.
type pair struct {
	name              string
	kernel            string
	flops             int // for an element
	argmax, vek, loop func(x, y []float32) float32
	vekRoot           bool // vek gives the root
	gonum             func(x, y blas32.Vector) float32
	term              func(x, y float64) float64
}

var pairs = []pair{
	{
		name: "Dot", kernel: "dot", flops: 2, argmax: argmax.Dot, vek: vek.dot, loop: loopDot, gonum: blas32.Dot,
		term: func(x, y float64) float64 { return x * y },
	},
	{
		name: "SqDist", kernel: "sqDist", flops: 3, argmax: argmax.SqDist, vek: vek.dist, vekRoot: true, loop: loopSqDist,
		term: func(x, y float64) float64 { return (x - y) * (x - y) },
	},
	{
		name: "L1Dist", kernel: "l1Dist", flops: 3, argmax: argmax.L1Dist, vek: vek.l1Dist, loop: loopL1Dist,
		term: func(x, y float64) float64 { return math.Abs(x - y) },
	},
}

func (p pair) contests() []Contest { return overSizes(true, p.contest) }

func (p pair) contest(ys [][]float32, data meter.Level, chain bool) Contest {
	n := len(ys[0])
	x := weights(n)
	vek := pairRoutine(p.vek, asSlice, x, ys, chain)
	if p.vekRoot {
		vek = vek.squared()
	}
	return Contest{
		Op: p.name, Size: fmt.Sprintf("n=%d", n), Data: data, Chain: chain, Calls: len(ys) * laps(len(ys)),
		Work:    Work{Flops: p.flops * n, Loads: 8 * n, Far: 4 * n},
		Kernels: once(n, p.kernel, ports.Args{"x_len": n}),
		Entrants: ours(pairRoutine(p.argmax, asSlice, x, ys, chain)).
			rival("gonum", p.gonum != nil, pairRoutine(p.gonum, asVector, x, ys, chain)).
			rival("vek", p.vek != nil, vek).
			rival("loop", true, pairRoutine(p.loop, asSlice, x, ys, chain)),
		exact: func() []value {
			var s sum
			for i, v := range x {
				s.add(p.term(float64(v), float64(ys[0][i])))
			}
			return []value{s.value()}
		},
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
