package ops

import "fmt"

// The numbers of exp and log. They stand here alone: the Go twins, which define the
// arithmetic, use the constants that the generator makes of them.
const (
	roundMagic = 3 << 22

	expLowest  = -104
	expHighest = 89
	log2e      = 0x1.715476p+0
	ln2High    = 0x1.62e43p-1
	ln2Low     = -0x1.05c61p-29
	ln2Short   = 0x1.62e4p-1
	ln2Rest    = 0x1.7f7d1cp-20
)

// The polynomials, the highest power first: eʳ = 1 + r + r²·(…), and q of log(1+f) =
// f + f²·q.
var (
	expPolynomial = []float32{0x1.6ac74ep-10, 0x1.123dep-7, 0x1.555858p-5, 0x1.55548cp-3, 0x1.fffffcp-2}
	logPolynomial = []float32{
		0x1.46457ep-5, -0x1.7e7318p-4, 0x1.e05e86p-4, -0x1.03fbb2p-3, 0x1.24375cp-3,
		-0x1.55221p-3, 0x1.9999bp-3, -0x1.00005cp-2, 0x1.555556p-2, -0.5,
	}
)

// A Constant is a number that the Go twins share with the emitters.
type Constant struct {
	Name  string
	Value float32
	Doc   string
}

// Constants returns the numbers of exp and log.
func Constants() []Constant {
	list := []Constant{
		{"roundMagic", roundMagic, "1.5·2²³: adding and subtracting it rounds a magnitude below 2²² to an integer, ties to even"},
		{"expLowest", expLowest, "e^−104 < 2^−150 rounds to 0; n stays small"},
		{"expHighest", expHighest, "e^89 > 2^128 rounds to +∞"},
		{"log2e", log2e, "log₂ e"},
		{"ln2High", ln2High, "ln 2 rounded to float32"},
		{"ln2Low", ln2Low, "ln 2 − ln2High"},
		{"ln2Short", ln2Short, "ln 2 to 16 bits: its product with an exponent is exact"},
		{"ln2Rest", ln2Rest, "ln 2 − ln2Short"},
	}
	for i, c := range expPolynomial {
		power := len(expPolynomial) + 1 - i
		list = append(list, Constant{fmt.Sprintf("expC%d", power), c, fmt.Sprintf("coefficient of r^%d in eʳ", power)})
	}
	for i, c := range logPolynomial {
		power := len(logPolynomial) + 1 - i
		list = append(list, Constant{fmt.Sprintf("logC%d", power), c, fmt.Sprintf("coefficient of f^%d in log(1+f)", power)})
	}
	return list
}
