package classifier_test

import (
	"context"
	"fmt"
	"log"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/dataset/fashion"
)

// A tenth of each class is held out; the fit ends when three epochs in a row do not do
// better there, and the model is that of the best.
func ExampleOptions_patience() {
	train, _, err := fashion.Load()
	if err != nil {
		log.Fatal(err)
	}
	_, report, err := classifier.SGD{Epochs: 100, Momentum: 0.9}.Fit(context.Background(), train,
		classifier.Objective{Scaling: classifier.OneScale},
		classifier.Options{HoldOut: 0.1, Patience: 3, Progress: func(r classifier.Report) {
			if r.Iterations == 1 {
				fmt.Printf("accuracy %.2f, on the rows held out %.2f\n", r.Accuracy, r.Validation.Accuracy)
			}
		}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("epochs:", report.Iterations, "best:", report.Validation.Best, "fast:", report.RowsPerSecond() > 1000)
	// Output:
	// accuracy 0.67, on the rows held out 0.77
	// epochs: 26 best: 23 fast: true
}
