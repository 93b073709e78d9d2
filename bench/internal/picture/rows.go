package picture

import (
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A Row is a labelled line of marks along the axis.
type Row struct {
	Label string
	Note  string // to the right
	Marks []Mark
}

// A Mark is a value with its interval.
type Mark struct {
	Lo, Value, Hi float64 // Lo and Hi are both 0 if there is no interval
	Ink           Ink
	Title         string
}

// Rows is a chart of values by row, from the top.
type Rows struct {
	X     Axis
	From  float64 // where a line crosses all rows, if not 0
	Lines bool    // draw lines from From to each mark
	Rows  []Row
	Keys  []Key
}

func (r Rows) draw(width vg.Length) drawing {
	var values []float64
	if r.From != 0 {
		values = append(values, r.From)
	}
	var label, note vg.Length
	text := textStyle(Text)
	for _, row := range r.Rows {
		label, note = max(label, text.Width(row.Label)), max(note, text.Width(row.Note))
		for _, m := range row.Marks {
			values = append(values, m.Value)
			if m.Hi > 0 {
				values = append(values, m.Lo, m.Hi)
			}
		}
	}
	r.X.fit(values)
	r.X.few = width <= Narrow
	// Labels stand to the left of their rows, or above them where that leaves too little.
	above := label+note > width*3/5
	height := vg.Length(18)
	if above {
		height = 32
	}
	n := vg.Length(len(r.Rows))
	p := newPlot(r.X, Axis{Max: float64(len(r.Rows))})
	p.Y.Width = 0
	p.Y.Padding = 0
	p.Y.Tick.Marker = plot.ConstantTicks{}
	var right vg.Length
	if above { // for half of the first number below
		p.Y.Padding = 12
	} else {
		p.Y.Padding = label + 10
		if note > 0 {
			right = note + 10
		}
	}
	p.Add(grid(true, false), plotter(func(c draw.Canvas, p *plot.Plot) {
		if r.From != 0 {
			x := c.X(p.X.Norm(r.From))
			line(c, Muted, 1.5, nil, vg.Point{X: x, Y: c.Min.Y}, vg.Point{X: x, Y: c.Max.Y})
		}
		for i, row := range r.Rows {
			y := c.Max.Y - (vg.Length(i)+0.5)*(c.Max.Y-c.Min.Y)/n
			label, note := text, textStyle(Muted)
			label.YAlign, note.YAlign = draw.YCenter, draw.YCenter
			note.XAlign = draw.XRight
			if above {
				if room := c.Max.X - c.Min.X; text.Width(row.Label) > room {
					label.Font.Size *= room / text.Width(row.Label)
				}
				c.FillText(label, vg.Point{X: c.Min.X, Y: y + 8}, row.Label)
				if text.Width(row.Label)+text.Width(row.Note) < c.Max.X-c.Min.X-8 {
					c.FillText(note, vg.Point{X: c.Max.X, Y: y + 8}, row.Note)
				}
				y -= 7
			} else {
				label.XAlign = draw.XRight
				c.FillText(label, vg.Point{X: c.Min.X - 8, Y: y}, row.Label)
				c.FillText(note, vg.Point{X: c.Max.X + right, Y: y}, row.Note)
			}
			for _, m := range row.Marks {
				r.mark(c, p, m, y)
			}
		}
	}))
	return drawing{p, n*height + 46, r.Keys, right}
}

func (r Rows) mark(c draw.Canvas, p *plot.Plot, m Mark, y vg.Length) {
	at := func(v float64) vg.Point {
		return vg.Point{X: c.X(p.X.Norm(min(max(v, p.X.Min), p.X.Max))), Y: y}
	}
	data := []Datum{{"value", m.Value}}
	if m.Hi > 0 {
		data = append(data, Datum{"lo", m.Lo}, Datum{"hi", m.Hi})
	}
	on(c).mark(m.Title, data, func() {
		if r.Lines {
			line(c, m.Ink, 1, []vg.Length{1, 2}, at(r.From), at(m.Value))
		}
		if m.Hi > 0 {
			line(c, m.Ink, 2.5, nil, at(m.Lo), at(m.Hi))
		}
		dot(c, at(m.Value), 4, m.Ink)
	})
}
