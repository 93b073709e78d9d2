package picture

import (
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// dot draws a disc.
func dot(c draw.Canvas, at vg.Point, radius vg.Length, ink Ink) {
	var p vg.Path
	p.Arc(at, radius, 0, 2*math.Pi)
	c.SetColor(ink)
	c.Fill(p)
}

func line(c draw.Canvas, ink Ink, width vg.Length, dash []vg.Length, points ...vg.Point) {
	c.StrokeLines(draw.LineStyle{Color: ink, Width: width, Dashes: dash}, points)
}

// A Point is one number with its interval, at a place on the other axis.
type Point struct {
	X, Y   float64
	Lo, Hi float64 // the interval of Y; both 0 if there is none
	Title  string  // what the pointer shows
}

func (p Point) data(x, y string) []Datum {
	data := []Datum{{x, p.X}, {y, p.Y}}
	if p.Hi > 0 {
		data = append(data, Datum{"lo", p.Lo}, Datum{"hi", p.Hi})
	}
	return data
}

// plotter is a function as a plotter.
type plotter func(c draw.Canvas, p *plot.Plot)

func (f plotter) Plot(c draw.Canvas, p *plot.Plot) { f(c, p) }

// grid draws a line for each labelled tick.
func grid(x, y bool) plotter {
	return func(c draw.Canvas, p *plot.Plot) {
		if x {
			for _, t := range p.X.Tick.Marker.Ticks(p.X.Min, p.X.Max) {
				if at := c.X(p.X.Norm(t.Value)); !t.IsMinor() && c.ContainsX(at) {
					line(c, Grid, 1, nil, vg.Point{X: at, Y: c.Min.Y}, vg.Point{X: at, Y: c.Max.Y})
				}
			}
		}
		if y {
			for _, t := range p.Y.Tick.Marker.Ticks(p.Y.Min, p.Y.Max) {
				if at := c.Y(p.Y.Norm(t.Value)); !t.IsMinor() && c.ContainsY(at) {
					line(c, Grid, 1, nil, vg.Point{X: c.Min.X, Y: at}, vg.Point{X: c.Max.X, Y: at})
				}
			}
		}
	}
}

// on returns the canvas beneath, which gonum/plot wraps when it pads.
func on(c draw.Canvas) *canvas {
	for {
		switch inner := c.Canvas.(type) {
		case draw.Canvas:
			c = inner
		case *canvas:
			return inner
		}
	}
}
