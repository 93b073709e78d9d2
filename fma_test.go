package argmax

import (
	"flag"
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
)

var exhaustive = flag.Bool("exhaustive", false, "run the checks that take minutes")

// bigFMA is x·y + z of finite values, by integer arithmetic: 600 bits hold every
// sum exactly, and Float32 rounds once, to a denormal too.
func bigFMA(x, y, z float32) float32 {
	var p, q big.Float
	p.SetPrec(600).SetFloat64(float64(x))
	p.Mul(&p, q.SetFloat64(float64(y)))
	p.Add(&p, q.SetFloat64(float64(z)))
	r, _ := p.Float32()
	return r
}

// hard makes three values whose fma is hard to round, in one of several ways.
func hard(s *source) (x, y, z float32) {
	signs := s.Uint64()
	flip := func(v float32) float32 {
		signs >>= 1
		return math.Float32frombits(math.Float32bits(v) ^ uint32(signs&1)<<31)
	}
	defer func() { x, y, z = flip(x), flip(y), flip(z) }()

	random := func() float32 { return math.Float32frombits(uint32(s.Uint64()>>32) &^ (1 << 31)) }
	pow2 := func(e int) float32 { return float32(math.Ldexp(1, e)) }
	near := func(e int) float32 { // 2ᵉ·(1 + k·2⁻²³) with a small k
		return pow2(e) * (1 + float32(s.below(9)-4)*0x1p-23)
	}
	switch s.below(8) {
	case 0: // any finite bits
		for x, y, z = inf, inf, inf; x-x != 0 || y-y != 0 || z-z != 0; {
			x, y, z = random(), random(), random()
		}
	case 1: // terms of similar size
		x, y, z = s.float(-20, 40), s.float(-20, 40), s.float(-40, 80)
	case 2: // a product within 2⁻⁴⁸ of half a last bit of z
		e, d := s.below(100)-50, s.below(24)
		x, y, z = 1+pow2(-d), pow2(e-24)*(1-pow2(-d)), s.float(e, 1)
	case 3: // the same beside odd numbers
		e := s.below(100) - 50
		x, y, z = near(s.below(3)-1), near(e-24), s.float(e, 1)
	case 4: // cancellation: what the rounding of the product lost
		x, y = s.float(-30, 60), s.float(-30, 60)
		z = -x * y
		if s.below(2) == 0 {
			z = math.Float32frombits(math.Float32bits(z) + uint32(s.below(3)) - 1)
		}
	case 5: // denormal sums: the product an odd number of halves of the last bit, or nearly
		x = float32(2*s.below(1<<20)+1) * 0x1p-75
		y = near(-75 + s.below(3))
		z = math.Float32frombits(uint32(s.below(1 << 24)))
	case 6: // underflow: products far below the last bit, or around it
		x, y = near(-60-s.below(60)), near(-30-s.below(60))
		z = math.Float32frombits(uint32(s.below(4)))
	case 7: // the edge of overflow
		x, y = near(60), near(43+s.below(3))
		z = math.Float32frombits(math.Float32bits(math.MaxFloat32) - uint32(s.below(3)))
	}
	return x, y, z
}

func TestFMA(t *testing.T) {
	n := 3_000_000
	switch {
	case *exhaustive:
		n = 300_000_000
	case testing.Short():
		n = 100_000
	}
	s := newSource(30)
	repaired := 0
	for range n {
		x, y, z := hard(s)
		got, want := fma32(x, y, z), bigFMA(x, y, z)
		if math.Float32bits(got) != math.Float32bits(want) {
			t.Fatalf("fma32(%x, %x, %x) = %x, want %x", x, y, z, got, want)
		}
		if got != float32(float64(x)*float64(y)+float64(z)) {
			repaired++
		}
	}
	t.Logf("%d of %d need the repair", repaired, n)
	require.Greater(t, repaired, n/200, "the triples are too easy: rounding twice is right for them")
}

func TestFMASpecialValues(t *testing.T) {
	const least = math.SmallestNonzeroFloat32
	for _, c := range []struct{ x, y, z, want float32 }{
		{0, 1, 0, 0},
		{negZero, 1, 0, 0},
		{negZero, 1, negZero, negZero},
		{1, 1, -1, 0},
		{-least, least, 0, negZero},
		{-least, least, negZero, negZero},
		{least, least, negZero, 0},
		{-least, least, least, least},
		{math.MaxFloat32, 2, -inf, -inf},
		{math.MaxFloat32, math.MaxFloat32, -math.MaxFloat32, inf},
		{math.MaxFloat32, 1, 0x1p102, math.MaxFloat32},
		{math.MaxFloat32, 1, 0x1p103, inf},
		{inf, 1, 1, inf},
		{inf, -1, 1, -inf},
		{1, 1, inf, inf},
		{inf, 0, 1, nan},
		{inf, 1, -inf, nan},
		{nan, 1, 1, nan},
		{1, nan, 1, nan},
		{1, 1, nan, nan},
		{nan, 0, inf, nan},
	} {
		got := fma32(c.x, c.y, c.z)
		require.Truef(t, same(got, c.want), "fma32(%g, %g, %g) = %g, want %g", c.x, c.y, c.z, got, c.want)
	}
}

// The blocks repeat fma32 because it is not inlined.
func TestFMABlocks(t *testing.T) {
	s := newSource(31)
	for range 20_000 {
		var x, y, z, want block
		for i := range x {
			x[i], y[i], z[i] = hard(s)
			want[i] = fma32(x[i], y[i], z[i])
		}
		got := z
		fmaBlock(&got, &x, &y)
		require.Equal(t, want, got)

		for i := range want {
			want[i] = fma32(x[0], y[i], z[i])
		}
		got = z
		fmaScalar(&got, x[0], &y)
		require.Negative(t, firstDifference(got[:], want[:]))
	}
}
