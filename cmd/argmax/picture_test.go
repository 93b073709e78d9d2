package main

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"path/filepath"
	"strings"
	"testing"

	"github.com/muesli/termenv"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func plainPicture(c color.Color, lines ...string) picture {
	m := image.NewRGBA(image.Rect(0, 0, 28, 28))
	draw.Draw(m, m.Rect, image.NewUniform(c), image.Point{}, draw.Src)
	return picture{m, lines}
}

func TestPicturesInATerminal(t *testing.T) {
	var b bytes.Buffer
	printPictures(&b, termenv.TrueColor, []picture{plainPicture(color.RGBA{255, 0, 16, 255}, "red", "yes"), plainPicture(color.White, "white")})
	lines := strings.Split(b.String(), "\n")
	require.Len(t, lines, pictureColumns/2+2+1)
	assert.Equal(t, pictureColumns, strings.Count(lines[0], "\x1b[38;2;255;0;16;48;2;255;0;16m▀"))
	assert.Equal(t, pictureColumns, strings.Count(lines[0], "\x1b[38;2;255;255;255;48;2;255;255;255m▀"))
	assert.Equal(t, "red             white           ", lines[pictureColumns/2])
	assert.Equal(t, "yes", strings.TrimSpace(lines[pictureColumns/2+1]))
}

func TestPicturesInAFile(t *testing.T) {
	name := filepath.Join(t.TempDir(), "x.png")
	require.NoError(t, writePictures(name, []picture{plainPicture(color.Black, "dark"), plainPicture(color.RGBA{0, 200, 0, 255}, "green", "yes")}))
	m, err := png.Decode(strings.NewReader(contents(t, name)))
	require.NoError(t, err)
	count := map[color.RGBA]int{}
	for y := range m.Bounds().Dy() {
		for x := range m.Bounds().Dx() {
			count[color.RGBAModel.Convert(m.At(x, y)).(color.RGBA)]++
		}
	}
	green := count[color.RGBA{0, 200, 0, 255}]
	assert.Greater(t, green, 100*100, "pixels of the green picture")
	assert.GreaterOrEqual(t, count[color.RGBA{0, 0, 0, 255}], green, "those of the black one, of the same size")
}
