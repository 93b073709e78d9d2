package look_test

import (
	"image"
	"image/color"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"

	"github.com/seed842bec00/argmax/cmd/argmax/look"
)

// checks is an image of n×n pixels of two colours.
func checks(n int) image.Image {
	m := image.NewRGBA(image.Rect(0, 0, n, n))
	for y := range n {
		for x := range n {
			m.Set(x, y, []color.Color{color.RGBA{200, 0, 0, 255}, color.RGBA{0, 0, 200, 255}}[(x+y)%2])
		}
	}
	return m
}

func example(s look.Style) look.Figure {
	p := s.Plot("A line", "x (cm)", "y")
	line, err := plotter.NewLine(plotter.XYs{{X: 0, Y: 1}, {X: 2, Y: 3}})
	if err != nil {
		panic(err)
	}
	line.Color, line.Dashes = s.Theme.Class(9), look.Dashes(9)
	p.Add(line)
	return look.Figure{
		Title: `Two & "three"`, Note: "A note",
		Blocks: []look.Block{
			look.Text{Lines: []look.Line{{Text: strings.Repeat("words ", 60), Bold: true}}},
			look.Plots{Plots: []*plot.Plot{p, p, p}, Columns: 2},
			look.Sheet{Tiles: []look.Tile{{Image: checks(4), Caption: []string{"checks", strings.Repeat("long ", 60)}, Frame: s.Theme.Wrong}}},
			look.ColorBar{Label: "share", Map: s.Theme.Diverging(), Low: "0", Middle: "½", High: "1"},
		},
	}
}

func TestFigure(t *testing.T) {
	d := svg(t, example)
	d.shows(t, `Two & "three"`, "A note", "A line", "x (cm)", "A line", "A line", "checks", "0", "½", "1", "share")
	require.Len(t, d.images, 2, "the tile and the colours of the bar")
	assert.Equal(t, image.Rect(0, 0, 4, 4), d.images[0].Bounds(), "pixel by pixel")
	for _, text := range d.texts {
		assert.Less(t, len(text), 200, "lines are broken or cut off")
	}
}

// A PNG file has the width that was asked for, the background of its theme, and
// images whose pixels have one colour.
func TestRaster(t *testing.T) {
	for _, theme := range look.Themes {
		s := look.Style{Theme: theme, Width: 500 * look.Pixel}
		m := raster(t, example(s), s)
		assert.Equal(t, 500, m.Bounds().Dx())
		background := color.RGBAModel.Convert(theme.Background)
		assert.Equal(t, background, color.RGBAModel.Convert(m.At(1, 1)))
		sheet := raster(t, look.Figure{Blocks: []look.Block{look.Sheet{Tiles: []look.Tile{{Image: checks(4)}}}}}, s)
		found := map[color.Color]bool{}
		for y := range sheet.Bounds().Dy() {
			for x := range sheet.Bounds().Dx() {
				found[color.RGBAModel.Convert(sheet.At(x, y))] = true
			}
		}
		assert.Equal(t, map[color.Color]bool{background: true, color.RGBA{200, 0, 0, 255}: true, color.RGBA{0, 0, 200, 255}: true}, found)
	}
}

func TestWriteFile(t *testing.T) {
	s := look.Style{Theme: look.Light, Width: look.DefaultWidth}
	dir := t.TempDir()
	for name, start := range map[string]string{"x.svg": "<?xml", "x.png": "\x89PNG"} {
		name = filepath.Join(dir, name)
		require.NoError(t, example(s).WriteFile(name, s))
		content, err := os.ReadFile(name)
		require.NoError(t, err)
		assert.True(t, strings.HasPrefix(string(content), start), name)
	}
	assert.ErrorContains(t, example(s).WriteFile(filepath.Join(dir, "x.pdf"), s), "a picture is .svg or .png")
	assert.ErrorIs(t, example(s).WriteFile(filepath.Join(dir, "no", "x.svg"), s), os.ErrNotExist)
}

// Names may hold anything.
func TestStrangeNames(t *testing.T) {
	const name = "\x00\x1b[31m</text><script>&amp;\"'\xff\ufffe日本"
	d := svg(t, func(s look.Style) look.Figure {
		return look.Figure{Title: name, Blocks: []look.Block{look.Sheet{Tiles: []look.Tile{{Image: checks(2), Caption: []string{"a" + name}}}}}}
	})
	d.shows(t, "\ufffd\ufffd[31m</text><script>&amp;\"'\ufffd\ufffd日本")
}
