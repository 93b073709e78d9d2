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
	features  map[string][]string // of the instruction sets by their names
	suffixes  map[string]string   // of the functions by their names
	constants map[string]operand.Mem
	indexes   operand.Mem // the indices of the lanes, if somebody needs them
	window    operand.Mem // of masks of bytes, if somebody needs them
	runTable  operand.Mem // of the runs of a row alone, if somebody needs it
	hot       operand.Mem // the blocks that are 1 in one lane, if somebody needs them
}

// New returns an empty file.
func New() *File {
	f := &File{ctx: build.NewContext(), features: map[string][]string{}, suffixes: map[string]string{}, constants: map[string]operand.Mem{}}
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

// Machine returns a machine for the instruction set of a name, which is the suffix
// of its functions, and of a processor with some features, by their names in
// golang.org/x/sys/cpu: with AVX-512 its registers have 512 bits.
func (f *File) Machine(name string, features []string) vec.Machine {
	f.features[name] = features
	m := &Machine{Context: f.ctx, file: f, suffix: name, width: 256, vnni: slices.Contains(features, "AVX512VNNI")}
	if slices.Contains(features, "AVX512F") {
		m.width = 512
	}
	m.bits = m.width
	return m
}

// constant is 32 bytes of memory that hold a number in all lanes of a YMM register,
// wideConstant the 64 bytes for a ZMM register.
func (f *File) constant(bits uint32) operand.Mem     { return f.repeated("all", bits, 8) }
func (f *File) wideConstant(bits uint32) operand.Mem { return f.repeated("wide", bits, 16) }

func (f *File) repeated(prefix string, bits uint32, times int) operand.Mem {
	name := fmt.Sprintf("%s%08x", prefix, bits)
	mem, ok := f.constants[name]
	if !ok {
		mem = f.ctx.StaticGlobal(name)
		f.ctx.DataAttributes(attr.RODATA | attr.NOPTR)
		for range times {
			f.ctx.AppendDatum(operand.U32(bits))
		}
		f.constants[name] = mem
	}
	return mem
}

// one is 1 as a float64.
func (f *File) one() operand.Mem {
	mem, ok := f.constants["one"]
	if !ok {
		mem = f.ctx.StaticGlobal("one")
		f.ctx.DataAttributes(attr.RODATA | attr.NOPTR)
		f.ctx.AppendDatum(operand.F64(1))
		f.constants["one"] = mem
	}
	return mem
}

// indices is the integers 0 to 31: those of the lanes, and what rotates them.
func (f *File) indices() operand.Mem {
	if f.indexes.Symbol.Name == "" {
		f.indexes = f.ctx.StaticGlobal("numbers")
		f.ctx.DataAttributes(attr.RODATA | attr.NOPTR)
		for i := range 2 * vec.Lanes {
			f.ctx.AppendDatum(operand.U32(uint32(i)))
		}
	}
	return f.indexes
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

// extensions are the features of golang.org/x/sys/cpu that avo calls otherwise, and
// what a feature implies.
var extensions = map[string][]string{
	"AVX2": {"AVX", "AVX2", "MMX+"}, // MMX+ is the prefetch, which every amd64 has
	"FMA":  {"FMA3"},
	"BMI1": {"BMI"},
}

// checkExtensions fails if a function needs more than its instruction set has.
func (f *File) checkExtensions(fn *ir.Function) error {
	isa := f.suffixes[fn.Name]
	var allowed []string
	for _, feature := range f.features[isa] {
		if names, ok := extensions[feature]; ok {
			allowed = append(allowed, names...)
		} else {
			allowed = append(allowed, feature)
		}
	}
	for _, e := range fn.ISA {
		if !slices.Contains(allowed, e) {
			return fmt.Errorf("%s needs %s; %s has %v", fn.Name, e, isa, allowed)
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
