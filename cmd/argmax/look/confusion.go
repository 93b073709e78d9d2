package look

import (
	"fmt"
	"image"
	"image/color"
	"math"
	"strconv"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/seed842bec00/argmax/classifier/metrics"
)

// Confusion returns the confusion matrix of a report: a row for each true class, with the
// number of its examples that each class was predicted for and, where there is room, their
// share of the row. Hits are blue and mistakes orange, each by its share.
func Confusion(r *metrics.Report, s Style) Figure {
	m := newMatrix(r)
	f := Figure{
		Title: "Confusion matrix",
		Note: fmt.Sprintf("%d of %d examples right: %.2f %%, with 95 %% confidence between %.2f and %.2f %%. Each row is a true class; shares are of the row.",
			r.Correct, r.Examples, 100*r.Accuracy, 100*r.Interval.Low, 100*r.Interval.High),
		Blocks: []Block{m},
	}
	half := s.Theme.Diverging()
	middle := len(half) / 2
	hits := make(ColorMap, 0, middle+1)
	for i := middle; i >= 0; i-- {
		hits = append(hits, half[i])
	}
	f.Blocks = append(f.Blocks, Row{
		ColorBar{Label: "share of the row, right", Map: hits, Low: "0 %", High: "100 %"},
		ColorBar{Label: "share of the row, wrong", Map: half[middle:], Low: "0 %", High: percent(m.most)},
	})
	return f
}

// matrix is the cells of a confusion matrix.
type matrix struct {
	rows, columns []string
	counts        [][]int
	totals        []int   // of the rows
	most          float64 // the largest share of a mistake
}

func newMatrix(r *metrics.Report) matrix {
	m := matrix{counts: make([][]int, len(r.Classes)), totals: make([]int, len(r.Classes))}
	none := false
	for _, n := range r.Unclassified {
		none = none || n > 0
	}
	for i, c := range r.Classes {
		m.rows = append(m.rows, c.Name)
		m.counts[i] = append(m.counts[i], r.Confusion[i]...)
		if none {
			m.counts[i] = append(m.counts[i], r.Unclassified[i])
		}
		for _, n := range m.counts[i] {
			m.totals[i] += n
		}
		for j := range m.counts[i] {
			if j != i {
				m.most = max(m.most, m.share(i, j))
			}
		}
	}
	m.columns = append(m.columns, m.rows...)
	if none {
		m.columns = append(m.columns, "none")
	}
	return m
}

// share returns the share of a cell of its row, 0 in a row without examples.
func (m matrix) share(row, column int) float64 {
	return float64(m.counts[row][column]) / float64(max(m.totals[row], 1))
}

// matrixLayout is where the parts of a matrix are.
type matrixLayout struct {
	size    vg.Length // of the labels
	left    vg.Length // for the labels of the rows
	top     vg.Length // for those of the columns
	cell    vg.Point
	slanted bool // the labels of the columns
}

// Names longer than this are cut off.
const longestLabel = vg.Length(120)

func (m matrix) layout(width vg.Length) (l matrixLayout) {
	l.size = normal
	if n := vg.Length(len(m.columns)); (width-longestLabel)/n < 1.1*normal {
		l.size = (width - longestLabel) / n / 1.1
	}
	style := textStyle(l.size, nil)
	var widest vg.Length
	for _, name := range m.columns {
		widest = max(widest, min(longestLabel, style.Width(name)))
	}
	l.left = max(widest, textStyle(small, nil).Width("predicted →")) + 8
	n := vg.Length(len(m.columns))
	l.cell.X = min((width-l.left)/n, 64)
	l.slanted = widest > l.cell.X-6
	l.top = leading*l.size + 4
	if l.slanted {
		l.cell.X = min((width-l.left-widest*slant)/n, 64)
		l.top = widest*slant + l.size
	}
	l.top = max(l.top, 2*leading*small)
	l.cell.Y = min(l.cell.X, max(0.66*l.cell.X, 30))
	return l
}

// slant is the sine and the cosine of the angle of slanted labels.
const slant = math.Sqrt2 / 2

func (m matrix) Height(_ Style, width vg.Length) vg.Length {
	l := m.layout(width)
	return l.top + vg.Length(len(m.rows))*l.cell.Y
}

func (m matrix) Draw(s Style, c draw.Canvas) {
	l := m.layout(c.Max.X - c.Min.X)
	top, left := c.Max.Y-l.top, c.Min.X+l.left
	corner := textStyle(small, s.Theme.Muted)
	corner.XAlign = draw.XRight
	corner.YAlign = draw.YBottom
	c.FillText(corner, vg.Point{X: left - 6, Y: top + 2 + leading*small}, "predicted →")
	c.FillText(corner, vg.Point{X: left - 6, Y: top + 2}, "true ↓")
	cells := rect(left, top-vg.Length(len(m.rows))*l.cell.Y, left+vg.Length(len(m.columns))*l.cell.X, top)
	picture := image.NewRGBA(image.Rect(0, 0, len(m.columns), len(m.rows)))
	for i := range m.rows {
		for j := range m.columns {
			picture.Set(j, i, m.color(s, i, j))
		}
	}
	drawImage(c, cells, picture)
	style := textStyle(l.size, s.Theme.Foreground)
	for j, name := range m.columns {
		at := vg.Point{X: left + (vg.Length(j)+0.5)*l.cell.X, Y: top + 3}
		style := style
		style.XAlign, style.YAlign = draw.XCenter, draw.YBottom
		if l.slanted {
			style.XAlign, style.YAlign, style.Rotation = draw.XLeft, draw.YCenter, math.Pi/4
			at.Y += l.size * 0.3
		}
		c.FillText(style, at, shorten(style, name, longestLabel))
	}
	for i, name := range m.rows {
		y := top - (vg.Length(i)+1)*l.cell.Y
		style.XAlign, style.YAlign = draw.XRight, draw.YCenter
		c.FillText(style, vg.Point{X: left - 6, Y: y + l.cell.Y/2}, shorten(style, name, longestLabel))
		for j := range m.columns {
			m.drawNumbers(c, m.color(s, i, j), rect(left+vg.Length(j)*l.cell.X, y, left+vg.Length(j+1)*l.cell.X, y+l.cell.Y), i, j)
		}
	}
	outline(c, cells, s.Theme.Muted, 0.5)
}

// color returns the colour of a cell.
func (m matrix) color(s Style, row, column int) color.Color {
	share := m.share(row, column)
	switch {
	case row == column:
		share = -share
	case m.most > 0:
		share /= m.most
	}
	return s.Theme.Diverging().At(0.5 + share/2)
}

// drawNumbers draws the numbers of a cell, if they fit.
func (m matrix) drawNumbers(c draw.Canvas, background color.Color, r vg.Rectangle, row, column int) {
	n := m.counts[row][column]
	if n == 0 {
		return
	}
	text, size := strconv.Itoa(n), r.Size()
	middle := vg.Point{X: (r.Min.X + r.Max.X) / 2, Y: (r.Min.Y + r.Max.Y) / 2}
	style := textStyle(normal, on(background))
	style.XAlign, style.YAlign = draw.XCenter, draw.YCenter
	if style.Width(text) > size.X-4 || size.Y < 1.1*normal {
		return
	}
	minor := textStyle(7.5, style.Color)
	minor.XAlign, minor.YAlign = draw.XCenter, draw.YCenter
	if size.Y > 26 && minor.Width("100 %") < size.X-4 {
		c.FillText(minor, vg.Point{X: middle.X, Y: middle.Y - 6.5}, percent(m.share(row, column)))
		middle.Y += 4.5
	}
	c.FillText(style, middle, text)
}

// percent returns a share as text, with a digit after the point below 10 %.
func percent(x float64) string {
	if x > 0 && x < 0.0995 {
		return fmt.Sprintf("%.1f %%", 100*x)
	}
	return fmt.Sprintf("%.0f %%", 100*x)
}
