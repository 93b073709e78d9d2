package look

import (
	"image/color"

	"gonum.org/v1/plot/vg"
)

// Theme is the colours of a figure.
type Theme struct {
	Name       string
	Background color.Color
	Foreground color.Color // text and axes
	Muted      color.Color // text that matters less
	Grid       color.Color // lines behind data
	Right      color.Color // what a model got right
	Wrong      color.Color // what it got wrong

	classes   []color.Color
	diverging ColorMap
}

// The themes.
var (
	Light = Theme{
		Name: "light", Background: hex(0xffffff), Foreground: hex(0x1f2328), Muted: hex(0x59636e), Grid: hex(0xe2e5e9),
		Right: hex(0x0072b2), Wrong: hex(0xc24e00),
		classes:   colors(0x0072b2, 0xd55e00, 0x009e73, 0xcc79a7, 0xe69f00, 0x56b4e9, 0x8f2be0, 0x692d00),
		diverging: colors(0x08519c, 0x3182bd, 0x6baed6, 0xbdd7e7, 0xf7f7f7, 0xfdd0a2, 0xfd8d3c, 0xe6550d, 0xa63603),
	}
	Dark = Theme{
		Name: "dark", Background: hex(0x14171b), Foreground: hex(0xe8eaed), Muted: hex(0x9aa4af), Grid: hex(0x2c3138),
		Right: hex(0x56b4e9), Wrong: hex(0xf08a3c),
		classes:   colors(0x56b4e9, 0xe69f00, 0x1fb98c, 0xcc79a7, 0xf0e442, 0xe8702a, 0xa54bff, 0x3d8fd1),
		diverging: colors(0xa9d5f2, 0x58a9dd, 0x2b77b0, 0x1d4566, 0x1c2025, 0x5a3113, 0xa5571a, 0xe88a3a, 0xfdcd9c),
	}
)

// Themes are all themes.
var Themes = []Theme{Light, Dark}

// ThemeOf returns the theme of a name, and whether there is one.
func ThemeOf(name string) (Theme, bool) {
	for _, t := range Themes {
		if t.Name == name {
			return t, true
		}
	}
	return Theme{}, false
}

// Class returns the colour of a class. There are eight, which repeat: see [Dashes] and
// [Glyph] for what tells more classes apart.
func (t Theme) Class(class int) color.Color { return t.classes[class%len(t.classes)] }

// Diverging returns the map of numbers with a sign: 0 is blue, ½, for a value of zero, near
// the background, and 1 orange.
func (t Theme) Diverging() ColorMap { return t.diverging }

// Style is how a figure is drawn.
type Style struct {
	Theme Theme
	Width vg.Length
}

// Pixel is the length of a pixel of a PNG file, and of a pixel of a browser in an SVG file.
const Pixel = vg.Inch / 96

// DefaultWidth is a width for a screen or a page.
const DefaultWidth = 960 * Pixel
