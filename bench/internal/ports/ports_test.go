package ports

import (
	"os"
	"slices"
	"testing"

	"github.com/klauspost/cpuid/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func kernels(t *testing.T) *Program {
	t.Helper()
	assembly, err := os.ReadFile("../../../kernels_amd64.s")
	require.NoError(t, err)
	return Parse(assembly)
}

// The kind of every instruction of every kernel is known.
func TestKindsAreComplete(t *testing.T) {
	p := kernels(t)
	require.NotEmpty(t, p.Functions())
	assert.NoError(t, p.Check())
}

type ops map[Kind][2]float64

func (o ops) tally(decoded float64) Tally {
	t := Tally{Decoded: decoded}
	for k, n := range o {
		t.Ops[k] = n
	}
	return t
}

// difference returns the operations of a kernel with arguments b, minus those with a.
func difference(t *testing.T, p *Program, isa, op string, a, b Args) Tally {
	t.Helper()
	short, err := p.Count(isa, []Call{{op, 1, a}})
	require.NoError(t, err)
	long, err := p.Count(isa, []Call{{op, 1, b}})
	require.NoError(t, err)
	long.add(-1, short)
	return long
}

// One iteration of loops, counted by hand.
func TestTurnsOfLoops(t *testing.T) {
	p := kernels(t)
	for _, c := range []struct {
		isa, op     string
		short, long Args
		want        Tally
	}{
		{"AVX512", "dot", Args{"x_len": 192}, Args{"x_len": 256}, ops{FMA: {0, 4}, Load: {0, 8}, Integer: {4, 0}}.tally(12)},
		{"AVX2", "dot", Args{"x_len": 128}, Args{"x_len": 192}, ops{FMA: {8, 0}, Load: {16, 0}, Integer: {4, 0}}.tally(20)},
		{ // Sixteen rows, column by column: three groups of four for ten.
			"AVX512", "softmaxRows", Args{"n": 10, "rows": 16}, Args{"n": 10, "rows": 32}, ops{
				FMA:       {0, 10 * 9},                      // the exponential
				Multiply:  {0, 10*2 + 12},                   // by the powers of two; by the reciprocal
				Add:       {0, 1 + 10*2 + 15},               // +0 to the largest; differences, and of n; sums
				Max:       {0, 12 + 10},                     // of columns; with the lowest argument
				Shift:     {0, 10},                          // powers of two
				Whole:     {0, 10},                          //
				Divide:    {0, 1},                           //
				Shuffle:   {0, 3 * (12 + 12)},               // quarters of registers
				Permute:   {0, 3 * (8 + 8)},                 // transpositions
				Broadcast: {0, 1},                           // of −∞
				ToVector:  {1, 0},                           //
				Load:      {10, 3*16 + 12 + 10 + 2*12 + 16}, // arguments; scores; columns for the largest and the exponentials; those and the reciprocal; sums
				Store:     {12, 12 + 10 + 36 + 1},           // rows; columns; rows; the reciprocal
				Nothing:   {0, 24},                          // copies: of constants, of sums
				Integer:   {125, 0},                         //
			}.tally(591),
		},
	} {
		assert.Equal(t, c.want, difference(t, p, c.isa, c.op, c.short, c.long), "%s%s", c.op, c.isa)
	}
}

func TestCallsAddUp(t *testing.T) {
	p := kernels(t)
	of := func(calls ...Call) Tally {
		sum, err := p.Count("AVX512", calls)
		require.NoError(t, err)
		return sum
	}
	dot, axpy := Call{"dot", 1, Args{"x_len": 784}}, Call{"axpy", 1, Args{"x_len": 100}}
	sum := of(dot)
	sum.add(2, of(axpy))
	axpy.Times = 2
	assert.Equal(t, sum, of(dot, axpy, Call{Op: "never", Times: 0}))
	assert.Equal(t, 784./16, of(dot).Of(FMA, Multiply))
	tiles := of(Call{"gemmRows", 1, Args{"k": 256, "m": 10, "n": 32, "ldc": 32, "add": 0, "resume": 0}})
	assert.Equal(t, 256.*10*32/16, tiles.Of(FMA))
}

const synthetic = `
#include "textflag.h"
DATA all<>+0(SB)/4, $0x1

// func f()
TEXT ·f4x5AVX2(SB), NOSPLIT, $0-0
	MOVQ    n+0(FP), AX
	MOVQ    x_base+8(FP), CX
	LEAQ    (AX)(AX*2), DX
	NEGQ    DX
	ADDQ    $+5, DX
	CMPQ    DX, $-1 // -3n + 5
	JLT     end1
	VADDPS  Y0, Y1, Y2
end1:
	VMOVMSKPS Y0, BX
	TESTQ   BX, BX
	JNE     rare2
	VMULPS  (CX), Y1, Y2
	RET
rare2:
	VDIVPS  Y0, Y1, Y2
	RET

TEXT ·endlessAVX2(SB), NOSPLIT, $0-0
again1:
	JMP again1

TEXT ·strangeAVX2(SB), NOSPLIT, $0-0
	VFOO Y0, Y1, Y2
	RET
`

func TestFollow(t *testing.T) {
	p := Parse([]byte(synthetic))
	for _, c := range []struct {
		n    int
		adds float64
	}{{1, 1}, {2, 1}, {3, 0}} {
		tally, err := p.Count("AVX2", []Call{{"f", 1, Args{"n": c.n}}})
		require.NoError(t, err)
		assert.Equal(t, c.adds, tally.Of(Add), c.n)
		assert.Equal(t, 1., tally.Of(Multiply), "data decide: straight on")
		assert.Zero(t, tally.Of(Divide))
	}
	for _, c := range []struct{ op, isa, message string }{
		{"f", "AVX2", "ports: a branch depends on the argument n, which is not given in f4x5AVX2"},
		{"g", "AVX2", "ports: there is no g for AVX2"},
		{"f", "AVX512", "ports: there is no f for AVX512"},
		{"endless", "AVX2", "ports: endlessAVX2 does not end with map[]"},
		{"strange", "AVX2", "ports: no kind is known for VFOO in strangeAVX2"},
	} {
		_, err := p.Count(c.isa, []Call{{c.op, 1, nil}})
		assert.EqualError(t, err, c.message)
	}
	assert.EqualError(t, p.Check(), "ports: no kind is known for VFOO in strangeAVX2")
}

func TestClassify(t *testing.T) {
	for _, c := range []struct {
		op       string
		operands []string
		want     []Kind
	}{
		{"VFMADD231PS", []string{"64(CX)", "Z4", "Z1"}, []Kind{Load, FMA}},
		{"VMULPS", []string{"all<>+0(SB)", "Y1", "Y2"}, []Kind{Load, Multiply}},
		{"VXORPS", []string{"Y0", "Y0", "Y0"}, []Kind{Nothing}},
		{"VXORPS", []string{"Y0", "Y1", "Y0"}, []Kind{FloatLogic}},
		{"VPAND", []string{"Y0", "Y1", "Y0"}, []Kind{Logic}},
		{"VPADDD", []string{"Y0", "Y1", "Y0"}, []Kind{Whole}},
		{"VPCMPEQD", []string{"Y0", "Y1", "Y0"}, []Kind{Whole}},
		{"VPERMPS", []string{"Y0", "Y1", "Y0"}, []Kind{Indexed}},
		{"VPERMPS.Z", []string{"Z2", "Z0", "K1", "Z0"}, []Kind{Indexed}},
		{"VPERM2F128", []string{"$0x01", "Y1", "Y1", "Y0"}, []Kind{Shuffle}},
		{"VPINSRD", []string{"$0x01", "AX", "X1", "X0"}, []Kind{ToVector, Permute}},
		{"VPINSRD", []string{"$0x01", "(AX)", "X1", "X0"}, []Kind{Load, Permute}},
		{"VPEXTRD", []string{"$0x01", "X1", "AX"}, []Kind{Permute, ToInteger}},
		{"VEXTRACTPS", []string{"$0x01", "X1", "(AX)"}, []Kind{Store, Permute}},
		{"VMOVUPS", []string{"(AX)", "K1", "Z0"}, []Kind{Load}},
		{"VMOVUPS", []string{"Z0", "K1", "(AX)"}, []Kind{Store}},
		{"VMOVSS", []string{"X1", "ret+48(FP)"}, []Kind{Store}},
		{"VMOVAPS", []string{"Z0", "Z1"}, []Kind{Nothing}},
		{"VMOVAPS", []string{"Z0", "K1", "Z1"}, []Kind{Logic}},
		{"VMOVD", []string{"AX", "X0"}, []Kind{ToVector}},
		{"VMOVD", []string{"X0", "AX"}, []Kind{ToInteger}},
		{"KMOVW", []string{"AX", "K1"}, []Kind{ToVector}},
		{"KMOVW", []string{"K1", "AX"}, []Kind{ToInteger}},
		{"KMOVW", []string{"K1", "K2"}, []Kind{Masks}},
		{"KORTESTW", []string{"K1", "K2"}, []Kind{ToInteger}},
		{"VMASKMOVPS", []string{"(AX)", "Y1", "Y2"}, []Kind{MaskedLoad}},
		{"VMASKMOVPS", []string{"Y2", "Y1", "(AX)"}, []Kind{MaskedStore}},
		{"VBROADCASTSS", []string{"(AX)", "Z2"}, []Kind{Load}},
		{"VBROADCASTSS", []string{"X1", "Z2"}, []Kind{Broadcast}},
		{"VPMOVZXBD", []string{"(AX)", "Z2"}, []Kind{Load, Widen}},
		{"VCMPPS", []string{"$0x07", "Z6", "Z5", "K1", "K1"}, []Kind{Compare}},
		{"VCMPPS", []string{"$0x07", "Y6", "Y5", "Y1"}, []Kind{Max}},
		{"VPCMPEQD.BCST", []string{"(SI)", "Z1", "K2"}, []Kind{Load, Compare}},
		{"VCOMPRESSPS.Z", []string{"Z1", "K1", "Z0"}, []Kind{Compress}},
		{"VPSADBW", []string{"Z1", "Z2", "Z0"}, []Kind{Products}},
		{"PREFETCHT0", []string{"(AX)"}, []Kind{Load}},
		{"MOVQ", []string{"n+0(FP)", "AX"}, []Kind{Load}},
		{"MOVQ", []string{"AX", "(CX)"}, []Kind{Store}},
		{"LEAQ", []string{"(AX)(CX*2)", "DX"}, []Kind{Integer}},
		{"ADDQ", []string{"(AX)", "DX"}, []Kind{Load, Integer}},
		{"CMPQ", []string{"AX", "(DX)"}, []Kind{Load, Integer}},
	} {
		got, err := classify(c.op, c.operands)
		assert.NoError(t, err)
		assert.Equal(t, c.want, got, "%s %v", c.op, c.operands)
	}
}

func TestThroughput(t *testing.T) {
	p := Processor{decode: 4, ports: [kinds][2]string{
		FMA: both("01"), Add: both("12"), Logic: both("012"), Shuffle: both("1"), Load: {"ab", "2*ab"}, Compress: both("2*2+0"),
	}}
	for _, c := range []struct {
		ops     ops
		decoded float64
		want    Limit
	}{
		{ops{FMA: {6, 0}}, 6, Limit{3, "FMA"}},
		{ops{FMA: {6, 0}, Add: {1, 0}}, 7, Limit{3, "FMA"}},
		{ops{FMA: {6, 0}, Add: {6, 0}}, 12, Limit{4, "FMA + add"}},
		{ops{FMA: {2, 0}, Add: {2, 0}, Logic: {8, 0}}, 12, Limit{4, "FMA + add + logic"}},
		{ops{Shuffle: {3, 0}, FMA: {1, 0}}, 4, Limit{3, "shuffle"}},
		{ops{Load: {2, 3}}, 5, Limit{4, "load"}},
		{ops{Compress: {2, 0}}, 2, Limit{4, "compress"}},
		{ops{FMA: {1, 0}}, 8, Limit{2, "decoding"}},
	} {
		assert.Equal(t, c.want, p.Throughput(c.ops.tally(c.decoded)))
	}
}

// Every processor has ports for every kind of its instruction sets.
func TestProcessorsAreComplete(t *testing.T) {
	for _, p := range Processors {
		for k := range Nothing {
			for width, text := range p.ports[k] {
				masks := k == Scale || k == Compress || k == Compare || k == Masks
				if text == "" {
					assert.True(t, !p.Wide() && (width == 1 || masks), "%s, %v", p.Name, k)
				}
				for _, u := range uses(text) {
					assert.Positive(t, u.times, "%s, %v", p.Name, k)
					assert.NotZero(t, u.ports, "%s, %v", p.Name, k)
					assert.Less(t, u.ports, uint64(1)<<len(names), "%s, %v", p.Name, k)
				}
			}
		}
		assert.Positive(t, p.decode)
		assert.NotEmpty(t, p.Source)
	}
	var grouped []Kind
	for _, g := range Groups {
		grouped = append(grouped, g.Kinds...)
	}
	assert.Len(t, grouped, int(Nothing), "every kind is in a group")
}

// Processors are recognized by family and model.
func TestIdentify(t *testing.T) {
	for _, c := range []struct {
		vendor        string
		family, model int
		want          string
	}{
		{"AuthenticAMD", 23, 0x31, "Zen 2"}, // EPYC 7002
		{"AuthenticAMD", 23, 0x71, "Zen 2"}, // Ryzen 3000
		{"AuthenticAMD", 23, 0x08, ""},      // Zen+
		{"AuthenticAMD", 25, 0x11, "Zen 4"},
		{"AuthenticAMD", 26, 0x02, "Zen 5"},
		{"GenuineIntel", 6, 0x3f, "Haswell"},
		{"GenuineIntel", 6, 0x8f, "Golden Cove"},
		{"GenuineIntel", 23, 0x31, ""},
	} {
		p, known := identify(cpuid.CPUInfo{VendorString: c.vendor, Family: c.family, Model: c.model})
		assert.Equal(t, c.want, p.Name, "%+v", c)
		assert.Equal(t, c.want != "", known, "%+v", c)
	}
}

// What loops take on processors with AVX2 alone, by hand: a block of 64 needs 16 loads at
// two per cycle; a tile of scores 12 multiply-adds of 8 lanes for a block of 16, at two
// per cycle, beside 10 loads and 4 instructions of the loop, which Haswell decodes in 6½.
func TestAVX2ByHand(t *testing.T) {
	p := kernels(t)
	dot := difference(t, p, "AVX2", "dot", Args{"x_len": 64}, Args{"x_len": 128})
	tile := func(k int) Args {
		return Args{"k": k, "m": 3, "n": 2, "ldx": k, "ldw": k, "ldd": 10, "resume": 0, "wait": 0, "far": 0}
	}
	scores := difference(t, p, "AVX2", "scoreTiles", tile(1600), tile(3200))
	// Twelve masked stores of 24 operations on two pipes of Zen 2; a store each on Haswell.
	// A block of the L1 distance has two of each operation, the absolute values on port 5
	// of Haswell alone, and all other additions on port 1.
	masked := ops{MaskedStore: {12, 0}}.tally(12)
	assert.Equal(t, Limit{144, "masked store"}, named(t, "Zen 2").Throughput(masked))
	assert.Equal(t, Limit{12, "masked store"}, named(t, "Haswell").Throughput(masked))
	l1 := ops{Add: {4, 0}, FloatLogic: {2, 0}, Load: {4, 0}}.tally(8)
	assert.Equal(t, Limit{2, "add"}, named(t, "Zen 2").Throughput(l1))
	assert.Equal(t, Limit{4, "add"}, named(t, "Haswell").Throughput(l1))
	assert.Equal(t, Limit{8, "indexed shuffle"}, named(t, "Zen 2").Throughput(ops{Indexed: {8, 0}}.tally(8)))

	for name, tiles := range map[string]Limit{"Haswell": {650, "decoding"}, "Zen 2": {600, "FMA"}} {
		processor := named(t, name)
		assert.Equal(t, tiles, processor.Throughput(scores), name)
		assert.Equal(t, Limit{8, "load"}, processor.Throughput(dot), name)
		cycles, known, err := p.Latency(processor, "AVX2", []Call{{"dot", 1, Args{"x_len": 64 * 100}}})
		require.NoError(t, err)
		require.True(t, known)
		assert.InDelta(t, 500, cycles, 50, "five cycles for each of the four accumulators' turns: %s", name)
	}
}

func named(t *testing.T, name string) Processor {
	t.Helper()
	i := slices.IndexFunc(Processors, func(p Processor) bool { return p.Name == name })
	require.GreaterOrEqual(t, i, 0, name)
	return Processors[i]
}

// The vector form has four accumulators: an iteration takes the latency of one FMA, four
// cycles, at any register width. The row form has one accumulator for a row and takes
// four times as long.
func TestLatency(t *testing.T) {
	p := kernels(t)
	zen5 := named(t, "Zen 5")
	for _, isa := range []string{"AVX2", "AVX512"} {
		for _, c := range []struct {
			op    string
			args  func(n int) Args
			block float64
		}{
			{"dot", func(n int) Args { return Args{"x_len": n} }, 1},
			{"sum", func(n int) Args { return Args{"x_len": n} }, 0.5},
			{"scoreRows", func(n int) Args { return Args{"x_len": n, "dst_len": 1, "stride": 0} }, 4},
		} {
			of := func(n int) float64 {
				cycles, known, err := p.Latency(zen5, isa, []Call{{c.op, 1, c.args(n)}})
				require.NoError(t, err)
				require.True(t, known)
				return cycles
			}
			assert.Equal(t, 64*c.block, of(1024+1024)-of(1024), "%s%s", c.op, isa)
		}
	}
	_, known, err := p.Latency(Processor{}, "AVX2", nil)
	assert.NoError(t, err)
	assert.False(t, known)
}
