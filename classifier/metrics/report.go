package metrics

import (
	"cmp"
	"fmt"
	"math"
)

// Options say what a report has. The zero value is fine.
type Options struct {
	// Top are the values of k for which the top-k accuracy is computed.
	Top []int
	// Areas asks for the areas under the curves of each class, which needs a sort of all
	// examples for each.
	Areas bool
	// Bins are those of the calibration; 0 means 15, as in C. Guo and others, "On
	// calibration of modern neural networks", ICML 2017.
	Bins int
	// Confidence is that of the interval of the accuracy; 0 means 0.95.
	Confidence float64
	// CountUnknown counts examples of classes that the model does not know, all of which
	// it gets wrong. Otherwise they are an error that names the classes.
	CountUnknown bool
}

// Report is how well predictions agree with labels.
type Report struct {
	Examples int `json:"examples"`
	Correct  int `json:"correct"`
	// Accuracy is Correct/Examples, 0 without examples, and Interval its interval by
	// [Wilson].
	Accuracy float64  `json:"accuracy"`
	Interval Interval `json:"interval"`
	// Top are the top-k accuracies, in the order of the Options.
	Top []TopK `json:"top,omitempty"`
	// Macro is the mean over the classes that have examples or predictions, Weighted that
	// over the examples.
	Macro    Scores `json:"macro"`
	Weighted Scores `json:"weighted"`
	// LogLoss is the mean of −log p of the probability of the true class, which counts as
	// at least 2⁻⁵², as in scikit-learn, and Brier that of Σ (pⱼ − 1[j is the class])² over the classes j
	// (G. W. Brier, 1950): from 0 to 2, for two classes twice what scikit-learn's
	// brier_score_loss returns.
	LogLoss Value `json:"logLoss"`
	Brier   Value `json:"brier"`
	// CalibrationError is the expected calibration error (M. P. Naeini and others, AAAI
	// 2015): the mean difference of confidence, the probability of the predicted class,
	// and accuracy, over bins of equal width, weighted by their examples. Calibration are
	// the bins.
	CalibrationError Value `json:"calibrationError"`
	Calibration      []Bin `json:"calibration,omitempty"`
	// Classes are those of the predictions, in their order, followed by unknown ones.
	Classes []Class `json:"classes"`
	// Confusion[truth][prediction] counts examples, Unclassified[truth] those for which no
	// class is predicted.
	Confusion    [][]int `json:"confusion"`
	Unclassified []int   `json:"unclassified"`
}

// TopK is the part of the examples whose class has one of the K highest scores; of equal
// scores the lower class is the higher.
type TopK struct {
	K        int     `json:"k"`
	Accuracy float64 `json:"accuracy"`
}

// Class is how well one class is told from the others.
type Class struct {
	Name string `json:"name"`
	// Support is the number of its examples, Predicted that of the predictions of it.
	Support   int `json:"support"`
	Predicted int `json:"predicted"`
	Scores
}

// Scores are numbers of a class, or means of them.
type Scores struct {
	// Precision is the part of the predictions of the class that are right, Recall the
	// part of its examples that are found, and F1 the harmonic mean of both. 0/0 is 0 for
	// a class that has examples or predictions, as in scikit-learn, and NaN for another.
	Precision Value `json:"precision"`
	Recall    Value `json:"recall"`
	F1        Value `json:"f1"`
	// ROCArea and AveragePrecision are those of the [Ranking] of the examples by the
	// probability of the class, or by its score if there are no probabilities. They are
	// NaN unless there are examples of this class and of others. Means are over the classes
	// that have them.
	ROCArea          Value `json:"rocArea"`
	AveragePrecision Value `json:"averagePrecision"`
}

// Evaluate compares predictions with the labels of truth, whose classes it matches by name.
// A label or prediction that is no class, a score that is NaN, or a row of probabilities
// that are negative or do not add up to 1 is an error that names the row. It panics if
// there are not as many predictions, rows and columns as examples and classes.
func Evaluate(p Predictions, truth Labelled, o Options) (*Report, error) {
	n := len(truth.Labels())
	p.mustFit(n)
	if err := o.check(); err != nil {
		return nil, err
	}
	if err := p.check(); err != nil {
		return nil, err
	}
	m, err := match(p.Classes, truth, o.CountUnknown)
	if err != nil {
		return nil, err
	}
	p = p.withLabels(n)
	nan := Value(math.NaN())
	r := &Report{Examples: n, LogLoss: nan, Brier: nan, CalibrationError: nan}
	r.count(p, m)
	r.Interval = Wilson(r.Correct, n, cmp.Or(o.Confidence, 0.95))
	if ranks := p.ranks(); ranks.Data != nil {
		for _, k := range o.Top {
			r.Top = append(r.Top, TopK{k, topK(p, m.labels, k)})
		}
		if o.Areas {
			if err := r.areas(p, m.labels); err != nil {
				return nil, err
			}
		}
	}
	if p.Probabilities.Data != nil && n > 0 {
		r.probabilities(p, m.labels, cmp.Or(o.Bins, 15))
	}
	r.average()
	return r, nil
}

func (o Options) check() error {
	for _, k := range o.Top {
		if k < 1 {
			return fmt.Errorf("metrics: top %d, want 1 or more", k)
		}
	}
	if o.Bins < 0 {
		return fmt.Errorf("metrics: %d bins", o.Bins)
	}
	if !(o.Confidence >= 0 && o.Confidence < 1) {
		return fmt.Errorf("metrics: confidence %v, want one between 0 and 1", o.Confidence)
	}
	return nil
}

// count counts predictions and fills what follows from the counts.
func (r *Report) count(p Predictions, m matched) {
	k := len(m.classes)
	r.Confusion, r.Unclassified, r.Classes = make([][]int, k), make([]int, k), make([]Class, k)
	for truth := range r.Confusion {
		r.Confusion[truth] = make([]int, k)
	}
	for i, y := range m.labels {
		r.Classes[y].Support++
		if prediction := p.Labels[i]; prediction < 0 {
			r.Unclassified[y]++
		} else {
			r.Confusion[y][prediction]++
			r.Classes[prediction].Predicted++
		}
	}
	for y := range r.Classes {
		c, hits := &r.Classes[y], r.Confusion[y][y]
		r.Correct += hits
		c.Name = m.classes[y]
		nan := Value(math.NaN())
		c.Scores = Scores{nan, nan, nan, nan, nan}
		if c.Support+c.Predicted > 0 {
			c.Precision, c.Recall = fraction(hits, c.Predicted), fraction(hits, c.Support)
			c.F1 = fraction(2*hits, c.Support+c.Predicted)
		}
	}
	r.Accuracy = float64(fraction(r.Correct, r.Examples))
}

// fraction returns part/whole, and 0 for 0/0.
func fraction(part, whole int) Value {
	if whole == 0 {
		return 0
	}
	return Value(part) / Value(whole)
}

// topK returns the part of the examples whose class is among the k highest.
func topK(p Predictions, labels []int, k int) float64 {
	ranks, hits := p.ranks(), 0
	for i, y := range labels {
		if y >= len(p.Classes) {
			continue
		}
		row, before := ranks.Row(i), 0
		for j, s := range row {
			if s > row[y] || s == row[y] && j < y {
				before++
			}
		}
		if before < k {
			hits++
		}
	}
	return float64(fraction(hits, len(labels)))
}

// areas computes the areas of each class.
func (r *Report) areas(p Predictions, labels []int) error {
	ranks := p.ranks()
	column, positive := make([]float32, len(labels)), make([]bool, len(labels))
	for k := range p.Classes {
		for i, y := range labels {
			column[i], positive[i] = ranks.Row(i)[k], y == k
		}
		ranking, err := Rank(column, positive)
		if err != nil {
			return err
		}
		if c := &r.Classes[k]; c.Support > 0 && c.Support < r.Examples {
			c.ROCArea, c.AveragePrecision = Value(ranking.ROCArea()), Value(ranking.AveragePrecision())
		}
	}
	return nil
}

// smallestProbability is the one whose logarithm stands for those of smaller ones.
const smallestProbability = 0x1p-52

// probabilities computes what needs probabilities.
func (r *Report) probabilities(p Predictions, labels []int, bars int) {
	var loss, brier float64
	b := make(bins, bars)
	for i, y := range labels {
		var squares, truth float64
		for j, v := range p.Probabilities.Row(i) {
			difference := float64(v)
			if j == y {
				truth = difference
				difference--
			}
			squares += float64(difference * difference)
		}
		if y >= len(p.Classes) {
			squares++
		}
		brier += squares
		loss -= log(min(max(truth, smallestProbability), 1))
		if prediction := p.Labels[i]; prediction >= 0 {
			b.add(float64(p.Probabilities.Row(i)[prediction]), prediction == y)
		}
	}
	n := float64(len(labels))
	r.LogLoss, r.Brier = Value(loss/n), Value(brier/n)
	r.CalibrationError, r.Calibration = Value(b.expectedError()), b.table()
}

// average computes the means over the classes and over the examples.
func (r *Report) average() {
	mean := func(of func(*Scores) *Value) {
		var sum, weighted Value
		classes, examples := 0, 0
		for i := range r.Classes {
			c := &r.Classes[i]
			if v := *of(&c.Scores); v == v {
				sum += v
				weighted += Value(v * Value(c.Support))
				classes++
				examples += c.Support
			}
		}
		*of(&r.Macro), *of(&r.Weighted) = sum/Value(classes), weighted/Value(examples)
	}
	mean(func(s *Scores) *Value { return &s.Precision })
	mean(func(s *Scores) *Value { return &s.Recall })
	mean(func(s *Scores) *Value { return &s.F1 })
	mean(func(s *Scores) *Value { return &s.ROCArea })
	mean(func(s *Scores) *Value { return &s.AveragePrecision })
}
