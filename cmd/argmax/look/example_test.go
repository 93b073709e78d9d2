package look_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/metrics"
	"github.com/seed842bec00/argmax/cmd/argmax/look"
	"github.com/seed842bec00/argmax/dataset/fashion"
)

// The confusion matrix of a model of clothes, for a page with a dark background.
func Example() {
	train, test, err := fashion.Load()
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	model, _, err := classifier.SGD{Epochs: 2}.Fit(ctx, train, classifier.Objective{L2: 1e-3}, classifier.Options{})
	if err != nil {
		log.Fatal(err)
	}
	report, err := classifier.Evaluate(ctx, model, test, metrics.Options{}, 0)
	if err != nil {
		log.Fatal(err)
	}
	style := look.Style{Theme: look.Dark, Width: look.DefaultWidth}
	file := filepath.Join(os.TempDir(), "argmax-confusion.svg")
	if err := look.Confusion(report, style).WriteFile(file, style); err != nil {
		log.Fatal(err)
	}
	fmt.Println("wrote", filepath.Base(file))
	_ = os.Remove(file)
	// Output: wrote argmax-confusion.svg
}
