package kernels_test

import (
	"math/rand/v2"
	"os"
	"testing"

	"github.com/seed842bec00/argmax/internal/blocks"
	"github.com/seed842bec00/argmax/internal/cpu"
	. "github.com/seed842bec00/argmax/kernels"
)

// randomBlocks sets the blocks in use to random ones, and returns a function that restores
// them.
func randomBlocks(r *rand.Rand) (restore func()) {
	b := blocks.Current()
	saved := *b
	upTo := func(most int) int { return r.IntN(1 + r.IntN(most)) }
	*b = blocks.Blocks{
		ScoreWeights: 1 + upTo(8000),
		Far:          upTo(1 << 16),
		Near:         upTo(1 << 18),
		PanelRows:    upTo(300),
		PanelCols:    upTo(300),
		SmallGemm:    upTo(1 << 20),
		ShareWork:    1 + upTo(1<<16),
	}
	return func() { *b = saved }
}

// Results are the same whatever the sizes of the blocks, and so whatever the caches.
func TestBlocksChangeNoBit(t *testing.T) {
	const rounds = 30
	forEachISA(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(40, 41))
		if cpu.Active == cpu.Generic || os.Getenv("ARGMAX_EMULATED") != "" {
			t.Skip("slow, and the loops around the tiles are the same")
		}
		for round := range rounds {
			m, n, k := 1+r.IntN(90), 1+r.IntN(150), 1+r.IntN(600)
			if round%2 == 0 {
				n = 1 + r.IntN(40) // scores of so many classes are in the row form
			}
			a, b, c := random(r, m, k), random(r, k, n), random(r, m, n)
			aT, bT := transposed(a), transposed(b)
			bytes := NewDense[uint8](m, k)
			for i := range bytes.Data {
				bytes.Data[i] = uint8(r.Uint32())
			}
			w := NewWeights(bT, random(r, 1, n).Row(0))
			d := random(r, m, n)
			pool := NewPool(1 + r.IntN(3))
			for name, work := range map[string]func() Matrix{
				"Gemm":                      func() Matrix { return gemmOf(c, a, b, NoTranspose, pool) },
				"Gemm, A transposed":        func() Matrix { return gemmOf(c, aT, b, TransposeA, pool) },
				"Gemm, B transposed":        func() Matrix { return gemmOf(c, a, bT, TransposeB, pool) },
				"Gemm, both transposed":     func() Matrix { return gemmOf(c, aT, bT, TransposeA|TransposeB, pool) },
				"Scores":                    func() Matrix { dst := NewMatrix(m, n); Scores(dst, a, w, pool); return dst },
				"Scores of bytes":           func() Matrix { dst := NewMatrix(m, n); Scores(dst, bytes, w, pool); return dst },
				"Gradient":                  func() Matrix { dst := NewMatrix(n, k); Gradient(dst, d, a, pool); return dst },
				"Gradient of bytes":         func() Matrix { dst := NewMatrix(n, k); Gradient(dst, d, bytes, pool); return dst },
				"Gemv, and its transpose":   func() Matrix { return vectors(a, pool) },
				"scores of each row, alone": func() Matrix { return scoresAlone(a, w) },
			} {
				want := work()
				restore := randomBlocks(r)
				used := *blocks.Current()
				got := work()
				restore()
				for i := range want.Rows {
					requireRow(t, want.Row(i), got.Row(i), "%s, %d×%d×%d, %+v, row %d", name, m, n, k, used, i)
				}
			}
		}
	})
}

func transposed(m Matrix) Matrix {
	out := NewMatrix(m.Cols, m.Rows)
	for i := range m.Rows {
		for j, v := range m.Row(i) {
			out.Row(j)[i] = v
		}
	}
	return out
}

// gemmOf returns 2·op(A)·op(B) + 3·C.
func gemmOf(c, a, b Matrix, ops Transpose, pool *Pool) Matrix {
	dst := NewMatrix(c.Rows, c.Cols)
	Convert(dst, c)
	Gemm(dst, a, b, ops, 2, 3, pool)
	return dst
}

func vectors(a Matrix, pool *Pool) Matrix {
	dst := NewMatrix(1, a.Rows+a.Cols)
	Gemv(dst.Data[:a.Rows], a, a.Row(0), 1, 0, pool)
	GemvTransposed(dst.Data[a.Rows:], a, dst.Data[:a.Rows], 1, 0, pool)
	return dst
}

func scoresAlone(x Matrix, w *Weights) Matrix {
	dst := NewMatrix(x.Rows, w.Classes())
	for i := range x.Rows {
		Score(dst.Row(i), x.Row(i), w)
	}
	return dst
}
