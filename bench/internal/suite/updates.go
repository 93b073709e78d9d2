package suite

import (
	"fmt"
	"slices"

	"gonum.org/v1/gonum/blas/blas32"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/bench/internal/meter"
	"github.com/seed842bec00/argmax/bench/internal/ports"
	"github.com/seed842bec00/argmax/internal/workload"
)

// Operations that overwrite a vector. Axpy adds one vector after another to the same
// one, as in accumulating a gradient, so that every call depends on the previous one;
// it needs no separate contest for latency. Scale goes through the vectors.

const axpyAlpha = 0.5

func axpyContests() []Contest {
	return overSizes(false, func(xs [][]float32, data meter.Level, _ bool) Contest {
		n := len(xs[0])
		y := workload.Signed(n)
		return Contest{
			Op: "Axpy", Size: fmt.Sprintf("n=%d", n), Data: data, Calls: len(xs) * laps(len(xs)),
			Work:    Work{Flops: 2 * n, Loads: 8 * n, Far: 4 * n, Stores: 4 * n},
			Kernels: once(n, "axpy", ports.Args{"x_len": n}),
			Entrants: ours(axpyRoutine(argmaxAxpy, asSlice, xs, y)).
				rival("gonum", true, axpyRoutine(blas32.Axpy, asVector, xs, y)).
				rival("loop", true, axpyRoutine(loopAxpy, asSlice, xs, y)),
			exact: func() []value {
				values := make([]value, n)
				for i := range values {
					var s sum
					s.add(float64(y[i]))
					s.add(axpyAlpha * float64(xs[0][i]))
					values[i] = s.value()
				}
				return values
			},
		}
	})
}

func argmaxAxpy(alpha float32, x, y []float32) { argmax.Axpy(y, x, alpha) }

func axpyRoutine[V any](call func(alpha float32, x, y V), as func([]float32) V, turns [][]float32, start []float32) routine {
	xs, y := each(as, turns), as(slices.Clone(start))
	return routine{
		pass: func() {
			for range laps(len(xs)) {
				for _, x := range xs {
					call(axpyAlpha, x, y)
				}
			}
		},
		result: func() []float32 {
			y := slices.Clone(start)
			call(axpyAlpha, xs[0], as(y))
			return y
		},
	}
}

// scaleAlpha keeps the magnitude of the numbers in any number of calls.
const scaleAlpha = -1

func scaleContests() []Contest {
	return overSizes(false, func(xs [][]float32, data meter.Level, _ bool) Contest {
		n := len(xs[0])
		return Contest{
			Op: "Scale", Size: fmt.Sprintf("n=%d", n), Data: data, Calls: len(xs) * laps(len(xs)),
			Work:    Work{Flops: n, Loads: 4 * n, Far: 4 * n, Stores: 4 * n},
			Kernels: once(n, "scale", ports.Args{"x_len": n}),
			Entrants: ours(scaleRoutine(scaleLap, asSlice, xs)).
				rival("gonum", true, scaleRoutine(gonumScaleLap, asVector, xs)).
				rival("vek", vek.scale != nil, scaleRoutine(vek.scale, asSlice, xs)).
				rival("loop", true, scaleRoutine(loopScaleLap, asSlice, xs)),
			exact: func() []value {
				values := make([]value, n)
				for i, v := range xs[0] {
					values[i] = value{want: scaleAlpha * float64(v)}
				}
				return values
			},
		}
	})
}

// Laps of Scale are functions of their own because the arguments of vek are in another
// order.

func scaleLap(xs [][]float32) {
	for _, x := range xs {
		argmax.Scale(x, scaleAlpha)
	}
}

func gonumScaleLap(xs []blas32.Vector) {
	for _, x := range xs {
		blas32.Scal(scaleAlpha, x)
	}
}

func loopScaleLap(xs [][]float32) {
	for _, x := range xs {
		loopScale(scaleAlpha, x)
	}
}

func scaleRoutine[V any](lap func(xs []V), as func([]float32) V, turns [][]float32) routine {
	xs := each(as, turns)
	return routine{
		pass: func() {
			for range laps(len(xs)) {
				lap(xs)
			}
		},
		result: func() []float32 {
			x := slices.Clone(turns[0])
			lap([]V{as(x)})
			return x
		},
	}
}
