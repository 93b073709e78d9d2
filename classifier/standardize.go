package classifier

import (
	"fmt"
	"math"

	"github.com/seed842bec00/argmax/kernels"
)

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
		if s.scale[f] == 0 {
			continue
		}
		if math.Abs(s.mean[f]) > foldedRatio*d || s.scale[f] < smallestFolded || s.scale[f] > largestFolded {
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
	var variance float64
	for _, d := range m.deviation {
		variance += float64(d * d)
	}
	all := math.Sqrt(variance / float64(len(m.deviation)))
	for f, d := range m.deviation {
		switch {
		case d == 0 && centre:
			s.scale[f] = 0
		case d == 0:
		case by == OneScale:
			s.scale[f] = 1 / all
		case by == PerFeature:
			s.scale[f] = 1 / d
		}
	}
	return s
}

// featureMoments are the mean and the standard deviation of each feature.
type featureMoments struct{ mean, deviation []float64 }

// measure computes the moments of the rows, weighted, in two passes. Sums are about a
// row of the data and then about the mean: they do not cancel, and the deviation of a
// feature that never varies is exactly 0. The error names the first row with a
// feature that is NaN or infinite.
func measure(x rowSource, weights []float32, pool *kernels.Pool) (featureMoments, error) {
	_, features := x.size()
	pivot, at, total := make([]float32, features), -1, 0.0
	for i, w := range weights {
		if total += float64(w); w > 0 && at < 0 {
			at = i
			x.reader().row(pivot, i)
		}
	}
	m := featureMoments{make([]float64, features), make([]float64, features)}
	for f, s := range sumRows(x, pool, func(sum []float64, row []float32, i int) {
		w := float64(weights[i])
		for f, v := range row {
			sum[f] += float64(w * (float64(v) - float64(pivot[f])))
		}
	}) {
		if s-s != 0 {
			return featureMoments{}, firstBadRow(x)
		}
		m.mean[f] = float64(pivot[f]) + s/total
	}
	for f, s := range sumRows(x, pool, func(sum []float64, row []float32, i int) {
		w := float64(weights[i])
		for f, v := range row {
			d := float64(v) - m.mean[f]
			sum[f] += float64(w * float64(d*d))
		}
	}) {
		m.deviation[f] = math.Sqrt(s / total)
	}
	return m, nil
}

// sumRows adds up what add adds to sum for each row.
func sumRows(x rowSource, pool *kernels.Pool, add func(sum []float64, row []float32, i int)) []float64 {
	n, features := x.size()
	parts := cut(n, features)
	sums := make([][]float64, len(parts))
	pool.Split(len(parts), 1, func(lo, hi int) {
		row, r := make([]float32, features), x.reader()
		for part := lo; part < hi; part++ {
			sum := make([]float64, features)
			for i := parts[part].lo; i < parts[part].hi; i++ {
				r.row(row, i)
				add(sum, row, i)
			}
			sums[part] = sum
		}
	})
	for _, s := range sums[1:] {
		for f, v := range s {
			sums[0][f] += v
		}
	}
	return sums[0]
}

// firstBadRow returns an error that names the first feature that is not finite.
func firstBadRow(x rowSource) error {
	n, features := x.size()
	row, r := make([]float32, features), x.reader()
	for i := range n {
		r.row(row, i)
		for f, v := range row {
			if v-v != 0 {
				return fmt.Errorf("classifier: row %d: feature %d is %v", i, f, v)
			}
		}
	}
	return nil
}
