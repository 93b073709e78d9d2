package main

import (
	"path/filepath"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/plotutil"
	"gonum.org/v1/plot/vg"
)

// checkPlot returns an error unless a plot can be written to a file of this name.
func checkPlot(name string) error {
	if formats := []string{".svg", ".png"}; !slices.Contains(formats, filepath.Ext(name)) {
		return usage("%s: a plot is %s", name, either(formats))
	}
	return nil
}

// errorPoints are points with error bars.
type errorPoints struct {
	plotter.XYs
	plotter.YErrors
}

// plotScores plots accuracies against the number of neighbours, a line for each metric and
// vote, with a bar of one standard error to each side.
func plotScores(file string, scores []kScore) error {
	p := plot.New()
	p.Title.Text = "Accuracy in cross-validation, with one standard error"
	p.X.Label.Text = "neighbours, k"
	p.Y.Label.Text = "accuracy"
	p.X.Scale, p.X.Tick.Marker = plot.LogScale{}, plot.LogTicks{Prec: -1}
	p.Add(plotter.NewGrid())
	for i := 0; len(scores) > 0; i++ {
		first := scores[0]
		n := slices.IndexFunc(scores, func(s kScore) bool { return s.Metric != first.Metric || s.Vote != first.Vote })
		if n < 0 {
			n = len(scores)
		}
		var points errorPoints
		for _, s := range scores[:n] {
			points.XYs = append(points.XYs, plotter.XY{X: float64(s.K), Y: s.Mean})
			points.YErrors = append(points.YErrors, struct{ Low, High float64 }{s.StandardError, s.StandardError})
		}
		scores = scores[n:]
		line, dots, err := plotter.NewLinePoints(points.XYs)
		if err != nil {
			return err
		}
		bars, err := plotter.NewYErrorBars(points)
		if err != nil {
			return err
		}
		line.Color, dots.Color, bars.Color = plotutil.Color(i), plotutil.Color(i), plotutil.Color(i)
		p.Add(line, dots, bars)
		p.Legend.Add(first.Metric+", "+first.Vote, line, dots)
	}
	p.Legend.Top = true
	return p.Save(16*vg.Centimeter, 10*vg.Centimeter, file)
}
