package classifier_test

import (
	"bytes"
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"

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
	_, report, err := classifier.SGD{Epochs: 100, Optimizer: classifier.HeavyBall{Momentum: 0.9}}.Fit(context.Background(), train,
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

// The learning rates of ten epochs, at the first step of each.
func ExampleSchedule() {
	const steps, epochs = 100, 10
	for _, s := range []classifier.Schedule{
		classifier.Constant{},
		classifier.LinearDecay{},
		classifier.StepDecay{Every: 4, By: 0.1},
		classifier.CosineDecay{},
		classifier.InverseDecay{Rate: 1},
		classifier.WarmUp{Epochs: 2, Then: classifier.CosineDecay{}},
	} {
		var factors [epochs]float64
		for epoch := range epochs {
			factors[epoch] = s.Factor(epoch*steps/epochs, steps, epochs)
		}
		fmt.Printf("%.2f\n", factors)
	}
	// Output:
	// [1.00 1.00 1.00 1.00 1.00 1.00 1.00 1.00 1.00 1.00]
	// [1.00 0.90 0.80 0.70 0.60 0.50 0.40 0.30 0.20 0.10]
	// [1.00 1.00 1.00 1.00 0.10 0.10 0.10 0.10 0.01 0.01]
	// [1.00 0.98 0.90 0.79 0.65 0.50 0.35 0.21 0.10 0.02]
	// [1.00 0.50 0.33 0.25 0.20 0.17 0.14 0.12 0.11 0.10]
	// [0.05 0.52 1.00 0.96 0.85 0.69 0.50 0.31 0.15 0.04]
}

// One objective by four optimizers, each with its usual learning rate.
func ExampleOptimizer() {
	train, _, err := fashion.Load()
	if err != nil {
		log.Fatal(err)
	}
	for _, o := range []classifier.Optimizer{
		classifier.HeavyBall{}, classifier.Nesterov{Momentum: 0.9}, classifier.NewAdam(), classifier.NewAdamW(),
	} {
		s := classifier.SGD{Epochs: 30, Optimizer: o, Schedule: classifier.CosineDecay{}, Tolerance: 0.1}
		_, report, err := s.Fit(context.Background(), train,
			classifier.Objective{L2: 1e-3, Scaling: classifier.OneScale}, classifier.Options{})
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%T: loss %.2f, accuracy %.2f\n", o, report.Loss, report.Accuracy)
	}
	// Output:
	// classifier.HeavyBall: loss 0.59, accuracy 0.81
	// classifier.Nesterov: loss 0.38, accuracy 0.88
	// classifier.Adam: loss 0.33, accuracy 0.90
	// classifier.AdamW: loss 0.33, accuracy 0.90
}

// A fit that is interrupted after its second epoch, and goes on from a checkpoint, which is
// written to a file that appears whole or not at all.
func ExampleCheckpoint() {
	train, _, err := fashion.Load()
	if err != nil {
		log.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "fit")
	s, o := classifier.SGD{Epochs: 5}, classifier.Objective{Scaling: classifier.OneScale}

	ctx, interrupt := context.WithCancel(context.Background())
	_, _, err = s.Fit(ctx, train, o, classifier.Options{Checkpoint: func(c *classifier.Checkpoint) {
		if err := c.WriteFile(path); err != nil {
			log.Fatal(err)
		}
		if c.Iterations() == 2 {
			interrupt()
		}
	}})
	fmt.Println(err)

	c, err := classifier.ReadCheckpointFile(path)
	if err != nil {
		log.Fatal(err)
	}
	var elsewhere bytes.Buffer // or on another machine
	if _, err := c.WriteTo(&elsewhere); err != nil {
		log.Fatal(err)
	}
	if c, err = classifier.ReadCheckpoint(&elsewhere); err != nil {
		log.Fatal(err)
	}
	fmt.Println("after epoch", c.Iterations(), "of", c.Settings()[:24])
	_, _, err = s.Fit(context.Background(), train, o, classifier.Options{Resume: c, Progress: func(r classifier.Report) {
		fmt.Println("epoch", r.Iterations)
	}})
	if err != nil {
		log.Fatal(err)
	}
	// Output:
	// context canceled
	// after epoch 2 of classifier.SGD{Epochs:5,
	// epoch 3
	// epoch 4
	// epoch 5
}
