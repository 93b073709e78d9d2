package look

import (
	"context"
	"fmt"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/classifier/metrics"
	"github.com/seed842bec00/argmax/kernels"
)

// predictions are what a model makes of labelled examples.
type predictions struct {
	// confidence has the probabilities of the classes, or the scores if the model has no
	// probabilities.
	confidence kernels.Matrix
	linked     bool
	labels     []int // true classes of the model
	predicted  []int // the class of the highest score
}

// predict returns what a model makes of examples, whose classes it matches by name. A score
// that is NaN, or infinite where there are probabilities, is an error that names the row.
func predict(ctx context.Context, m *classifier.Linear, ex classifier.Examples, workers int) (predictions, error) {
	p := predictions{linked: m.Info().Link != loss.NoLink}
	var err error
	if p.labels, err = metrics.Match(m.Classes(), ex); err != nil {
		return p, err
	}
	p.confidence = kernels.NewMatrix(ex.Len(), len(m.Classes()))
	if err := m.ScoresAll(ctx, p.confidence, ex, workers); err != nil {
		return p, err
	}
	for i := range ex.Len() {
		row := p.confidence.Row(i)
		for class, x := range row {
			if x != x {
				return p, fmt.Errorf("look: row %d: the score of %s is NaN", i, m.Classes()[class])
			}
		}
		p.predicted = append(p.predicted, argmax.ArgMax(row))
	}
	if !p.linked {
		return p, nil
	}
	if err := m.ProbabilitiesAll(ctx, p.confidence, ex, workers); err != nil {
		return p, err
	}
	for i := range ex.Len() {
		if x := p.confidence.Row(i)[0]; x != x {
			return p, fmt.Errorf("look: row %d: a score is infinite, and the probabilities are NaN", i)
		}
	}
	return p, nil
}
