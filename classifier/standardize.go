package classifier

import "math"

// standardization takes feature f to (x − mean[f])·scale[f]. The scale of a feature
// that never varies is 0: it says nothing that the bias does not.
type standardization struct{ mean, scale []float64 }

// identity is the standardization that changes nothing.
func identity(features int) standardization {
	s := standardization{make([]float64, features), make([]float64, features)}
	for f := range s.scale {
		s.scale[f] = 1
	}
	return s
}

// apply standardizes a row, in float64.
func (s standardization) apply(x []float32) {
	for f, v := range x {
		x[f] = float32((float64(v) - s.mean[f]) * s.scale[f])
	}
}

// rounded returns mean and scale in float32; nil if all scales are 1.
func (s standardization) rounded() (mean, scale []float32) {
	mean, scale = make([]float32, len(s.mean)), make([]float32, len(s.scale))
	one := true
	for f := range mean {
		mean[f], scale[f] = float32(s.mean[f]), float32(s.scale[f])
		one = one && scale[f] == 1
	}
	if one {
		scale = nil
	}
	return mean, scale
}

// The largest ratio of mean to standard deviation at which a mean is folded into the
// bias, and the least and largest scale that are folded into the weights.
//
// The rounding of a score and of a gradient grows with the size of the features, what
// they tell with their deviation. Folding multiplies the error, in units of what is
// learned, by the ratio: at 64 it loses 6 of the 24 bits of float32, leaving less than
// 2⁻¹⁸ of rounding in each term. Images keep far below: the ratio of a pixel is about
// 1. Scales within the bounds keep products of weights and features clear of overflow
// and of denormal numbers.
const (
	foldedRatio    = 64
	smallestFolded = 0x1p-40
	largestFolded  = 0x1p40
)

// folds reports whether s can be folded into weights and bias. deviations are the
// standard deviations of the features.
func (s standardization) folds(deviations []float64) bool {
	for f, d := range deviations {
		if s.scale[f] != 0 && math.Abs(s.mean[f]) > foldedRatio*d {
			return false
		}
	}
	return s.moderate()
}

// moderate reports whether the scales are within the bounds.
func (s standardization) moderate() bool {
	for _, v := range s.scale {
		if v != 0 && (v < smallestFolded || v > largestFolded) {
			return false
		}
	}
	return true
}

// standardize returns the standardization of features with such moments. Without
// centre the means stay 0 and constant features what they are.
func standardize(by Scaling, m featureMoments, centre bool) standardization {
	s := identity(len(m.mean))
	if centre {
		copy(s.mean, m.mean)
	}
	one := math.Sqrt(m.variance())
	for f, d := range m.deviation {
		switch {
		case d == 0 && centre:
			s.scale[f] = 0
		case by == OneScale && one > 0:
			s.scale[f] = 1 / one
		case by == PerFeature && d > 0:
			s.scale[f] = 1 / d
		}
	}
	return s
}
