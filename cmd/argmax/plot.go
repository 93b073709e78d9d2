package main

import (
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"

	"github.com/seed842bec00/argmax/cmd/argmax/look"
)

// errorPoints are points with error bars.
type errorPoints struct {
	plotter.XYs
	plotter.YErrors
}

// plotScores plots accuracies against the number of neighbours, a line for each metric and
// vote, with a bar of one standard error to each side.
func plotScores(file string, scores []kScore) error {
	style := look.Style{Theme: look.Light, Width: look.DefaultWidth}
	p := style.Plot("", "neighbours, k", "accuracy")
	p.X.Scale, p.X.Tick.Marker = plot.LogScale{}, plot.LogTicks{Prec: -1}
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
		line.Color, dots.Color, bars.Color = style.Theme.Class(i), style.Theme.Class(i), style.Theme.Class(i)
		line.Dashes, dots.Shape = look.Dashes(i), look.Glyph(i)
		p.Add(line, dots, bars)
		p.Legend.Add(first.Metric+", "+first.Vote, line, dots)
	}
	f := look.Figure{
		Title:  "Accuracy in cross-validation",
		Note:   "with one standard error to each side",
		Blocks: []look.Block{look.Plots{Plots: []*plot.Plot{p}}},
	}
	return f.WriteFile(file, style)
}
