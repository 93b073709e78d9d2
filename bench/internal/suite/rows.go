package suite

import (
	"math/rand/v2"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas32"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/bench/internal/meter"
	"github.com/seed842bec00/argmax/internal/workload"
	"github.com/seed842bec00/argmax/kernels"
)

// vectorToRows is an operation on all rows of one matrix and one vector after another.
type vectorToRows struct {
	name      string
	kernel    string
	flops     int // per element of the matrix
	argmax    func(dst, x []float32, rows argmax.Strided[float32])
	at        func(dst, x []float32, rows argmax.Strided[float32], index []int) // instead of argmax: rows in random order
	gonum     func(dst, x []float32, m kernels.Matrix)
	vek, loop func(x, y []float32) float32 // of one row
	vekInto   func(v float32) float32      // converts vek's result to ours
	exact     func(x, y []float32) value
	chained   bool
	shapes    []workload.Shape
}

var overRows = []vectorToRows{
	{
		name: "ScoreRows", kernel: "scoreRows", flops: 2, argmax: argmax.ScoreRows, gonum: gonumScoreRows, vek: vek.dot, loop: loopDot,
		exact: sumOf(productTerm), chained: true, shapes: workload.Weights,
	},
	{
		name: "SqDistRows", kernel: "sqDistRows", flops: 3, argmax: argmax.SqDistRows, vek: vek.dist, vekInto: square, loop: loopSqDist,
		exact: sumOf(squareTerm), shapes: workload.Bases,
	},
	{
		name: "SqDistRowsAt", kernel: "sqDistRowsAt", flops: 3, at: argmax.SqDistRowsAt, vek: vek.dist, vekInto: square, loop: loopSqDist,
		exact: sumOf(squareTerm), shapes: workload.Bases,
	},
	{
		name: "L1DistRows", kernel: "l1DistRows", flops: 3, argmax: argmax.L1DistRows, vek: vek.l1Dist, loop: loopL1Dist,
		exact: sumOf(absoluteTerm), shapes: workload.Bases,
	},
	{
		name: "LInfDistRows", kernel: "lInfDistRows", flops: 3, argmax: argmax.LInfDistRows, loop: loopLInfDist,
		exact: exactLInfDist, shapes: workload.Bases,
	},
	{
		name: "CosineRows", kernel: "dotSquareRows", flops: 4, argmax: argmax.CosineRows, vek: vek.cosine, vekInto: complement, loop: loopCosineDist,
		exact: exactCosineDist, shapes: workload.Bases,
	},
}

func gonumScoreRows(dst, x []float32, m kernels.Matrix) {
	blas32.Gemv(blas.NoTrans, 1, blas32.General(m), asVector(x), 0, asVector(dst))
}

func (o vectorToRows) contests() []Contest {
	var cs []Contest
	for _, shape := range o.shapes {
		m := base(shape)
		cs = append(cs, o.contest(m, false))
		if o.chained {
			cs = append(cs, o.contest(m, true))
		}
	}
	return cs
}

// base returns a matrix that all operations of its shape share: they only read it, and
// it may be large.
func base(shape workload.Shape) kernels.Matrix {
	m, ok := madeBases[shape]
	if !ok {
		m = matrix(shape.Rows, shape.Columns, workload.Signed)
		madeBases[shape] = m
	}
	return m
}

var madeBases = map[workload.Shape]kernels.Matrix{}

func (o vectorToRows) contest(m kernels.Matrix, chain bool) Contest {
	bytes := 4 * m.Rows * m.Cols
	batch := 16
	if bytes > 1<<20 { // more vectors would change nothing and take longer
		batch = 1
	}
	xs := vectors(workload.Pixels(batch*m.Cols), m.Cols)
	rows := strided(m)
	join := func(call func(dst, x []float32)) routine { return rowsRoutine(call, m.Rows, xs, chain) }
	argmax := join(func(dst, x []float32) { o.argmax(dst, x, rows) })
	byRow := func(one func(x, y []float32) float32) routine {
		return join(func(dst, x []float32) {
			for i := range dst {
				dst[i] = one(x, m.Row(i))
			}
		})
	}
	row := m.Row
	if o.at != nil {
		index := rand.New(rand.NewPCG(4, uint64(m.Rows))).Perm(m.Rows)
		argmax = join(func(dst, x []float32) { o.at(dst, x, rows, index) })
		byRow = func(one func(x, y []float32) float32) routine {
			return join(func(dst, x []float32) {
				for i, r := range index {
					dst[i] = one(x, m.Row(r))
				}
			})
		}
		row = func(i int) []float32 { return m.Row(index[i]) }
	}
	return Contest{
		Op: o.name, Size: workload.Shape{Rows: m.Rows, Columns: m.Cols}.String(), Chain: chain, Calls: batch,
		Data: meter.LevelOf(bytes + 4*m.Cols),
		// The vector is not counted: it is small beside the rows.
		Work:    Work{Flops: o.flops * m.Rows * m.Cols, Loads: bytes, Far: bytes, Stores: 4 * m.Rows},
		Kernels: overRowsOf(o.kernel, m.Rows, m.Cols),
		Entrants: ours(argmax).
			rival("gonum", o.gonum != nil, join(func(dst, x []float32) { o.gonum(dst, x, m) })).
			rival("vek", o.vek != nil, byRow(o.vek).converted(o.vekInto)).
			rival("loop", true, byRow(o.loop)),
		exact: func() []value {
			values := make([]value, m.Rows)
			for i := range values {
				values[i] = o.exact(xs[0], row(i))
			}
			return values
		},
	}
}

// strided returns m as a parameter of package argmax.
func strided(m kernels.Matrix) argmax.Strided[float32] {
	return argmax.Strided[float32]{Data: m.Data, Stride: m.Stride}
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
