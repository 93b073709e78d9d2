package classifier

import (
	"context"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/classifier/metrics"
	"github.com/seed842bec00/argmax/kernels"
)

// Evaluate predicts the classes of examples and compares them with the labels, as
// [metrics.Evaluate] does: classes are matched by name. The report of a [Linear] has what
// needs scores and, if its scores are linked, probabilities. workers is the number of
// goroutines, 0 for one on each processor; it does not change the report. Rows of another
// number of features than the model's are an error, and so are scores that are NaN, which
// name the row. When ctx is done Evaluate stops and returns its error.
func Evaluate(ctx context.Context, m Predictor, ex Examples, o metrics.Options, workers int) (*metrics.Report, error) {
	p := metrics.Predictions{Classes: m.Classes(), Labels: make([]int, ex.Len())}
	if err := checkLabels(ex); err != nil {
		return nil, err
	}
	linear, ok := m.(*Linear)
	if !ok {
		if err := m.PredictAll(ctx, p.Labels, ex, workers); err != nil {
			return nil, err
		}
		return metrics.Evaluate(p, ex, o)
	}
	if err := linear.evaluate(ctx, &p, ex, workers); err != nil {
		return nil, err
	}
	return metrics.Evaluate(p, ex, o)
}

// evaluate fills p with labels, scores and, if there is a link, probabilities.
func (m *Linear) evaluate(ctx context.Context, p *metrics.Predictions, rows Rows, workers int) error {
	if err := checkRows(rows, m.Features()); err != nil {
		return err
	}
	n, classes := rows.Len(), m.weights.Classes()
	p.Scores = kernels.NewMatrix(n, classes)
	linked := m.info.Link != loss.NoLink
	if linked {
		p.Probabilities = kernels.NewMatrix(n, classes)
	}
	return m.scoreAll(ctx, rows, workers, nil, func(lo int, scores kernels.Matrix) {
		for i := range scores.Rows {
			row := scores.Row(i)
			p.Labels[lo+i] = argmax.ArgMax(row)
			copy(p.Scores.Row(lo+i), row)
			if linked {
				m.info.probabilities(row)
				copy(p.Probabilities.Row(lo+i), row)
			}
		}
	})
}
