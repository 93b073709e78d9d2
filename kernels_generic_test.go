package argmax

import (
	"flag"
	"math"
	"math/big"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var exhaustive = flag.Bool("exhaustive", false, "run the checks that take minutes")

// bigFMA returns x·y + z of finite values: 600 bits hold every sum exactly, and Float32
// rounds once, also to a denormal.
func bigFMA(x, y, z float32) float32 {
	var p, q big.Float
	p.SetPrec(600).SetFloat64(float64(x))
	p.Mul(&p, q.SetFloat64(float64(y)))
	p.Add(&p, q.SetFloat64(float64(z)))
	r, _ := p.Float32()
	return r
}

// hard returns three values whose fma is hard to round, for one of several reasons.
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
	case 3: // the same next to odd numbers
		e := s.below(100) - 50
		x, y, z = near(s.below(3)-1), near(e-24), s.float(e, 1)
	case 4: // cancellation, which leaves the rounding error of the product
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

// The functions for blocks repeat the body of fma32.
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

// unit is the largest relative error of one rounding, 2⁻²⁴.
const unit = 0x1p-24

// growth bounds the relative error of n roundings, nu/(1 − nu).
// (N. J. Higham, "Accuracy and Stability of Numerical Algorithms", §3.1.)
func growth(n int) float64 { return float64(n) * unit / (1 - float64(n)*unit) }

// blocks returns the number of blocks that n elements take.
func blocks(n int) int { return (n + lanes - 1) / lanes }

// The error of a sum is at most growth(r) times the sum of the magnitudes of its terms,
// where r is the number of additions that a term takes part in: one for each block of an
// accumulator, and those that join accumulators and lanes.
var (
	vectorRoundings = func(n int) int { return (blocks(n)+accumulators-1)/accumulators + 2 + 4 }
	rowRoundings    = func(n int) int { return blocks(n) + 4 }
)

// terms are the terms that a reduction sums, in float64: exact except for the last bits
// of distances.
var terms = map[step]func(x, y float64) float64{
	stepSum:    func(x, y float64) float64 { return x },
	stepDot:    func(x, y float64) float64 { return x * y },
	stepSqDist: func(x, y float64) float64 { return (x - y) * (x - y) },
	stepL1Dist: func(x, y float64) float64 { return math.Abs(x - y) },

	stepSumSquares: func(x, _ float64) float64 { return x * x },
	stepSumAbs:     func(x, _ float64) float64 { return math.Abs(x) },
}

// own is how often a term itself is rounded; the error of a difference counts twice when
// it is squared.
var own = map[step]int{stepSqDist: 2, stepL1Dist: 1}

func TestReductionsAgainstFloat64(t *testing.T) {
	s := newSource(40)
	for n := range 300 {
		x, y := s.values(n, plain), s.values(n, plain)
		for step, term := range terms {
			var want, magnitude float64
			for i := range x {
				v := term(float64(x[i]), float64(y[i]))
				want += v
				magnitude += math.Abs(v)
			}
			bound := func(roundings int) float64 { return growth(roundings+own[step]) * magnitude }
			assert.InDelta(t, want, step.vector(x, y), bound(vectorRoundings(n)), "vector form, step %d, length %d", step, n)
			assert.InDelta(t, want, step.row(x, y), bound(rowRoundings(n)), "row form, step %d, length %d", step, n)
		}
	}
}

func TestGemmAgainstFloat64(t *testing.T) {
	s := newSource(41)
	for _, k := range []int{0, 1, 2, 7, 64, KC} {
		for _, add := range []bool{false, true} {
			a, b, c := s.values(k*tileRowsGeneric, plain), s.values(k*tileColsGeneric, plain), s.values(tileRowsGeneric*tileColsGeneric, plain)
			got := slices.Clone(c)
			gemmColumnsGeneric(k, a, tileRowsGeneric, b, tileColsGeneric, got, tileColsGeneric, tileRowsGeneric, tileColsGeneric, 1, add, false)
			for e := range c {
				i, j := e/tileColsGeneric, e%tileColsGeneric
				var want, magnitude float64
				for p := range k {
					v := float64(a[p*tileRowsGeneric+i]) * float64(b[p*tileColsGeneric+j])
					want += v
					magnitude += math.Abs(v)
				}
				if add {
					want += float64(c[e])
					magnitude += math.Abs(float64(c[e]))
				}
				require.InDelta(t, want, got[e], growth(k+1)*magnitude, "k %d, add %v, element %d", k, add, e)
			}
		}
	}
}

// The forms of the package comment, written again lane by lane. They share only fma32
// with the reference.
func TestFormsByDefinition(t *testing.T) {
	at := func(x []float32, i int) float32 { // a missing lane is +0
		if i < len(x) {
			return x[i]
		}
		return 0
	}
	tree := func(v [lanes]float32) float32 {
		for half := lanes / 2; half > 0; half /= 2 {
			for i := range half {
				v[i] += v[i+half]
			}
		}
		return v[0]
	}
	operations := map[step]func(acc, x, y float32) float32{
		stepSum:    func(acc, x, y float32) float32 { return acc + x },
		stepDot:    func(acc, x, y float32) float32 { return fma32(x, y, acc) },
		stepSqDist: func(acc, x, y float32) float32 { return fma32(x-y, x-y, acc) },
		stepL1Dist: func(acc, x, y float32) float32 { return acc + float32(math.Abs(float64(x-y))) },

		stepSumSquares: func(acc, x, _ float32) float32 { return fma32(x, x, acc) },
		stepSumAbs:     func(acc, x, _ float32) float32 { return acc + float32(math.Abs(float64(x))) },
	}
	s := newSource(42)
	for n := range 200 {
		for m := range moods {
			x, y := s.values(n, m), s.values(n, m)
			for step, operation := range operations {
				var acc [accumulators][lanes]float32
				var one, joined [lanes]float32
				for b := range blocks(n) {
					for i := range lanes {
						v := &acc[b%accumulators][i]
						*v = operation(*v, at(x, b*lanes+i), at(y, b*lanes+i))
						one[i] = operation(one[i], at(x, b*lanes+i), at(y, b*lanes+i))
					}
				}
				for i := range lanes {
					joined[i] = (acc[0][i] + acc[1][i]) + (acc[2][i] + acc[3][i])
				}
				require.Truef(t, same(tree(joined), step.vector(x, y)), "vector form, step %d, length %d, mood %d", step, n, m)
				require.Truef(t, same(tree(one), step.row(x, y)), "row form, step %d, length %d, mood %d", step, n, m)
			}
		}
	}
}

// Of three terms two cancel. Whether the third survives depends on which are added first.
func TestReduceIsATree(t *testing.T) {
	for _, c := range []struct {
		big, negBig int // lanes
		survives    []int
	}{
		{0, 8, []int{1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13, 14, 15}},
		{0, 4, []int{1, 2, 3, 5, 6, 7, 9, 10, 11, 13, 14, 15}},
		{0, 2, []int{1, 3, 5, 7, 9, 11, 13, 15}},
		{3, 2, nil},
	} {
		for i := range lanes {
			if i == c.big || i == c.negBig {
				continue
			}
			var v block
			v[c.big], v[c.negBig], v[i] = 0x1p30, -0x1p30, 1
			want := float32(0)
			if slices.Contains(c.survives, i) {
				want = 1
			}
			assert.Equalf(t, want, reduce(&v), "±2³⁰ in lanes %d and %d, 1 in lane %d", c.big, c.negBig, i)
		}
	}
}

func TestMissingLanesAreZero(t *testing.T) {
	const least = math.SmallestNonzeroFloat32
	for n := 1; n <= 4*lanes; n++ {
		x, y := slices.Repeat([]float32{-least}, n), slices.Repeat([]float32{least}, n)
		want := negZero // every lane is −0 only if there is one for each accumulator
		if n < 4*lanes {
			want = 0
		}
		require.Truef(t, same(want, dotGeneric(x, y)), "length %d", n)
	}
	require.True(t, same(0, sumGeneric([]float32{negZero})))
}

func TestMaximumGeneric(t *testing.T) {
	for _, c := range []struct {
		x    []float32
		want float32
	}{
		{nil, -inf},
		{[]float32{-inf, -inf}, -inf},
		{[]float32{-3, -1, -2}, -1},
		{[]float32{negZero, negZero}, 0},
		{[]float32{0, negZero}, 0},
		{[]float32{negZero, -1}, 0},
		{[]float32{1, inf}, inf},
		{[]float32{nan, inf}, nan},
		{[]float32{1, 2, nan}, nan},
	} {
		got := maximumGeneric(c.x)
		assert.Truef(t, same(c.want, got), "%v: got %v, want %v", c.x, got, c.want)
	}
}

func TestElementwiseGeneric(t *testing.T) {
	s := newSource(43)
	for n := range 3*lanes + 3 {
		for m := range moods {
			alpha, x, y := s.value(m), s.values(n, m), s.values(n, m)
			sums, products := slices.Clone(y), slices.Clone(x)
			axpyGeneric(alpha, x, sums)
			scaleGeneric(alpha, products)
			for i := range x {
				require.True(t, same(fma32(alpha, x[i], y[i]), sums[i]))
				require.True(t, same(float32(float64(alpha)*float64(x[i])), products[i]))
			}
		}
	}
}
