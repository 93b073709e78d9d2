package arm64

// Instructions that Go's assembler lacks. Their encoding has the destination in
// bits 0 to 4, the first source in bits 5 to 9, the second in bits 16 to 20.

// binary is an instruction of three registers, four numbers of 32 bits each. One
// that Go's assembler has is without bits.
type binary struct {
	mnemonic string
	bits     uint32
}

var (
	fadd  = binary{"fadd", 0x4e20d400}
	fsub  = binary{"fsub", 0x4ea0d400}
	fmul  = binary{"fmul", 0x6e20dc00}
	fdiv  = binary{"fdiv", 0x6e20fc00}
	fmax  = binary{"fmax", 0x4e20f400}
	fmin  = binary{"fmin", 0x4ea0f400}
	fmaxp = binary{"fmaxp", 0x6e20f400}
	fcmeq = binary{"fcmeq", 0x4e20e400} // comparisons: all ones or all zeros
	fcmge = binary{"fcmge", 0x6e20e400}
	fcmgt = binary{"fcmgt", 0x6ea0e400}
	cmhi  = binary{"cmhi", 0x6ea03400}  // of unsigned integers
	umax  = binary{"VUMAX", 0}          // the larger, unsigned
	umaxp = binary{"umaxp", 0x6ea0a400} // the larger of neighbours, unsigned
	faddp = binary{"faddp", 0x6e20d400} // sums of neighbours: two of x, two of y
)

func (out *printer) binary(op binary, d, x, y int) {
	if op.bits == 0 {
		out.line("%s V%d.S4, V%d.S4, V%d.S4", op.mnemonic, y, x, d)
		return
	}
	out.word(op.bits|encode(d, x, y), "%s v%d.4s, v%d.4s, v%d.4s", op.mnemonic, d, x, y)
}

// word prints an instruction and its mnemonic.
func (out *printer) word(bits uint32, mnemonic string, args ...any) {
	out.line("WORD $0x%08x // "+mnemonic, append([]any{bits}, args...)...)
}

func encode(d, x, y int) uint32 { return uint32(y<<16 | x<<5 | d) }

// abs clears the signs of x.
func (out *printer) abs(d, x int) {
	out.word(0x4ea0f800|encode(d, x, 0), "fabs v%d.4s, v%d.4s", d, x)
}

// maxAcross is the maximum of the lanes of x, NaN if one is.
func (out *printer) maxAcross(d, x int) {
	out.word(0x6e30f800|encode(d, x, 0), "fmaxv s%d, v%d.4s", d, x)
}

// fmaLane is d = fma(x, y[lane], d). The lane is in bits 11 and 21.
func (out *printer) fmaLane(d, x, y, lane int) {
	bits := 0x4f801000 | uint32(lane>>1<<11|lane&1<<21)
	out.word(bits|encode(d, x, y), "fmla v%d.4s, v%d.4s, v%d.s[%d]", d, x, y, lane)
}

// toFloat converts unsigned integers.
func (out *printer) toFloat(d, x int) {
	out.word(0x6e21d800|encode(d, x, 0), "ucvtf v%d.4s, v%d.4s", d, x)
}

// not inverts every bit.
func (out *printer) not(d, x int) {
	out.word(0x6e205800|encode(d, x, 0), "mvn v%d.16b, v%d.16b", d, x)
}

// signedToFloat converts signed integers.
func (out *printer) signedToFloat(d, x int) {
	out.word(0x4e21d800|encode(d, x, 0), "scvtf v%d.4s, v%d.4s", d, x)
}

// shiftRight shifts signed integers.
func (out *printer) shiftRight(d, x, bits int) {
	out.word(0x4f000400|uint32(64-bits)<<16|encode(d, x, 0), "sshr v%d.4s, v%d.4s, #%d", d, x, bits)
}

// without is x where y has no ones.
func (out *printer) without(d, x, y int) {
	out.word(0x4e601c00|encode(d, x, y), "bic v%d.16b, v%d.16b, v%d.16b", d, x, y)
}
