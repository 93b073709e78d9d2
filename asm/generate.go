package main

import (
	"github.com/seed842bec00/argmax/asm/ops"
	"github.com/seed842bec00/argmax/asm/x86"
)

const command = "asm (make generate)"

// Shapes. Rows: five accumulators and one block of x fit all three machines, and
// ten classes are two groups. Tiles: AVX-512 holds 14×2 accumulators, two
// columns and a broadcast in 31 of its 32 registers; AVX2 6×2 and three in 15 of
// 16; NEON 6×4, four columns and two of scalars in 30 of 32.
var (
	shapeAVX512 = ops.Shape{Rows: 5, TileRows: 14, TileBlocks: 2}
	shapeAVX2   = ops.Shape{Rows: 5, TileRows: 6, TileBlocks: 1}
	shapeNEON   = ops.Shape{Rows: 5, TileRows: 6, TileBlocks: 1}
)

// generate returns the generated files by name.
func generate() (map[string][]byte, error) {
	amd64 := x86.New()
	ops.Emit(amd64.AVX2(), shapeAVX2)
	ops.Emit(amd64.AVX512(), shapeAVX512)
	assembly, stubs, err := amd64.Print(command, "argmax")
	if err != nil {
		return nil, err
	}
	return map[string][]byte{"kernels_amd64.s": assembly, "kernels_amd64.go": stubs}, nil
}
