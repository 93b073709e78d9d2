//go:build unix

// Command sgd times what its rivals in this directory time; see run.sh.
//
//	sgd DIR floats|bytes EPOCHS      the shortest epoch in seconds, and its mean loss
//	sgd DIR hinge|logistic EPOCHS    the whole fit in seconds, and the accuracy on the test set
//	sgd DIR predict N                the shortest of N predictions of 10,000 rows, from floats and from bytes
//
// Times are those of the processor, so that what else it runs counts less.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"strconv"
	"time"

	"github.com/seed842bec00/argmax/bench/internal/meter"
	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/dataset"
	"github.com/seed842bec00/argmax/kernels"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 4 {
		log.Fatal("usage: sgd DIR floats|bytes|hinge|logistic|predict COUNT")
	}
	count, err := strconv.Atoi(os.Args[3])
	if err != nil {
		log.Fatal(err)
	}
	data, err := dataset.Load(context.Background(), os.Args[1], dataset.Config{})
	if err != nil {
		log.Fatal(err)
	}
	train, test := data.Train.(*dataset.Set), data.Test.(*dataset.Set)
	switch os.Args[2] {
	case "floats":
		epochs(floats(train), count)
	case "bytes":
		epochs(train, count)
	case "hinge":
		passes(train, test, loss.Hinge{}, count)
	case "logistic":
		passes(train, test, loss.Logistic{}, count)
	case "predict":
		predict(train, test, count)
	}
}

// now is the time that the process has had.
func now() time.Duration {
	t, ok := meter.ProcessorTime()
	if !ok {
		log.Fatal("this system does not say how much time a process has had")
	}
	return t
}

// floats are the examples in float32.
func floats(set *dataset.Set) *classifier.Table {
	t := &classifier.Table{X: kernels.NewMatrix(set.Len(), set.Features()), Y: set.Labels(), Names: set.Classes()}
	kernels.Convert(t.X, set.Dense())
	return t
}

func epochs(ex classifier.Examples, count int) {
	least, last := time.Hour, now()
	var mean float64
	_, _, err := classifier.SGD{Epochs: count, Batch: 256}.Fit(context.Background(), ex,
		classifier.Objective{L2: 1e-4, Scaling: classifier.OneScale},
		classifier.Options{Workers: 1, Progress: func(r classifier.Report) {
			at := now()
			if r.Iterations > 1 { // before the first the features are measured
				least = min(least, at-last)
			}
			last = at
			mean = r.Loss
		}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.5f %.5f\n", least.Seconds(), mean)
}

func passes(train, test *dataset.Set, l loss.Loss, count int) {
	begin := now()
	m, _, err := classifier.SGD{Epochs: count}.Fit(context.Background(), train,
		classifier.Objective{Loss: l, L2: 5e-5, Scaling: classifier.OneScale}, classifier.Options{Workers: 1})
	took := now() - begin
	if err != nil {
		log.Fatal(err)
	}
	predicted := make([]int, test.Len())
	if err := m.PredictAll(context.Background(), predicted, test, 1); err != nil {
		log.Fatal(err)
	}
	right := 0
	for i, y := range test.Labels() {
		if predicted[i] == y {
			right++
		}
	}
	fmt.Printf("%.5f %.4f\n", took.Seconds(), float64(right)/float64(test.Len()))
}

func predict(train, test *dataset.Set, count int) {
	m, _, err := classifier.SGD{Epochs: 1}.Fit(context.Background(), train, classifier.Objective{}, classifier.Options{})
	if err != nil {
		log.Fatal(err)
	}
	dst := make([]int, test.Len())
	for _, rows := range []classifier.Rows{floats(test), test} {
		least := time.Hour
		for range count {
			begin := now()
			if err := m.PredictAll(context.Background(), dst, rows, 1); err != nil {
				log.Fatal(err)
			}
			least = min(least, now()-begin)
		}
		fmt.Printf("%.5f ", least.Seconds())
	}
	fmt.Println()
}
