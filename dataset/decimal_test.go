package dataset

import (
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// requireDecimal holds what decimal finds at the beginning of a text to strconv.
func requireDecimal(t *testing.T, text string) (ok bool) {
	v, n, ok := decimal([]byte(text))
	if !ok {
		return false
	}
	want, err := strconv.ParseFloat(text[:n], 32)
	require.NoError(t, err, "%q", text[:n])
	require.Equal(t, math.Float32bits(float32(want)), math.Float32bits(v), "%q", text[:n])
	return true
}

func TestDecimal(t *testing.T) {
	for _, text := range []string{
		"0", "-0", "7", "+7", "255", "1.5", "-1.5", ".5", "5.", "1e3", "1E+3", "12.5e-2", "1e22", "1e-22", "33554435",
		"0.12345678", "1.234567890123456789e+01", "00000000000000000000001",
	} {
		_, n, ok := decimal([]byte(text + ",1"))
		require.True(t, ok, text)
		require.Equal(t, len(text), n, text)
		requireDecimal(t, text+",1")
	}
	// What is halfway between two float32, too large, too small or of too large an exponent.
	for _, text := range []string{"16777217", "1e39", "1e-40", "1e23", "1e99999999999", "1.0000000596046447753906250001"} {
		_, _, ok := decimal([]byte(text))
		require.False(t, ok, text)
	}
	for _, text := range []string{"", "-", ".", "-.", "e5", "1e", "1e+", "nan", "inf", ",1"} {
		_, _, ok := decimal([]byte(text))
		require.False(t, ok, text)
	}
}

// Numbers as programs write them are found without strconv, with its bits.
func TestDecimalsOfPrograms(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, c := range []struct {
		format    byte
		precision int
	}{{'g', -1}, {'e', 18}, {'f', 6}, {'g', 9}} {
		found := 0
		const numbers = 20_000
		for range numbers {
			x := float32(r.NormFloat64() * math.Pow(10, float64(r.IntN(9)-4)))
			if requireDecimal(t, strconv.FormatFloat(float64(x), c.format, c.precision, 32)) {
				found++
			}
		}
		require.Greater(t, found, numbers*9/10, "%c %d", c.format, c.precision)
	}
}

// Numbers halfway between two float32, and next to that.
func TestDecimalsHalfway(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 20_000 {
		x := math.Float32frombits(r.Uint32N(0x7f000000))
		middle := float64(x) + (float64(math.Nextafter32(x, math.MaxFloat32))-float64(x))/2
		for _, digits := range []int{8, 15, 16, 17, 18, 25} {
			requireDecimal(t, strconv.FormatFloat(middle, 'e', digits, 64))
			requireDecimal(t, strings.TrimRight(strconv.FormatFloat(middle, 'f', digits, 64), "0"))
		}
	}
}

func FuzzDecimal(f *testing.F) {
	for _, seed := range []string{"1.5", "-1e-3", "9007199254740993e-7", "123456789012345678901234567890", "1_0", "0x1p-2"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) { requireDecimal(t, text) })
}
