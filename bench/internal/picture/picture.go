// Package picture draws the figures of reports as SVG, with gonum/plot. Every mark holds
// the numbers that it shows, so that a test can compare them with their source. Colours are
// classes, which the page sets for light and for dark backgrounds.
package picture

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Widths in pixels: on a desk, and on a phone.
const (
	Wide   vg.Length = 720
	Narrow vg.Length = 350
)

// Length is a length in pixels.
type Length = vg.Length

// A Chart is a picture that can be drawn at any width.
type Chart interface {
	draw(width vg.Length) drawing
}

// A Key explains one ink.
type Key struct {
	Ink  Ink
	Text string
}

type drawing struct {
	plot   *plot.Plot
	height vg.Length
	keys   []Key
	right  vg.Length // space to the right of the plot
}

const (
	textSize  vg.Length = 12
	titleSize vg.Length = 15
	keyHeight vg.Length = 18
	margin    vg.Length = 6
)

// SVG returns the chart for a page whose style has the colours of Style.
func SVG(c Chart, width vg.Length, class, label string) string {
	var out bytes.Buffer
	render(&out, c, width, "", class, label, "")
	return out.String()
}

// File writes the chart as a file of its own, with a title and with colours.
func File(w io.Writer, c Chart, width vg.Length, title string) error {
	return render(w, c, width, title, "file", title, "<style>"+Style("svg.file")+"svg.file{background:var(--page)}</style>\n")
}

func render(w io.Writer, c Chart, width vg.Length, title, class, label, style string) error {
	d := c.draw(width)
	rows := flow(d.keys, width)
	above := vg.Length(rows) * keyHeight
	if title != "" {
		above += titleSize + 10
	}
	out := newCanvas(width, d.height+above)
	area := draw.New(out)
	y := area.Max.Y
	if title != "" {
		y -= titleSize + 10
		heading := textStyle(Text)
		heading.Font.Size = titleSize
		area.FillText(heading, vg.Point{X: margin, Y: y + 6}, title)
	}
	drawKeys(area, d.keys, width, y)
	d.plot.Draw(draw.Crop(area, margin/2, -2*margin-d.right, margin/2, -above-margin))
	return out.write(w, class, label, style)
}

// sans has the widths of Arial and Helvetica.
var sans = font.Font{Typeface: "Liberation", Variant: "Sans"}

func textStyle(ink Ink) text.Style {
	return text.Style{Color: ink, Font: font.From(sans, textSize), Handler: plot.DefaultTextHandler}
}

// place is where a key stands, in rows from the top.
func place(keys []Key, width vg.Length, put func(k Key, x vg.Length, row int)) (rows int) {
	const box, gap = 16, 14
	text := textStyle(Text)
	x := margin
	for i, k := range keys {
		w := box + text.Width(k.Text)
		if i == 0 {
			rows = 1
		} else if x+w > width-margin {
			x = margin
			rows++
		}
		put(k, x, rows-1)
		x += w + gap
	}
	return rows
}

func flow(keys []Key, width vg.Length) (rows int) {
	return place(keys, width, func(Key, vg.Length, int) {})
}

func drawKeys(area draw.Canvas, keys []Key, width, top vg.Length) {
	place(keys, width, func(k Key, x vg.Length, row int) {
		y := top - keyHeight*vg.Length(row) - keyHeight/2
		dot(area, vg.Point{X: x + 5, Y: y}, 4, k.Ink)
		s := textStyle(Text)
		s.YAlign = draw.YCenter
		area.FillText(s, vg.Point{X: x + 14, Y: y}, k.Text)
	})
}

// newPlot returns an empty plot with the axes of all figures.
func newPlot(x, y Axis) *plot.Plot {
	p := plot.New()
	p.BackgroundColor = nil
	for _, a := range []*plot.Axis{&p.X, &p.Y} {
		a.Color, a.Width = Muted, 1
		a.Padding = 0
		a.Tick.Color, a.Tick.Width, a.Tick.Length = Muted, 1, 4
		a.Tick.Label.Color, a.Tick.Label.Font = Muted, font.From(sans, textSize)
		a.Label.TextStyle.Color, a.Label.TextStyle.Font = Text, font.From(sans, textSize)
		a.Label.Padding = 4
	}
	x.set(&p.X)
	y.set(&p.Y)
	return p
}

// An Axis is what the numbers along one side mean.
type Axis struct {
	Label    string // with the unit
	Min, Max float64
	Log      bool
	Format   func(v float64) string // of a tick
	few      bool                   // ticks at 1, 10, 100, … only
}

func (a Axis) set(to *plot.Axis) {
	to.Label.Text, to.Min, to.Max = a.Label, a.Min, a.Max
	format := a.Format
	if format == nil {
		format = Plain
	}
	if a.Log {
		to.Scale = plot.LogScale{}
		to.Tick.Marker = plot.TickerFunc(func(lo, hi float64) []plot.Tick { return logTicks(lo, hi, a.few, format) })
		return
	}
	to.Tick.Marker = plot.TickerFunc(func(lo, hi float64) []plot.Tick {
		ticks := plot.DefaultTicks{}.Ticks(lo, hi)
		for i, t := range ticks {
			if !t.IsMinor() {
				ticks[i].Label = format(t.Value)
			}
		}
		return ticks
	})
}

// logTicks returns ticks at 1, 2 and 5 times powers of ten, without the 2 and 5 where
// there are more than two powers.
func logTicks(lo, hi float64, few bool, format func(float64) string) (ticks []plot.Tick) {
	steps := []float64{1, 2, 5}
	if decades := math.Log10(hi / lo); decades > 2.2 || few && decades > 1.2 {
		steps = steps[:1]
	}
	stride := 1.
	if few { // at most five
		stride = max(1, math.Ceil(math.Log10(hi/lo)/5))
	}
	for power := math.Floor(math.Log10(lo)); power <= math.Ceil(math.Log10(hi)); power++ {
		if math.Mod(power, stride) != 0 {
			continue
		}
		for _, s := range steps {
			if v := s * math.Pow(10, power); v >= lo*0.999 && v <= hi*1.001 {
				ticks = append(ticks, plot.Tick{Value: v, Label: format(v)})
			}
		}
	}
	return ticks
}

// Plain formats a number with a suffix for thousands and above.
func Plain(v float64) string {
	for _, unit := range []struct {
		size float64
		name string
	}{{1e9, "G"}, {1e6, "M"}, {1e3, "k"}} {
		if math.Abs(v) >= unit.size*0.9999 {
			return trim(v/unit.size) + unit.name
		}
	}
	return trim(v)
}

// Times formats a ratio.
func Times(v float64) string { return trim(v) + "×" }

// Percent formats a fraction.
func Percent(v float64) string { return trim(100*v) + "%" }

// Nanoseconds formats a time in nanoseconds in the unit that suits it.
func Nanoseconds(ns float64) string {
	for _, unit := range []struct {
		size float64
		name string
	}{{1e9, "s"}, {1e6, "ms"}, {1e3, "µs"}} {
		if ns >= unit.size*0.9999 {
			return trim(ns/unit.size) + " " + unit.name
		}
	}
	return trim(ns) + " ns"
}

// trim formats a number with three digits at most after those before the point.
func trim(v float64) string {
	s := fmt.Sprintf("%.3g", v)
	if strings.Contains(s, "e") {
		s = fmt.Sprintf("%.0f", v)
	}
	return s
}

// span returns a range that holds all values with some space around, on a log scale.
func span(values []float64) (lo, hi float64) {
	lo, hi = math.Inf(1), 0
	for _, v := range values {
		if v > 0 && !math.IsInf(v, 0) {
			lo, hi = min(lo, v), max(hi, v)
		}
	}
	if lo > hi {
		return 1, 10
	}
	pad := math.Pow(max(hi/lo, 1.5), 0.05)
	return lo / pad, hi * pad
}
