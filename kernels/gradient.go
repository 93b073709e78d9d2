package kernels

import "github.com/seed842bec00/argmax"

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
	// packedColumns is about the number of columns of x that are copied at a time, KC rows
	// deep: they stay in the second-level cache.
	packedColumns = 128
	// packedClasses and packedStride are the least number of classes, and of elements
	// between two rows of x, for which the copy pays. With 512 classes and rows of 784 it
	// saves 11 % or loses 5 %, with rows of 2048 it saves 8 to 19 %.
	packedClasses, packedStride = 512, 1024
)

// gradientRange reads x where it lies: a panel of its columns, KC rows deep, is read once
// for all classes. Those of many classes are copied first, as the rows of a panel are far
// apart and would be read from the second-level cache for each tile of classes. (Bytes, of
// which a line serves several panels, are not.)
func gradientRange[E Element](pool *Pool, dst, a Matrix, x Dense[E], add bool) {
	if a.Rows == 0 {
		if !add {
			scaleRows(dst, 0)
		}
		return
	}
	floats, pack := any(x).(Matrix)
	_, cols := argmax.TileShape()
	for p := 0; p < a.Rows && pool.Err() == nil; p += argmax.KC {
		k := min(argmax.KC, a.Rows-p)
		rows, mode := a.Slice(p, p+k), accumulate(add || p > 0)
		if pack && a.Cols >= packedClasses && x.Stride >= packedStride {
			gradientPacked(pool, dst, rows, floats.Slice(p, p+k), mode)
			continue
		}
		for j := 0; j < x.Cols; j += cols {
			n := min(cols, x.Cols-j)
			gradientPanel(dst.Columns(j, j+n), rows, x.Slice(p, p+k).Columns(j, j+n), mode)
		}
	}
}

// gradientPacked copies at most KC rows of x to panels, some columns at a time.
func gradientPacked(pool *Pool, dst, a, x Matrix, mode argmax.GemmMode) {
	_, cols := argmax.TileShape()
	width := max(1, packedColumns/cols) * cols
	buffer := newScratch(x.Rows * min(width, x.Cols))
	defer buffer.free()
	for j := 0; j < x.Cols && pool.Err() == nil; j += width {
		part := x.Columns(j, min(j+width, x.Cols))
		to := newPanels(x.Rows, part.Cols, buffer.data)
		right{part, false}.packBlock(to, 0)
		for s := 0; s < part.Cols; s += cols {
			panel := to.panel(0, x.Rows, s)
			timesColumns(dst.Columns(j+s, j+s+panel.Cols), a, panel, 1, mode)
		}
	}
}

// gradientPanel converts the columns of bytes after the last whole block of 16.
func gradientPanel[E Element](dst, a Matrix, x Dense[E], mode argmax.GemmMode) {
	bytes, ok := any(x).(Dense[uint8])
	if !ok || x.Cols%16 == 0 {
		timesColumns(dst, a, x, 1, mode)
		return
	}
	whole := x.Cols &^ 15
	if whole > 0 {
		timesColumns(dst.Columns(0, whole), a, bytes.Columns(0, whole), 1, mode)
	}
	var buffer [argmax.KC * 16]float32
	rest := Matrix{x.Rows, x.Cols - whole, x.Cols - whole, buffer[:]}
	convert(rest, bytes.Columns(whole, x.Cols))
	timesColumns(dst.Columns(whole, x.Cols), a, rest, 1, mode)
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
