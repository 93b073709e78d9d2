package classifier_test

import (
	"fmt"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/kernels"
)

// petModel tells cats, dogs and ships apart by two features.
func petModel() *classifier.Linear {
	weights := kernels.Matrix{Rows: 3, Cols: 2, Stride: 2, Data: []float32{2, -1, 1, 1, -3, 0}}
	m, err := classifier.NewLinear(weights, []float32{0, 0, 1}, classifier.Info{
		Classes: []string{"cat", "dog", "ship"}, Link: loss.SoftmaxLink,
	})
	if err != nil {
		panic(err)
	}
	return m
}

// A temperature above 1 makes a model less confident, and changes no prediction.
func ExampleTemperature() {
	m := petModel()
	info := m.Info()
	info.Calibration = classifier.Temperature(2)
	calibrated, err := m.With(info)
	if err != nil {
		panic(err)
	}
	x, p := []float32{2, 0.5}, make([]float32, 3)
	for _, m := range []*classifier.Linear{m, calibrated} {
		_ = m.Probabilities(p, x) // the model has a link
		fmt.Printf("%s: %.2f\n", m.Classes()[m.Predict(x)], p)
	}
	// Output:
	// cat: [0.73 0.27 0.00]
	// cat: [0.62 0.37 0.01]
}
