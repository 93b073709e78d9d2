package kernels

import (
	"math"
	_ "unsafe" // for the names of kernels

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/internal/alias"
	"github.com/seed842bec00/argmax/internal/blocks"
)

// Transpose says which operands of [Gemm] are transposed; TransposeA|TransposeB are
// both.
type Transpose uint8

const (
	TransposeA Transpose = 1 << iota
	TransposeB

	NoTranspose Transpose = 0
)

// Gemm sets C = α·op(A)·op(B) + β·C, where op transposes the matrices that ops
// names. It is in the chain form: for every element the fma over k, in blocks of
// argmax.KC values of k,
//
//	s = +0; for the k of a block: s = fma(A[i][k], B[k][j], s)
//	C[i][j] = α·s for the first block if β = 0, else fma(α, s, C[i][j])
//
// after C = β·C, rounded. With β = 0, C is not read; with no k, C = β·C. α = 0 is
// not special. Gemm panics if a shape does not fit or C overlaps A or B.
func Gemm(c, a, b Matrix, ops Transpose, alpha, beta float32, pool *Pool) {
	m, n, k := c.Rows, c.Cols, b.Rows
	rows, cols := m, k
	if ops&TransposeA != 0 {
		rows, cols = k, m
	}
	sizeA, sizeB, sizeC := extent(rows, cols, a.Stride), extent(k, n, b.Stride), extent(m, n, c.Stride)
	// One call of a kernel if the product is small, and neither empty nor wrong. This is not
	// a function of its own, since passing matrices takes a tenth of the time of 8³.
	if ops&TransposeB == 0 && rows == a.Rows && cols == a.Cols && n == b.Cols &&
		uint(k-1) < argmax.KC && uint(m-1) < callWork && uint(n-1) < callWork && pool.alone(m, n, k) &&
		holds(a.Data, sizeA, a.Stride-cols) && holds(b.Data, sizeB, b.Stride-n) && holds(c.Data, sizeC, c.Stride-n) &&
		!alias.Overlap(c.Data[:sizeC], a.Data[:sizeA]) && !alias.Overlap(c.Data[:sizeC], b.Data[:sizeB]) {
		if beta != 0 {
			scaleRows(c, beta)
		}
		if ops&TransposeA != 0 {
			gemmColumns(k, a.Data, a.Stride, b.Data, b.Stride, c.Data, c.Stride, m, n, alpha, beta != 0, false)
		} else {
			gemmRows(k, a.Data, a.Stride, b.Data, b.Stride, c.Data, c.Stride, m, n, alpha, beta != 0, false)
		}
		return
	}
	gemm(c, a, b, ops, alpha, beta, pool)
}

// alone reports whether a product is one call on one goroutine, which does not pack B. A panel
// of it is never packed.
func (p *Pool) alone(m, n, k int) bool {
	work := int64(m) * int64(n) * int64(k)
	return work <= callWork && (n <= 16 || int(work) <= blocks.Current().SmallGemm) && (p == nil || p.worth(int(work)).workers == 1)
}

// extent returns the number of elements from the first to the last of a matrix that is not empty.
func extent(rows, cols, stride int) int64 { return int64(rows-1)*int64(stride) + int64(cols) }

// holds reports whether data holds the elements of a matrix with a gap between its rows. The
// gap is limited so that the extent cannot overflow.
func holds(data []float32, extent int64, gap int) bool {
	return uint64(int64(gap)) < 1<<32 && extent <= int64(len(data))
}

// The kernels of package argmax, without its checks: to check a product of 8³ twice would
// take as long as to compute it. Such entries are not exported, since a wrong shape would
// read and write outside of the matrices.

//go:linkname gemmRows github.com/seed842bec00/argmax.gemmRows
//go:noescape
func gemmRows(k int, a []float32, lda int, b []float32, ldb int, c []float32, ldc, m, n int, alpha float32, add, resume bool)

//go:linkname gemmColumns github.com/seed842bec00/argmax.gemmColumns
//go:noescape
func gemmColumns(k int, a []float32, lda int, b []float32, ldb int, c []float32, ldc, m, n int, alpha float32, add, resume bool)

// gemm is Gemm of any shape.
func gemm(c, a, b Matrix, ops Transpose, alpha, beta float32, pool *Pool) {
	transA, transB := ops&TransposeA != 0, ops&TransposeB != 0
	m, k := a.Rows, a.Cols
	if transA {
		m, k = k, m
	}
	kb, n := b.Rows, b.Cols
	if transB {
		kb, n = n, kb
	}
	if !a.sound() || !b.sound() || !c.sound() || kb != k || c.Rows != m || c.Cols != n {
		must(c.Check(), a.Check(), b.Check())
		mustEqual("Gemm", "rows of op(B)", kb, k)
		mustEqual("Gemm", "rows of C", c.Rows, m)
		mustEqual("Gemm", "columns of C", c.Cols, n)
	}
	mustNotOverlap("Gemm", matrix("C", c), matrix("A", a), matrix("B", b))
	if m == 0 || n == 0 {
		return
	}
	rows, cols := argmax.TileShape()
	left := leftRows(a)
	if transA {
		left = leftColumns(a)
	}
	right, share, byRows := right{b, transB}, pool.worth(m, n, k), m >= n
	if !transB && product(m, n, k) <= blocks.Current().SmallGemm { // nothing is packed
		if x, y := share.busiest(m, rows), share.busiest(n, cols); x != y {
			byRows = x < y
		}
	} else {
		share = share.whole()
		byRows = copies(share.part(m), n) < copies(m, share.part(n))
	}
	switch {
	case share.workers == 1: // without a closure, which would be allocated
		gemmRange(pool, c, left, right, alpha, beta)
	case byRows:
		pool.split(share, m, rows, func(lo, hi int) {
			gemmRange(pool, c.Slice(lo, hi), left.slice(lo, hi), right, alpha, beta)
		})
	default:
		pool.split(share, n, cols, func(lo, hi int) {
			gemmRange(pool, c.Columns(lo, hi), left, right.columns(lo, hi), alpha, beta)
		})
	}
}

// copies returns the number of elements, for each value of k, that one goroutine copies for
// m×n elements of a product: each of B once, and those of A for every block of columns. Of
// 1024³, for which halves of rows and of columns copy as many, those of columns take 2 % less.
func copies(m, n int) float64 {
	return float64(n) + float64(m)*math.Ceil(float64(n)/float64(max(1, blocks.Current().PanelCols)))
}

// gemmRange is Gemm on one goroutine.
func gemmRange(pool *Pool, c Matrix, a left[float32], b right, alpha, beta float32) {
	if beta != 0 || a.k() == 0 { // otherwise the first block sets c
		scaleRows(c, beta)
	}
	switch _, cols := argmax.TileShape(); {
	case a.k() == 0:
	case !b.transposed && product(a.m(), c.Cols, a.k()) <= blocks.Current().SmallGemm:
		for j := 0; j < c.Cols && pool.Err() == nil; j += cols {
			n := min(cols, c.Cols-j)
			for p := 0; p < a.k(); p += argmax.KC {
				k := min(argmax.KC, a.k()-p)
				times(c.Columns(j, j+n), a.block(p, k), b.block(p, k).columns(j, j+n).data, alpha, accumulate(beta != 0 || p > 0))
			}
		}
	case b.transposed && product(a.m(), a.k()) <= 2*blocks.Current().PanelRows*argmax.KC:
		gemmPanels(pool, c, a, b, alpha, beta != 0)
	default:
		width := max(1, blocks.Current().PanelCols/cols) * cols
		for j := 0; j < c.Cols; j += width {
			hi := min(j+width, c.Cols)
			for p := 0; p < a.k() && pool.Err() == nil; p += argmax.KC {
				k := min(argmax.KC, a.k()-p)
				gemmBlock(pool, c.Columns(j, hi), a.block(p, k), b.block(p, k).columns(j, hi), alpha, beta != 0 || p > 0)
			}
		}
	}
}

// gemmBlock sets c to alpha·a·b, or adds it, for at most argmax.KC values of k.
func gemmBlock(pool *Pool, c Matrix, a left[float32], b right, alpha float32, add bool) {
	packed := newScratch(c.Cols * a.k())
	defer packed.free()
	to := newPanels(a.k(), c.Cols, packed.data)
	b.packBlock(to, 0)
	multiply(pool, c, a, to, alpha, add)
}

// gemmPanels sets c to alpha·a·b, or adds it, for an a of which a copy stays in the
// second-level cache. All its rows meet a panel of b just after that was transposed; and as
// the blocks of a panel follow one another, the processor prefetches the rows of b.
func gemmPanels(pool *Pool, c Matrix, a left[float32], b right, alpha float32, add bool) {
	_, cols := argmax.TileShape()
	packed, buffer := newScratch(cols*argmax.KC), newScratch(a.m()*(a.k()+apart))
	defer packed.free()
	defer buffer.free()
	copied := a.copied(buffer.data)
	for j := 0; j < c.Cols && pool.Err() == nil; j += cols {
		hi := min(j+cols, c.Cols)
		panel := b.columns(j, hi)
		for p := 0; p < a.k(); p += argmax.KC {
			k := min(argmax.KC, a.k()-p)
			to := newPanels(k, hi-j, packed.data)
			panel.block(p, k).packBlock(to, 0)
			times(c.Columns(j, hi), copied.block(p, k), to.panel(0, k, 0), alpha, accumulate(add || p > 0))
		}
	}
}

// multiply sets c to alpha·a·b, or adds it. Blocks of the rows of a, KC deep, are
// copied close together and stay in the second-level cache while the panels of b
// stream by; a panel stays in the first-level cache while the rows of the block do.
func multiply[E Element](pool *Pool, c Matrix, a left[E], b panels, alpha float32, add bool) {
	tile, cols := argmax.TileShape()
	height := min(max(1, blocks.Current().PanelRows/tile)*tile, a.m())
	buffer := newScratch(height * (argmax.KC + apart))
	defer buffer.free()
	for i := 0; i < a.m() && pool.Err() == nil; i += height {
		rows := a.slice(i, min(i+height, a.m()))
		for p := 0; p < a.k(); p += argmax.KC {
			k := min(argmax.KC, a.k()-p)
			block := rows.block(p, k).copied(buffer.data)
			for j := 0; j < c.Cols; j += b.width {
				panel := b.panel(p, k, j)
				for s := 0; s < panel.Cols; s += cols { // once, unless they were packed for another instruction set
					end := min(s+cols, panel.Cols)
					times(c.Slice(i, i+rows.m()).Columns(j+s, j+end), block, panel.Columns(s, end), alpha, accumulate(add || p > 0))
				}
			}
		}
	}
}

func scaleRows(c Matrix, beta float32) {
	if beta == 1 {
		return
	}
	for i := range c.Rows {
		if beta == 0 {
			clear(c.Row(i))
		} else {
			argmax.Scale(c.Row(i), beta)
		}
	}
}
