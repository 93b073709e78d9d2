package classifier_test

import (
	"bytes"
	"context"
	"fmt"
	"log"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/kernels"
)

// flowers are lengths and widths of petals in centimetres.
var flowers = &classifier.Table{
	X: kernels.Matrix{Rows: 6, Cols: 2, Stride: 2, Data: []float32{
		1.4, 0.2,
		4.7, 1.4,
		6.0, 2.5,
		1.3, 0.2,
		4.5, 1.5,
		5.1, 1.9,
	}},
	Y:     []int{0, 1, 2, 0, 1, 2},
	Names: []string{"setosa", "versicolor", "virginica"},
}

// Multinomial logistic regression, fitted to its minimum.
func ExampleLBFGS() {
	objective := classifier.Objective{Loss: loss.Softmax{}, L2: 1e-2}
	model, report, err := classifier.LBFGS{}.Fit(context.Background(), flowers, objective, classifier.Options{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(model.Classes()[model.Predict([]float32{5.9, 2.3})], report.Converged)
	// Output: virginica true
}

// A linear support vector machine for each class against the others.
func ExampleDualCD() {
	objective := classifier.Objective{Loss: loss.Hinge{}, L2: 1e-2}
	model, report, err := classifier.DualCD{}.Fit(context.Background(), flowers, objective, classifier.Options{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(model.Classes()[model.Predict([]float32{1.5, 0.3})], report.Converged)
	// Output: setosa true
}

// Auto fits any objective that one of the solvers can minimize.
func ExampleAuto() {
	objective := classifier.Objective{Loss: loss.Logistic{}, L2: 1e-2}
	solver := classifier.Auto{}.Solver(objective)
	model, _, err := solver.Fit(context.Background(), flowers, objective, classifier.Options{})
	if err != nil {
		log.Fatal(err)
	}

	// The rows of a request, scored where they are.
	request := classifier.Batch[float32]{Rows: 2, Cols: 2, Stride: 2, Data: []float32{1.5, 0.3, 5.9, 2.3}}
	labels := make([]int, request.Len())
	if err := model.PredictAll(context.Background(), labels, request, 0); err != nil {
		log.Fatal(err)
	}
	fmt.Println(labels)
	// Output: [0 2]
}

// A model that comes over the network, of at most a megabyte.
func ExampleFileLimits() {
	weights := kernels.Matrix{Rows: 2, Cols: 1, Stride: 1, Data: []float32{-1, 1}}
	model, err := classifier.NewLinear(weights, []float32{0, 0}, classifier.Info{Classes: []string{"cat", "dog"}})
	if err != nil {
		log.Fatal(err)
	}
	var body bytes.Buffer
	if _, err := model.WriteTo(&body); err != nil {
		log.Fatal(err)
	}

	limits := classifier.FileLimits{Header: 1 << 20, Bytes: 1 << 20}
	received, err := limits.ReadLinear(&body)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(received.Classes())
	// Output: [cat dog]
}

// Times in seconds since 1970 differ by less than float32 weights can tell apart. The model
// subtracts their mean first.
func ExampleLinear_Inputs() {
	at := &classifier.Table{
		X:     kernels.Matrix{Rows: 4, Cols: 1, Stride: 1, Data: []float32{1_700_000_000, 1_700_000_128, 1_700_000_256, 1_700_000_384}},
		Y:     []int{0, 0, 1, 1},
		Names: []string{"before", "after"},
	}
	model, _, err := classifier.LBFGS{}.Fit(context.Background(), at, classifier.Objective{L2: 1e-3, Scaling: classifier.PerFeature}, classifier.Options{})
	if err != nil {
		log.Fatal(err)
	}
	pivot, scale := model.Inputs()
	fmt.Println(pivot, scale)
	for i := range at.Len() {
		fmt.Println(model.Classes()[model.Predict(at.X.Row(i))])
	}
	// Output:
	// [1.7000003e+09] [0.00390625]
	// before
	// before
	// after
	// after
}
