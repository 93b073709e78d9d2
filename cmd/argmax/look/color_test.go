package look_test

import (
	"image/color"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/seed842bec00/argmax/cmd/argmax/look"
)

func TestColorMap(t *testing.T) {
	m := look.ColorMap{color.RGBA{0, 0, 0, 255}, color.RGBA{100, 200, 50, 255}, color.RGBA{255, 255, 255, 255}}
	for _, c := range []struct {
		x    float64
		want color.Color
	}{
		{0, m[0]}, {0.5, m[1]}, {1, m[2]}, {-3, m[0]}, {math.Inf(1), m[2]}, {math.NaN(), color.Transparent},
		{0.25, color.RGBA{50, 100, 25, 255}},
	} {
		assert.Equal(t, c.want, m.At(c.x), "%v", c.x)
	}
}

// linear returns the linear components of a colour.
func linear(c color.Color) (l [3]float64) {
	p := color.RGBAModel.Convert(c).(color.RGBA)
	for i, v := range []uint8{p.R, p.G, p.B} {
		if x := float64(v) / 255; x <= 0.04045 {
			l[i] = x / 12.92
		} else {
			l[i] = math.Pow((x+0.055)/1.055, 2.4)
		}
	}
	return l
}

// seen is a colour, of linear components, as people see it whose red, green or blue cones
// are missing: the matrices of G. M. Machado and others, "A physiologically-based model for
// simulation of color vision deficiency", 2009.
var seen = map[string][3][3]float64{
	"all cones":     {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
	"no red cone":   {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}},
	"no green cone": {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}},
	"no blue cone":  {{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}},
}

// lab returns a colour in CIELAB as somebody sees it, with the white of sRGB.
func lab(c color.Color, eye [3][3]float64) (v [3]float64) {
	rgb := linear(c)
	var s [3]float64
	for i, row := range eye {
		s[i] = math.Max(0, row[0]*rgb[0]+row[1]*rgb[1]+row[2]*rgb[2])
	}
	f := func(x float64) float64 {
		if x > 216./24389 {
			return math.Cbrt(x)
		}
		return (24389./27*x + 16) / 116
	}
	x := f((0.4124564*s[0] + 0.3575761*s[1] + 0.1804375*s[2]) / 0.95047)
	y := f(0.2126729*s[0] + 0.7151522*s[1] + 0.0721750*s[2])
	z := f((0.0193339*s[0] + 0.1191920*s[1] + 0.9503041*s[2]) / 1.08883)
	return [3]float64{116*y - 16, 500 * (x - y), 200 * (y - z)}
}

func distance(a, b [3]float64) float64 {
	return math.Sqrt((a[0]-b[0])*(a[0]-b[0]) + (a[1]-b[1])*(a[1]-b[1]) + (a[2]-b[2])*(a[2]-b[2]))
}

// Any two classes, and any class and the background or text, differ for everybody. A difference of
// 2.3 is just noticeable.
func TestClassesCanBeToldApart(t *testing.T) {
	for _, theme := range look.Themes {
		for eye, matrix := range seen {
			for a := range 8 {
				of := lab(theme.Class(a), matrix)
				assert.Greater(t, distance(of, lab(theme.Background, matrix)), 20., "%s, %s: class %d and the background", theme.Name, eye, a)
				assert.Greater(t, distance(of, lab(theme.Foreground, matrix)), 15., "%s, %s: class %d and text", theme.Name, eye, a)
				for b := range a {
					assert.Greater(t, distance(of, lab(theme.Class(b), matrix)), 8., "%s, %s: classes %d and %d", theme.Name, eye, a, b)
				}
			}
			assert.Greater(t, distance(lab(theme.Right, matrix), lab(theme.Wrong, matrix)), 30., "%s, %s: right and wrong", theme.Name, eye)
		}
	}
}

// For everybody, each half of a diverging map goes from dark to light or from light to dark,
// and the halves differ.
func TestMapsAreInOrder(t *testing.T) {
	for _, theme := range look.Themes {
		background := lab(theme.Background, seen["all cones"])[0]
		for eye, matrix := range seen {
			lightness := func(m look.ColorMap, x float64) float64 {
				return math.Abs(lab(m.At(x), matrix)[0] - background)
			}
			for i := range 32 {
				x := float64(i) / 32
				for sign, half := range map[float64]string{-0.5: "below", 0.5: "above"} {
					a, b := 0.5+sign*x, 0.5+sign*(x+1./32)
					assert.Greater(t, lightness(theme.Diverging(), b), lightness(theme.Diverging(), a), "%s, %s: diverging %s 0, at %v", theme.Name, eye, half, a)
				}
				if x >= 0.25 {
					low, high := theme.Diverging().At(0.5-x/2), theme.Diverging().At(0.5+x/2)
					assert.Greater(t, distance(lab(low, matrix), lab(high, matrix)), 20., "%s, %s: the signs at %v", theme.Name, eye, x)
				}
			}
		}
	}
}
