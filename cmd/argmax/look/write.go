package look

import (
	"bytes"
	"fmt"
	"html"
	"image/png"
	"io"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	xfont "golang.org/x/image/font"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"

	"github.com/seed842bec00/argmax/internal/files"
)

// Formats are the extensions of the names of files that figures are written to.
var Formats = []string{".svg", ".png"}

// WriteFile writes the figure to a file, in the format that its name ends with. The file is
// written completely or not at all.
func (f Figure) WriteFile(name string, s Style) error {
	write := f.WriteSVG
	switch filepath.Ext(name) {
	case ".svg":
	case ".png":
		write = f.WritePNG
	default:
		return fmt.Errorf("look: %s: a picture is %s", name, strings.Join(Formats, " or "))
	}
	if err := files.Replace(name, func(w io.Writer) error { return write(w, s) }); err != nil {
		return fmt.Errorf("look: %w", err)
	}
	return nil
}

// WritePNG writes the figure as a PNG image of s.Width/Pixel pixels across.
func (f Figure) WritePNG(w io.Writer, s Style) error {
	c := vgimg.NewWith(vgimg.UseWH(s.Width, f.height(s)), vgimg.UseDPI(96), vgimg.UseBackgroundColor(s.Theme.Background))
	f.draw(s, draw.New(c))
	return png.Encode(w, c.Image())
}

// WriteSVG writes the figure as SVG. Its title is the label for screen readers.
func (f Figure) WriteSVG(w io.Writer, s Style) error {
	c := vgsvg.New(s.Width, f.height(s))
	f.draw(s, draw.New(c))
	var b bytes.Buffer
	if _, err := c.WriteTo(&b); err != nil {
		return err
	}
	picture := strings.NewReplacer(
		// Fonts of the same widths where Liberation Sans is missing.
		"font-family:Liberation Sans;", "font-family:'Liberation Sans',Arial,Helvetica,sans-serif;",
		// vgsvg writes PNG, and browsers blur small images.
		"xlink:href=\"data:image/jpg;base64,", "style=\"image-rendering:pixelated\" preserveAspectRatio=\"none\" xlink:href=\"data:image/png;base64,",
		"<svg ", "<svg role=\"img\" aria-label=\""+html.EscapeString(f.Title)+"\" ",
	).Replace(b.String())
	_, err := io.WriteString(w, strings.Map(printable, svgText.ReplaceAllStringFunc(picture, withLength)))
	return err
}

// printable replaces what XML 1.0 forbids, such as control characters in the name of a class.
func printable(r rune) rune {
	if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xfffe || r == 0xffff {
		return utf8.RuneError
	}
	return r
}

// svgText is text in an SVG file of vgsvg: its attributes, its size, its weight and itself.
var svgText = regexp.MustCompile(`<text ([^>]*font-weight:(\w+);[^>]*font-size:([\d.]+)px[^>]*)>([^<]*)</text>`)

// withLength returns text with the width that it was laid out for: where another font is
// used, its letters are narrowed or widened.
func withLength(element string) string {
	parts := svgText.FindStringSubmatch(element)
	size, err := strconv.ParseFloat(parts[3], 64)
	if err != nil {
		return element // not a number
	}
	style := textStyle(vg.Length(size), nil)
	if parts[2] == "bold" {
		style.Font.Weight = xfont.WeightBold
	}
	width := style.Width(html.UnescapeString(parts[4])).Points()
	return fmt.Sprintf(`<text textLength="%.5g" lengthAdjust="spacingAndGlyphs" %s>%s</text>`, width, parts[1], parts[4])
}
