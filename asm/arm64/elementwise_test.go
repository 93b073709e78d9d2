package arm64

import "testing"

func TestElementwiseWords(t *testing.T) {
	var out printer
	registers := []int{0, 1, 2, 4, 8, 15, 16, 31}
	for _, d := range registers {
		for _, x := range registers {
			out.sqrt(d, x)
			for _, y := range registers {
				out.binary(fmin, d, x, y)
			}
		}
	}
	r := len(registers)
	checkWords(t, out.text.Bytes(), r*r+r*r*r)
}
