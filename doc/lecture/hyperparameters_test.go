package lecture_test

import (
	"context"
	"fmt"
	"log"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/selection"
	"github.com/seed842bec00/argmax/dataset"
	"github.com/seed842bec00/argmax/dataset/fashion"
)

// The training set cannot choose k, the validation set does, and the test set is used once.
func Example_validation() {
	ctx := context.Background()
	all, test, err := fashion.Load()
	if err != nil {
		log.Fatal(err)
	}
	train, rest := dataset.Stratified(all, 1000, 1)
	validation, _ := dataset.Stratified(rest, 500, 1)
	m, err := classifier.NewKNN(train, classifier.KNNConfig{})
	if err != nil {
		log.Fatal(err)
	}
	ks := []int{1, 3, 5, 7, 9}
	accuracies := func(set *dataset.Set) []float64 {
		predictions, of := make([][]int, len(ks)), make([]float64, len(ks))
		for i := range ks {
			predictions[i] = make([]int, set.Len())
		}
		if err := m.PredictEach(ctx, predictions, set, ks, 0, nil); err != nil {
			log.Fatal(err)
		}
		for i := range ks {
			for row, y := range set.Labels() {
				if predictions[i][row] == y {
					of[i] += 1 / float64(set.Len())
				}
			}
		}
		return of
	}
	trained, validated, best := accuracies(train), accuracies(validation), 0
	for i, k := range ks {
		fmt.Printf("k = %d: training %.3f, validation %.3f\n", k, trained[i], validated[i])
		if validated[i] > validated[best] {
			best = i
		}
	}
	fmt.Printf("k = %d: test %.3f\n", ks[best], accuracies(test)[best])
	// Output:
	// k = 1: training 1.000, validation 0.774
	// k = 3: training 0.913, validation 0.770
	// k = 5: training 0.864, validation 0.774
	// k = 7: training 0.849, validation 0.766
	// k = 9: training 0.835, validation 0.762
	// k = 1: test 0.777
}

// Each of five folds is the validation set once.
func Example_crossValidation() {
	all, _, err := fashion.Load()
	if err != nil {
		log.Fatal(err)
	}
	train, _ := dataset.Stratified(all, 1000, 1)
	result, err := selection.KNNSearch{Ks: []int{1, 3, 5, 7, 9}, Folds: 5}.Run(context.Background(), train)
	if err != nil {
		log.Fatal(err)
	}
	for _, trial := range result.Trials {
		fmt.Printf("k = %d: %.3f ± %.3f\n", trial.Config.K, trial.Mean, trial.StandardError)
	}
	// Output:
	// k = 1: 0.775 ± 0.014
	// k = 3: 0.768 ± 0.015
	// k = 5: 0.759 ± 0.013
	// k = 7: 0.765 ± 0.018
	// k = 9: 0.761 ± 0.017
}
