package x86

import (
	"fmt"
	"math"
	"slices"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/ir"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/pass"
	"github.com/mmcloughlin/avo/printer"

	"github.com/seed842bec00/argmax/asm/vec"
)

// File is one assembly file that machines of both widths emit into.
type File struct {
	ctx       *build.Context
	suffixes  map[string]string // of the functions by their names
	constants map[uint32]operand.Mem
	lanes     operand.Mem // the numbers of the lanes, if somebody needs them
	window    operand.Mem // of masks of bytes, if somebody needs them
	hot       operand.Mem // the blocks that are 1 in one lane, if somebody needs them
}

// New returns an empty file.
func New() *File {
	f := &File{ctx: build.NewContext(), suffixes: map[string]string{}, constants: map[uint32]operand.Mem{}}
	// lanes is 16 words of ones and 16 of zeros: read n words before the middle,
	// it masks n lanes.
	f.ctx.StaticGlobal("lanes")
	f.ctx.DataAttributes(attr.RODATA | attr.NOPTR)
	for i := range 2 * vec.Lanes {
		ones := uint32(0)
		if i < vec.Lanes {
			ones = 0xffffffff
		}
		f.ctx.AppendDatum(operand.U32(ones))
	}
	return f
}

// AVX2 and AVX512 return the machines; what they emit goes to the file in the
// order of the calls.
func (f *File) AVX2() *Machine { return &Machine{Context: f.ctx, file: f, suffix: "AVX2", bits: 256} }
func (f *File) AVX512() *Machine {
	return &Machine{Context: f.ctx, file: f, suffix: "AVX512", bits: 512}
}

// AVX512VNNI has an instruction for inner products of bytes.
func (f *File) AVX512VNNI() *Machine {
	return &Machine{Context: f.ctx, file: f, suffix: "AVX512VNNI", bits: 512, vnni: true}
}

// constant is 32 bytes of memory that hold a number in all lanes of a YMM register.
func (f *File) constant(bits uint32) operand.Mem {
	mem, ok := f.constants[bits]
	if !ok {
		mem = f.ctx.StaticGlobal(fmt.Sprintf("all%08x", bits))
		f.ctx.DataAttributes(attr.RODATA | attr.NOPTR)
		for range 8 {
			f.ctx.AppendDatum(operand.U32(bits))
		}
		f.constants[bits] = mem
	}
	return mem
}

// numbers is the integers 0 to 15.
func (f *File) numbers() operand.Mem {
	if f.lanes.Symbol.Name == "" {
		f.lanes = f.ctx.StaticGlobal("numbers")
		f.ctx.DataAttributes(attr.RODATA | attr.NOPTR)
		for i := range vec.Lanes {
			f.ctx.AppendDatum(operand.U32(uint32(i)))
		}
	}
	return f.lanes
}

// oneHot is a block for each lane, 1 there and +0 elsewhere.
func (f *File) oneHot() operand.Mem {
	if f.hot.Symbol.Name == "" {
		f.hot = f.ctx.StaticGlobal("oneHot")
		f.ctx.DataAttributes(attr.RODATA | attr.NOPTR)
		for i := range vec.Lanes * vec.Lanes {
			one := uint32(0)
			if i%(vec.Lanes+1) == 0 {
				one = math.Float32bits(1)
			}
			f.ctx.AppendDatum(operand.U32(one))
		}
	}
	return f.hot
}

// byteWindow is 64 bytes of zeros and 64 of ones: read n bytes after its beginning,
// it masks all but the last n of a block.
func (f *File) byteWindow() operand.Mem {
	if f.window.Symbol.Name == "" {
		f.window = f.ctx.StaticGlobal("byteWindow")
		f.ctx.DataAttributes(attr.RODATA | attr.NOPTR)
		for i := range 2 * vec.ByteBlock / 8 {
			ones := uint64(0)
			if i >= vec.ByteBlock/8 {
				ones = 1<<64 - 1
			}
			f.ctx.AppendDatum(operand.U64(ones))
		}
	}
	return f.window
}

// extensions are what internal/cpu demands before it chooses an ISA, as avo
// calls them. MMX+ is the prefetch, which every amd64 has; POPCNT is older than AVX.
var extensions = map[string][]string{
	"AVX2":       {"MMX+", "POPCNT", "AVX", "AVX2", "FMA3", "BMI", "BMI2"},
	"AVX512":     {"MMX+", "POPCNT", "AVX", "AVX2", "FMA3", "BMI", "BMI2", "AVX512F", "AVX512BW", "AVX512DQ", "AVX512VL"},
	"AVX512VNNI": {"MMX+", "POPCNT", "AVX", "AVX2", "FMA3", "BMI", "BMI2", "AVX512F", "AVX512BW", "AVX512DQ", "AVX512VL", "AVX512VNNI"},
}

// checkExtensions fails if a function needs more than the ISA in its name has.
func (f *File) checkExtensions(fn *ir.Function) error {
	allowed := extensions[f.suffixes[fn.Name]]
	for _, e := range fn.ISA {
		if !slices.Contains(allowed, e) {
			return fmt.Errorf("%s needs %s; its ISA has %v", fn.Name, e, allowed)
		}
	}
	return nil
}

// Print allocates registers and returns the assembly and the Go stubs.
func (f *File) Print(command, pkg string) (assembly, stubs []byte, err error) {
	file, err := f.ctx.Result()
	if err != nil {
		return nil, nil, err
	}
	if err := pass.Concat(pass.Compile, pass.FunctionPass(f.checkExtensions)).Execute(file); err != nil {
		return nil, nil, err
	}
	cfg := printer.Config{Argv: []string{command}, Pkg: pkg}
	if assembly, err = printer.NewGoAsm(cfg).Print(file); err != nil {
		return nil, nil, err
	}
	stubs, err = printer.NewStubs(cfg).Print(file)
	return assembly, stubs, err
}
