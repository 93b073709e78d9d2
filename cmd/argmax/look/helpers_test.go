package look_test

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"image"
	"image/png"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/cmd/argmax/look"
)

// drawing is what an SVG file shows.
type drawing struct {
	texts  []string // in the order in which they are drawn
	images []image.Image
}

// svg writes a figure in both themes as SVG, twice, and returns what the light one shows.
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
	}
	require.Equal(t, shown[0].texts, shown[1].texts, "the text of the themes")
	require.Len(t, shown[1].images, len(shown[0].images))
	return shown[0]
}

func parse(t *testing.T, r io.Reader) (d drawing) {
	t.Helper()
	decoder := xml.NewDecoder(r)
	inText := false
	for {
		token, err := decoder.Token()
		if err == io.EOF {
			return d
		}
		require.NoError(t, err)
		switch e := token.(type) {
		case xml.StartElement:
			if inText = e.Name.Local == "text"; inText {
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
		case xml.CharData:
			if inText {
				d.texts = append(d.texts, string(e))
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
