package selection

import (
	"errors"
	"fmt"
	"slices"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/kernels"
)

// Average returns the model whose weights and biases are the means of those of models, and
// whose scores are therefore the means of their scores: an ensemble in one linear model. It
// varies less than each with what the models do not agree on, such as the order of the
// steps of SGD. The classes and the link are those of the first; models of other classes,
// features or links are an error, and so are models that subtract or scale features first.
func Average(models ...*classifier.Linear) (*classifier.Linear, error) {
	if len(models) == 0 {
		return nil, errors.New("selection: an average of no models")
	}
	first := models[0]
	classes, features := len(first.Classes()), first.Features()
	sums, biases := make([]float64, classes*features), make([]float64, classes)
	row := make([]float32, features)
	for i, m := range models {
		pivot, _ := m.Inputs()
		switch {
		case !slices.Equal(m.Classes(), first.Classes()) || m.Features() != features || m.Info().Link != first.Info().Link:
			return nil, fmt.Errorf("selection: model %d has other classes, features or another link than the first", i)
		case pivot != nil:
			return nil, fmt.Errorf("selection: model %d subtracts or scales features first", i)
		}
		for k := range classes {
			m.Template(row, k)
			for f, w := range row {
				sums[k*features+f] += float64(w)
			}
			biases[k] += float64(m.Bias(k))
		}
	}
	w, b := kernels.NewMatrix(classes, features), make([]float32, classes)
	n := float64(len(models))
	for i, sum := range sums {
		w.Data[i] = float32(sum / n)
	}
	for k, sum := range biases {
		b[k] = float32(sum / n)
	}
	info := first.Info()
	info.Calibration = classifier.Calibration{}
	return classifier.NewLinear(w, b, info)
}
