package argmax

import "math"

// A Float16 is a number in the IEEE 754 format of 16 bits (binary16): 11 significant
// bits, from 2⁻²⁴ to 65504.
type Float16 uint16

// A BFloat16 is the upper half of a float32: 8 significant bits, with its range.
type BFloat16 uint16

// A Half is a number of 16 bits. Converting it to float32 is exact.
type Half interface{ Float16 | BFloat16 }

// ToFloat16 rounds x to the nearest Float16, ties to even. What is too large becomes
// an infinity, from 65520 on; a NaN stays one.
func ToFloat16(x float32) Float16 {
	bits := math.Float32bits(x)
	sign, magnitude := Float16(bits>>16&0x8000), bits&^(1<<31)
	switch {
	case magnitude > 0x7f800000: // NaN
		return sign | 0x7e00
	case magnitude >= 0x477ff000: // 65520
		return sign | 0x7c00
	case magnitude >= 0x38800000: // 2⁻¹⁴, the smallest normal number
		magnitude -= (127 - 15) << 23
		return sign | Float16((magnitude+0xfff+magnitude>>13&1)>>13)
	}
	// A denormal number is a multiple of 2⁻²⁴, which is the last bit of ½ as a float32.
	return sign | Float16(math.Float32bits(math.Float32frombits(magnitude)+0.5)-math.Float32bits(0.5))
}

// Float32 returns h, exactly.
func (h Float16) Float32() float32 {
	sign, rest := uint32(h&0x8000)<<16, uint32(h&0x7fff)
	switch {
	case rest >= 0x7c00: // infinity or NaN
		return math.Float32frombits(sign | 0x7f800000 | (rest&0x3ff)<<13)
	case rest >= 0x0400:
		return math.Float32frombits(sign | (rest<<13 + (127-15)<<23))
	}
	return math.Float32frombits(sign | math.Float32bits(float32(rest)*0x1p-24))
}

// ToBFloat16 rounds x to the nearest BFloat16, ties to even. A NaN stays one.
func ToBFloat16(x float32) BFloat16 {
	bits := math.Float32bits(x)
	if x != x {
		return BFloat16(bits>>16 | 0x40) // quiet, and not an infinity
	}
	return BFloat16((bits + 0x7fff + bits>>16&1) >> 16)
}

// Float32 returns h, exactly.
func (h BFloat16) Float32() float32 { return math.Float32frombits(uint32(h) << 16) }

// DotHalf returns the inner product of x and y. The bits are those of [Dot] after a
// conversion of y to float32. It panics if the lengths differ.
func DotHalf[E Half](x []float32, y []E) float32 {
	if len(x) != len(y) {
		panicLengths("DotHalf", len(x), len(y))
	}
	if len(x) <= maxVector {
		return halfDot(x, y)
	}
	var acc [64]float32
	for len(x) >= len(acc) {
		n := min(maxVector, len(x)&^63)
		halfDotCarry(&acc, x[:n], y[:n])
		x, y = x[n:], y[n:]
	}
	addHalves(acc[:], x, y)
	return stepDot.finish(&acc, nil, nil)
}

// ScoreHalfRows stores in dst[i] the inner product of x and row i, in the row form. The
// matrix has len(dst) rows of len(x) columns. The bits are those of [ScoreRows] after a
// conversion of the rows to float32.
//
// ScoreHalfRows panics if rows is too short, if there are several rows and the stride is
// less than len(x), or if dst overlaps x or the rows.
func ScoreHalfRows[E Half](dst, x []float32, rows Strided[E]) {
	checkRows("ScoreHalfRows", dst, x, rows)
	if len(x) == 0 {
		clear(dst)
		return
	}
	n := max(1, maxRows/len(x))
	for i := 0; i < len(dst); i += n {
		halfScoreRows(dst[i:min(i+n, len(dst))], x, rows.Data[i*rows.Stride:], rows.Stride)
	}
}

// The choice between the kernels of the two elements.

func halfDot[E Half](x []float32, y []E) float32 {
	switch y := any(y).(type) {
	case []Float16:
		return dotFloat16(x, y)
	case []BFloat16:
		return dotBFloat16(x, y)
	}
	panic("argmax: unreachable")
}

func halfDotCarry[E Half](acc *[64]float32, x []float32, y []E) {
	switch y := any(y).(type) {
	case []Float16:
		dotCarryFloat16(acc, x, y)
	case []BFloat16:
		dotCarryBFloat16(acc, x, y)
	}
}

func halfScoreRows[E Half](dst, x []float32, rows []E, stride int) {
	switch rows := any(rows).(type) {
	case []Float16:
		scoreRowsFloat16(dst, x, rows, stride)
	case []BFloat16:
		scoreRowsBFloat16(dst, x, rows, stride)
	}
}
