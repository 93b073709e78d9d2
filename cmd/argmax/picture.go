package main

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/muesli/termenv"
	scale "golang.org/x/image/draw"

	"github.com/seed842bec00/argmax/cmd/argmax/look"
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

// writePictures writes pictures side by side to a file.
func writePictures(name string, pictures []picture) error {
	sheet := look.Sheet{Columns: len(pictures)}
	for _, p := range pictures {
		sheet.Tiles = append(sheet.Tiles, look.Tile{Image: p.image, Caption: p.lines})
	}
	return look.Figure{Blocks: []look.Block{sheet}}.WriteFile(name, look.Style{Theme: look.Light, Width: look.DefaultWidth})
}
