package look

import (
	"image/color"
	"math"
)

// ColorMap is a scale of colours from 0 to 1: colours at equal distances, and those on the
// straight lines between them.
type ColorMap []color.Color

// At returns the colour of x. Numbers below 0 have the first colour and those above 1 the
// last. NaN is transparent.
func (m ColorMap) At(x float64) color.Color {
	if x != x {
		return color.Transparent
	}
	x = min(max(x, 0), 1) * float64(len(m)-1)
	i := min(int(x), len(m)-2)
	a, b := rgba(m[i]), rgba(m[i+1])
	mix := func(a, b uint8) uint8 {
		return uint8(math.RoundToEven(float64(float64(a) + float64(float64(b)-float64(a))*(x-float64(i)))))
	}
	return color.RGBA{mix(a.R, b.R), mix(a.G, b.G), mix(a.B, b.B), 255}
}

// on returns black or white, whichever is easier to read on a background: by the contrast
// of the Web Content Accessibility Guidelines.
func on(background color.Color) color.Color {
	if luminance(background) > 0.179 {
		return hex(0x000000)
	}
	return hex(0xffffff)
}

// luminance is the relative luminance of IEC 61966-2-1.
func luminance(c color.Color) float64 {
	linear := func(v uint8) float64 {
		x := float64(v) / 255
		if x <= 0.04045 {
			return x / 12.92
		}
		return math.Pow((x+0.055)/1.055, 2.4)
	}
	p := rgba(c)
	return 0.2126*linear(p.R) + 0.7152*linear(p.G) + 0.0722*linear(p.B)
}

func hex(rgb uint32) color.Color {
	return color.RGBA{uint8(rgb >> 16), uint8(rgb >> 8), uint8(rgb), 255}
}

func colors(rgb ...uint32) []color.Color {
	all := make([]color.Color, len(rgb))
	for i, c := range rgb {
		all[i] = hex(c)
	}
	return all
}

func rgba(c color.Color) color.RGBA { return color.RGBAModel.Convert(c).(color.RGBA) }
