package classifier

import "fmt"

// Evaluation compares predictions with the truth.
type Evaluation struct {
	Examples int
	Correct  int
	// Confusion[truth][prediction] counts examples; predictions of no class (−1)
	// are in Unknown[truth].
	Confusion [][]int
	Unknown   []int
}

// Evaluate compares predicted, one class for each example, with the labels.
func Evaluate(predicted []int, ex Examples) (Evaluation, error) {
	if len(predicted) != ex.Len() {
		return Evaluation{}, fmt.Errorf("classifier: %d predictions for %d examples", len(predicted), ex.Len())
	}
	classes := len(ex.Classes())
	e := Evaluation{Examples: ex.Len(), Confusion: make([][]int, classes), Unknown: make([]int, classes)}
	for truth := range e.Confusion {
		e.Confusion[truth] = make([]int, classes)
	}
	for i, p := range predicted {
		truth := ex.Label(i)
		switch {
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

// Accuracy is the share of examples that were predicted right; 0 of none.
func (e Evaluation) Accuracy() float64 {
	if e.Examples == 0 {
		return 0
	}
	return float64(e.Correct) / float64(e.Examples)
}
