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

// Height returns the height of the bar with its numbers.
func (b ColorBar) Height(Style, vg.Length) vg.Length { return barHeight + 3 + leading*small }

// Draw draws the bar, with its label at its right.
func (b ColorBar) Draw(s Style, c draw.Canvas) {
	bar := rect(c.Min.X, c.Max.Y-barHeight, c.Min.X+min(barWidth, c.Max.X-c.Min.X), c.Max.Y)
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
	style.XAlign, style.YAlign = draw.XLeft, draw.YCenter
	c.FillText(style, vg.Point{X: bar.Max.X + 8, Y: (bar.Min.Y + bar.Max.Y) / 2}, b.Label)
}
