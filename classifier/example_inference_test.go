package classifier_test

import (
	"bytes"
	"context"
	"errors"
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

// The best classes of a row, and a decision that may be to reject it.
func ExampleLinear_TopK() {
	m := petModel()
	x, top := []float32{0.2, 0.1}, make([]classifier.Ranked, 2)
	for _, r := range top[:m.TopK(top, x)] {
		fmt.Printf("%s: score %.2f, probability %.2f\n", m.Classes()[r.Class], r.Score, r.Probability)
	}
	class, err := m.Decide(x, classifier.Confidence{Probability: 0.9})
	fmt.Println(class, err)
	// Output:
	// ship: score 0.40, probability 0.36
	// cat: score 0.30, probability 0.32
	// -1 <nil>
}

// Bytes are scored as the numbers that they are.
func ExampleLinear_Bytes() {
	m := petModel()
	fmt.Println(m.Classes()[m.Bytes().Predict([]uint8{0, 255})])
	// Output: dog
}

// Batches share the work among processors and read rows where they lie.
func ExampleLinear_TopKAll() {
	ctx, m := context.Background(), petModel()
	rows := classifier.Batch[uint8]{Rows: 2, Cols: 2, Stride: 2, Data: []uint8{0, 9, 1, 0}}
	top := make([]classifier.Ranked, 2*rows.Rows)
	scores, probabilities := kernels.NewMatrix(2, 3), kernels.NewMatrix(2, 3)
	decisions := make([]int, rows.Rows)
	for _, err := range []error{
		m.ScoresAll(ctx, scores, rows, 0),
		m.ProbabilitiesAll(ctx, probabilities, rows, 0),
		m.TopKAll(ctx, top, rows, 2, 0),
		m.DecideAll(ctx, decisions, rows, classifier.Confidence{Margin: 5}, 0),
	} {
		if err != nil {
			panic(err)
		}
	}
	fmt.Println(scores.Row(0), scores.Row(1))
	fmt.Printf("%.3f\n", probabilities.Row(0))
	fmt.Println(top[0].Class, top[1].Class, "and", top[2].Class, top[3].Class)
	fmt.Println(decisions)
	// Output:
	// [-9 9 1] [2 1 -2]
	// [0.000 1.000 0.000]
	// 1 2 and 0 1
	// [1 -1]
}

// A server answers with one model while another is trained, and then with that.
func ExampleHolder() {
	current := classifier.NewHolder(petModel())
	answer := func(x []float32) string { // of any number of goroutines
		m := current.Load()
		return m.Classes()[m.Predict(x)]
	}
	fmt.Println(answer([]float32{1, 0}))
	better := petModel() // trained with more examples
	if _, err := current.Swap(better); err != nil {
		panic(err)
	}
	fmt.Println(answer([]float32{0, 1}))
	// Output:
	// cat
	// dog
}

// Examples that the model was not trained on say how sure it may be.
func ExampleLinear_Calibrate() {
	m := petModel()
	held := &classifier.Table{
		X:     kernels.Matrix{Rows: 6, Cols: 2, Stride: 2, Data: []float32{2, 0, 1, 0, 0, 3, 1, 2, -2, 0, 2, 1}},
		Y:     []int{0, 1, 1, 1, 2, 0},
		Names: m.Classes(),
	}
	calibrated, err := m.Calibrate(context.Background(), held, classifier.TemperatureScaling, 0)
	if err != nil {
		panic(err)
	}
	fmt.Printf("temperature %.2f\n", 1/calibrated.Info().Calibration.Slope[0])

	// Or from scores, without a model.
	scores := kernels.NewMatrix(held.Len(), 3)
	if err := m.ScoresAll(context.Background(), scores, held, 0); err != nil {
		panic(err)
	}
	c, err := classifier.FitCalibration(context.Background(), scores, held.Y, classifier.SharedPlattScaling, 0)
	if err != nil {
		panic(err)
	}
	fmt.Printf("sigmoid of %.2f·score %+.2f\n", c.Slope[0], c.Offset[0])
	// Output:
	// temperature 1.01
	// sigmoid of 0.50·score -1.22
}

// Models are read from and written to streams: of files in the program (go:embed), of HTTP,
// of object stores.
func ExampleReadLinear() {
	var file bytes.Buffer
	if _, err := petModel().WriteTo(&file); err != nil {
		panic(err)
	}
	m, err := classifier.ReadLinear(&file)
	switch {
	case errors.Is(err, classifier.ErrForeign):
		// Of PyTorch, perhaps: see package convert.
	case err != nil:
		panic(err)
	}
	fmt.Println(m.Classes())
	// Output: [cat dog ship]
}
