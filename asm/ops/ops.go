// Package ops holds the kernels of argmax, each written once on the machine of
// package vec.
package ops

import "github.com/seed842bec00/argmax/asm/vec"

// Shape is what a kernel may choose per instruction set without changing a bit.
type Shape struct {
	// Rows is how many rows of a matrix meet one vector at a time. Each needs an
	// accumulator block, and the addition of an accumulator takes four cycles, so
	// that fewer than four leave the adders waiting.
	Rows int
	// DotSquareRows is that number where each row needs two accumulators and a block
	// of its own in a register.
	DotSquareRows int
	// ThreeSums tells whether the registers hold the accumulators of three vector
	// sums, so that one pass can serve them.
	ThreeSums bool
	// Flags is how many comparisons with NaN may be under way.
	Flags int
	// LossRows is how many rows of few scores go through the steps of a softmax
	// together, a multiple of four.
	LossRows int
	// TileHeights by TileBlocks are the tiles of GEMM: scalars of one operand by
	// blocks of the other.
	TileHeights []int
	TileBlocks  int
	// ScoreRows by ScoreClasses is the tile of row scores.
	ScoreRows, ScoreClasses int
}

// Emit writes every kernel.
func Emit(m vec.Machine, s Shape) {
	vectors(m, s.Flags)
	penalties(m)
	updates(m)
	dotSquares(m, s.ThreeSums)
	matrices(m, s.Rows, s.DotSquareRows)
	exp(m)
	log(m)
	softmaxRows(m, s.LossRows)
	sumExpRows(m, s.LossRows)
	logRows(m)
	shiftRows(m)
	crossEntropyRows(m, s.LossRows)
	hingeRows(m, s.LossRows)
	squaredHingeRows(m)
	crammerSingerRows(m)
	searches(m)
	for _, e := range []element{floats, bytes} {
		scoreTile(m, e, s.ScoreRows, s.ScoreClasses)
		gemmTile(m, columns, e, s.TileHeights, s.TileBlocks)
	}
	gemmTile(m, rows, floats, s.TileHeights, s.TileBlocks)
	byteRows(m)
}
