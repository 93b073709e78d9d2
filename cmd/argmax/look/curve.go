package look

import (
	"image/color"
	"math"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// curve is a line of a plot, with points on it where there are few.
type curve struct {
	name   string // in the legend; empty for none
	color  color.Color
	dashes []vg.Length
	points plotter.XYs // those that are not drawable are left out
}

// drawable reports whether an axis has a place for a number: not for NaN, nor for what is so
// large or, on a logarithmic axis, so small that package plot would not end.
func drawable(axis plot.Axis, v float64) bool {
	_, logarithmic := axis.Scale.(plot.LogScale)
	return math.Abs(v) < 1e100 && (!logarithmic || v > 1e-100)
}

// fewPoints of a curve are drawn as points, too.
const fewPoints = 40

// addCurves adds curves to a plot, whose axes must have their scales.
func addCurves(p *plot.Plot, curves ...curve) error {
	for _, c := range curves {
		var points plotter.XYs
		for _, at := range c.points {
			if drawable(p.X, at.X) && drawable(p.Y, at.Y) {
				points = append(points, at)
			}
		}
		if points == nil {
			continue
		}
		line, dots, err := plotter.NewLinePoints(points)
		if err != nil {
			return err
		}
		line.Color, line.Dashes, line.Width = c.color, c.dashes, 1.4
		p.Add(line)
		if len(points) <= fewPoints {
			dots.GlyphStyle = draw.GlyphStyle{Color: c.color, Radius: 1.8, Shape: draw.CircleGlyph{}}
			p.Add(dots)
		}
		if c.name != "" {
			p.Legend.Add(c.name, line)
		}
	}
	for _, axis := range []*plot.Axis{&p.X, &p.Y} {
		if _, ok := axis.Scale.(plot.LogScale); !ok {
			continue
		}
		// Package plot would widen a range of one number, or none, below 0.
		if !(axis.Min <= axis.Max) {
			axis.Min, axis.Max = 1, 1
		}
		if axis.Min == axis.Max {
			axis.Min, axis.Max = axis.Min/2, axis.Max*2
		}
	}
	return nil
}

// addMark adds a vertical line over the whole height of a plot, with a name in the legend.
func addMark(p *plot.Plot, s Style, x float64, name string) {
	m := mark{x, draw.LineStyle{Color: s.Theme.Foreground, Width: 0.8, Dashes: []vg.Length{1.5, 2}}}
	p.Add(m)
	if name != "" {
		p.Legend.Add(name, m)
	}
}

// mark is a vertical line.
type mark struct {
	x     float64
	style draw.LineStyle
}

func (m mark) Plot(c draw.Canvas, p *plot.Plot) {
	x, _ := p.Transforms(&c)
	if at := x(m.x); c.ContainsX(at) {
		c.StrokeLine2(m.style, at, c.Min.Y, at, c.Max.Y)
	}
}

func (m mark) Thumbnail(c *draw.Canvas) {
	y := c.Center().Y
	c.StrokeLine2(m.style, c.Min.X, y, c.Max.X, y)
}

// logarithmic makes an axis logarithmic, with labels at powers of ten, or at 1, 2 and 5 times
// those if there are few.
func logarithmic(a *plot.Axis) {
	a.Scale, a.Tick.Marker = plot.LogScale{}, logTicks{}
}

type logTicks struct{}

func (logTicks) Ticks(low, high float64) []plot.Tick {
	if !(low > 0) {
		return nil // nothing is drawn
	}
	first, last := int(math.Floor(math.Log10(low))), int(math.Ceil(math.Log10(high)))
	decades := math.Log10(high / low)
	every := max(1, int(math.Ceil(decades/8))) // labels of powers of ten
	var ticks []plot.Tick
	for e := first; e <= last; e++ {
		for m := 1; m <= 9; m++ {
			// A decimal, which is the nearest number to what it says.
			value, err := strconv.ParseFloat(strconv.Itoa(m)+"e"+strconv.Itoa(e), 64)
			if err != nil || value < low*(1-1e-12) || value > high*(1+1e-12) {
				continue
			}
			t := plot.Tick{Value: value}
			if m == 1 && e%every == 0 || decades < 2.5 && (m == 2 || m == 5) || decades < 0.6 {
				t.Label = minus(strconv.FormatFloat(value, 'g', -1, 64))
			}
			if m == 1 || decades <= 3 {
				ticks = append(ticks, t)
			}
		}
	}
	return ticks
}

// plainTicks are those of package plot with labels that have no zeros at their end.
type plainTicks struct{}

func (plainTicks) Ticks(low, high float64) []plot.Tick {
	ticks := plot.DefaultTicks{}.Ticks(low, high)
	for i, t := range ticks {
		if t.Label != "" {
			ticks[i].Label = minus(strconv.FormatFloat(t.Value, 'g', 6, 64))
		}
	}
	return ticks
}
