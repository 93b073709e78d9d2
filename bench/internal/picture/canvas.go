package picture

import (
	"fmt"
	"html"
	"image"
	"image/color"
	"io"
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
)

// Ink is a colour by its role. A page, or the style of a file, gives each a colour for
// light and one for dark backgrounds.
type Ink string

const (
	Text  Ink = "text"
	Muted Ink = "muted"
	Grid  Ink = "grid"
	Won   Ink = "won"
	Lost  Ink = "lost"
	Level Ink = "level"
)

// Series returns the ink of the i-th of several entrants or levels.
func Series(i int) Ink { return Ink("s" + strconv.Itoa(i%inks)) }

// inks is the number of different inks of series.
const inks = 12

// RGBA makes an Ink a color.Color. The canvas does not call it.
func (Ink) RGBA() (r, g, b, a uint32) { return 0, 0, 0, 0xffff }

var _ color.Color = Ink("")

// canvas is a canvas of gonum/plot that writes SVG. That of gonum/plot has no classes, so
// that no style can change its colours, and no place for the numbers that are drawn.
type canvas struct {
	strings.Builder
	width, height vg.Length
	state         state
	saved         []state
}

type state struct {
	ink    Ink
	stroke vg.Length
	dash   []vg.Length
	// A point (x, y) of the plot, with y upwards, is at (x0 + xx·x + xy·y, y0 + yx·x + yy·y).
	xx, xy, yx, yy float64
	x0, y0         vg.Length
}

func newCanvas(width, height vg.Length) *canvas {
	return &canvas{width: width, height: height, state: state{ink: Text, stroke: 1, xx: 1, yy: -1, y0: height}}
}

func (c *canvas) Size() (w, h vg.Length) { return c.width, c.height }

func (c *canvas) SetLineWidth(w vg.Length) { c.state.stroke = w }

func (c *canvas) SetLineDash(pattern []vg.Length, _ vg.Length) { c.state.dash = pattern }

func (c *canvas) SetColor(clr color.Color) {
	ink, ok := clr.(Ink)
	if !ok {
		ink = Text
	}
	c.state.ink = ink
}

func (c *canvas) Rotate(angle float64) {
	s, cos := math.Sincos(angle)
	t := &c.state
	t.xx, t.xy = t.xx*cos+t.xy*s, t.xy*cos-t.xx*s
	t.yx, t.yy = t.yx*cos+t.yy*s, t.yy*cos-t.yx*s
}

func (c *canvas) Translate(p vg.Point) { c.state.x0, c.state.y0 = c.state.at(p) }

func (c *canvas) Scale(x, y float64) {
	t := &c.state
	t.xx, t.yx, t.xy, t.yy = t.xx*x, t.yx*x, t.xy*y, t.yy*y
}

func (c *canvas) Push() { c.saved = append(c.saved, c.state) }

func (c *canvas) Pop() {
	c.state = c.saved[len(c.saved)-1]
	c.saved = c.saved[:len(c.saved)-1]
}

func (t *state) at(p vg.Point) (x, y vg.Length) {
	return t.x0 + vg.Length(t.xx)*p.X + vg.Length(t.xy)*p.Y, t.y0 + vg.Length(t.yx)*p.X + vg.Length(t.yy)*p.Y
}

func (c *canvas) Stroke(p vg.Path) {
	if c.state.stroke <= 0 {
		return
	}
	fmt.Fprintf(c, `<path class="l-%s" d="%s"`, c.state.ink, c.path(p))
	if c.state.stroke != 1 {
		fmt.Fprintf(c, ` stroke-width="%s"`, short(c.state.stroke))
	}
	if len(c.state.dash) > 0 {
		var dashes []string
		for _, d := range c.state.dash {
			dashes = append(dashes, short(d))
		}
		fmt.Fprintf(c, ` stroke-dasharray="%s"`, strings.Join(dashes, " "))
	}
	c.WriteString("/>\n")
}

func (c *canvas) Fill(p vg.Path) {
	fmt.Fprintf(c, "<path class=\"f-%s\" d=\"%s\"/>\n", c.state.ink, c.path(p))
}

func (c *canvas) path(p vg.Path) string {
	var d strings.Builder
	point := func(command string, p vg.Point) {
		x, y := c.state.at(p)
		d.WriteString(command + short(x) + " " + short(y))
	}
	for _, part := range p {
		switch part.Type {
		case vg.MoveComp:
			point("M", part.Pos)
		case vg.LineComp:
			point("L", part.Pos)
		case vg.ArcComp: // in halves, since an arc of SVG cannot be a whole circle
			on := func(angle float64) vg.Point {
				s, cos := math.Sincos(part.Start + angle)
				return part.Pos.Add(vg.Point{X: vg.Length(cos) * part.Radius, Y: vg.Length(s) * part.Radius})
			}
			command := "L"
			if d.Len() == 0 {
				command = "M"
			}
			point(command, on(0))
			sweep := "0"
			if part.Angle < 0 {
				sweep = "1"
			}
			r := short(part.Radius)
			for _, share := range []float64{0.5, 1} {
				point("A"+r+" "+r+" 0 0 "+sweep+" ", on(share*part.Angle))
			}
		case vg.CurveComp:
			point(map[int]string{1: "Q", 2: "C"}[len(part.Control)], part.Control[0])
			for _, control := range part.Control[1:] {
				point(" ", control)
			}
			point(" ", part.Pos)
		case vg.CloseComp:
			d.WriteByte('Z')
		}
	}
	return d.String()
}

func (c *canvas) FillString(f font.Face, p vg.Point, text string) {
	if f.Font.Size <= 0 || text == "" {
		return
	}
	x, y := c.state.at(p)
	fmt.Fprintf(c, `<text class="f-%s" x="%s" y="%s" font-size="%s"`, c.state.ink, short(x), short(y), short(f.Font.Size))
	if angle := math.Atan2(c.state.yx, c.state.xx) * 180 / math.Pi; angle != 0 {
		fmt.Fprintf(c, ` transform="rotate(%s %s %s)"`, short(vg.Length(angle)), short(x), short(y))
	}
	if w := f.Width(text); w > 0 { // whichever font there is, it takes this space
		fmt.Fprintf(c, ` textLength="%s" lengthAdjust="spacingAndGlyphs"`, short(w))
	}
	fmt.Fprintf(c, ">%s</text>\n", html.EscapeString(text))
}

// DrawImage panics: no picture of a report has pixels.
func (c *canvas) DrawImage(vg.Rectangle, image.Image) { panic("picture: an image in a plot") }

// A Datum is a number that is drawn, under its name.
type Datum struct {
	Name  string
	Value float64
}

// mark draws one mark with what it shows: a title, which browsers show beside the
// pointer, and data that programs can read.
func (c *canvas) mark(title string, data []Datum, draw func()) {
	c.WriteString("<g")
	for _, d := range data {
		fmt.Fprintf(c, ` data-%s="%s"`, d.Name, Number(d.Value))
	}
	fmt.Fprintf(c, "><title>%s</title>", html.EscapeString(title))
	draw()
	c.WriteString("</g>\n")
}

// Number is a number as pictures hold it: six digits.
func Number(v float64) string { return strconv.FormatFloat(v, 'g', 6, 64) }

// write writes the picture. Its label is what a program reads aloud instead of it.
func (c *canvas) write(w io.Writer, class, label, style string) error {
	_, err := fmt.Fprintf(w, "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"%s\" viewBox=\"0 0 %s %s\" width=\"%[2]s\" height=\"%[3]s\" role=\"img\" aria-label=\"%s\" font-family=\"Liberation Sans, Arial, Helvetica, sans-serif\">\n%s%s</svg>\n",
		class, short(c.width), short(c.height), html.EscapeString(label), style, c.String())
	return err
}

func short(x vg.Length) string {
	return strconv.FormatFloat(math.Round(float64(x)*10)/10, 'f', -1, 64)
}
