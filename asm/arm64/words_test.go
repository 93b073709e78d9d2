package arm64

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/asm/gnu"
	"github.com/seed842bec00/argmax/asm/vec/vectest"
)

// TestWords checks every encoding with registers that set and clear each of its
// bits.
func TestWords(t *testing.T) {
	var out printer
	registers := []int{0, 1, 2, 4, 8, 15, 16, 31}
	for _, d := range registers {
		for _, x := range registers {
			out.abs(d, x)
			out.maxAcross(d, x)
			out.toFloat(d, x)
			for _, w := range []widen{widenFloat16, widenBFloat16} {
				out.widenLower(w, d, x)
				out.widenUpper(w, d, x)
			}
			for _, y := range registers {
				for _, op := range []binary{fadd, fsub, fmul, fdiv, fmax, faddp, fmaxp, umaxp} {
					out.binary(op, d, x, y)
				}
				for lane := range 4 {
					out.fmaLane(d, x, y, lane)
				}
			}
		}
	}
	r := len(registers)
	checkWords(t, out.text.Bytes(), 7*r*r+12*r*r*r)
}

func TestWideningWords(t *testing.T) {
	var out printer
	registers := []int{0, 1, 2, 4, 8, 15, 16, 31}
	for _, d := range registers {
		for _, x := range registers {
			for _, op := range []widening{uaddlp, uadalpBytes, uadalp} {
				out.widening(op, d, x)
			}
			for _, y := range registers {
				for _, op := range []widening{uabd, umull, umull2, udot} {
					out.widening(op, d, x, y)
				}
			}
		}
	}
	r := len(registers)
	checkWords(t, out.text.Bytes(), 3*r*r+4*r*r*r)
}

// TestKernelWords checks the encodings of whole functions.
func TestKernelWords(t *testing.T) {
	f := New()
	vectest.Emit(f.Machine("NEON", nil))
	text, _, err := f.Print("a test", "harness")
	require.NoError(t, err)
	checkWords(t, text, 100)
}

func checkWords(t *testing.T, text []byte, atLeast int) {
	t.Helper()
	checked, err := gnu.CheckWords(text)
	if errors.Is(err, gnu.ErrMissing) {
		t.Skip(err)
	}
	if err != nil {
		t.Error(err)
	}
	if checked < atLeast {
		t.Errorf("%d words were checked, want %d or more", checked, atLeast)
	}
}
