package look

import (
	"fmt"
	"image"
	"image/color"
	"math"

	"github.com/seed842bec00/argmax/classifier"
)

// shapeOf returns the shape of the images that a model is of: its own, or that of examples,
// which may be nil. It is an error if rows are no images.
func shapeOf(m *classifier.Linear, ex classifier.Rows) (classifier.Shape, error) {
	shape := m.Info().Shape
	if images, ok := ex.(classifier.Images); ok && shape == (classifier.Shape{}) {
		shape.Height, shape.Width, shape.Channels = images.ImageShape()
	}
	switch {
	case shape == (classifier.Shape{}):
		return shape, fmt.Errorf("look: the %d features of the model are not the pixels of an image", m.Features())
	case shape.Height < 1 || shape.Width < 1 || shape.Channels != 1 && shape.Channels != 3 || shape.Height*shape.Width*shape.Channels != m.Features():
		return shape, fmt.Errorf("look: %d features are no image of %v", m.Features(), shape)
	}
	return shape, nil
}

// pixels returns an image of pixels from 0 to 255.
func pixels[F float32 | float64](shape classifier.Shape, row []F) image.Image {
	level := func(x F) uint8 { return uint8(math.RoundToEven(min(max(float64(x), 0), 255))) }
	plane := shape.Height * shape.Width
	m := image.NewRGBA(image.Rect(0, 0, shape.Width, shape.Height))
	for i := range plane {
		v := level(row[i])
		c := color.RGBA{v, v, v, 255}
		if shape.Channels == 3 {
			c.G, c.B = level(row[plane+i]), level(row[2*plane+i])
		}
		m.SetRGBA(i%shape.Width, i/shape.Width, c)
	}
	return m
}

// signed returns an image of numbers from −most to most: of one channel in the colours of a
// diverging map, of three with a shade from black to white for each, where 0 is grey.
func signed(shape classifier.Shape, row []float64, most float64, colors ColorMap) image.Image {
	x := make([]float64, len(row))
	for i, v := range row {
		x[i] = 0.5
		if most > 0 {
			x[i] += v / most / 2
		}
	}
	if shape.Channels == 3 {
		for i := range x {
			x[i] *= 255
		}
		return pixels(shape, x)
	}
	m := image.NewRGBA(image.Rect(0, 0, shape.Width, shape.Height))
	for i := range x {
		m.Set(i%shape.Width, i/shape.Width, colors.At(x[i]))
	}
	return m
}

// part returns an image of the positive numbers of a row, or with a sign of −1 of the
// negative ones, as signed does, but for three channels black is 0.
func part(shape classifier.Shape, row []float64, sign, most float64, colors ColorMap) image.Image {
	x := make([]float64, len(row))
	for i, v := range row {
		x[i] = max(sign*v, 0)
		if shape.Channels == 3 && most > 0 {
			x[i] *= 255 / most
		}
	}
	if shape.Channels == 3 {
		return pixels(shape, x)
	}
	for i := range x {
		x[i] *= sign
	}
	return signed(shape, x, most, colors)
}

// largest returns the largest absolute value of rows.
func largest(rows ...[]float64) (most float64) {
	for _, row := range rows {
		for _, v := range row {
			most = max(most, math.Abs(v))
		}
	}
	return most
}
