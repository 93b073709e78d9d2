package look

import (
	"errors"
	"fmt"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"

	"github.com/seed842bec00/argmax/classifier"
)

// Training returns how a fit went, from its reports in the order in which they came: the
// losses and accuracies of training and validation, the objective with its terms, and the
// gap to the minimum or, where no gap is known, the length of the steps. Their epochs or
// iterations must rise. No reports are an error.
func Training(reports []classifier.Report, s Style) (Figure, error) {
	if len(reports) == 0 {
		return Figure{}, errors.New("look: a training without iterations")
	}
	last := reports[len(reports)-1]
	unit := "iteration"
	if last.Solver == "SGD" {
		unit = "epoch"
	}
	// of returns a curve of what value gives of each report.
	of := func(name string, class int, value func(classifier.Report) (y float64, ok bool)) curve {
		c := curve{name: name, color: s.Theme.Class(class)}
		for _, r := range reports {
			if y, ok := value(r); ok {
				c.points = append(c.points, plotter.XY{X: float64(r.Iterations), Y: y})
			}
		}
		return c
	}
	always := func(value func(classifier.Report) float64) func(classifier.Report) (float64, bool) {
		return func(r classifier.Report) (float64, bool) { return value(r), true }
	}
	validated := func(value func(classifier.Validation) float64) func(classifier.Report) (float64, bool) {
		return func(r classifier.Report) (float64, bool) { return value(r.Validation), r.Validation.Best > 0 }
	}
	best := bestOf(reports)

	losses := s.Plot("Loss", unit, "mean loss of an example")
	accuracies := s.Plot("Accuracy", unit, "accuracy")
	accuracies.Legend.Top = false
	objective := s.Plot("Objective", unit, "loss and penalty")
	training := of("training", 0, always(func(r classifier.Report) float64 { return r.Loss }))
	if low, high := extremes(training.points); low > 0 && high > 4*low {
		logarithmic(&losses.Y) // the first iterations would leave no room for the others
	}
	err := errors.Join(
		addCurves(losses, training, of("validation", 1, validated(func(v classifier.Validation) float64 { return v.Loss }))),
		addCurves(accuracies,
			of("training", 0, always(func(r classifier.Report) float64 { return r.Accuracy })),
			of("validation", 1, validated(func(v classifier.Validation) float64 { return v.Accuracy }))),
		addCurves(objective,
			of("objective", 6, always(func(r classifier.Report) float64 { return r.Objective })),
			of("loss", 0, always(func(r classifier.Report) float64 { return r.Loss })),
			of("penalty", 2, always(func(r classifier.Report) float64 { return r.Penalty }))),
	)
	if best != nil {
		addMark(losses, s, float64(best.Iterations), "lowest validation loss")
		addMark(accuracies, s, float64(best.Iterations), "")
	}
	gap := of("", 3, func(r classifier.Report) (float64, bool) { return r.Gap, r.Gap-r.Gap == 0 && r.Gap > 0 })
	distance := s.Plot("Distance from the minimum", unit, "gap, at most")
	if gap.points == nil {
		gap = of("", 3, func(r classifier.Report) (float64, bool) { return r.Update, r.Update > 0 })
		distance = s.Plot("Steps", unit, "relative length of the last step")
	}
	plots := []*plot.Plot{losses, accuracies, objective}
	if gap.points != nil {
		logarithmic(&distance.Y)
		err = errors.Join(err, addCurves(distance, gap))
		plots = append(plots, distance)
	}
	note := fmt.Sprintf("%s, %d %ss: objective %.4g, of which loss %.4g and penalty %.4g; accuracy %.2f %%.",
		last.Solver, last.Iterations, unit, last.Objective, last.Loss, last.Penalty, 100*last.Accuracy)
	if best != nil {
		note += fmt.Sprintf(" On the validation set the loss is lowest at %s %d, %.4g, with an accuracy of %.2f %%.",
			unit, best.Iterations, best.Validation.Loss, 100*best.Validation.Accuracy)
	}
	return Figure{Title: "Training", Note: note, Blocks: []Block{Plots{Plots: plots, Columns: 2}}}, err
}

// extremes returns the lowest and the highest of points.
func extremes(points plotter.XYs) (low, high float64) {
	low, high = points[0].Y, points[0].Y
	for _, p := range points {
		low, high = min(low, p.Y), max(high, p.Y)
	}
	return low, high
}

// bestOf returns the first report with the lowest validation loss, nil if there is none.
func bestOf(reports []classifier.Report) *classifier.Report {
	var best *classifier.Report
	for i, r := range reports {
		if r.Validation.Best > 0 && (best == nil || r.Validation.Loss < best.Validation.Loss) {
			best = &reports[i]
		}
	}
	return best
}
