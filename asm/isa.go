package main

import (
	"github.com/seed842bec00/argmax/asm/arm64"
	"github.com/seed842bec00/argmax/asm/ops"
	"github.com/seed842bec00/argmax/asm/vec"
	"github.com/seed842bec00/argmax/asm/x86"
)

// An isa is an instruction set that the library has kernels for. It is the one
// description of it: internal/cpu, the dispatch, the generator and the test of the
// disassembly follow it.
type isa struct {
	name   string // in internal/cpu, and the suffix of its kernels
	base   string // the ISA that it extends, whose kernels it runs where it has none of its own
	goarch string
	about  string // its comment in internal/cpu
	// features are those that a processor must have, by their names in
	// golang.org/x/sys/cpu. The generator refuses instructions that need others.
	features []string
	shape    ops.Shape

	// In the disassembly, no kernel of the ISA has an instruction that matches foreign,
	// and at least one has an instruction that matches own.
	foreign, own string
}

// Features of amd64.
var (
	featuresAVX2   = []string{"AVX2", "FMA", "F16C", "BMI1", "BMI2", "POPCNT"}
	featuresAVX512 = append(featuresAVX2[:len(featuresAVX2):len(featuresAVX2)], "AVX512F", "AVX512BW", "AVX512DQ", "AVX512VL")
	featuresVNNI   = append(featuresAVX512[:len(featuresAVX512):len(featuresAVX512)], "AVX512VNNI")
)

// Shapes. Rows: five accumulators and one block of x fit all three machines, and
// ten classes are two groups, of AVX-512's inner products one. With squares a row takes two accumulators, and one
// row is in a register besides x: 5×2 and two in 12, 3×2×2 and four in all 16 of
// AVX2, 3×2×4 and eight in all 32 of NEON. Tiles of a product: AVX-512 holds 14×2
// accumulators, two columns and a scalar in 31 of its 32 registers, AVX2 6×2 and
// three in 15 of 16, NEON 6×4, four and one in 29 of 32; ten classes are one tile of
// 10, or 6 and 4. Tiles of scores: 5×5, five of w and one of x in 31; 3×2×2, two and
// one in 15; 3×2×4, two and one in 27. Tiles of distances: 4×6, a block of x,
// a difference and the mask of magnitudes in 27; 2×2×2, two, two and the mask in 13;
// 2×2×4, four and four in 24. Flags: a comparison of AVX-512 takes three to four cycles.
var (
	shapeAVX512 = ops.Shape{Rows: 5, DotRows: 10, DotSquareRows: 5, ThreeSums: true, Short: 128, Flags: 4, LossRows: 8, TileHeights: []int{14, 10, 8, 6, 4, 3, 2, 1}, TileBlocks: 2, TilePair: 8, BlockHeights: []int{16, 10, 8, 6, 4, 3, 2, 1}, HalfHeights: []int{12, 8, 4, 2, 1}, HalfPair: 8, ScoreRows: 5, ScoreClasses: 5, DistRows: 4, DistCols: 6}
	shapeAVX2   = ops.Shape{Rows: 5, DotRows: 5, DotSquareRows: 3, ThreeSums: true, Flags: 2, LossRows: 4, TileHeights: []int{6, 5, 4, 3, 2, 1}, TileBlocks: 1, TilePair: 4, HalfHeights: []int{12, 8, 4, 2, 1}, HalfPair: 8, ScoreRows: 3, ScoreClasses: 2, DistRows: 2, DistCols: 2}
	shapeNEON   = ops.Shape{Rows: 5, DotRows: 5, DotSquareRows: 3, Flags: 2, LossRows: 4, TileHeights: []int{6, 5, 4, 3, 2, 1}, TileBlocks: 1, TilePair: 4, ScoreRows: 3, ScoreClasses: 2, DistRows: 2, DistCols: 2}
)

// What kernels of an ISA and of those that extend it must not contain.
const (
	notAVX512 = `\(bad\)|vdpbf16|vcvtne|vdpph|vp2intersect|tmm|ph\b`
	notNEON   = `^([us]+mmla|bf(dot|mmla|mlal|cvt)|\.inst)|\bz\d+\.|^f([abd-z]|c[a-uw-z]|cv[a-su-z]|cvt[a-km-z]).*\.[48]h\b` // FCVTL is Advanced SIMD
)

// isas lists the instruction sets, those of one architecture from the least to the
// best.
var isas = []isa{
	{
		name: "NEON", goarch: "arm64", about: "Advanced SIMD, which every arm64 has", features: []string{"ASIMD"}, shape: shapeNEON,
		foreign: notNEON + `|^[us]+dot`, own: `\.4s`,
	},
	{
		name: "NEONDot", base: "NEON", goarch: "arm64", about: "NEON and the dot products of bytes", features: []string{"ASIMD", "ASIMDDP"}, shape: shapeNEON,
		foreign: notNEON + `|^(su|us)dot`, own: `^udot`,
	},
	{
		name: "AVX2", goarch: "amd64", about: "AVX2, FMA, F16C, BMI1, BMI2", features: featuresAVX2, shape: shapeAVX2,
		foreign: `zmm|%k[0-7]|[xy]mm(1[6-9]|[23]\d)|mm\d+\{`, own: `ymm`,
	},
	{
		name: "AVX512", goarch: "amd64", about: "AVX2 and AVX-512 F, BW, DQ, VL", features: featuresAVX512, shape: shapeAVX512,
		foreign: notAVX512 + `|vpdp`, own: `zmm`,
	},
	{
		name: "AVX512VNNI", base: "AVX512", goarch: "amd64", about: "AVX512 and AVX-512 VNNI", features: featuresVNNI, shape: shapeAVX512,
		foreign: notAVX512 + `|vpdpw`, own: `vpdpbusd .*zmm`,
	},
}

// runs returns the ISA whose kernels i runs of those that an operation has, or nil:
// its own, or that of its base.
func (i isa) runs(has func(name string) bool) *isa {
	for {
		if has(i.name) {
			return &i
		}
		if i.base == "" {
			return nil
		}
		i = *isaNamed(i.base)
	}
}

func isaNamed(name string) *isa {
	for i := range isas {
		if isas[i].name == name {
			return &isas[i]
		}
	}
	panic("asm: no ISA " + name)
}

// assembly is the file of a package for one architecture.
type assembly interface {
	// Machine emits for an ISA, in the order of the calls.
	Machine(name string, features []string) vec.Machine
	// Print returns the assembly and the Go stubs.
	Print(command, pkg string) (assembly, stubs []byte, err error)
}

// newAssembly returns an empty file for an architecture.
func newAssembly(goarch string) assembly {
	if goarch == "arm64" {
		return arm64.New()
	}
	return x86.New()
}
