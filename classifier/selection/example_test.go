package selection_test

import (
	"context"
	"fmt"
	"log"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/classifier/metrics"
	"github.com/seed842bec00/argmax/classifier/selection"
	"github.com/seed842bec00/argmax/dataset/fashion"
	"github.com/seed842bec00/argmax/kernels"
)

// flowers are lengths and widths of petals in centimetres.
var flowers = &classifier.Table{
	X: kernels.Matrix{Rows: 18, Cols: 2, Stride: 2, Data: []float32{
		1.4, 0.2, 4.7, 1.4, 6.0, 2.5,
		1.3, 0.2, 4.5, 1.5, 5.1, 1.9,
		1.5, 0.2, 4.9, 1.5, 5.9, 2.1,
		1.4, 0.3, 4.0, 1.3, 5.6, 1.8,
		1.7, 0.4, 4.6, 1.5, 5.8, 2.2,
		1.5, 0.1, 5.0, 1.7, 4.8, 1.8,
	}},
	Y:     []int{0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2},
	Names: []string{"setosa", "versicolor", "virginica"},
}

// The penalty of a softmax classifier by cross-validation, all penalties of a fold on one
// path, and the simplest model that is about as good as the best.
func ExampleSearch() {
	search := selection.Search{Folds: 3, OneStandardError: true, Refit: true, Workers: 2}
	result, err := search.Run(context.Background(), flowers, selection.Grid{L2: []float64{1, 0.1, 0.001}}.Candidates())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(result.Chosen.Candidate)
	fmt.Println(len(result.Trials), "trials,", result.Why)
	fmt.Println(flowers.Names[result.Model.Predict([]float32{5.8, 2.3})])
	// Output:
	// softmax, λ₂ 0.1, automatic
	// 3 trials, all candidates are tried
	// virginica
}

// A random search that ends in about a minute, and goes on where it was interrupted.
func ExampleDefault() {
	space := selection.DefaultSpace()
	space.Losses = []loss.Loss{loss.CrammerSinger{}}
	candidates, err := space.Sample(6, 1)
	if err != nil {
		log.Fatal(err)
	}
	search := selection.Default()
	search.Halving = selection.Halving{Bracket: 6, Rungs: 2}
	search.Members = 2
	// search.Time, search.Journal = time.Minute, "search.json"
	result, err := search.Run(context.Background(), flowers, candidates)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(result.Trials), "trials, an average of", len(result.Members), "models")
	// Output: 8 trials, an average of 2 models
}

// Candidates of one's own: losses and learning rates, drawn so that their logarithms are
// uniform.
func ExampleSpace() {
	space := selection.Space{
		Losses:       []loss.Loss{loss.Softmax{}, loss.WestonWatkins{}},
		L2:           selection.Range{Low: 1e-5, High: 1e-2},
		SGD:          []classifier.SGD{{Epochs: 5, Batch: 64}},
		LearningRate: selection.Range{Low: 1e-3, High: 1e-2},
	}
	candidates, err := space.Sample(2, 3)
	if err != nil {
		log.Fatal(err)
	}
	for _, c := range candidates {
		fmt.Println(c)
	}
	// Output:
	// Weston–Watkins hinge, λ₂ 0.000193, automatic, SGD, rate 0.00125, batch size 64, 5 epochs
	// Weston–Watkins hinge, λ₂ 5.03e-05, automatic, SGD, rate 0.00292, batch size 64, 5 epochs
}

// The accuracy of one objective by cross-validation, and the average of the models.
func ExampleKFold() {
	ex := &classifier.Table{
		X:     kernels.Matrix{Rows: 6, Cols: 1, Stride: 1, Data: []float32{1, 2, 3, 7, 8, 9}},
		Y:     []int{0, 0, 0, 1, 1, 1},
		Names: []string{"low", "high"},
	}
	splits, err := selection.KFold(ex, 3, 1)
	if err != nil {
		log.Fatal(err)
	}
	var models []*classifier.Linear
	for _, s := range splits {
		m, _, err := classifier.LBFGS{}.Fit(context.Background(), classifier.Subset(ex, s.Learn), classifier.Objective{L2: 0.1}, classifier.Options{})
		if err != nil {
			log.Fatal(err)
		}
		report, err := classifier.Evaluate(context.Background(), m, classifier.Subset(ex, s.Validate), metrics.Options{}, 1)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(report.Correct, "of", report.Examples)
		models = append(models, m)
	}
	mean, err := selection.Average(models...)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(mean.Classes()[mean.Predict([]float32{6.5})])
	// Output:
	// 2 of 2
	// 2 of 2
	// 2 of 2
	// high
}

func ExampleHoldOut() {
	train, _, err := fashion.Load()
	if err != nil {
		log.Fatal(err)
	}
	s, err := selection.HoldOut(train, 0.1, 1)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(s.Learn), len(s.Validate))
	// Output: 4050 450
}
