package lecture_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/dataset"
	"github.com/seed842bec00/argmax/kernels"
)

// The worked example, one image a row: a cat, a car and a frog.
func Example_hinge() {
	classes := []string{"cat", "car", "frog"}
	scores := [][]float32{
		{3.2, 5.1, -1.7},
		{1.3, 4.9, 2.0},
		{2.2, 2.5, -3.1},
	}
	mean, gradient := float32(0), make([]float32, 3)
	for i, s := range scores {
		l := argmax.Hinge(gradient, s, i, 1, 1)
		fmt.Printf("%s: %.1f\n", classes[i], l)
		mean += l / 3
	}
	fmt.Printf("mean: %.2f\n", mean)
	// Output:
	// cat: 2.9
	// car: 0.0
	// frog: 12.9
	// mean: 5.27
}

// Scores of W, 2W and W/2. While every margin is met, the loss stays 0.
func Example_scaledWeights() {
	car, cat, gradient := []float32{1.3, 4.9, 2.0}, []float32{3.2, 5.1, -1.7}, make([]float32, 3)
	for _, factor := range []float32{1, 2, 0.5, 0.25} {
		scaled := func(scores []float32) []float32 {
			s := make([]float32, len(scores))
			argmax.Axpy(s, scores, factor)
			return s
		}
		fmt.Printf("%.2f·W: the car loses %.2f, the cat %.2f\n", factor,
			argmax.Hinge(gradient, scaled(car), 1, 1, 1), argmax.Hinge(gradient, scaled(cat), 0, 1, 1))
	}
	// Output:
	// 1.00·W: the car loses 0.00, the cat 2.90
	// 2.00·W: the car loses 0.00, the cat 4.80
	// 0.50·W: the car loses 0.00, the cat 1.95
	// 0.25·W: the car loses 0.37, the cat 1.47
}

// Three steps from the scores of the cat to its loss.
func Example_softmax() {
	scores := []float32{3.2, 5.1, -1.7} // unnormalized log-probabilities
	fmt.Printf("%.2f\n", scores)

	unnormalized := make([]float32, 3)
	argmax.Exp(unnormalized, scores)
	fmt.Printf("%.2f\n", unnormalized)

	probabilities := make([]float32, 3)
	argmax.Softmax(probabilities, scores)
	fmt.Printf("%.2f\n", probabilities)

	fmt.Printf("%.2f\n", argmax.CrossEntropy(make([]float32, 3), scores, 0, 1))
	// Output:
	// [3.20 5.10 -1.70]
	// [24.53 164.02 0.18]
	// [0.13 0.87 0.00]
	// 2.04
}

// The loss before the first step, when all scores are about equal.
func Example_initialization() {
	for _, classes := range []int{2, 10, 1000} {
		scores := make([]float32, classes)
		fmt.Printf("%4d classes: softmax %.3f, hinge %.0f\n", classes,
			argmax.CrossEntropy(make([]float32, classes), scores, 0, 1),
			argmax.Hinge(make([]float32, classes), scores, 0, 1, 1))
	}
	// Output:
	//    2 classes: softmax 0.693, hinge 1
	//   10 classes: softmax 2.303, hinge 9
	// 1000 classes: softmax 6.908, hinge 999
}

// Three images of class 0, whose margins are all met.
func Example_happiness() {
	gradient := make([]float32, 3)
	for _, scores := range [][]float32{{10, 9, 9}, {10, -2, 3}, {10, -4, -4}} {
		fmt.Printf("%v: hinge %.0f, softmax %.1e\n", scores,
			argmax.Hinge(gradient, scores, 0, 1, 1), argmax.CrossEntropy(gradient, scores, 0, 1))
	}
	// Output:
	// [10 9 9]: hinge 0, softmax 5.5e-01
	// [10 -2 3]: hinge 0, softmax 9.2e-04
	// [10 -4 -4]: hinge 0, softmax 1.7e-06
}

// Each with the penalty that suits it, the two losses are about as good on examples that were
// not trained on.
func TestSVMAndSoftmaxEndClose(t *testing.T) {
	if testing.Short() {
		t.Skip("fits many models")
	}
	text := heading
	for _, p := range problems(t) {
		text += compare(t, classifier.SGD{Epochs: 50}, p)
	}
	table(t, "09-svm-or-softmax.md", text)
}

// So they are on the whole of MNIST, Fashion-MNIST and CIFAR-10.
func TestSVMAndSoftmaxEndCloseOnRealData(t *testing.T) {
	dir := os.Getenv("ARGMAX_DATA")
	if dir == "" || testing.Short() {
		t.Skip("needs ARGMAX_DATA, a directory of data sets")
	}
	text := heading
	for _, set := range []struct{ name, directory string }{
		{"MNIST", "mnist"}, {"Fashion-MNIST", "fashion-mnist"}, {"CIFAR-10", "cifar-10-batches-bin"},
	} {
		data, err := dataset.Load(t.Context(), filepath.Join(dir, set.directory), dataset.Config{})
		require.NoError(t, err)
		p := problem{fmt.Sprintf("%s, %d images", set.name, data.Train.Len()), data.Train, data.Test}
		text += compare(t, classifier.SGD{Epochs: 10}, p)
	}
	table(t, "09-svm-or-softmax.md", text)
}

// heading is that of the lines that compare returns.
const heading = "                              SVM  softmax  equal predictions\n"

// compare fits a problem with both losses, each with the penalty that is best on a quarter of
// the training set. It returns a line with the accuracies on the test set and the fraction of
// predictions that are equal.
func compare(t *testing.T, s classifier.Solver, p problem) string {
	learned, validation := quarters(p.train)
	var of [2][]int
	for i, l := range []loss.Loss{loss.WestonWatkins{}, loss.Softmax{}} {
		fit := func(ex classifier.Examples, l2 float64) *classifier.Linear {
			m, _, err := s.Fit(t.Context(), ex, classifier.Objective{Loss: l, L2: l2}, classifier.Options{})
			require.NoError(t, err)
			return m
		}
		best, most := 0.0, -1.0
		for _, l2 := range []float64{1e-1, 1e-2, 1e-3} {
			if a := accuracy(t, fit(learned, l2), validation); a > most {
				best, most = l2, a
			}
		}
		m := fit(p.train, best)
		of[i] = make([]int, p.test.Len())
		require.NoError(t, m.PredictAll(t.Context(), of[i], p.test, 0))
	}
	var svm, softmax, equal float64
	for i, y := range p.test.Labels() {
		share := 1 / float64(p.test.Len())
		if of[0][i] == y {
			svm += share
		}
		if of[1][i] == y {
			softmax += share
		}
		if of[0][i] == of[1][i] {
			equal += share
		}
	}
	assert.InDelta(t, svm, softmax, 0.02, p.name)
	return fmt.Sprintf("%-28s %.3f    %.3f              %.3f\n", p.name, svm, softmax, equal)
}

// Two weight vectors with equal scores: λR(W) decides.
func Example_preference() {
	x := []float32{1, 1, 1, 1}
	w1, w2 := []float32{1, 0, 0, 0}, []float32{0.25, 0.25, 0.25, 0.25}
	for _, w := range [][]float32{w1, w2} {
		row := kernels.Matrix{Rows: 1, Cols: 4, Stride: 4, Data: w}
		fmt.Println(w, "scores", argmax.Dot(w, x), "with L2 penalty", kernels.SquaredNorm(row), "and L1 penalty", kernels.L1Norm(row))
	}
	// Output:
	// [1 0 0 0] scores 1 with L2 penalty 1 and L1 penalty 1
	// [0.25 0.25 0.25 0.25] scores 1 with L2 penalty 0.25 and L1 penalty 1
}

// Four features that say the same, the first a little more.
func Example_spreadOrSelect() {
	ex := &classifier.Table{X: kernels.NewMatrix(20, 4), Y: make([]int, 20), Names: []string{"low", "high"}}
	for i := range ex.Y {
		ex.Y[i] = i % 2
		for f := range 4 {
			ex.X.Row(i)[f] = float32(2*ex.Y[i]-1) + float32(i/2%3-1)/4
		}
		ex.X.Row(i)[0] *= 1.05
	}
	for _, o := range []classifier.Objective{{L2: 0.1}, {L1: 0.1}} {
		o.Loss, o.Scaling = loss.Logistic{}, classifier.Unscaled
		m, _, err := classifier.Auto{}.Fit(context.Background(), ex, o, classifier.Options{})
		if err != nil {
			log.Fatal(err)
		}
		w := make([]float32, 4)
		m.Template(w, 1)
		fmt.Printf("L2 %.2f, L1 %.2f: %.2f\n", o.L2, o.L1, w)
	}
	// Output:
	// L2 0.10, L1 0.00: [0.54 0.51 0.51 0.51]
	// L2 0.00, L1 0.10: [2.06 0.00 0.00 0.00]
}

// The gap between what a model knows by heart and what it does on new images closes with
// more of either: examples, or regularization.
func TestTheGapCloses(t *testing.T) {
	if testing.Short() {
		t.Skip("fits models to their minimum")
	}
	train, test := clothes(t)
	fit := func(n int, l2 float64) (onTrain, onTest float64) {
		some, _ := dataset.Stratified(train, n, 1)
		m, _, err := classifier.SGD{Epochs: 100}.Fit(t.Context(), some, classifier.Objective{L2: l2}, classifier.Options{})
		require.NoError(t, err)
		return accuracy(t, m, some), accuracy(t, m, test)
	}
	text := "images  λ₂      training   test    gap\n"
	for _, one := range [][]struct {
		n  int
		l2 float64
	}{
		{{100, 1e-4}, {400, 1e-4}, {1600, 1e-4}},
		{{400, 1e-4}, {400, 1e-1}, {400, 1}},
	} {
		last := 1.0
		for _, f := range one {
			learned, held := fit(f.n, f.l2)
			text += fmt.Sprintf("%6d  %-7v    %.3f  %.3f  %.3f\n", f.n, f.l2, learned, held, learned-held)
			assert.Less(t, learned-held, last)
			last = learned - held
		}
	}
	table(t, "10-regularization.md", text)
}
