package classifier_test

import (
	"context"
	"fmt"
	"log"

	"github.com/seed842bec00/argmax/classifier"
)

// From no weights at all to as many as help.
func ExamplePath() {
	objective := classifier.Objective{L1: 1}
	largest, err := classifier.MaxL1(flowers, objective, classifier.Options{})
	if err != nil {
		log.Fatal(err)
	}
	path, err := classifier.Path{Count: 3, Ratio: 0.01}.Fit(context.Background(), flowers, objective, classifier.Options{})
	if err != nil {
		log.Fatal(err)
	}
	for _, f := range path {
		fmt.Printf("λ₁ = %.2f of the largest: %d weights\n", f.Objective.L1/largest, f.Nonzeros)
	}
	// Output:
	// λ₁ = 1.00 of the largest: 0 weights
	// λ₁ = 0.10 of the largest: 2 weights
	// λ₁ = 0.01 of the largest: 2 weights
}

// A cross-validation of two penalties in two folds: the rows that a fold holds out have
// weight 0.
func ExamplePath_FitWeighted() {
	folds := [][]float32{{0, 0, 0, 1, 1, 1}, {1, 1, 1, 0, 0, 0}}
	path := classifier.Path{Factors: []float64{1e-2, 1e-3}}
	fitted, err := path.FitWeighted(context.Background(), flowers, classifier.Objective{L2: 1}, folds, classifier.Options{})
	if err != nil {
		log.Fatal(err)
	}
	for i, f := range fitted {
		right := 0
		for row, w := range folds[i/2] {
			if w == 0 && f.Model.Predict(flowers.X.Row(row)) == flowers.Y[row] {
				right++
			}
		}
		fmt.Println("λ₂ =", f.Objective.L2, "is right in", right, "of 3")
	}
	// Output:
	// λ₂ = 0.01 is right in 3 of 3
	// λ₂ = 0.001 is right in 3 of 3
	// λ₂ = 0.01 is right in 2 of 3
	// λ₂ = 0.001 is right in 2 of 3
}

// Candidates may differ in anything but the examples.
func ExampleAuto_FitMany() {
	candidates := []classifier.Candidate{
		{Objective: classifier.Objective{L2: 1e-2}},
		{Objective: classifier.Objective{L2: 1e-2, Scaling: classifier.PerFeature}, Weights: []float32{1, 1, 1, 1, 1, 2}},
	}
	fitted, err := classifier.Auto{}.FitMany(context.Background(), flowers, candidates, classifier.Options{})
	if err != nil {
		log.Fatal(err)
	}
	for _, f := range fitted {
		fmt.Println(f.Report.Converged, f.Nonzeros)
	}
	// Output:
	// true 6
	// true 6
}

// An elastic net: features that do not help get no weight.
func ExampleProxNewton() {
	objective := classifier.Objective{L1: 0.1, L2: 0.01}
	model, report, err := classifier.ProxNewton{}.Fit(context.Background(), flowers, objective, classifier.Options{})
	if err != nil {
		log.Fatal(err)
	}
	weights := make([]float32, 2)
	model.Template(weights, 1)
	fmt.Println(model.Classes()[1], weights[0] == 0, weights[1] == 0, report.Converged)
	// Output: versicolor true true true
}
