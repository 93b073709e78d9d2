package look_test

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"image"
	"image/png"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/plot/vg"

	"github.com/seed842bec00/argmax/cmd/argmax/look"
)

// drawing is what an SVG file shows.
type drawing struct {
	texts  []string // in the order in which they are drawn
	boxes  []box    // of the level ones
	images []image.Image
}

// box is where a text is: x to the right, y downwards.
type box struct {
	text           string
	x0, y0, x1, y1 float64
}

// readable requires that texts are inside of the figure and beside each other.
func (d drawing) readable(t *testing.T, width vg.Length) {
	t.Helper()
	for i, a := range d.boxes {
		assert.GreaterOrEqual(t, a.x0, 0., "%q, at a width of %v", a.text, width)
		assert.LessOrEqual(t, a.x1, width.Points()+1, "%q, at a width of %v", a.text, width)
		for _, b := range d.boxes[:i] {
			if a.x0 < b.x1 && b.x0 < a.x1 && a.y0 < b.y1 && b.y0 < a.y1 {
				assert.Fail(t, "texts overlap", "%q and %q, at a width of %v", a.text, b.text, width)
			}
		}
	}
}

// boxOf returns where a text is, without the rare letters that go deep or high.
func boxOf(t *testing.T, e xml.StartElement) (b box) {
	t.Helper()
	number := func(text string) float64 {
		x, err := strconv.ParseFloat(text, 64)
		require.NoError(t, err)
		return x
	}
	size := 0.
	for _, a := range e.Attr {
		switch a.Name.Local {
		case "x":
			b.x0 = number(a.Value)
		case "y":
			b.y1 = number(a.Value)
		case "textLength":
			b.x1 = number(a.Value)
		case "style":
			_, after, _ := strings.Cut(a.Value, "font-size:")
			digits, _, _ := strings.Cut(after, "px")
			size = number(digits)
		}
	}
	b.x1 += b.x0
	b.y0 = b.y1 - 0.7*size
	return b
}

// svg writes a figure in both themes as SVG, twice, and returns what the light one shows. No
// text may lie outside of the figure, or over another, at this and other widths.
func svg(t *testing.T, figure func(look.Style) look.Figure) drawing {
	t.Helper()
	var shown [2]drawing
	for i, theme := range look.Themes {
		var a, b bytes.Buffer
		s := look.Style{Theme: theme, Width: look.DefaultWidth}
		require.NoError(t, figure(s).WriteSVG(&a, s))
		require.NoError(t, figure(s).WriteSVG(&b, s))
		require.Equal(t, a.String(), b.String(), "the same figure twice")
		shown[i] = parse(t, &a)
		if i > 0 || os.Getenv("ARGMAX_EMULATED") != "" {
			continue // the layout is that of the other theme, on other processors, too
		}
		for _, width := range []vg.Length{480, 700, 960, 1600} {
			s.Width = width * look.Pixel
			a.Reset()
			require.NoError(t, figure(s).WriteSVG(&a, s))
			parse(t, &a).readable(t, s.Width)
		}
	}
	require.Equal(t, shown[0].texts, shown[1].texts, "the text of the themes")
	require.Len(t, shown[1].images, len(shown[0].images))
	return shown[0]
}

func parse(t *testing.T, r io.Reader) (d drawing) {
	t.Helper()
	decoder := xml.NewDecoder(r)
	inText := false
	turned := 0 // groups inside of one that is turned, and that
	for {
		token, err := decoder.Token()
		if err == io.EOF {
			return d
		}
		require.NoError(t, err)
		switch e := token.(type) {
		case xml.StartElement:
			if e.Name.Local == "g" && (turned > 0 || strings.Contains(e.Attr[0].Value, "rotate")) {
				turned++
			}
			if inText = e.Name.Local == "text"; inText {
				if turned == 0 {
					d.boxes = append(d.boxes, boxOf(t, e))
				}
				assert.Equal(t, "textLength", e.Attr[0].Name.Local, "text is as wide as it was laid out for in any font")
			}
			for _, a := range e.Attr {
				if data, ok := strings.CutPrefix(a.Value, "data:image/png;base64,"); ok {
					raw, err := base64.StdEncoding.DecodeString(data)
					require.NoError(t, err)
					m, err := png.Decode(bytes.NewReader(raw))
					require.NoError(t, err)
					d.images = append(d.images, m)
					continue
				}
				assert.NotContains(t, a.Value, "NaN", "%s of %s", a.Name.Local, e.Name.Local)
			}
		case xml.EndElement:
			inText = false
			if e.Name.Local == "g" && turned > 0 {
				turned--
			}
		case xml.CharData:
			if inText {
				d.texts = append(d.texts, string(e))
				if turned == 0 {
					d.boxes[len(d.boxes)-1].text = string(e)
				}
			}
		}
	}
}

// raster returns the pixels of a figure as PNG.
func raster(t *testing.T, f look.Figure, s look.Style) image.Image {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, f.WritePNG(&b, s))
	m, err := png.Decode(&b)
	require.NoError(t, err)
	return m
}

// shows requires that the texts are shown one after the other, though others may be
// between them.
func (d drawing) shows(t *testing.T, texts ...string) {
	t.Helper()
	at := 0
	for _, want := range texts {
		i := slices.Index(d.texts[at:], want)
		require.GreaterOrEqual(t, i, 0, "%q is not in %q", want, d.texts[at:])
		at += i + 1
	}
}
