package ports

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestInnerLoops(t *testing.T) {
	const assembly = `
// func f()
TEXT ·f(SB), NOSPLIT, $0-0
	MOVD x+0(FP), R0

outer1:
	ADD $4, R1
	CMP $2, R0
	BLT end3

inner2:
	FLDPQ 0(R0), (F1, F2)
	FMOVQ 0(R2), F3
	VFMLA V1.S4, V3.S4, V4.S4
	WORD $0x4f801000 // fmla v0.4s, v0.4s, v0.s[0]
	WORD $0x4e20d400 // fadd v0.4s, v0.4s, v0.4s
	FMOVQ F4, 0(R3)
	SUB $1, R1
	CBNZ R1, inner2

end3:
	VFMLA V1.S4, V3.S4, V4.S4
	CBNZ R0, outer1
	RET

// func g()
TEXT ·g(SB), NOSPLIT, $0-0
	RET
`
	assert.Equal(t, map[string]Counts{"f": {FMA: 2, Vector: 1, Loads: 3, Stores: 1, Integer: 2}}, InnerLoops([]byte(assembly)))
}

func TestCycles(t *testing.T) {
	core := Core{"", 2, 2, 4}
	for _, c := range []struct {
		counts        Counts
		cycles, share float64
	}{
		{Counts{FMA: 24, Loads: 6, Integer: 4}, 12, 1},  // the multiply-adds
		{Counts{FMA: 4, Loads: 8}, 4, 0.5},              // the loads
		{Counts{FMA: 4, Loads: 2, Integer: 10}, 4, 0.5}, // the decoder
		{Counts{FMA: 4, Vector: 4, Loads: 1}, 4, 0.5},   // other vector work
	} {
		cycles, share := core.Cycles(c.counts)
		assert.Equal(t, c.cycles, cycles)
		assert.Equal(t, c.share, share)
	}
}

// The loop of dot, counted by hand: it loads four blocks of four registers from each
// vector.
func TestDotOfNEON(t *testing.T) {
	assembly, err := os.ReadFile("../../../kernels_arm64.s")
	require.NoError(t, err)
	assert.Equal(t, Counts{FMA: 16, Loads: 32, Integer: 4}, InnerLoops(assembly)["dotNEON"])
}
