package selection

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/seed842bec00/argmax/classifier"
)

// Split divides rows of examples into those that a model learns from and those that it is
// judged by. Both are in ascending order; [classifier.Subset] takes them.
type Split struct{ Learn, Validate []int }

// KFold returns the splits of a stratified cross-validation: each row is in Validate of one
// of the k splits, and in Learn of the others. The folds have the same number of rows, and of
// rows of each class, but for one. The rows of each class are drawn by the seed. Fewer than
// two folds, or more than rows, are an error, and so is a label that is no class.
func KFold(ex classifier.Examples, k int, seed uint64) ([]Split, error) {
	if k < 2 || k > ex.Len() {
		return nil, fmt.Errorf("selection: %d folds of %d examples, want 2 or more, and no more than examples", k, ex.Len())
	}
	classes, err := byClass(ex, seed)
	if err != nil {
		return nil, err
	}
	fold, next := make([]int, ex.Len()), 0
	for _, rows := range classes {
		for _, row := range rows {
			fold[row] = next
			next = (next + 1) % k
		}
	}
	splits := make([]Split, k)
	for row, f := range fold {
		for i := range splits {
			if i == f {
				splits[i].Validate = append(splits[i].Validate, row)
			} else {
				splits[i].Learn = append(splits[i].Learn, row)
			}
		}
	}
	return splits, nil
}

// HoldOut returns the split that holds out a fraction, between 0 and 1, of the rows of each
// class, rounded, drawn by the seed. A class keeps at least one row to learn from. It is an
// error if nothing is held out.
func HoldOut(ex classifier.Examples, fraction float64, seed uint64) (Split, error) {
	if !(fraction > 0 && fraction < 1) {
		return Split{}, fmt.Errorf("selection: a fraction of %v is held out, want one between 0 and 1", fraction)
	}
	classes, err := byClass(ex, seed)
	if err != nil {
		return Split{}, err
	}
	var s Split
	for _, rows := range classes {
		n := max(0, min(int(math.Round(fraction*float64(len(rows)))), len(rows)-1))
		s.Validate, s.Learn = append(s.Validate, rows[:n]...), append(s.Learn, rows[n:]...)
	}
	if len(s.Validate) == 0 {
		return Split{}, fmt.Errorf("selection: a fraction of %v of each class of %d examples is none", fraction, ex.Len())
	}
	slices.Sort(s.Learn)
	slices.Sort(s.Validate)
	return s, nil
}

// byClass returns the rows of each class in a random order.
func byClass(ex classifier.Examples, seed uint64) ([][]int, error) {
	labels, classes := ex.Labels(), make([][]int, len(ex.Classes()))
	if len(labels) != ex.Len() {
		return nil, fmt.Errorf("selection: %d rows and %d labels", ex.Len(), len(labels))
	}
	for row, y := range labels {
		if y < 0 || y >= len(classes) {
			return nil, fmt.Errorf("selection: row %d: label %d, with %d classes", row, y, len(classes))
		}
		classes[y] = append(classes[y], row)
	}
	random := rand.New(rand.NewPCG(seed, 7))
	for _, rows := range classes {
		random.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	}
	return classes, nil
}

// thin returns a part of rows: of each class 1/divisor, rounded up. That of a larger divisor
// is a part of that of a smaller one.
func thin(labels, rows []int, divisor int, seed uint64) []int {
	if divisor == 1 {
		return rows
	}
	shuffled, of := slices.Clone(rows), map[int]int{}
	random := rand.New(rand.NewPCG(seed, 8))
	random.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	for _, row := range rows {
		of[labels[row]]++
	}
	for y, n := range of {
		of[y] = (n + divisor - 1) / divisor
	}
	var part []int
	for _, row := range shuffled {
		if y := labels[row]; of[y] > 0 {
			of[y]--
			part = append(part, row)
		}
	}
	slices.Sort(part)
	return part
}
