package main

import (
	"slices"

	"github.com/seed842bec00/argmax/cmd/argmax/look"
)

// plotScores plots accuracies against the number of neighbours, a line for each metric and
// vote, with a bar of one standard error to each side and a ring around the best.
func plotScores(file string, scores []kScore, best kScore) error {
	c := look.Comparison{Title: "nearest neighbours", X: "neighbours, k"}
	for len(scores) > 0 {
		first := scores[0]
		n := slices.IndexFunc(scores, func(s kScore) bool { return s.Metric != first.Metric || s.Vote != first.Vote })
		if n < 0 {
			n = len(scores)
		}
		e := look.ErrorCurve{Name: first.Metric + ", " + first.Vote, Chosen: slices.Index(scores[:n], best)}
		for _, s := range scores[:n] {
			e.Points = append(e.Points, look.ErrorPoint{X: float64(s.K), Mean: s.Mean, StandardError: s.StandardError})
		}
		scores = scores[n:]
		c.Curves = append(c.Curves, e)
	}
	style := look.Style{Theme: look.Light, Width: look.DefaultWidth}
	f, err := look.CrossValidation([]look.Comparison{c}, "Mean accuracy over the folds with one standard error to each side. The ring is around the best.", style)
	if err != nil {
		return err
	}
	return f.WriteFile(file, style)
}
