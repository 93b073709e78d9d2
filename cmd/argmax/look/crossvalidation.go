package look

import (
	"errors"
	"fmt"
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Comparison is what a cross-validation compares: accuracies along one axis.
type Comparison struct {
	Title  string
	X      string // what is chosen
	Curves []ErrorCurve
}

// ErrorCurve is the accuracies for the values of what is chosen, which rise and are above 0.
type ErrorCurve struct {
	Name   string
	Points []ErrorPoint
	Chosen int // the index of the point that is chosen; −1 for none
}

// ErrorPoint is the accuracy for one value.
type ErrorPoint struct {
	X             float64   `json:"x"`
	Mean          float64   `json:"accuracy"`
	StandardError float64   `json:"standardError"`   // NaN for none
	Folds         []float64 `json:"folds,omitempty"` // the accuracy on each fold; may be empty
}

// CrossValidation returns comparisons side by side: the mean accuracies with bars of a
// standard error to each side, the accuracies on the folds as small points, and rings around
// the points that are chosen. No comparisons, or curves without points, are an error.
func CrossValidation(comparisons []Comparison, note string, s Style) (Figure, error) {
	f := Figure{Title: "Cross-validation", Note: note}
	if len(comparisons) == 0 {
		return f, errors.New("look: nothing is compared")
	}
	var plots []*plot.Plot
	for _, c := range comparisons {
		p := s.Plot(c.Title, c.X, "accuracy")
		logarithmic(&p.X)
		for i, e := range c.Curves {
			if len(e.Points) == 0 {
				return f, fmt.Errorf("look: the curve of %s has no points", e.Name)
			}
			if err := e.add(p, s, i); err != nil {
				return f, err
			}
		}
		p.Legend.Top, p.Legend.Left = false, true
		plots = append(plots, p)
	}
	f.Blocks = []Block{Plots{Plots: plots, Aspect: 0.75}}
	return f, nil
}

// add adds the curve to a plot in the colour of a class.
func (e ErrorCurve) add(p *plot.Plot, s Style, class int) error {
	var means, folds plotter.XYs
	bars := errorBars{color: s.Theme.Class(class)}
	for _, point := range e.Points {
		means = append(means, plotter.XY{X: point.X, Y: point.Mean})
		for _, v := range point.Folds {
			folds = append(folds, plotter.XY{X: point.X, Y: v})
		}
		if se := point.StandardError; se == se {
			bars.points = append(bars.points, [3]float64{point.X, point.Mean - se, point.Mean + se})
		}
	}
	if folds != nil {
		dots, err := plotter.NewScatter(folds)
		if err != nil {
			return err
		}
		dots.GlyphStyle = draw.GlyphStyle{Color: s.region(class), Radius: 1.6, Shape: draw.CircleGlyph{}}
		p.Add(dots)
	}
	if bars.points != nil {
		p.Add(bars)
	}
	if err := addCurves(p, curve{name: e.Name, color: bars.color, dashes: Dashes(class), points: means}); err != nil {
		return err
	}
	if e.Chosen < 0 {
		return nil
	}
	ring, err := plotter.NewScatter(means[e.Chosen : e.Chosen+1])
	if err != nil {
		return err
	}
	ring.GlyphStyle = draw.GlyphStyle{Color: s.Theme.Foreground, Radius: 5, Shape: draw.RingGlyph{}}
	p.Add(ring)
	return nil
}

// errorBars are vertical bars from the second number at the first to the third.
type errorBars struct {
	color  color.Color
	points [][3]float64
}

func (e errorBars) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	style := draw.LineStyle{Color: e.color, Width: 1}
	const half = vg.Length(2.5)
	for _, b := range e.points {
		at, low, high := x(b[0]), y(b[1]), y(b[2])
		c.StrokeLine2(style, at, low, at, high)
		c.StrokeLine2(style, at-half, low, at+half, low)
		c.StrokeLine2(style, at-half, high, at+half, high)
	}
}

// DataRange returns the range of the bars.
func (e errorBars) DataRange() (left, right, bottom, top float64) {
	for i, b := range e.points {
		if i == 0 {
			left, right, bottom, top = b[0], b[0], b[1], b[2]
		}
		left, right, bottom, top = min(left, b[0]), max(right, b[0]), min(bottom, b[1]), max(top, b[2])
	}
	return left, right, bottom, top
}
