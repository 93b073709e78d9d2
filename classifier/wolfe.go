package classifier

import "math"

// Constants of the Wolfe conditions, as in J. Nocedal and S. J. Wright, Numerical
// Optimization, 2006, section 3.1, for quasi-Newton methods.
const (
	sufficientDecrease = 1e-4
	curvatureFraction  = 0.9
	// mostTrials is how many steps a search tries; a few suffice but where the
	// objective is lost in rounding.
	mostTrials = 20
	// levelObjective is the relative difference of two objectives that rounding may
	// bring forth: then slopes alone decide (W. W. Hager and H. Zhang, "A new conjugate
	// gradient method with guaranteed descent", SIAM Journal on Optimization 16, 2005).
	levelObjective = 1e-7
)

// trial is a step along a direction: the objective there and its slope.
type trial struct{ step, value, slope float64 }

// wolfe searches a step that meets the strong Wolfe conditions, beginning with first.
// start is the trial of step 0, whose slope is negative. at tries a step; the last that
// it tried is the one returned. It returns false if it finds none.
//
// The interval between the best step so far and one that is too long shrinks by the
// minimum of the cubic through both, kept away from its ends.
func wolfe(start trial, first float64, at func(step float64) trial) (trial, bool) {
	level := levelObjective * math.Abs(start.value)
	low, high, bracketed := start, trial{}, false
	step := first
	for range mostTrials {
		t := at(step)
		decreased := t.value <= start.value+float64(sufficientDecrease*step*start.slope) || math.Abs(t.value-start.value) <= level
		switch {
		case !decreased || t.value > low.value+level || t.value != t.value:
			high, bracketed = t, true
		case math.Abs(t.slope) <= -curvatureFraction*start.slope:
			return t, true
		case t.slope > 0:
			high, bracketed = t, true
		default:
			low = t
		}
		if bracketed {
			step = between(low, high)
		} else {
			step *= 4
		}
	}
	return start, false
}

// between returns the minimum of the cubic with the values and slopes of two trials, at
// least a tenth of the interval away from its ends; the middle if there is none.
func between(low, high trial) float64 {
	width := high.step - low.step
	s := low.slope + high.slope - 3*(high.value-low.value)/width
	root := math.Sqrt(float64(s*s) - float64(low.slope*high.slope))
	at := (high.slope + root - s) / (high.slope - low.slope + 2*root)
	if !(at >= 0 && at <= 1) {
		at = 0.5
	} else {
		at = 1 - at
	}
	return low.step + float64(min(max(at, 0.1), 0.9)*width)
}
