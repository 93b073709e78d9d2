package kernels

import (
	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/internal/blocks"
)

// scoreRows sets dst = X·Wᵀ + bias in the row form: by tiles of rows and classes,
// or row by row if there are fewer than a tile has. The last tile of rows, or of
// classes, is not smaller but overlaps the previous one, and computes the same bits
// again.
func scoreRows[E Element](pool *Pool, dst Matrix, x Dense[E], w Matrix, bias []float32) {
	height, width := argmax.ScoreTileShape()
	tiled := x.Rows
	if rest := x.Rows % height; x.Rows < height || 2*rest < height {
		tiled -= rest // cheaper row by row than as a whole tile
	}
	if w.Rows < width {
		tiled = 0
	}
	if tiled > 0 {
		scoreTiles(pool, dst.Slice(0, tiled), x.Slice(0, tiled), w, bias)
	}
	if tiled < x.Rows {
		scoreSingly(pool, dst.Slice(tiled, x.Rows), x.Slice(tiled, x.Rows), w, bias)
	}
}

// scoreTiles scores at least a tile of rows and classes. If W is large, it scores some
// columns at a time, so that those of W stay in the first-level cache, of a group of rows
// whose unfinished sums stay in the second-level cache.
func scoreTiles[E Element](pool *Pool, dst Matrix, x Dense[E], w Matrix, bias []float32) {
	height, _ := argmax.ScoreTileShape()
	step := max(1, pieceOf(x.Cols, max(minPiece, blocks.Current().ScoreWeights/w.Rows)))
	group := callWork / (step * w.Rows)
	if step < x.Cols {
		group = min(group, suspendedScores/w.Rows)
	}
	group = max(1, min(group, x.Rows)/height) * height
	s := scorer[E]{dst: dst, x: x, w: w, bias: bias}
	if _, bytes := any(x).(Dense[uint8]); bytes || step < x.Cols {
		size := argmax.ScoreStateSize[E](group, w.Rows, step)
		buffer := newScratch(size + group*blockLanes)
		defer buffer.free()
		s.state, s.tails = buffer.data[:size], buffer.data[size:]
	}
	for i := 0; i < x.Rows && pool.Err() == nil; i += group {
		i := min(i, x.Rows-height)
		m := min(group, x.Rows-i)
		for p := 0; p == 0 || p < x.Cols; p += step { // once if there are no columns
			s.piece(i, m, p, min(step, x.Cols-p))
		}
	}
}

const (
	// minPiece is the least number of columns in a piece: below, the sums, which are
	// loaded and stored for each piece, take longer than the columns of W from the L2
	// cache.
	minPiece = 512
	// suspendedScores is about the number of scores of a group of rows, 64 bytes each.
	suspendedScores = 640
	// blockLanes is the number of lanes of the arithmetic.
	blockLanes = 16
)

// pieceOf returns the length of equal pieces of n columns, a multiple of 16 close to
// about.
func pieceOf(n, about int) int {
	pieces := max(1, (n+about/2)/about)
	if pieces == 1 {
		return n
	}
	return (n + 16*pieces - 1) / (16 * pieces) * 16
}

// scorer scores the pieces of a batch.
type scorer[E Element] struct {
	dst   Matrix
	x     Dense[E]
	w     Matrix
	bias  []float32
	state []float32
	tails []float32 // a block for each row of a group
}

// piece adds columns p to p+k to the scores of m rows from row i on.
func (s *scorer[E]) piece(i, m, p, k int) {
	var mode argmax.ScoreMode
	if p > 0 {
		mode |= argmax.Resume
	}
	if p+k < s.x.Cols {
		mode |= argmax.Suspend
	}
	if s.x.far() {
		mode |= argmax.Prefetch
	}
	dst, x, w := s.dst.from(i, 0), s.x.from(i, p), s.w.from(0, p)
	bytes, ok := any(x).(argmax.Strided[uint8])
	if rest := k % blockLanes; ok && rest > 0 {
		// The columns after the last whole block are converted first.
		whole := k - rest
		argmax.ScoreTiles(dst, s.state, x, w, s.bias, m, s.w.Rows, whole, mode|argmax.Suspend)
		convert(Matrix{m, rest, blockLanes, s.tails}, Dense[uint8]{m, rest, bytes.Stride, bytes.Data[whole:]})
		w.Data = w.Data[whole:]
		argmax.ScoreTiles(dst, s.state, argmax.Strided[float32]{Data: s.tails, Stride: blockLanes}, w, s.bias, m, s.w.Rows, rest, mode&argmax.Suspend|argmax.Resume)
		return
	}
	argmax.ScoreTiles(dst, s.state, x, w, s.bias, m, s.w.Rows, k, mode)
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
