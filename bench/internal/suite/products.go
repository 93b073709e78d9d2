package suite

import (
	"fmt"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas32"

	"github.com/seed842bec00/argmax/bench/internal/meter"
	"github.com/seed842bec00/argmax/kernels"
)

// Products of matrices, as in a step of training on a batch. Their data is larger
// than L1, and the next batch would be as far away as this one: it stays.

const (
	batchRows = 256
	classes   = 10
)

var features = []int{784, 3072}

func matrix(rows, cols int, numbers func(n int) []float32) kernels.Matrix {
	return kernels.Matrix{Rows: rows, Cols: cols, Stride: cols, Data: numbers(rows * cols)}
}

// scoresContests are X·Wᵀ + b.
func scoresContests() []Contest {
	var cs []Contest
	for _, n := range features {
		x, w := matrix(batchRows, n, pixels), matrix(classes, n, weights)
		prepared := kernels.NewWeights(w, make([]float32, classes))
		p := product{m: batchRows, n: classes, k: n, a: x.Data, aRow: n, aCol: 1, b: w.Data, bRow: 1, bCol: n}
		cs = append(cs, p.contest("Scores", fmt.Sprintf("batch=%d/features=%d/classes=%d", batchRows, n, classes),
			meter.LevelOf(4*len(x.Data)),
			Work{Loads: 4 * len(x.Data), Far: 4 * len(x.Data)},
			ours(p.routine(func(dst kernels.Matrix) { prepared.Scores(dst, x, nil) })),
			func(dst kernels.Matrix) {
				blas32.Gemm(blas.NoTrans, blas.Trans, 1, blas32.General(x), blas32.General(w), 0, blas32.General(dst))
			}))
	}
	return cs
}

// gradientContests are dSᵀ·X.
func gradientContests() []Contest {
	var cs []Contest
	for _, n := range features {
		x, ds := matrix(batchRows, n, pixels), matrix(batchRows, classes, weights)
		p := product{m: classes, n: n, k: batchRows, a: ds.Data, aRow: 1, aCol: classes, b: x.Data, bRow: n, bCol: 1}
		cs = append(cs, p.contest("Gradient", fmt.Sprintf("batch=%d/features=%d/classes=%d", batchRows, n, classes),
			meter.LevelOf(4*len(x.Data)),
			Work{Loads: 4 * len(x.Data), Far: 4 * len(x.Data)},
			ours(p.routine(func(dst kernels.Matrix) { kernels.Gradient(dst, ds, x, nil) })),
			func(dst kernels.Matrix) {
				blas32.Gemm(blas.Trans, blas.NoTrans, 1, blas32.General(ds), blas32.General(x), 0, blas32.General(dst))
			}))
	}
	return cs
}

// gemmContests are square products, from one tile to matrices of several megabytes.
func gemmContests() (cs []Contest) {
	for _, n := range []int{8, 16, 32, 64, 256, 1024} {
		a, b := matrix(n, n, weights), matrix(n, n, weights)
		p := product{m: n, n: n, k: n, a: a.Data, aRow: n, aCol: 1, b: b.Data, bRow: n, bCol: 1}
		cs = append(cs, p.contest("Gemm", fmt.Sprintf("n=%d", n), meter.LevelOf(4*3*n*n),
			Work{Loads: 4 * 3 * n * n},
			ours(p.routine(func(dst kernels.Matrix) { kernels.Gemm(false, false, 1, a, b, 0, dst, nil) })),
			func(dst kernels.Matrix) {
				blas32.Gemm(blas.NoTrans, blas.NoTrans, 1, blas32.General(a), blas32.General(b), 0, blas32.General(dst))
			}))
	}
	return cs
}

// product is C = A·B with C m×n, whatever the order of the elements of A and B.
type product struct {
	m, n, k    int
	a          []float32
	aRow, aCol int
	b          []float32
	bRow, bCol int
}

func (p product) contest(op, size string, data meter.Level, w Work, argmax Entrants, gonum func(dst kernels.Matrix)) Contest {
	w.Flops, w.Stores = 2*p.m*p.n*p.k, 4*p.m*p.n
	return Contest{
		Op: op, Size: size, Data: data, Calls: 1, Work: w,
		Entrants: argmax.rival("gonum", true, p.routine(gonum)).rival("loop", true, p.routine(p.loop)),
		exact: func() []value {
			values := make([]value, 0, p.m*p.n)
			for i := 0; i < p.m; i += p.sample() {
				for j := range p.n {
					var s sum
					for q := range p.k {
						s.add(float64(p.a[i*p.aRow+q*p.aCol]) * float64(p.b[q*p.bRow+j*p.bCol]))
					}
					values = append(values, s.value())
				}
			}
			return values
		},
	}
}

// sample is the distance of the rows that are checked: large products take long in
// float64.
func (p product) sample() int { return max(1, p.m/16) }

// loop is what one would write in Go.
func (p product) loop(dst kernels.Matrix) {
	for i := range p.m {
		row := dst.Row(i)
		if p.bCol != 1 { // then columns of B lie in one piece, and rows of A
			for j := range row {
				row[j] = loopDot(p.a[i*p.aRow:][:p.k], p.b[j*p.bCol:][:p.k])
			}
			continue
		}
		clear(row)
		for q := range p.k {
			loopAxpy(p.a[i*p.aRow+q*p.aCol], p.b[q*p.bRow:][:p.n], row)
		}
	}
}

func (p product) routine(call func(dst kernels.Matrix)) routine {
	dst := kernels.NewMatrix(p.m, p.n)
	return routine{
		pass: func() { call(dst) },
		result: func() []float32 {
			call(dst)
			var rows []float32
			for i := 0; i < p.m; i += p.sample() {
				rows = append(rows, dst.Row(i)...)
			}
			return rows
		},
	}
}
