package classifier

import (
	"fmt"
	"math"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/kernels"
)

// Scaling is what training does to features before it learns from them. The model
// has it folded into its weights and bias.
type Scaling uint8

const (
	// Unscaled leaves features as they are.
	Unscaled Scaling = iota
	// OneScale centres each feature and divides all by one number, the standard
	// deviation about their means. Learning rates and penalties then mean the same
	// for pixels and embeddings.
	OneScale
	// PerFeature centres each feature and divides it by its standard deviation, as
	// suits columns that are measured in units of their own. [SGD] does not offer it.
	PerFeature
)

// String returns "unscaled", "one scale" or "per feature".
func (s Scaling) String() string {
	switch s {
	case Unscaled:
		return "unscaled"
	case OneScale:
		return "one scale"
	case PerFeature:
		return "per feature"
	}
	return fmt.Sprintf("Scaling(%d)", uint8(s))
}

// scaler makes x̂ = (x − mean)·scale of features.
type scaler struct {
	identity bool // x̂ is x
	mean     []float32
	scale    float32
	// spread is the root mean square of scale·x: 1 if the means are zero, more if
	// they are large beside the standard deviation.
	spread float64
}

// newScaler returns the scaler of the examples. A feature that is NaN or infinite is
// an error that names the row.
func newScaler(ex Rows, scaling Scaling, pool *kernels.Pool) (scaler, error) {
	m, err := momentsOf(ex, pool)
	if err != nil {
		return scaler{}, err
	}
	s := scaler{mean: make([]float32, ex.Features()), scale: 1, spread: 1}
	if scaling == Unscaled {
		s.identity = true
		return s, nil
	}
	squares := 0.0
	for f, mean := range m.mean {
		s.mean[f] = float32(mean)
		squares += float64(mean * mean)
	}
	if m.variance == 0 {
		s.spread = math.Inf(1)
		return s, nil // all features are constant: x̂ is 0
	}
	const (
		least = 0x1p-126 // or 1/deviation is not a float32
		most  = 0x1p+126 // or x − mean may not be
	)
	deviation := math.Sqrt(m.variance)
	if deviation < least || m.widest > most {
		return scaler{}, fmt.Errorf("classifier: the standard deviation of the features, %.3g, "+
			"is too far from 1 for training in float32: multiply them by about its inverse", deviation)
	}
	s.scale = float32(1 / deviation)
	s.spread = math.Sqrt(1 + squares/(float64(len(m.mean))*m.variance))
	return s, nil
}

// apply scales rows in place.
func (s scaler) apply(x kernels.Matrix) {
	if s.identity {
		return
	}
	for i := range x.Rows {
		argmax.Axpy(x.Row(i), s.mean, -1)
		argmax.Scale(x.Row(i), s.scale)
	}
}

// fold returns the weights and the bias of features as they come: s·W(x − mean) + b
// is (sW)x + (b − sW·mean). The bias is computed in float64 for the weights as they
// are rounded, and so loses nothing but its own last bit. It is an error if the
// weights overflow.
func (s scaler) fold(weights kernels.Matrix, bias []float32) (w kernels.Matrix, b []float32, err error) {
	w, b = kernels.NewMatrix(weights.Rows, weights.Cols), make([]float32, len(bias))
	kernels.Convert(w, weights)
	argmax.Scale(w.Data, s.scale)
	for j := range b {
		shift := float64(bias[j])
		for f, v := range w.Row(j) {
			shift -= float64(v) * float64(s.mean[f]) // an exact product
		}
		b[j] = float32(shift)
	}
	if !finite(w.Data) || !finite(b) {
		return w, b, fmt.Errorf("classifier: the weights of features as they come overflow: "+
			"the standard deviation of the features is %.3g: multiply them by about its inverse", 1/s.scale)
	}
	return w, b, nil
}
