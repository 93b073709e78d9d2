package argmax

import (
	"math"
	"math/rand/v2"
)

// A mood is a kind of test values. There are several because a NaN or an infinity hides
// most of the bits of a sum.
type mood int

const (
	plain    mood = iota // magnitudes from 2⁻⁸ to 2⁸
	tiny                 // products underflow, also to −0
	edges                // plain, with some zeros, denormals and largest numbers
	infinite             // edges, with a few infinities
	broken               // infinite, with a few NaN
	moods
)

var (
	inf     = float32(math.Inf(1))
	nan     = float32(math.NaN())
	negZero = float32(math.Copysign(0, -1))

	edgeValues = [...]float32{
		0, 1, math.MaxFloat32, 0x1p-126, 0x1.fffffcp-127, math.SmallestNonzeroFloat32, 0x1p-75, 0x1p64,
	}
)

// A source generates values from integers, the same ones on every machine.
type source struct{ rand.PCG }

func newSource(seed uint64) *source {
	s := new(source)
	s.Seed(seed, 20)
	return s
}

// below returns an integer from 0 to n−1.
func (s *source) below(n int) int { return int(s.Uint64() >> 33 % uint64(n)) }

// float returns a number with a random sign and fraction and one of count exponents,
// starting with lowest.
func (s *source) float(lowest, count int) float32 {
	bits := uint32(s.Uint64() >> 32)
	exponent := uint32(127 + lowest + s.below(count))
	return math.Float32frombits(bits&^(0xff<<23) | exponent<<23)
}

func (s *source) value(m mood) float32 {
	sign := float32(1)
	if s.below(2) == 1 {
		sign = -1
	}
	odds := s.below(64)
	switch {
	case m == tiny:
		return s.float(-80, 12)
	case m >= edges && odds < 16:
		return sign * edgeValues[s.below(len(edgeValues))]
	case m >= infinite && odds == 16:
		return sign * inf
	case m >= broken && odds == 17:
		return nan
	}
	return s.float(-8, 17)
}

func (s *source) fill(x []float32, m mood) {
	for i := range x {
		x[i] = s.value(m)
	}
}

func (s *source) values(n int, m mood) []float32 {
	x := make([]float32, n)
	s.fill(x, m)
	return x
}

// same reports whether x and y have the same bits. All NaN count as the same.
func same(x, y float32) bool {
	return math.Float32bits(x) == math.Float32bits(y) || x != x && y != y
}

// firstDifference returns the first index at which x and y are not the same, or −1.
func firstDifference(x, y []float32) int {
	for i, v := range x {
		if !same(v, y[i]) {
			return i
		}
	}
	return -1
}

// strided returns data as a matrix with the given stride.
func strided[E Element](data []E, stride int) Strided[E] { return Strided[E]{data, stride} }
