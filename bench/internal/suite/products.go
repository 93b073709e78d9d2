package suite

import (
	"fmt"
	"slices"
	"sync"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas32"

	"github.com/seed842bec00/argmax/bench/internal/crival"
	"github.com/seed842bec00/argmax/bench/internal/meter"
	"github.com/seed842bec00/argmax/internal/cpu"
	"github.com/seed842bec00/argmax/internal/workload"
	"github.com/seed842bec00/argmax/kernels"
)

// Products of matrices, as in a step of training on a batch. All calls use the same
// batch: most are larger than L1, so that another would come from the same level.

// Pool is the pool that argmax uses for products; nil, the default, is one core.
var Pool *kernels.Pool

func matrix(rows, cols int, numbers func(n int) []float32) kernels.Matrix {
	return kernels.Matrix{Rows: rows, Cols: cols, Stride: cols, Data: numbers(rows * cols)}
}

// bytes converts x to bytes.
func bytes(x kernels.Matrix) kernels.Dense[uint8] {
	p := kernels.Dense[uint8]{Rows: x.Rows, Cols: x.Cols, Stride: x.Stride, Data: make([]uint8, len(x.Data))}
	for i, v := range x.Data {
		p.Data[i] = uint8(v)
	}
	return p
}

// scoresContests compute X·Wᵀ + b, from float32 and from bytes.
func scoresContests() (cs []Contest) {
	for _, s := range workload.Scores {
		x, w := matrix(s.Rows, s.Features, workload.Brightness), matrix(s.Classes, s.Features, workload.Signed)
		prepared := kernels.NewWeights(w, make([]float32, s.Classes))
		p := product{m: s.Rows, n: s.Classes, k: s.Features, a: x.Data, aRow: s.Features, aCol: 1, b: w.Data, bRow: 1, bCol: s.Features}
		c := p.contest("Scores", s.String(),
			meter.LevelOf(4*(len(x.Data)+len(w.Data))),
			Work{Loads: 4 * len(x.Data), Far: 4 * (len(x.Data) + len(w.Data))},
			ours(p.routine(func(dst kernels.Matrix) { kernels.Scores(dst, x, prepared, Pool) })),
			func(dst kernels.Matrix) {
				blas32.Gemm(blas.NoTrans, blas.Trans, 1, blas32.General(x), blas32.General(w), 0, blas32.General(dst))
			})
		c.Kernels = scoring(s.Rows, s.Classes, s.Features)
		small := bytes(x)
		for _, e := range fast(p.routine(func(dst kernels.Matrix) { kernels.Scores(dst, small, prepared, Pool) })) {
			e.Name += "-bytes"
			c.Entrants = append(c.Entrants, e)
		}
		cs = append(cs, c)
	}
	return cs
}

// gradientContests compute dSᵀ·X.
func gradientContests() (cs []Contest) {
	for _, s := range workload.Gradients {
		x, ds := matrix(s.Rows, s.Features, workload.Brightness), matrix(s.Rows, s.Classes, workload.Signed)
		p := product{m: s.Classes, n: s.Features, k: s.Rows, a: ds.Data, aRow: 1, aCol: s.Classes, b: x.Data, bRow: s.Features, bCol: 1}
		c := p.contest("Gradient", s.String(),
			meter.LevelOf(4*len(x.Data)),
			Work{Loads: 4 * len(x.Data), Far: 4 * len(x.Data)},
			ours(p.routine(func(dst kernels.Matrix) { kernels.Gradient(dst, ds, x, Pool) })),
			func(dst kernels.Matrix) {
				blas32.Gemm(blas.Trans, blas.NoTrans, 1, blas32.General(ds), blas32.General(x), 0, blas32.General(dst))
			})
		c.Kernels = strips(p.m, p.n, p.k)
		if s.Classes >= 256 { // of which x is copied
			c.Kernels = panels("gemmColumns", p.m, p.n, p.k)
		}
		small := bytes(x)
		for _, e := range fast(p.routine(func(dst kernels.Matrix) { kernels.Gradient(dst, ds, small, Pool) })) {
			e.Name += "-bytes"
			c.Entrants = append(c.Entrants, e)
		}
		cs = append(cs, c)
	}
	return cs
}

// gemmContests compute square products, from less than a tile to matrices of several
// megabytes, and two with a transposed factor: many rows and few.
func gemmContests() (cs []Contest) {
	add := func(size string, m, n, k int, transB bool) {
		a, b := matrix(m, k, workload.Signed), matrix(k, n, workload.Signed)
		p := product{m: m, n: n, k: k, a: a.Data, aRow: k, aCol: 1, b: b.Data, bRow: n, bCol: 1}
		op, ops := blas.NoTrans, kernels.NoTranspose
		if transB {
			b = matrix(n, k, workload.Signed)
			p.b, p.bRow, p.bCol, op, ops = b.Data, 1, k, blas.Trans, kernels.TransposeB
		}
		c := p.contest("Gemm", size, meter.LevelOf(4*(m*k+k*n+m*n)),
			Work{Loads: 4 * (m*k + k*n + m*n)},
			ours(p.routine(func(dst kernels.Matrix) { kernels.Gemm(dst, a, b, ops, 1, 0, Pool) })),
			func(dst kernels.Matrix) {
				blas32.Gemm(blas.NoTrans, op, 1, blas32.General(a), blas32.General(b), 0, blas32.General(dst))
			})
		c.Kernels = panels("gemmRows", m, n, k)
		cs = append(cs, c)
	}
	for _, n := range workload.Squares {
		add(fmt.Sprintf("n=%d", n), n, n, n, false)
	}
	add("m=1000/n=4096/k=784/b=transposed", 1000, 4096, 784, true)
	add("m=16/n=4096/k=3072/b=transposed", 16, 4096, 3072, true)
	return cs
}

// fast returns the entrants of ours that are in assembly.
func fast(r routine) Entrants {
	return slices.DeleteFunc(ours(r), func(e Entrant) bool { return e.ISA == cpu.Generic })
}

// product is C = A·B with C m×n; each factor is stored by row or by column.
type product struct {
	m, n, k    int
	a          []float32
	aRow, aCol int
	b          []float32
	bRow, bCol int
}

// calls returns the number of calls in a pass, enough for its overhead not to count.
func (p product) calls() int { return max(1, 1<<20/(p.m*p.n*p.k)) }

func (p product) contest(op, size string, data meter.Level, w Work, argmax Entrants, gonum func(dst kernels.Matrix)) Contest {
	w.Flops, w.Stores = 2*p.m*p.n*p.k, 4*p.m*p.n
	const patience = 1 << 26 // the most multiply-adds for code without SIMD
	quick := p.m*p.n*p.k <= patience
	entrants := slices.DeleteFunc(argmax, func(e Entrant) bool { return e.ISA == cpu.Generic && !quick }).
		rival("gonum", true, p.routine(gonum)).rival("loop", quick, p.routine(p.loop))
	for _, l := range crival.Libraries() {
		if call, ok := l.Prepare(p.operands()); ok {
			dst := kernels.NewMatrix(p.m, p.n)
			entrants = entrants.rival(l.Name, true, routine{
				pass:   func() { call(dst.Data, p.calls()) },
				result: func() []float32 { call(dst.Data, 1); return p.sampled(dst) },
			})
		}
	}
	return Contest{
		Op: op, Size: size, Data: data, Calls: p.calls(), Work: w, Entrants: entrants,
		exact: sync.OnceValue(func() []value { // takes long, and the factors do not change
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
		}),
	}
}

func (p product) operands() crival.Operands {
	return crival.Operands{
		M: p.m, N: p.n, K: p.k, TransA: p.aCol != 1, TransB: p.bCol != 1,
		A: p.a, B: p.b, LDA: max(p.aRow, p.aCol), LDB: max(p.bRow, p.bCol),
	}
}

// sample returns the distance between rows that are checked, since large products take
// long in float64.
func (p product) sample() int { return max(1, p.m/8) }

func (p product) sampled(dst kernels.Matrix) (rows []float32) {
	for i := 0; i < p.m; i += p.sample() {
		rows = append(rows, dst.Row(i)...)
	}
	return rows
}

// loop is a plain loop in Go.
func (p product) loop(dst kernels.Matrix) {
	for i := range p.m {
		row := dst.Row(i)
		if p.bCol != 1 { // columns of B are contiguous, and so are rows of A
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
		pass: func() {
			for range p.calls() {
				call(dst)
			}
		},
		result: func() []float32 { call(dst); return p.sampled(dst) },
	}
}
