package look

import (
	"image/color"
	"sort"
	"strings"

	xfont "golang.org/x/image/font"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// The sizes of text.
const (
	normal = vg.Length(10)
	small  = vg.Length(8.5)
)

// leading is the height of a line for a size of text.
const leading = 1.3

// Text is a block of lines, each broken where it is wider than the figure.
type Text struct{ Lines []Line }

// Line is a line of text.
type Line struct {
	Text  string
	Size  vg.Length // 0 means 10
	Bold  bool
	Muted bool // in the theme's second colour
}

func (l Line) style(s Style) text.Style {
	if l.Size == 0 {
		l.Size = normal
	}
	c := s.Theme.Foreground
	if l.Muted {
		c = s.Theme.Muted
	}
	style := textStyle(l.Size, c)
	if l.Bold {
		style.Font.Weight = xfont.WeightBold
	}
	return style
}

// Height returns the height of the lines.
func (t Text) Height(s Style, width vg.Length) vg.Length {
	var height vg.Length
	for _, l := range t.Lines {
		style := l.style(s)
		height += leading * style.Font.Size * vg.Length(len(wrap(style, l.Text, width)))
	}
	return height
}

// Draw draws the lines, aligned to the left.
func (t Text) Draw(s Style, c draw.Canvas) {
	top := c.Max.Y
	for _, l := range t.Lines {
		style := l.style(s)
		style.YAlign = draw.YTop
		for _, part := range wrap(style, l.Text, c.Max.X-c.Min.X) {
			c.FillText(style, vg.Point{X: c.Min.X, Y: top}, part)
			top -= leading * style.Font.Size
		}
	}
}

// textStyle returns the style of text of a size and colour, in the one typeface.
func textStyle(size vg.Length, c color.Color) text.Style {
	return text.Style{
		Color:   c,
		Font:    font.Font{Typeface: plot.DefaultFont.Typeface, Variant: "Sans", Size: size},
		Handler: text.Plain{Fonts: font.DefaultCache},
	}
}

// wrap breaks text at spaces into lines of at most a width, if it has spaces.
func wrap(style text.Style, line string, width vg.Length) []string {
	var lines []string
	current := ""
	for _, word := range strings.Fields(line) {
		longer := strings.TrimPrefix(current+" "+word, " ")
		if current != "" && style.Width(longer) > width {
			lines, longer = append(lines, current), word
		}
		current = longer
	}
	return append(lines, current)
}

// shorten returns text that is not wider than width, with an ellipsis for what is cut off.
func shorten(style text.Style, line string, width vg.Length) string {
	if style.Width(line) <= width {
		return line
	}
	runes := []rune(line)
	short := func(n int) string { return strings.TrimSpace(string(runes[:n])) + "…" }
	n := sort.Search(len(runes), func(n int) bool { return style.Width(short(n)) > width })
	if n < 2 {
		return ""
	}
	return short(n - 1)
}
