package look

import (
	"image"
	"image/color"

	xfont "golang.org/x/image/font"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// grid is a table of images and numbers with a column for each class.
type grid struct {
	names []string
	marks []color.Color // of the names; nil is the colour of text
	rows  []gridRow
	wide  int // columns for which there is to be room, or 0
}

// gridRow is a row of images, or of texts.
type gridRow struct {
	label  string
	images []image.Image
	texts  []string
	strong bool
	rule   bool // only a line
}

// The largest side of an image in a grid, and the room for the labels of rows.
const (
	gridSide  = vg.Length(110)
	gridLabel = vg.Length(110)
	gridGap   = vg.Length(6)
)

// fits returns the number of columns with numbers that fit, at most most.
func fits(s Style, most int) int {
	const column = vg.Length(46)
	return min(most, max(2, int((s.Width-2*margin-gridLabel)/column)))
}

// column returns the width of a column and the side of an image.
func (g grid) column(width vg.Length) (column, side vg.Length) {
	column = min((width-gridLabel)/vg.Length(max(g.wide, len(g.names))), gridSide+gridGap)
	return column, column - gridGap
}

// label returns the style of the label of a row, and its lines.
func (g grid) label(s Style, r gridRow) (Line, []string) {
	l := Line{Size: small, Muted: !r.strong, Bold: r.strong}
	return l, wrap(l.style(s), r.label, gridLabel-8)
}

func (g grid) rowHeight(s Style, r gridRow, side vg.Length) vg.Length {
	if r.rule {
		return gridGap
	}
	_, lines := g.label(s, r)
	height := vg.Length(len(lines)) * leading * small
	if r.images != nil {
		height = max(height, side)
	}
	return height + gridGap
}

func (g grid) Height(s Style, width vg.Length) vg.Length {
	_, side := g.column(width)
	height := leading * small * 1.2
	for _, r := range g.rows {
		height += g.rowHeight(s, r, side)
	}
	return height
}

func (g grid) Draw(s Style, c draw.Canvas) {
	column, side := g.column(c.Max.X - c.Min.X)
	middle := func(j int) vg.Length { return c.Min.X + gridLabel + (vg.Length(j)+0.5)*column }
	for j, name := range g.names {
		style := textStyle(small, s.Theme.Foreground)
		style.Font.Weight = xfont.WeightBold
		if g.marks != nil && g.marks[j] != nil {
			style.Color = g.marks[j]
		}
		style.XAlign, style.YAlign = draw.XCenter, draw.YTop
		c.FillText(style, vg.Point{X: middle(j), Y: c.Max.Y}, shorten(style, name, column-3))
	}
	top := c.Max.Y - leading*small*1.2
	for _, r := range g.rows {
		height := g.rowHeight(s, r, side) - gridGap
		y := top - height/2
		if r.rule {
			right := c.Min.X + gridLabel + vg.Length(len(g.names))*column
			c.StrokeLine2(draw.LineStyle{Color: s.Theme.Grid, Width: 0.75}, c.Min.X, y, right, y)
			top -= gridGap
			continue
		}
		line, lines := g.label(s, r)
		style := line.style(s)
		style.XAlign, style.YAlign = draw.XLeft, draw.YCenter
		for i, text := range lines {
			up := leading * small * (vg.Length(len(lines)-1)/2 - vg.Length(i))
			c.FillText(style, vg.Point{X: c.Min.X, Y: y + up}, text)
		}
		for j, m := range r.images {
			drawImage(c, inside(rect(middle(j)-side/2, y-side/2, middle(j)+side/2, y+side/2), m), m)
		}
		style = Line{Size: small, Bold: r.strong}.style(s)
		style.XAlign, style.YAlign = draw.XCenter, draw.YCenter
		for j, text := range r.texts {
			c.FillText(style, vg.Point{X: middle(j), Y: y}, text)
		}
		top -= height + gridGap
	}
}
