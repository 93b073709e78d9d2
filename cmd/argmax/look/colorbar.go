package look

import (
	"image"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// ColorBar shows what the colours of a map stand for.
type ColorBar struct {
	Label string // with the unit
	Map   ColorMap
	// Low, Middle and High are what its ends and its middle stand for; Middle may be empty.
	Low, Middle, High string
}

// The size of the bar itself.
const (
	barWidth  = vg.Length(180)
	barHeight = vg.Length(9)
)

// layout returns the width of the bar, and the lines of the label if it has no room at the
// right of the bar.
func (b ColorBar) layout(s Style, width vg.Length) (bar vg.Length, below []string) {
	style := textStyle(small, s.Theme.Muted)
	bar = min(barWidth, width)
	if bar+8+style.Width(b.Label) > width {
		below = wrap(style, b.Label, width)
	}
	return bar, below
}

// Height returns the height of the bar with its numbers and its label.
func (b ColorBar) Height(s Style, width vg.Length) vg.Length {
	_, below := b.layout(s, width)
	return barHeight + 3 + leading*small*vg.Length(1+len(below))
}

// Draw draws the bar, its label at the right of it or below.
func (b ColorBar) Draw(s Style, c draw.Canvas) {
	width, below := b.layout(s, c.Max.X-c.Min.X)
	bar := rect(c.Min.X, c.Max.Y-barHeight, c.Min.X+width, c.Max.Y)
	m := image.NewRGBA(image.Rect(0, 0, 256, 1))
	for x := range 256 {
		m.Set(x, 0, b.Map.At(float64(x)/255))
	}
	drawImage(c, bar, m)
	outline(c, bar, s.Theme.Grid, 0.5)
	style := textStyle(small, s.Theme.Muted)
	style.YAlign = draw.YTop
	for i, text := range []string{b.Low, b.Middle, b.High} {
		style.XAlign = []draw.XAlignment{draw.XLeft, draw.XCenter, draw.XRight}[i]
		c.FillText(style, vg.Point{X: bar.Min.X + (bar.Max.X-bar.Min.X)*vg.Length(i)/2, Y: bar.Min.Y - 3}, text)
	}
	style.XAlign = draw.XLeft
	for i, line := range below {
		c.FillText(style, vg.Point{X: bar.Min.X, Y: bar.Min.Y - 3 - leading*small*vg.Length(i+1)}, line)
	}
	if below == nil {
		style.YAlign = draw.YCenter
		c.FillText(style, vg.Point{X: bar.Max.X + 8, Y: (bar.Min.Y + bar.Max.Y) / 2}, b.Label)
	}
}
