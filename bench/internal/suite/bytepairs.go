package suite

import (
	"fmt"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/bench/internal/fastmath"
	"github.com/seed842bec00/argmax/bench/internal/meter"
	"github.com/seed842bec00/argmax/bench/internal/ports"
	"github.com/seed842bec00/argmax/internal/workload"
)

// bytePair is an exact sum over two vectors of bytes: always the same query, and one
// vector after another.
type bytePair struct {
	name, kernel string
	argmax       func(x, y []uint8) int64
	entrant      func(r routine) Entrants
	loop         func(x, y []uint8) int64
	term         func(x, y float64) float64
}

var bytePairs = []bytePair{
	{"DotBytes", "dotBytePair", argmax.DotBytes, oursOfBytes, loopDotBytes, func(x, y float64) float64 { return x * y }},
	{"SqDistBytes", "sqDistBytePair", argmax.SqDistBytes, ours, loopSqDistBytes, func(x, y float64) float64 { return (x - y) * (x - y) }},
	{"L1DistBytes", "l1DistBytePair", argmax.L1DistBytes, ours, loopL1DistBytes, func(x, y float64) float64 { return max(x-y, y-x) }},
}

func (p bytePair) contests() (cs []Contest) {
	for _, n := range []int{8, 64, 128, 256, 784} {
		cs = append(cs, p.contest(n, false), p.contest(n, true))
	}
	return cs
}

func (p bytePair) contest(n int, chain bool) Contest {
	const calls = 64
	x, data := workload.Bytes(n), workload.Bytes(calls*n)
	do := func(call func(x, y []uint8) int64) routine {
		r := routine{
			pass: func() {
				for i := range calls {
					call(x, data[i*n:][:n])
				}
			},
			result: func() []float32 { return []float32{float32(call(x, data[:n]))} }, // rounded, within the bound
		}
		if chain {
			r.pass = func() {
				var last int64
				for i := range calls {
					last = call(x, data[i*n+int(uint32(last)&never):][:n])
				}
			}
		}
		return r
	}
	gcc, has := fastmath.ByteLoops[p.name]
	dst := make([]int64, calls)
	// One call from Go for all, and in C a call for each pair, which is not inlined: with the
	// loop over the rows in the same function, the query would stay in registers, which is
	// the contest of DotBytesRows.
	inC := routine{
		pass:   func() { gcc(dst, x, data) },
		result: func() []float32 { gcc(dst, x, data); return []float32{float32(dst[0])} },
	}
	return Contest{
		Op: p.name, Size: fmt.Sprintf("n=%d", n), Data: meter.LevelOf(len(data)), Chain: chain, Calls: calls,
		Work:     Work{Loads: 2 * n, Far: n},
		Kernels:  once(n, p.kernel, ports.Args{"x_len": n}),
		Entrants: p.entrant(do(p.argmax)).rival("loop", true, do(p.loop)).rival("gcc", has && !chain, inC),
		exact: func() []value {
			var s sum
			for j, v := range data[:n] {
				s.add(p.term(float64(x[j]), float64(v)))
			}
			return []value{s.value()}
		},
	}
}
