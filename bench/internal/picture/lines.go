package picture

import (
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A Line is a series of points, joined.
type Line struct {
	Name   string
	Ink    Ink
	Dashed bool
	Steps  bool // each value holds until the next
	Points []Point
}

// Lines is a chart of one or several lines over two axes, whose ranges are those of the
// points where they are 0.
type Lines struct {
	X, Y  Axis
	Lines []Line
}

func (l Lines) draw(width vg.Length) drawing {
	var xs, ys []float64
	var keys []Key
	for _, series := range l.Lines {
		for _, p := range series.Points {
			xs, ys = append(xs, p.X), append(ys, p.Y)
			if p.Hi > 0 {
				ys = append(ys, p.Lo, p.Hi)
			}
		}
		keys = append(keys, Key{series.Ink, series.Name})
	}
	l.X.fit(xs)
	l.Y.fit(ys)
	l.X.few = width <= Narrow
	p := newPlot(l.X, l.Y)
	p.Add(grid(true, true))
	for _, series := range l.Lines {
		p.Add(series)
	}
	return drawing{plot: p, height: min(width*3/4, 340), keys: keys}
}

func (a *Axis) fit(values []float64) {
	if a.Max != 0 {
		return
	}
	if a.Log {
		a.Min, a.Max = span(values)
		return
	}
	for _, v := range values {
		a.Max = max(a.Max, v)
	}
	if a.Max *= 1.05; a.Max == 0 {
		a.Max = 1
	}
}

// Plot draws the line and its points.
func (l Line) Plot(c draw.Canvas, p *plot.Plot) {
	var path []vg.Point
	at := func(x, y float64) vg.Point { return vg.Point{X: c.X(p.X.Norm(x)), Y: c.Y(p.Y.Norm(y))} }
	for i, q := range l.Points {
		if l.Steps && i > 0 {
			path = append(path, at(q.X, l.Points[i-1].Y))
		}
		path = append(path, at(q.X, q.Y))
	}
	var dash []vg.Length
	if l.Dashed {
		dash = []vg.Length{5, 4}
	}
	line(c, l.Ink, 2, dash, path...)
	radius := vg.Length(3)
	if len(l.Points) > 40 {
		radius = 1.5
	}
	for _, q := range l.Points {
		out := on(c)
		out.mark(l.Name+": "+q.Title, q.data("x", "y"), func() {
			if q.Hi > 0 {
				line(c, l.Ink, 1.5, nil, at(q.X, q.Lo), at(q.X, q.Hi))
			}
			dot(c, at(q.X, q.Y), radius, l.Ink)
		})
	}
}
