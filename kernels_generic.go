package argmax

import "math"

// The files *_generic.go hold the kernels in Go. They define the bits that every
// assembly kernel must return. They work on blocks of 16 lanes, the unit of the
// arithmetic; see the package comment. This file has what the families share.
//
// The Go compiler may fuse a product with an addition unless the product is converted
// explicitly. Every product in these files is exact, converted, or not added to
// anything.

const (
	lanes        = 16
	accumulators = 4 // of the vector form
)

type block [lanes]float32

// pad returns the at most 16 elements of x, with zeros in the missing lanes.
func pad(x []float32) (b block) {
	copy(b[:], x)
	return b
}

// reduce returns the sum of the lanes of v: it adds lanes i and i+8, then i+4, i+2, i+1.
func reduce(v *block) float32 {
	var s [lanes / 2]float32
	for i := range s {
		s[i] = v[i] + v[i+8]
	}
	for i := range 4 {
		s[i] += s[i+4]
	}
	return (s[0] + s[2]) + (s[1] + s[3])
}

// A step adds one block to an accumulator.
type step int

const (
	stepSum        step = iota // x
	stepDot                    // x·y, fused
	stepSqDist                 // (x−y)², the difference rounded, the square fused
	stepL1Dist                 // |x−y|
	stepSumSquares             // x², fused
	stepSumAbs                 // |x|
	stepLInfDist               // max |x−y|, in any order; for the row form only
)

// blocks adds whole blocks to the 1 or 4 accumulators in acc, taking them in turn.
func (s step) blocks(acc, x, y []float32) {
	switch s {
	case stepSum:
		addAll(acc, x)
		return
	case stepL1Dist:
		addDistances(acc, x, y)
		return
	case stepSumAbs:
		addMagnitudes(acc, x)
		return
	}
	for i := 0; i < len(x); i += lanes {
		a, u, v := (*block)(acc[i&(len(acc)-1):]), (*block)(x[i:]), (*block)(y[i:])
		switch s {
		case stepDot:
			fmaBlock(a, u, v)
		case stepSqDist:
			fmaSquare(a, u, v)
		case stepSumSquares:
			fmaBlock(a, u, u)
		}
	}
}

// all adds all of x and y: the whole blocks, then the rest padded with zeros.
func (s step) all(acc, x, y []float32) {
	n := len(x) &^ (lanes - 1)
	s.blocks(acc, x[:n], y[:n])
	if n < len(x) {
		px, py := pad(x[n:]), pad(y[n:])
		s.blocks(acc[n&(len(acc)-1):], px[:], py[:])
	}
}

// finish adds the last elements to the four accumulators and returns their sum.
func (s step) finish(acc *[64]float32, x, y []float32) float32 {
	s.all(acc[:], x, y)
	var sum block
	for i := range sum {
		sum[i] = (acc[i] + acc[i+16]) + (acc[i+32] + acc[i+48])
	}
	return reduce(&sum)
}

// vector returns the vector form of the sum: block b is added to accumulator b mod 4.
func (s step) vector(x, y []float32) float32 {
	var acc [accumulators * lanes]float32
	return s.finish(&acc, x, y)
}

// row returns the row form of the sum, which has one accumulator.
func (s step) row(x, y []float32) float32 {
	if s == stepLInfDist {
		return lInfDistGeneric(x, y)
	}
	var acc block
	s.all(acc[:], x, y)
	return reduce(&acc)
}

func (s step) rows(dst, x, rows []float32, stride int) {
	for i := range dst {
		dst[i] = s.row(x, rows[i*stride:][:len(x)])
	}
}

func (s step) listedRows(dst, x, rows []float32, stride int, index []int) {
	for i := range dst {
		dst[i] = s.row(x, rows[index[i]*stride:][:len(x)])
	}
}

// fma32 returns x·y + z, rounded once: the fused multiply-add, which is an instruction
// of every processor that argmax has assembly for.
//
// The product of two float32 is exact in float64, so the float64 sum is x·y + z rounded
// to 53 bits. Rounding that to 24 bits is the same as rounding x·y + z to 24 bits,
// except where doubtful reports true. Since the product is exact, it does not matter
// whether the compiler fuses it with the addition.
func fma32(x, y, z float32) float32 {
	s := float64(x)*float64(y) + float64(z)
	if doubtful(s) {
		s = oddSum(x, y, z)
	}
	return float32(s)
}

// The functions for blocks repeat the body of fma32, which is too large for the compiler
// to inline; a call takes longer than the operation.

// fmaBlock sets acc to fma32(x, y, acc), lane by lane. acc may be x or y.
func fmaBlock(acc, x, y *block) {
	for i := range acc {
		s := float64(x[i])*float64(y[i]) + float64(acc[i])
		if doubtful(s) {
			s = oddSum(x[i], y[i], acc[i])
		}
		acc[i] = float32(s)
	}
}

// fmaScalar sets acc to fma32(a, y, acc), lane by lane. acc may be y.
func fmaScalar(acc *block, a float32, y *block) {
	wide := float64(a)
	for i := range acc {
		s := wide*float64(y[i]) + float64(acc[i])
		if doubtful(s) {
			s = oddSum(a, y[i], acc[i])
		}
		acc[i] = float32(s)
	}
}

// fmaSquare sets acc to fma32(x − y, x − y, acc), lane by lane.
func fmaSquare(acc, x, y *block) {
	for i := range acc {
		d := float64(x[i] - y[i])
		s := d*d + float64(acc[i])
		if doubtful(s) {
			s = oddSum(float32(d), float32(d), acc[i])
		}
		acc[i] = float32(s)
	}
}

// doubtful reports whether rounding s to float32 can differ from rounding the exact sum
// of which s is the float64 rounding. It can if s lies halfway between two float32,
// where the rounding error of s decides the direction, or if the result is denormal,
// where halfway is at another bit.
func doubtful(s float64) bool {
	const (
		below  = 1<<29 - 1          // the bits of a float64 below the last one of a float32
		middle = 1 << 28            // half of the last bit of a float32
		normal = (1023 - 126) << 53 // the smallest normal float32, shifted left by one
	)
	b := math.Float64bits(s)
	return b&below == middle || b<<1-1 < normal-1 // −1 excludes zero, which is common and exact
}

// oddSum returns x·y + z rounded to odd: exactly if float64 can represent it, else the
// one of its two neighbours whose last bit is set. Every number with fewer bits is on
// the same side of both the sum and its rounding, so that rounding the latter again
// gives what rounding the sum would. (S. Boldo and G. Melquiond, "Emulation of FMA and correctly rounded sums:
// proved algorithms using rounding to odd", IEEE Transactions on Computers 57, 2008.)
func oddSum(x, y, z float32) float64 {
	p, q := float64(x)*float64(y), float64(z)
	s := p + q
	t := s - p
	lost := (p - (s - t)) + (q - t) // exact: Knuth's TwoSum
	b := math.Float64bits(s)
	switch {
	case lost == 0 || b&1 == 1:
		return s
	case (lost > 0) == (s > 0):
		return math.Float64frombits(b + 1)
	}
	return math.Float64frombits(b - 1)
}

// addAll, addMagnitudes and addDistances add whole blocks to the 1 or 4 accumulators in
// acc, taking them in turn. Each keeps half a block of sums in eight variables, which
// the compiler keeps in registers, for all blocks of an accumulator; every lane is still
// added in the order of the blocks. Sums in memory would wait for their own stores and
// take three times as long.

type half [lanes / 2]float32

func addAll(acc, x []float32) {
	for i := 0; i < len(acc); i += len(half{}) {
		s := (*half)(acc[i:])
		s0, s1, s2, s3, s4, s5, s6, s7 := s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7]
		for j := i; j < len(x); j += len(acc) {
			u := (*half)(x[j:])
			s0 += u[0]
			s1 += u[1]
			s2 += u[2]
			s3 += u[3]
			s4 += u[4]
			s5 += u[5]
			s6 += u[6]
			s7 += u[7]
		}
		*s = half{s0, s1, s2, s3, s4, s5, s6, s7}
	}
}

func addMagnitudes(acc, x []float32) {
	for i := 0; i < len(acc); i += len(half{}) {
		s := (*half)(acc[i:])
		s0, s1, s2, s3, s4, s5, s6, s7 := s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7]
		for j := i; j < len(x); j += len(acc) {
			u := (*half)(x[j:])
			s0 += abs(u[0])
			s1 += abs(u[1])
			s2 += abs(u[2])
			s3 += abs(u[3])
			s4 += abs(u[4])
			s5 += abs(u[5])
			s6 += abs(u[6])
			s7 += abs(u[7])
		}
		*s = half{s0, s1, s2, s3, s4, s5, s6, s7}
	}
}

func addDistances(acc, x, y []float32) {
	for i := 0; i < len(acc); i += len(half{}) {
		s := (*half)(acc[i:])
		s0, s1, s2, s3, s4, s5, s6, s7 := s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7]
		for j := i; j < len(x); j += len(acc) {
			u, v := (*half)(x[j:]), (*half)(y[j:])
			s0 += abs(u[0] - v[0])
			s1 += abs(u[1] - v[1])
			s2 += abs(u[2] - v[2])
			s3 += abs(u[3] - v[3])
			s4 += abs(u[4] - v[4])
			s5 += abs(u[5] - v[5])
			s6 += abs(u[6] - v[6])
			s7 += abs(u[7] - v[7])
		}
		*s = half{s0, s1, s2, s3, s4, s5, s6, s7}
	}
}

func abs(x float32) float32 { return math.Float32frombits(math.Float32bits(x) &^ (1 << 31)) }
