package dataset

import "math"

// decimal parses the number at the beginning of b, a sign, digits with a point or without,
// and an exponent, to the float32 that strconv finds. It returns how many bytes it has, or
// ok false where it cannot tell: then strconv has to.
//
// A mantissa below 2⁵³ and a power of ten up to 10²² are float64, so that their product or
// quotient is rounded once (W. D. Clinger, "How to Read Floating Point Numbers Accurately",
// 1990). Rounded to float32 it is the number rounded once, unless it lies halfway between
// two float32. Of longer mantissas the first digits are taken, and must give one float32
// whatever follows.
func decimal(b []byte) (v float32, n int, ok bool) {
	i, negative := 0, false
	if i < len(b) && (b[i] == '-' || b[i] == '+') {
		negative = b[i] == '-'
		i++
	}
	const most = 1<<53/10 - 1 // mantissas below take another digit
	mantissa, exponent, more := uint64(0), 0, false
	begin, point := i, -1
	for ; i < len(b); i++ {
		d := uint64(b[i] - '0')
		switch {
		case d <= 9 && mantissa <= most:
			mantissa = 10*mantissa + d
		case d <= 9:
			more = true
			exponent++
		case b[i] == '.' && point < 0:
			point = i
			continue
		default:
			goto end
		}
		if point >= 0 {
			exponent--
		}
	}
end:
	if digits := i - begin; digits == 0 || digits == 1 && point >= 0 {
		return 0, 0, false
	}
	if i < len(b) && b[i]|0x20 == 'e' {
		e, at, minus := 0, i+1, false
		if at < len(b) && (b[at] == '-' || b[at] == '+') {
			minus = b[at] == '-'
			at++
		}
		for i = at; i < len(b) && b[i]-'0' <= 9; i++ {
			if e = 10*e + int(b[i]-'0'); e > 400 {
				return 0, 0, false
			}
		}
		if i == at {
			return 0, 0, false
		}
		if minus {
			e = -e
		}
		exponent += e
	}
	v, ok = scaled(mantissa, exponent)
	if more && ok {
		var next float32
		next, ok = scaled(mantissa+1, exponent)
		ok = ok && v == next
	}
	if negative {
		v = -v
	}
	return v, i, ok
}

// powers are those of ten that are float64.
var powers = [...]float64{
	1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
	1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
}

// scaled returns mantissa·10^exponent as float32, and whether it is certain. mantissa is
// at most 2⁵³.
func scaled(mantissa uint64, exponent int) (v float32, ok bool) {
	x := float64(mantissa)
	switch {
	case mantissa == 0:
		return 0, true
	case exponent < -len(powers)+1 || exponent > len(powers)-1:
		return 0, false
	case exponent < 0:
		x /= powers[-exponent]
	default:
		x *= powers[exponent]
	}
	const (
		below  = 1<<29 - 1 // the bits of a float64 below the last of a float32
		middle = 1 << 28
		normal = 0x1p-126 // smaller float32 have fewer bits
	)
	return float32(x), x >= normal && x <= math.MaxFloat32 && math.Float64bits(x)&below != middle
}
