package x86

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/cpu"

	"github.com/seed842bec00/argmax/asm/vec"
	"github.com/seed842bec00/argmax/asm/vec/vectest"
)

// Features of the machines under test.
var (
	avx2   = []string{"AVX2", "FMA", "BMI1", "BMI2", "POPCNT"}
	avx512 = append([]string{"AVX512F", "AVX512BW", "AVX512DQ", "AVX512VL"}, avx2...)
	vnni   = append([]string{"AVX512VNNI"}, avx512...)
)

func TestRun(t *testing.T) {
	for _, isa := range []struct {
		name     string
		features []string
		has      bool
	}{
		{"AVX2", avx2, cpu.X86.HasAVX2},
		{"AVX512", avx512, cpu.X86.HasAVX512BW && cpu.X86.HasAVX512DQ && cpu.X86.HasAVX512VL},
	} {
		t.Run(isa.name, func(t *testing.T) {
			f := New()
			vectest.Emit(f.Machine(isa.name, isa.features))
			if !isa.has {
				t.Skip("this processor lacks " + isa.name)
			}
			vectest.Run(t, f, "amd64", isa.name)
		})
	}
}

func TestMistakes(t *testing.T) {
	for name, features := range map[string][]string{"AVX2": avx2, "AVX512": avx512, "AVX512VNNI": vnni} {
		t.Run(name, func(t *testing.T) {
			vectest.Mistakes(t, func() vec.Machine { return New().Machine(name, features) })
		})
	}
}

func TestSharedRegister(t *testing.T) {
	m := New().Machine("AVX2", avx2)
	m.Func("mistake", "func(v float32)", "overwrites what shares a register.")
	v := m.Broadcast("v")
	assert.PanicsWithValue(t, "mistakeAVX2: a block whose parts share a register is overwritten", func() { m.Mul(v, v, v) })
}

// A function that needs a feature its instruction set lacks is not printed.
func TestExtensions(t *testing.T) {
	f := New()
	m := f.Machine("AVX2", []string{"AVX2"})
	m.Func("fused", "func(x *[16]float32)", "needs FMA.")
	x := m.Ptr("x")
	b := m.Load(x, 0)
	m.FMA(b, b, b)
	m.Store(b, x, 0)
	m.Free(b)
	m.Return()
	_, _, err := f.Print("a test", "argmax")
	assert.EqualError(t, err, "fusedAVX2 needs FMA3; AVX2 has [AVX AVX2 MMX+]")
}

func TestFiles(t *testing.T) {
	f := New()
	m := f.Machine("AVX512", avx512)
	m.Func("double", "func(x *[16]float32)", "doubles x in place.")
	x := m.Ptr("x")
	b := m.Load(x, 0)
	m.Add(b, b, b)
	m.Store(b, x, 0)
	m.Free(b)
	m.Return()
	assembly, stubs, err := f.Print("a test", "argmax")
	require.NoError(t, err)
	assert.Contains(t, string(assembly), `// func doubleAVX512(x *[16]float32)
// Requires: AVX, AVX512F
TEXT ·doubleAVX512(SB), NOSPLIT, $0-8
	MOVQ    x+0(FP), AX
	VMOVUPS (AX), Z0
	VADDPS  Z0, Z0, Z0
	VMOVUPS Z0, (AX)
	VZEROUPPER
	RET
`)
	assert.Contains(t, string(stubs), `// doubleAVX512 doubles x in place.
//
//go:noescape
func doubleAVX512(x *[16]float32)
`)
}
