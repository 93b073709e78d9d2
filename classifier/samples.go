package classifier

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// samples are rows with labels, indices of a list of classes, and weights, nil if all
// are 1.
type samples struct {
	rows    Rows
	labels  []int
	weights []float32
}

// samplesOf returns the samples of examples whose labels are to be indices of names. The
// error names a class that is not among them.
func samplesOf(ex Examples, names []string) (samples, error) {
	s := samples{rows: ex, labels: ex.Labels()}
	if slices.Equal(ex.Classes(), names) {
		return s, nil
	}
	to := make([]int, len(ex.Classes()))
	for i, class := range ex.Classes() {
		if to[i] = slices.Index(names, class); to[i] < 0 {
			return samples{}, fmt.Errorf("classifier: class %q is not among those of the model", class)
		}
	}
	s.labels = make([]int, len(s.labels))
	for i, y := range ex.Labels() {
		s.labels[i] = to[y]
	}
	return s, nil
}

// samples returns what is learned from and what is validated with: none, unless asked for.
func (o Options) samples(ex Examples, names []string) (learned, held samples, err error) {
	switch {
	case o.Weights != nil && len(o.Weights) != ex.Len():
		err = fmt.Errorf("classifier: %d weights for %d examples", len(o.Weights), ex.Len())
	case !(o.HoldOut >= 0 && o.HoldOut < 1):
		err = fmt.Errorf("classifier: a fraction of %v is held out, want at least 0 and less than 1", o.HoldOut)
	case o.Validation != nil && o.HoldOut > 0:
		err = fmt.Errorf("classifier: validation examples are given, and a fraction of %v is held out", o.HoldOut)
	case o.Patience < 0 || o.Patience > 0 && o.Validation == nil && o.HoldOut == 0:
		err = fmt.Errorf("classifier: a patience of %d without validation", o.Patience)
	case o.Start != nil && o.Resume != nil:
		err = errors.New("classifier: a model to start from, and a checkpoint to resume from")
	}
	if err != nil {
		return learned, held, err
	}
	if learned, err = samplesOf(ex, names); err != nil {
		return learned, held, err
	}
	learned.weights = o.Weights
	switch {
	case o.Validation != nil:
		if err = checkExamples(o.Validation); err == nil {
			err = checkRows(o.Validation, ex.Features())
		}
		if err == nil {
			held, err = samplesOf(o.Validation, names)
		}
		if err != nil {
			err = fmt.Errorf("validation: %w", err)
		}
	case o.HoldOut > 0:
		learned, held = learned.holdOut(o.HoldOut, len(names), o.HoldOutSeed)
		if len(held.labels) == 0 {
			err = fmt.Errorf("classifier: a fraction of %v of each class of %d examples is none", o.HoldOut, ex.Len())
		}
	}
	return learned, held, err
}

// pick returns the listed samples, whose rows are not copied.
func (s samples) pick(list []int) samples {
	p := samples{labels: at(s.labels, list)}
	if s.weights != nil {
		p.weights = make([]float32, len(list))
		for i, row := range list {
			p.weights[i] = s.weights[row]
		}
	}
	p.rows = pick(s.rows, list)
	return p
}

// holdOut divides samples: a fraction of each class, rounded, is held out.
// Both parts keep the order of the rows.
func (s samples) holdOut(fraction float64, classes int, seed uint64) (learned, held samples) {
	of := make([][]int, classes)
	for i, y := range s.labels {
		of[y] = append(of[y], i)
	}
	random := rand.New(rand.NewPCG(seed, 4))
	var learn, hold []int
	for _, rows := range of {
		random.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		n := int(math.Round(fraction * float64(len(rows))))
		hold, learn = append(hold, rows[:n]...), append(learn, rows[n:]...)
	}
	slices.Sort(learn)
	slices.Sort(hold)
	return s.pick(learn), s.pick(hold)
}
