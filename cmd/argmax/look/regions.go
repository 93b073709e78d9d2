package look

import (
	"image"
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/seed842bec00/argmax/kernels"
)

// RegionPlot is what a plot of decision regions shows.
type RegionPlot struct {
	Title, X, Y string
	Plane       Plane
	Regions     []int // of the plane: the class of each cell, −1 for none

	// Points has a row of two features for each label. A point whose label is not that of
	// Predicted, if there are predictions, is outlined.
	Points            kernels.Matrix
	Labels, Predicted []int

	Boundaries []Boundary // solid lines
	Margins    []Boundary // dashed lines
}

// Plot returns the plot: regions in the pale colours of their classes, with the lines and
// the points on top.
func (r RegionPlot) Plot(s Style) *plot.Plot {
	p := s.Plot(r.Title, r.X, r.Y)
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = r.Plane.Left, r.Plane.Right, r.Plane.Bottom, r.Plane.Top
	p.X.Padding, p.Y.Padding = 0, 0
	p.Add(regionPlotter{r, s})
	return p
}

// regionPlotter is a plot.Plotter.
type regionPlotter struct {
	RegionPlot
	style Style
}

// The widths of lines and the radius of points.
const (
	boundaryWidth = vg.Length(1.2)
	marginWidth   = vg.Length(0.8)
	pointRadius   = vg.Length(2.4)
)

func (r regionPlotter) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	drawImage(innermost(c), rect(x(r.Plane.Left), y(r.Plane.Bottom), x(r.Plane.Right), y(r.Plane.Top)), r.image())
	for _, m := range r.Margins {
		c.StrokeLine2(draw.LineStyle{Color: r.style.Theme.Muted, Width: marginWidth, Dashes: []vg.Length{4, 3}},
			x(m.From[0]), y(m.From[1]), x(m.To[0]), y(m.To[1]))
	}
	for _, b := range r.Boundaries {
		c.StrokeLine2(draw.LineStyle{Color: r.style.Theme.Foreground, Width: boundaryWidth},
			x(b.From[0]), y(b.From[1]), x(b.To[0]), y(b.To[1]))
	}
	for i, label := range r.Labels {
		row := r.Points.Row(i)
		at := vg.Point{X: x(float64(row[0])), Y: y(float64(row[1]))}
		if c.Contains(at) {
			drawPoint(c, r.style, at, label, r.Predicted != nil && r.Predicted[i] != label)
		}
	}
}

// innermost returns a canvas without those that plot has put around it.
func innermost(c draw.Canvas) draw.Canvas {
	for {
		inner, ok := c.Canvas.(draw.Canvas)
		if !ok {
			return c
		}
		c.Canvas = inner.Canvas
	}
}

// drawPoint draws a point of a class, with an edge that sets it off from the region and from
// other points.
func drawPoint(c draw.Canvas, s Style, at vg.Point, class int, wrong bool) {
	edge := draw.GlyphStyle{Color: s.Theme.Background, Radius: pointRadius + 0.7, Shape: pointShape(class)}
	if wrong {
		edge.Color, edge.Radius = s.Theme.Foreground, edge.Radius+0.4
	}
	c.DrawGlyph(edge, at)
	c.DrawGlyph(draw.GlyphStyle{Color: s.Theme.Class(class), Radius: pointRadius, Shape: pointShape(class)}, at)
}

// pointShape returns the filled shape of the points of a class. There are five, so that with
// eight colours the points of forty classes differ.
func pointShape(class int) draw.GlyphDrawer {
	return []draw.GlyphDrawer{
		draw.CircleGlyph{}, polygon{4, math.Pi / 4}, polygon{3, math.Pi / 2}, polygon{4, 0}, polygon{3, -math.Pi / 2},
	}[class%5]
}

// polygon is a regular polygon with a first corner at an angle.
type polygon struct {
	corners int
	angle   float64
}

func (g polygon) DrawGlyph(c *draw.Canvas, s draw.GlyphStyle, at vg.Point) {
	radius := float64(s.Radius) * math.Sqrt(2*math.Pi/float64(g.corners)/math.Sin(2*math.Pi/float64(g.corners))) // the area of the circle
	var p vg.Path
	for i := range g.corners {
		sin, cos := math.Sincos(g.angle + 2*math.Pi*float64(i)/float64(g.corners))
		corner := vg.Point{X: at.X + vg.Length(radius*cos), Y: at.Y + vg.Length(radius*sin)}
		if i == 0 {
			p.Move(corner)
		} else {
			p.Line(corner)
		}
	}
	p.Close()
	c.SetColor(s.Color)
	c.Fill(p)
}

// image returns the regions as pixels.
func (r regionPlotter) image() image.Image {
	m := image.NewRGBA(image.Rect(0, 0, r.Plane.Columns, r.Plane.Rows))
	for i, class := range r.Regions {
		m.Set(i%r.Plane.Columns, i/r.Plane.Columns, r.style.region(class))
	}
	return m
}

// region returns the colour of the region of a class: a pale one, less pale where the
// colours of classes repeat.
func (s Style) region(class int) color.Color {
	if class < 0 {
		return s.Theme.Background
	}
	strength := 0.28
	if class >= len(s.Theme.classes) {
		strength = 0.5
	}
	return ColorMap{s.Theme.Background, s.Theme.Class(class)}.At(strength)
}

// ClassLegend is the names of classes beside their points, in as many lines as they need.
type ClassLegend []string

// legendGap is the distance of the names.
const legendGap = vg.Length(14)

// lay calls place with the position of each name, from the top left corner, and returns the
// height.
func (l ClassLegend) lay(width vg.Length, place func(class int, x, y vg.Length, name string)) vg.Length {
	style := textStyle(normal, nil)
	x, y := vg.Length(0), vg.Length(0)
	for class, name := range l {
		name = shorten(style, name, width/2)
		w := style.Width(name) + 4*pointRadius
		if x > 0 && x+w > width {
			x, y = 0, y+leading*normal
		}
		place(class, x, y, name)
		x += w + legendGap
	}
	return y + leading*normal
}

// Height returns the height of the legend.
func (l ClassLegend) Height(_ Style, width vg.Length) vg.Length {
	return l.lay(width, func(int, vg.Length, vg.Length, string) {})
}

// Draw draws the legend.
func (l ClassLegend) Draw(s Style, c draw.Canvas) {
	style := textStyle(normal, s.Theme.Foreground)
	style.YAlign = draw.YCenter
	l.lay(c.Max.X-c.Min.X, func(class int, x, y vg.Length, name string) {
		at := vg.Point{X: c.Min.X + x + pointRadius, Y: c.Max.Y - y - leading*normal/2}
		drawPoint(c, s, at, class, false)
		at.X += 3 * pointRadius
		c.FillText(style, at, name)
	})
}
