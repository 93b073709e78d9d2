package metrics

import (
	"fmt"
	"math"
)

// Interval is an interval of confidence.
type Interval struct {
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// Wilson returns the interval of a probability of which successes in trials are known, by
// E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
// Journal of the American Statistical Association 22, 1927. It covers the probability with
// about the given confidence, such as 0.95, unlike the normal approximation also near 0 and
// 1. Without trials it is [0, 1]. It panics unless 0 ≤ successes ≤ trials and confidence
// lies between 0 and 1.
func Wilson(successes, trials int, confidence float64) Interval {
	if successes < 0 || successes > trials {
		panic(fmt.Sprintf("metrics: Wilson: %d successes in %d trials", successes, trials))
	}
	if !(confidence > 0 && confidence < 1) {
		panic(fmt.Sprintf("metrics: Wilson: confidence %v, want one between 0 and 1", confidence))
	}
	if trials == 0 {
		return Interval{0, 1}
	}
	z := math.Sqrt2 * math.Erfinv(confidence)
	n, p := float64(trials), float64(successes)/float64(trials)
	centre := p + z*z/(2*n)
	half := z * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	scale := 1 + z*z/n
	i := Interval{max(0, (centre-half)/scale), min(1, (centre+half)/scale)}
	if successes == 0 {
		i.Low = 0 // but for rounding
	}
	if successes == trials {
		i.High = 1
	}
	return i
}
