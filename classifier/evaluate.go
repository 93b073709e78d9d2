package classifier

import "fmt"

// Evaluation counts predictions that are right and wrong.
type Evaluation struct {
	Examples int
	Correct  int
	// Confusion[truth][prediction] counts examples; predictions of no class (−1)
	// are in Unknown[truth].
	Confusion [][]int
	Unknown   []int
}

// Evaluate compares predicted, a class for each example, with the labels. It
// panics unless there are as many of both. A label, or a prediction other than −1,
// that is no class of the examples is an error that names the row.
func Evaluate(predicted []int, ex Examples) (Evaluation, error) {
	labels, classes := ex.Labels(), len(ex.Classes())
	if len(predicted) != len(labels) {
		panic(fmt.Sprintf("classifier: Evaluate: %d predictions for %d examples", len(predicted), len(labels)))
	}
	e := Evaluation{Examples: len(labels), Confusion: make([][]int, classes), Unknown: make([]int, classes)}
	for truth := range e.Confusion {
		e.Confusion[truth] = make([]int, classes)
	}
	for i, p := range predicted {
		truth := labels[i]
		switch {
		case truth < 0 || truth >= classes:
			return Evaluation{}, fmt.Errorf("classifier: row %d: label %d, with %d classes", i, truth, classes)
		case p < 0:
			e.Unknown[truth]++
			continue
		case p >= classes:
			return Evaluation{}, fmt.Errorf("classifier: row %d: prediction %d, with %d classes", i, p, classes)
		}
		e.Confusion[truth][p]++
		if p == truth {
			e.Correct++
		}
	}
	return e, nil
}

// Accuracy returns the fraction of the examples whose class was predicted, 0 if
// there are none.
func (e Evaluation) Accuracy() float64 {
	if e.Examples == 0 {
		return 0
	}
	return float64(e.Correct) / float64(e.Examples)
}
