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
	// TileRows and TileBlocks are the tile of GEMM: scalars of one operand by
	// blocks of the other.
	TileRows, TileBlocks int
}

// Emit writes every kernel.
func Emit(m vec.Machine, s Shape) {
	vectors(m)
	rows(m, s.Rows)
	gemmTile(m, s.TileRows, s.TileBlocks)
}
