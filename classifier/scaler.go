package classifier

import (
	"math"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/kernels"
)

// scaler makes x̂ = (x − mean)·scale of features in float32.
type scaler struct {
	exact standardization
	// moderate says that float32 holds the scales. Those of exact and its means are then
	// the rounded ones, too.
	moderate    bool
	mean, scale []float32
	// one is the scale of all features but those that never vary, 0 if each has its own.
	one float32
	// spread is the root mean square of scale·x: 1 if the means are zero, more if they
	// are large beside the standard deviation.
	spread float64
}

// newScaler returns the scaler that does what a standardization does, of features with
// such moments, but for the rounding of mean and scale.
func newScaler(by standardization, m featureMoments) scaler {
	s := scaler{exact: by, moderate: by.moderate()}
	if !s.moderate {
		return s
	}
	s.exact = identity(len(by.mean))
	s.mean, s.scale = make([]float32, len(by.mean)), make([]float32, len(by.mean))
	squares, uniform := 0.0, true
	for f := range s.mean {
		s.mean[f], s.scale[f] = float32(by.mean[f]), float32(by.scale[f])
		s.exact.mean[f], s.exact.scale[f] = float64(s.mean[f]), float64(s.scale[f])
		squares += float64(by.mean[f] * by.mean[f])
		if v := s.scale[f]; v != 0 {
			uniform = uniform && (s.one == 0 || s.one == v)
			s.one = v
		}
	}
	switch {
	case !uniform:
		s.one = 0
	case s.one == 0: // all features are constant, and none has a weight
		s.one = 1
	}
	s.spread = 1
	if squares > 0 {
		s.spread = math.Sqrt(1 + squares/(float64(len(m.mean))*m.variance()))
	}
	return s
}

// apply scales rows in place.
func (s scaler) apply(x kernels.Matrix) {
	for i := range x.Rows {
		row := x.Row(i)
		switch {
		case !s.moderate:
			s.exact.apply(row)
		case s.one != 0:
			argmax.Axpy(row, s.mean, -1)
			argmax.Scale(row, s.one)
		default:
			argmax.Axpy(row, s.mean, -1)
			for f, v := range s.scale {
				row[f] *= v
			}
		}
	}
}
