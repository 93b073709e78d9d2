package kernels

import (
	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/internal/blocks"
)

// maxTileRows is at least the number of rows of every instruction set's tiles.
const maxTileRows = 16

// scoreRows sets dst = X·Wᵀ + bias in the row form: by tiles of rows and classes,
// or row by row if there are fewer than a tile has. The last tile of rows, or of
// classes, is not smaller but overlaps the previous one, and computes the same bits
// again.
func scoreRows[E Element](pool *Pool, dst Matrix, x Dense[E], w Matrix, bias []float32) {
	height, width := argmax.ScoreTileShape()
	if w.Rows < width {
		scoreSingly(pool, dst, x, w, bias)
		return
	}
	tiled := x.Rows
	if rest := x.Rows % height; x.Rows < height || 2*rest < height {
		tiled -= rest // cheaper row by row than as a whole tile
	}
	switch step := pieceOf(x.Cols, blocks.Current().ScoreColumns); {
	case tiled == 0:
	case step == x.Cols:
		for i := 0; i < tiled && pool.Err() == nil; i += height {
			i := min(i, tiled-height)
			for j := 0; j < w.Rows; j += width {
				scoreTile(dst, x, w, bias, i, min(j, w.Rows-width), 0, x.Cols, nil)
			}
		}
	default:
		scoreInPieces(pool, dst.Slice(0, tiled), x.Slice(0, tiled), w, bias, step)
	}
	if tiled < x.Rows {
		scoreSingly(pool, dst.Slice(tiled, x.Rows), x.Slice(tiled, x.Rows), w, bias)
	}
}

// pieceOf returns the length of equal pieces of n columns, a multiple of 16 close to
// about.
func pieceOf(n, about int) int {
	pieces := max(1, (n+about/2)/about)
	if pieces == 1 {
		return n
	}
	return (n + 16*pieces - 1) / (16 * pieces) * 16
}

// waiting is the number of tiles that may be suspended between two pieces, and maxState
// the size of the largest state of a tile.
const (
	waiting  = 8
	maxState = 25 * 16
)

// scoreInPieces scores step columns at a time, so that those of W stay in the
// first-level cache.
func scoreInPieces[E Element](pool *Pool, dst Matrix, x Dense[E], w Matrix, bias []float32, step int) {
	var state [waiting * maxState]float32
	height, width := argmax.ScoreTileShape()
	size := height * width * 16
	across := (w.Rows + width - 1) / width
	together := max(1, waiting/across) * height
	for i0 := 0; i0 < x.Rows && pool.Err() == nil; i0 += together {
		for p := 0; p < x.Cols; p += step {
			n, at := min(step, x.Cols-p), 0
			for i := i0; i < min(x.Rows, i0+together); i += height {
				i := min(i, x.Rows-height)
				for j := 0; j < w.Rows; j += width {
					scoreTile(dst, x, w, bias, i, min(j, w.Rows-width), p, n, state[at:at+size])
					at += size
				}
			}
		}
	}
}

// scoreTile adds columns p to p+n to the tile at row i and class j.
func scoreTile[E Element](dst Matrix, x Dense[E], w Matrix, bias []float32, i, j, p, n int, state []float32) {
	var mode argmax.ScoreMode
	if p > 0 {
		mode |= argmax.Resume
	}
	if p+n < x.Cols {
		mode |= argmax.Suspend
	}
	if x.far() {
		mode |= argmax.Prefetch
	}
	if bytes, ok := any(x).(Dense[uint8]); ok && n%16 != 0 {
		scoreTileBytes(dst.from(i, j), state, bytes.from(i, p), w.from(j, p), bias[j:], n, mode)
		return
	}
	argmax.ScoreTile(dst.from(i, j), state, x.from(i, p), w.from(j, p), bias[j:], n, mode)
}

// scoreTileBytes converts the columns after the last whole block of 16.
func scoreTileBytes(dst argmax.Strided[float32], state []float32, x argmax.Strided[uint8], w argmax.Strided[float32], bias []float32, n int, mode argmax.ScoreMode) {
	var (
		tail  [16 * maxTileRows]float32
		local [maxState]float32
	)
	if state == nil {
		state = local[:]
	}
	rest := n % 16
	whole := n - rest
	argmax.ScoreTile(dst, state, x, w, bias, whole, mode|argmax.Suspend)
	height, _ := argmax.ScoreTileShape()
	convert(Matrix{height, rest, 16, tail[:]}, Dense[uint8]{height, rest, x.Stride, x.Data[whole:]})
	w.Data = w.Data[whole:]
	argmax.ScoreTile(dst, state, argmax.Strided[float32]{Data: tail[:], Stride: 16}, w, bias, rest, mode&argmax.Suspend|argmax.Resume)
}

// scoreSingly scores row by row.
func scoreSingly[E Element](pool *Pool, dst Matrix, x Dense[E], w Matrix, bias []float32) {
	if rows, ok := any(x).(Matrix); ok {
		for i := 0; i < x.Rows && pool.Err() == nil; i++ {
			scoreRow(dst.Row(i), rows.Row(i), w, bias)
		}
		return
	}
	buffer := newScratch(x.Cols)
	defer buffer.free()
	for i := 0; i < x.Rows && pool.Err() == nil; i++ {
		convert(row(buffer.data), x.Slice(i, i+1))
		scoreRow(dst.Row(i), buffer.data, w, bias)
	}
}

func scoreRow(dst, x []float32, w Matrix, bias []float32) {
	argmax.ScoreRows(dst, x, w.from(0, 0))
	for j, b := range bias { // one by one, as they were stored: a load of several would wait for that
		dst[j] += b
	}
}
