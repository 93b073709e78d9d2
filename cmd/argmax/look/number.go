package look

import (
	"math"
	"strconv"
	"strings"
)

// minus replaces hyphens by signs.
func minus(number string) string { return strings.ReplaceAll(number, "-", "−") }

// shortNumber returns a number with two significant digits.
func shortNumber(x float64) string { return minus(strconv.FormatFloat(x, 'g', 2, 64)) }

// signedNumber returns it with its sign.
func signedNumber(x float64) string {
	if x > 0 {
		return "+" + shortNumber(x)
	}
	return shortNumber(x)
}

// decimals returns numbers with as many decimals as give the largest of them a number of
// significant digits, but at most six decimals, so that they can be compared and added. NaN is a dash.
func decimals(numbers []float64, significant int) []string {
	most := 0.
	for _, x := range numbers {
		if x == x {
			most = max(most, math.Abs(x))
		}
	}
	digits := 2
	if most > 0 {
		digits = min(max(significant-1-int(math.Floor(math.Log10(most))), 0), 6)
	}
	texts := make([]string, len(numbers))
	for i, x := range numbers {
		if texts[i] = minus(strconv.FormatFloat(x, 'f', digits, 64)); x != x {
			texts[i] = "—"
		}
	}
	return texts
}
