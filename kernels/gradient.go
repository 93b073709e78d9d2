package kernels

import (
	"unsafe"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/internal/blocks"
)

// Gradient sets dst = Aᵀ·X: for a linear model the gradient dW (classes × features)
// of dS (batch × classes) and the batch X (batch × features). It is in the chain form
// over the batch, as [Gemm] is. It panics if a shape does not fit or dst overlaps a
// or x.
func Gradient[E Element](dst, a Matrix, x Dense[E], pool *Pool) {
	gradient("Gradient", dst, a, x, false, pool)
}

// AddGradient adds AᵀX to dst, as [Gemm] does with β = 1, and else is [Gradient]:
// gradients of a data set that is read batch by batch. Batches of argmax.KC rows give
// the bits of the gradient of all.
func AddGradient[E Element](dst, a Matrix, x Dense[E], pool *Pool) {
	gradient("AddGradient", dst, a, x, true, pool)
}

func gradient[E Element](name string, dst, a Matrix, x Dense[E], add bool, pool *Pool) {
	must(dst.Check(), a.Check(), x.Check())
	mustEqual(name, "rows of x", x.Rows, a.Rows)
	mustEqual(name, "rows of dst", dst.Rows, a.Cols)
	mustEqual(name, "columns of dst", dst.Cols, x.Cols)
	mustNotOverlap(name, matrix("dst", dst), matrix("a", a), matrix("x", x))
	if dst.Rows == 0 || dst.Cols == 0 {
		return
	}
	_, cols := argmax.TileShape()
	share := pool.worth(a.Rows, a.Cols, x.Cols)
	if share.workers == 1 { // without a closure, which would be allocated
		gradientRange(pool, dst, a, x, add)
		return
	}
	pool.split(share, x.Cols, cols, func(lo, hi int) {
		gradientRange(pool, dst.Columns(lo, hi), a, x.Columns(lo, hi), add)
	})
}

const (
	// nearStrip and farStrip are the rows of x that are read side by side: of a matrix that
	// stays in the second-level cache, and of another. The processor prefetches that many
	// streams, and their pages are in its table at once. On a Xeon with AVX-512, 256 rows of
	// 3072 columns and ten classes take 145 µs in strips of 24 to 32, 157 with 16, 220 with 64
	// and 230 with all; 256 rows of 784 take 24.2 µs in strips of 96 or 128, 24.5 with 64, 26
	// with 32 and 29 with all.
	nearStrip, farStrip = 128, 32
	// copiedClasses is the least number of classes for which copies of x and of a pay.
	// With 100 they take as long or 25 % longer, with 300 they save 6 to 8 %, with 1000 20 to
	// 45 %.
	copiedClasses = 256
	// copiedElements and classesAtOnce are about the elements of x that are copied at a time,
	// which stay in the second-level cache, and the classes that meet them. On that Xeon
	// half as many of each take 0 to 3 % longer, and twice as many 0 to 5 %.
	copiedElements, classesAtOnce = 1 << 16, 60
)

func gradientRange[E Element](pool *Pool, dst, a Matrix, x Dense[E], add bool) {
	if a.Rows == 0 {
		if !add {
			scaleRows(dst, 0)
		}
		return
	}
	for p := 0; p < a.Rows && pool.Err() == nil; p += argmax.KC {
		k := min(argmax.KC, a.Rows-p)
		gradientBlock(pool, dst, a.Slice(p, p+k), x.Slice(p, p+k), add || p > 0)
	}
}

// gradientBlock sets dst to the product of at most KC rows, or adds it. It takes x strip by
// strip, in which rows are read from their beginning to their end as the processor prefetches
// them; between two strips the chains wait in dst, or apart from it where they are added to it.
func gradientBlock[E Element](pool *Pool, dst, a Matrix, x Dense[E], add bool) {
	if a.Cols >= copiedClasses {
		gradientCopied(pool, dst, a, x, accumulate(add))
		return
	}
	height := farStrip
	if product(x.Rows, x.Cols, int(unsafe.Sizeof(*new(E)))) <= blocks.Current().Near {
		height = nearStrip
	}
	if !add || x.Rows <= height {
		gradientStrips(pool, dst, a, x, height, accumulate(add))
		return
	}
	buffer := newScratch(dst.Rows * dst.Cols)
	defer buffer.free()
	sums := Matrix{dst.Rows, dst.Cols, dst.Cols, buffer.data}
	gradientStrips(pool, sums, a, x, height, argmax.Overwrite)
	for i := range dst.Rows {
		argmax.Axpy(dst.Row(i), sums.Row(i), 1)
	}
}

// gradientStrips computes strips of height rows, each of which continues the one before.
func gradientStrips[E Element](pool *Pool, dst, a Matrix, x Dense[E], height int, mode argmax.GemmMode) {
	for p := 0; p < x.Rows && pool.Err() == nil; p += height {
		end := min(p+height, x.Rows)
		gradientStrip(dst, a.Slice(p, end), x.Slice(p, end), mode)
		mode = argmax.Continue
	}
}

// gradientStrip converts the columns of bytes after the last whole block of 16.
func gradientStrip[E Element](dst, a Matrix, x Dense[E], mode argmax.GemmMode) {
	bytes, ok := any(x).(Dense[uint8])
	if !ok || x.Cols%16 == 0 {
		timesPanels(dst, a, x, mode)
		return
	}
	whole := x.Cols &^ 15
	timesPanels(dst.Columns(0, whole), a, bytes.Columns(0, whole), mode)
	var buffer [nearStrip * 16]float32
	rest := Matrix{x.Rows, x.Cols - whole, x.Cols - whole, buffer[:]}
	convert(rest, bytes.Columns(whole, x.Cols))
	timesColumns(dst.Columns(whole, x.Cols), a, rest, 1, mode)
}

// timesPanels is timesColumns with all columns of x, as many panels in a call as it may take.
func timesPanels[E Element](dst, a Matrix, x Dense[E], mode argmax.GemmMode) {
	_, cols := argmax.TileShape()
	width := max(1, callWork/(a.Rows*a.Cols*cols)) * cols
	for j := 0; j < x.Cols; j += width {
		end := min(j+width, x.Cols)
		timesColumns(dst.Columns(j, end), a, x.Columns(j, end), 1, mode)
	}
}

// gradientCopied is gradientBlock for many classes, which read x many times: it copies some
// columns of x, and some of a, to rows that do not fall into the same sets of a cache. All
// columns meet some classes before the next, so that rows of dst are written as they lie in
// memory.
func gradientCopied[E Element](pool *Pool, dst, a Matrix, x Dense[E], mode argmax.GemmMode) {
	rows, cols := argmax.TileShape()
	width := min(max(1, copiedElements/(x.Rows*cols))*cols, x.Cols)
	height := max(1, classesAtOnce/rows) * rows
	columns, factors := newScratch(x.Rows*(width+apart)), newScratch(a.Rows*height)
	defer columns.free()
	defer factors.free()
	for j := 0; j < x.Cols && pool.Err() == nil; j += width {
		end := min(j+width, x.Cols)
		part := Matrix{x.Rows, end - j, width + apart, columns.data}
		convert(part, x.Columns(j, end))
		for i := 0; i < a.Cols; i += height {
			last := min(i+height, a.Cols)
			some := Matrix{a.Rows, last - i, height, factors.data}
			convert(some, a.Columns(i, last))
			timesPanels(dst.Slice(i, last).Columns(j, end), some, part, mode)
		}
	}
}

// ColumnSums sets dst to the sums of the columns of a, the rows added in order:
// the gradient of the bias.
func ColumnSums(dst []float32, a Matrix) {
	must(a.Check())
	mustEqual("ColumnSums", "length of dst", len(dst), a.Cols)
	mustNotOverlap("ColumnSums", vector("dst", dst), matrix("a", a))
	clear(dst)
	if a.Cols == 0 {
		return
	}
	for i := range a.Rows {
		if a.Cols < shortRow {
			for j, v := range a.Row(i) {
				dst[j] += v
			}
			continue
		}
		argmax.Axpy(dst, a.Row(i), 1)
	}
}

// shortRow is the length below which a loop is faster than a call for each row.
const shortRow = 16
