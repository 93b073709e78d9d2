package suite

import (
	"fmt"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas32"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/bench/internal/meter"
	"github.com/seed842bec00/argmax/kernels"
)

// vectorToRows is an operation on all rows of a matrix, which stays, and one
// vector after another.
type vectorToRows struct {
	name      string
	kernel    string
	flops     int // for an element of the matrix
	argmax    func(dst, x, rows []float32, stride int)
	gonum     func(dst, x []float32, m kernels.Matrix)
	vek, loop func(x, y []float32) float32 // of one row
	vekRoot   bool
	term      func(x, y float64) float64
	chained   bool
	shapes    [][2]int // rows, columns
}

var overRows = []vectorToRows{
	{
		name: "ScoreRows", kernel: "scoreRows", flops: 2, argmax: argmax.ScoreRows, gonum: gonumScoreRows, vek: vek.dot, loop: loopDot,
		term:    func(x, y float64) float64 { return x * y },
		chained: true,
		shapes:  [][2]int{{10, 784}, {10, 3072}},
	},
	{
		name: "SqDistRows", kernel: "sqDistRows", flops: 3, argmax: argmax.SqDistRows, vek: vek.dist, vekRoot: true, loop: loopSqDist,
		term:   func(x, y float64) float64 { return (x - y) * (x - y) },
		shapes: [][2]int{{100, 784}, {60_000, 784}},
	},
}

func gonumScoreRows(dst, x []float32, m kernels.Matrix) {
	blas32.Gemv(blas.NoTrans, 1, blas32.General(m), asVector(x), 0, asVector(dst))
}

func (o vectorToRows) contests() []Contest {
	var cs []Contest
	for _, shape := range o.shapes {
		m := matrix(shape[0], shape[1], weights)
		cs = append(cs, o.contest(m, false))
		if o.chained {
			cs = append(cs, o.contest(m, true))
		}
	}
	return cs
}

func (o vectorToRows) contest(m kernels.Matrix, chain bool) Contest {
	bytes := 4 * m.Rows * m.Cols
	batch := 64
	if bytes > 1<<20 { // another vector does not matter, and time does
		batch = 1
	}
	xs := vectors(pixels(batch*m.Cols), m.Cols)
	join := func(call func(dst, x []float32)) routine { return rowsRoutine(call, m.Rows, xs, chain) }
	byRow := func(one func(x, y []float32) float32) routine {
		return join(func(dst, x []float32) {
			for i := range dst {
				dst[i] = one(x, m.Row(i))
			}
		})
	}
	vek := byRow(o.vek)
	if o.vekRoot {
		vek = vek.squared()
	}
	return Contest{
		Op: o.name, Size: fmt.Sprintf("rows=%d/n=%d", m.Rows, m.Cols), Chain: chain, Calls: batch,
		Data: meter.LevelOf(bytes + 4*m.Cols),
		// The batch is not counted: one vector of it to many rows.
		Work:    Work{Flops: o.flops * m.Rows * m.Cols, Loads: bytes, Far: bytes, Stores: 4 * m.Rows},
		Kernels: overRowsOf(o.kernel, m.Rows, m.Cols),
		Entrants: ours(join(func(dst, x []float32) { o.argmax(dst, x, m.Data, m.Stride) })).
			rival("gonum", o.gonum != nil, join(func(dst, x []float32) { o.gonum(dst, x, m) })).
			rival("vek", o.vek != nil, vek).
			rival("loop", true, byRow(o.loop)),
		exact: func() []value {
			values := make([]value, m.Rows)
			for i := range values {
				var s sum
				for j, v := range m.Row(i) {
					s.add(o.term(float64(xs[0][j]), float64(v)))
				}
				values[i] = s.value()
			}
			return values
		},
	}
}

func rowsRoutine(call func(dst, x []float32), rows int, xs [][]float32, chain bool) routine {
	dst := make([]float32, rows)
	r := routine{
		pass: func() {
			for _, x := range xs {
				call(dst, x)
			}
		},
		result: func() []float32 {
			dst := make([]float32, rows)
			call(dst, xs[0])
			return dst
		},
	}
	if chain {
		r.pass = func() {
			for i := range xs {
				call(dst, xs[i+shift(dst[0])])
			}
		}
	}
	return r
}
