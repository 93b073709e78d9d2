package look

import (
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Figure is a title over blocks, one below the other.
type Figure struct {
	Title  string
	Note   string // below the title: of what, and how it is to be read
	Blocks []Block
}

// Block is a part of a figure, as wide as the figure without its margins.
type Block interface {
	// Height returns the height of the block at a width.
	Height(s Style, width vg.Length) vg.Length
	// Draw draws the block on a canvas of that width and height.
	Draw(s Style, c draw.Canvas)
}

// The distances from the edges, and between blocks.
const (
	margin = 16 * vg.Length(1)
	gap    = 12 * vg.Length(1)
)

// blocks returns the blocks of the figure with those of its heading.
func (f Figure) blocks() []Block {
	var all []Block
	if f.Title != "" || f.Note != "" {
		all = append(all, heading{f.Title, f.Note})
	}
	return append(all, f.Blocks...)
}

// height returns the height of the figure.
func (f Figure) height(s Style) vg.Length {
	height := 2*margin - gap
	for _, b := range f.blocks() {
		height += b.Height(s, s.Width-2*margin) + gap
	}
	return height
}

// draw draws the figure on a canvas of the width of the style.
func (f Figure) draw(s Style, c draw.Canvas) {
	fill(c, c.Rectangle, s.Theme.Background)
	top := c.Max.Y - margin
	for _, b := range f.blocks() {
		bottom := top - b.Height(s, s.Width-2*margin)
		b.Draw(s, draw.Canvas{Canvas: c.Canvas, Rectangle: vg.Rectangle{
			Min: vg.Point{X: c.Min.X + margin, Y: bottom},
			Max: vg.Point{X: c.Max.X - margin, Y: top},
		}})
		top = bottom - gap
	}
}

// heading is the title of a figure with its note.
type heading struct{ title, note string }

func (h heading) parts(s Style) Text {
	var t Text
	if h.title != "" {
		t.Lines = append(t.Lines, Line{Text: h.title, Size: 15, Bold: true})
	}
	if h.note != "" {
		t.Lines = append(t.Lines, Line{Text: h.note, Muted: true})
	}
	return t
}

func (h heading) Height(s Style, width vg.Length) vg.Length { return h.parts(s).Height(s, width) }

func (h heading) Draw(s Style, c draw.Canvas) { h.parts(s).Draw(s, c) }

// Row is blocks side by side, each of the same width.
type Row []Block

// columns returns the width of a block.
func (r Row) column(width vg.Length) vg.Length {
	return (width+gap)/vg.Length(len(r)) - gap
}

// Height returns the height of the highest block.
func (r Row) Height(s Style, width vg.Length) vg.Length {
	var height vg.Length
	for _, b := range r {
		height = max(height, b.Height(s, r.column(width)))
	}
	return height
}

// Draw draws the blocks, aligned at the top.
func (r Row) Draw(s Style, c draw.Canvas) {
	width := r.column(c.Max.X - c.Min.X)
	for i, b := range r {
		left := c.Min.X + vg.Length(i)*(width+gap)
		b.Draw(s, draw.Canvas{Canvas: c.Canvas, Rectangle: rect(left, c.Max.Y-b.Height(s, width), left+width, c.Max.Y)})
	}
}
