package main

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/png"
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
	var b bytes.Buffer
	require.NoError(t, writePictures(&b, []picture{plainPicture(color.Black, "dark"), plainPicture(color.RGBA{0, 200, 0, 255}, "green", "yes")}))
	m, err := png.Decode(&b)
	require.NoError(t, err)
	at := func(x, y int) color.RGBA { return color.RGBAModel.Convert(m.At(x, y)).(color.RGBA) }
	assert.Equal(t, color.RGBA{0, 0, 0, 255}, at(16+50, 16+50))
	assert.Equal(t, color.RGBA{0, 200, 0, 255}, at(16+128+50, 16+50))
	assert.Equal(t, color.RGBA{255, 255, 255, 255}, at(2, 2))
}
