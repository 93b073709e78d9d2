package metrics_test

import (
	"fmt"
	"log"

	"github.com/seed842bec00/argmax/classifier/metrics"
	"github.com/seed842bec00/argmax/kernels"
)

// The probabilities of three images, of a model that knows the classes in another order
// than the labels.
func ExampleEvaluate() {
	p := metrics.Predictions{
		Classes: []string{"cat", "dog"},
		Probabilities: kernels.Matrix{Rows: 3, Cols: 2, Stride: 2, Data: []float32{
			0.9, 0.1,
			0.4, 0.6,
			0.7, 0.3,
		}},
	}
	truth := metrics.Labels{Names: []string{"dog", "cat"}, Y: []int{1, 0, 0}}
	report, err := metrics.Evaluate(p, truth, metrics.Options{Areas: true})
	if err != nil {
		log.Fatal(err)
	}
	for _, m := range []metrics.Metric{metrics.Accuracy, metrics.MacroF1, metrics.LogLoss} {
		fmt.Printf("%v %.3f\n", m, m.Of(report))
	}
	fmt.Println("area of dogs", report.Classes[1].ROCArea)
	// Output:
	// accuracy 0.667
	// macro F1 0.667
	// log loss 0.607
	// area of dogs 1.0000
}

func ExampleMatch() {
	truth := metrics.Labels{Names: []string{"dog", "cat", "horse"}, Y: []int{1, 0, 0}}
	labels, err := metrics.Match([]string{"cat", "dog"}, truth)
	fmt.Println(labels, err)
	// Output: [0 1 1] <nil>
}

// Points to draw curves with.
func ExampleRank() {
	ranking, err := metrics.Rank([]float32{0.9, 0.6, 0.6, 0.1}, []bool{true, true, false, false})
	if err != nil {
		log.Fatal(err)
	}
	for _, p := range ranking.ROC() {
		fmt.Println("from", p.Threshold, "false positives", p.X, "true positives", p.Y)
	}
	for _, p := range ranking.PrecisionRecall()[1:] {
		fmt.Printf("recall %v precision %.2f\n", p.X, p.Y)
	}
	fmt.Printf("areas %v %.3f\n", ranking.ROCArea(), ranking.AveragePrecision())
	// Output:
	// from +Inf false positives 0 true positives 0
	// from 0.9 false positives 0 true positives 0.5
	// from 0.6 false positives 0.5 true positives 1
	// from 0.1 false positives 1 true positives 1
	// recall 0.5 precision 1.00
	// recall 1 precision 0.67
	// recall 1 precision 0.50
	// areas 0.875 0.833
}

// Of 100 images 90 are right: the accuracy is about 0.9.
func ExampleWilson() {
	i := metrics.Wilson(90, 100, 0.95)
	fmt.Printf("%.3f to %.3f\n", i.Low, i.High)
	// Output: 0.826 to 0.945
}

// The better of two reports, by a metric that the user names.
func ExampleMetric() {
	m, err := metrics.ParseMetric("macro-f1")
	if err != nil {
		log.Fatal(err)
	}
	o := metrics.Options{Areas: m.NeedsAreas()}
	truth := metrics.Labels{Names: []string{"cat", "dog"}, Y: []int{0, 0, 0, 1}}
	best := 0.0
	for _, predicted := range [][]int{{0, 0, 0, 0}, {0, 0, 1, 1}} {
		report, err := metrics.Evaluate(metrics.Predictions{Classes: truth.Names, Labels: predicted}, truth, o)
		if err != nil {
			log.Fatal(err)
		}
		if v := m.Of(report); m.Better(v, best) {
			best = v
		}
		fmt.Printf("accuracy %.2f, %v %.2f\n", report.Accuracy, m, m.Of(report))
	}
	fmt.Printf("best of %d metrics: %.2f\n", len(metrics.Metrics), best)
	// Output:
	// accuracy 0.75, macro F1 0.43
	// accuracy 0.75, macro F1 0.73
	// best of 10 metrics: 0.73
}

// The averages of the curves of three classes.
func ExampleRankMicro() {
	probabilities := kernels.Matrix{Rows: 4, Cols: 3, Stride: 3, Data: []float32{
		0.8, 0.1, 0.1,
		0.3, 0.6, 0.1,
		0.1, 0.7, 0.2, // a mistake
		0.1, 0.2, 0.7,
	}}
	labels := []int{0, 1, 2, 2}
	micro, err := metrics.RankMicro(probabilities, labels)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("micro average: area %.4f, average precision %.4f\n", micro.ROCArea(), micro.AveragePrecision())

	var classes []metrics.Ranking
	for class := range 3 {
		scores, positive := make([]float32, 4), make([]bool, 4)
		for i, label := range labels {
			scores[i], positive[i] = probabilities.Row(i)[class], label == class
		}
		r, err := metrics.Rank(scores, positive)
		if err != nil {
			log.Fatal(err)
		}
		classes = append(classes, r)
	}
	for _, p := range metrics.MacroROC(classes) {
		fmt.Printf("macro average: at a false positive rate of %.2f a true positive rate of %.2f\n", p.X, p.Y)
	}
	// Output:
	// micro average: area 0.8750, average precision 0.7470
	// macro average: at a false positive rate of 0.00 a true positive rate of 0.00
	// macro average: at a false positive rate of 0.00 a true positive rate of 0.67
	// macro average: at a false positive rate of 0.33 a true positive rate of 0.67
	// macro average: at a false positive rate of 0.33 a true positive rate of 1.00
	// macro average: at a false positive rate of 0.67 a true positive rate of 1.00
	// macro average: at a false positive rate of 1.00 a true positive rate of 1.00
}
