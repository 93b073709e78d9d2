// Package blocks chooses, by the caches of this processor, the sizes of the blocks that the
// loops around the kernels work on. None of them affects a result.
//
// Each rule stands beside the measurement behind it. What is best on the machine at hand is
// measured, and the sizes that it uses are printed, by
//
//	go test ./kernels ./index -run Calibrate -v -calibrate
package blocks

import "github.com/seed842bec00/argmax/internal/cpu"

// Blocks are sizes of blocks. What is said to be in bytes is so for elements of any type.
type Blocks struct {
	// ScoreWeights is about the number of elements of W with which the row form scores rows
	// in one pass: they have to stay in the L1 cache while rows stream by, and take 5/8 of it,
	// up to 40 KB.
	//
	// On a Xeon (L1 48 KB, L2 2 MB), 256 rows of 3072 columns take 277 µs with AVX2 for ten
	// classes with 5120 to 7680 elements in a pass, and 302 with all at once; with AVX-512 172
	// to 178 and 184.
	ScoreWeights int

	// Far is the size of a matrix in bytes above which tiles of scores prefetch its rows: that
	// of the L2, up to 32 MB.
	//
	// On a Xeon (L2 2 MB, a share of 260 MB of L3) rows of 784 columns for ten classes take 0.79
	// to 0.87 of the time with AVX2 if they are prefetched, from 3 to 90 MB, and 0.87 to 0.97 with
	// AVX-512; 0.8 MB take 1 and 5 % longer.
	Far int

	// Near is the size of a matrix in bytes up to which it is taken to stay in the L2 while
	// gradients are computed: half of it.
	Near int

	// PanelRows and PanelCols are the rows of A, KC deep, and the columns of B that GEMM
	// copies at a time: the former take a quarter of the L2, up to 96 KB, the latter
	// stay in the L3.
	//
	// On a Zen 5, PanelRows makes no difference from 60 to 500. On a Xeon with 2 MB of L2,
	// products of 1024³ and of 2048³ take 1 to 3 % longer with PanelRows of 126 than with 84,
	// with AVX-512; 2 to 4 % longer with PanelCols of 512, and as long with 2048 or, with
	// AVX2, 3 % longer.
	PanelRows, PanelCols int

	// SmallGemm is the largest m·n·k that GEMM computes without packing B: that of a cube
	// whose B takes half of the L2, up to 768 KB.
	//
	// On a Xeon with 2 MB of L2, packing takes 7 to 13 % longer at 256³ and 5 to 8 % at 384³,
	// whose B has 576 KB, and as long at 512³, where it has 1 MB.
	SmallGemm int

	// ShareWork is the number of multiply-adds below which a second goroutine does not
	// pay: what a core computes in the microsecond or two that sharing work takes.
	ShareWork int

	// BasePiece is the number of bytes of the rows of an index that a group of queries
	// passes over before the next piece: half of the L2, up to 256 KB.
	//
	// On a Xeon with 2 MB of L2, 16 queries take 5 to 9 % longer with 32 KB of 20,000 × 784
	// float32 (L1), and up to 2 % shorter with 1 MB. Four take 10 to 16 % shorter with 32 KB by
	// L2, as long by inner products, and with AVX2 9 % longer by L1.
	BasePiece int

	// GroupElements is about the most elements of the queries of a group, 4 MB if products
	// compare them.
	//
	// On that Xeon, 256 queries of 784 take as long with a quarter of it, 14 % longer with an
	// eighth.
	GroupElements int

	// Excesses is about the number of excesses (4 bytes each) that an index computes before
	// it looks at them: a quarter of the L2, up to 128 KB, along with panels of queries.
	//
	// On that Xeon, four times as many gain 0 to 4 %; an eighth as many take up to half as long
	// again where rows have 64 columns.
	Excesses int
}

// shareWork holds [Blocks.ShareWork], which depends on the instruction set alone. On a Xeon
// two cores take 4.6 µs for 64³ where one takes 6.1 with AVX2, but the 3.1 of one with
// AVX-512, which shares from 96³ on: 7.4 µs where one takes 10.3.
var shareWork = [...]int{cpu.Generic: 1 << 14, cpu.NEON: 1 << 17, cpu.AVX2: 1 << 17, cpu.AVX512: 1 << 18}

// For returns the blocks for an instruction set that extends no other, and caches.
func For(isa cpu.ISA, c cpu.Caches) Blocks {
	const kB, mB = 1 << 10, 1 << 20
	l2 := min(c.L2, 512*kB)
	return Blocks{
		ScoreWeights:  max(1, min(c.L1, 64*kB)*5/8/4),
		Far:           min(c.L2, 32*mB),
		Near:          c.L2 / 2,
		PanelRows:     min(l2/4, 96*kB) / kB,
		PanelCols:     1024,
		SmallGemm:     cube(min(c.L2/2, 768*kB) / 4),
		ShareWork:     shareWork[isa],
		BasePiece:     l2 / 2,
		GroupElements: 1 << 20,
		Excesses:      l2 / 4 / 4,
	}
}

// cube returns the volume of a cube with the given area of a side.
func cube(area int) int {
	edge := 1
	for (edge+1)*(edge+1) <= area {
		edge++
	}
	return edge * edge * edge
}

// blocks are those in use, by instruction set.
var blocks = func() (all [len(shareWork)]Blocks) {
	caches := cpu.DetectCaches()
	for isa := range all {
		all[isa] = For(cpu.ISA(isa), caches)
	}
	return all
}()

// Of returns the blocks for an instruction set that extends no other. Only tests and
// calibrations change them.
func Of(isa cpu.ISA) *Blocks { return &blocks[isa] }

// Current returns the blocks for the instruction set in use.
func Current() *Blocks { return &blocks[cpu.Active.Base()] }
