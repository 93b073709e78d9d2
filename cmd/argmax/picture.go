package main

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/muesli/termenv"
	scale "golang.org/x/image/draw"
	"golang.org/x/image/font"
	"golang.org/x/image/font/basicfont"
	"golang.org/x/image/math/fixed"
)

// picture is an image with lines of text below it.
type picture struct {
	image image.Image
	lines []string
}

// showsPictures reports whether w is a terminal that shows colours.
func showsPictures(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && termenv.NewOutput(f).EnvColorProfile() <= termenv.ANSI256 // the fewer colours, the larger
}

// Pictures in a terminal are this wide and high, in columns and in half lines.
const pictureColumns = 14

// printPictures prints pictures side by side in a terminal: the upper half of each
// character is one pixel, the lower half another.
func printPictures(w io.Writer, profile termenv.Profile, pictures []picture) {
	small := make([]*image.RGBA, len(pictures))
	lines := 0
	for i, p := range pictures {
		small[i] = image.NewRGBA(image.Rect(0, 0, pictureColumns, pictureColumns))
		scale.BiLinear.Scale(small[i], small[i].Rect, p.image, p.image.Bounds(), draw.Src, nil)
		lines = max(lines, len(p.lines))
	}
	hex := func(c color.RGBA) termenv.Color { return profile.Color(fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B)) }
	for y := 0; y < pictureColumns; y += 2 {
		for _, m := range small {
			for x := range pictureColumns {
				half := profile.String("▀").Foreground(hex(m.RGBAAt(x, y))).Background(hex(m.RGBAAt(x, y+1)))
				fmt.Fprint(w, half)
			}
			fmt.Fprint(w, "  ")
		}
		fmt.Fprintln(w)
	}
	for l := range lines {
		for _, p := range pictures {
			text := ""
			if l < len(p.lines) {
				text = p.lines[l]
			}
			fmt.Fprint(w, text+strings.Repeat(" ", max(1, pictureColumns+2-utf8.RuneCountInString(text))))
		}
		fmt.Fprintln(w)
	}
}

// writePictures writes pictures side by side as a PNG file.
func writePictures(w io.Writer, pictures []picture) error {
	const side, gap, line = 112, 16, 16
	lines := 0
	for _, p := range pictures {
		lines = max(lines, len(p.lines))
	}
	sheet := image.NewRGBA(image.Rect(0, 0, len(pictures)*(side+gap)+gap, side+2*gap+lines*line))
	draw.Draw(sheet, sheet.Rect, image.White, image.Point{}, draw.Src)
	for i, p := range pictures {
		left := gap + i*(side+gap)
		scale.NearestNeighbor.Scale(sheet, image.Rect(left, gap, left+side, gap+side), p.image, p.image.Bounds(), draw.Src, nil)
		for l, text := range p.lines {
			d := font.Drawer{Dst: sheet, Src: image.Black, Face: basicfont.Face7x13, Dot: fixed.P(left, gap+side+(l+1)*line)}
			d.DrawString(text)
		}
	}
	return png.Encode(w, sheet)
}
