package argmax

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// float16 is the number by the definition of the format.
func float16(h Float16) float64 {
	sign, exponent, fraction := 1-2*float64(h>>15), int(h>>10&31), float64(h&1023)
	switch {
	case exponent == 31 && fraction == 0:
		return sign * math.Inf(1)
	case exponent == 31:
		return math.NaN()
	case exponent == 0:
		return sign * math.Ldexp(fraction, -24)
	}
	return sign * math.Ldexp(1024+fraction, exponent-25)
}

// Every Float16 and BFloat16 is converted exactly, and back to itself.
func TestHalvesAreExact(t *testing.T) {
	for bits := range 1 << 16 {
		h, b := Float16(bits), BFloat16(bits)
		want := float32(float16(h))
		require.True(t, same(want, h.Float32()), "%#04x", bits)
		require.True(t, same(math.Float32frombits(uint32(bits)<<16), b.Float32()), "%#04x", bits)
		if want == want {
			require.Equal(t, h, ToFloat16(want))
		} else {
			require.True(t, math.IsNaN(float16(ToFloat16(want))), "%#04x", bits)
		}
		if v := b.Float32(); v == v {
			require.Equal(t, b, ToBFloat16(v))
		} else {
			require.True(t, math.IsNaN(float64(ToBFloat16(v).Float32())), "%#04x", bits)
		}
	}
}

// Between two neighbours, what is nearer wins, and in the middle the even one.
func TestHalvesAreRounded(t *testing.T) {
	for bits := range uint16(0x7c00) {
		low, high := float16(Float16(bits)), float16(Float16(bits+1))
		if math.IsInf(high, 1) {
			high = 65536 // what would follow
		}
		even := bits + bits&1
		middle := float32((low + high) / 2)
		for _, sign := range []float32{1, -1} {
			flip := Float16(math.Float32bits(sign) >> 16 & 0x8000)
			require.Equal(t, Float16(even)|flip, ToFloat16(sign*middle), "%#04x", bits)
			require.Equal(t, Float16(bits)|flip, ToFloat16(sign*math.Nextafter32(middle, 0)), "%#04x", bits)
			require.Equal(t, Float16(bits+1)|flip, ToFloat16(sign*math.Nextafter32(middle, inf)), "%#04x", bits)
		}
	}
	for bits := range uint16(0x7f80) {
		middle := math.Float32frombits(uint32(bits)<<16 | 0x8000)
		require.Equal(t, BFloat16(bits+bits&1), ToBFloat16(middle), "%#04x", bits)
		require.Equal(t, BFloat16(bits), ToBFloat16(math.Nextafter32(middle, 0)), "%#04x", bits)
		require.Equal(t, BFloat16(bits+1), ToBFloat16(math.Nextafter32(middle, inf)), "%#04x", bits)
	}
	assert.Equal(t, Float16(0x7c00), ToFloat16(math.MaxFloat32))
	assert.Equal(t, Float16(0x7c00), ToFloat16(inf))
	assert.Equal(t, BFloat16(0x7f80), ToBFloat16(math.MaxFloat32))
}

func TestHalvesAsFloats(t *testing.T) {
	t.Run("float16", testHalvesAsFloats[Float16])
	t.Run("bfloat16", testHalvesAsFloats[BFloat16])
}

// The bits are those of converting first, at every length and beyond what one call of a
// kernel takes.
func testHalvesAsFloats[E Half](t *testing.T) {
	s := newSource(106)
	for _, n := range append(lengths(), 2*maxVector+67) {
		for m := range moods {
			x, y := s.values(n, m), halves[E](s, n, m)
			converted := make([]float32, n)
			for i := range y {
				b := halfBlock(y[i : i+1])
				converted[i] = b[0]
			}
			require.True(t, same(Dot(x, converted), DotHalf(x, y)), "length %d", n)
			if n > 1000 {
				continue
			}
			const rows = 3
			matrix, got, want := halves[E](s, rows*n, m), make([]float32, rows), make([]float32, rows)
			floats := make([]float32, rows*n)
			for i := range matrix {
				b := halfBlock(matrix[i : i+1])
				floats[i] = b[0]
			}
			ScoreHalfRows(got, x, Strided[E]{matrix, n})
			ScoreRows(want, x, strided(floats, n))
			require.Negative(t, firstDifference(got, want), "length %d", n)
		}
	}
}

func TestHalfPanics(t *testing.T) {
	assert.PanicsWithValue(t, "argmax: DotHalf of lengths 2 and 3", func() { DotHalf(make([]float32, 2), make([]Float16, 3)) })
	assert.PanicsWithValue(t, "argmax: ScoreHalfRows: rows of length 3 cannot hold 2 rows of length 2 at stride 2",
		func() {
			ScoreHalfRows(make([]float32, 2), make([]float32, 2), Strided[BFloat16]{make([]BFloat16, 3), 2})
		})
}
