package look

import (
	"image"
	"image/color"
	"math"

	scale "golang.org/x/image/draw"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
)

// fill fills a rectangle.
func fill(c draw.Canvas, r vg.Rectangle, with color.Color) {
	c.SetColor(with)
	c.Fill(r.Path())
}

// outline draws the edge of a rectangle.
func outline(c draw.Canvas, r vg.Rectangle, with color.Color, width vg.Length) {
	c.SetColor(with)
	c.SetLineWidth(width)
	c.SetLineDash(nil, 0)
	c.Stroke(r.Path())
}

// drawImage draws an image into a rectangle: each pixel as a rectangle of one colour, unless
// the image has more pixels than that of a PNG file there.
func drawImage(c draw.Canvas, r vg.Rectangle, m image.Image) {
	raster, ok := c.Canvas.(*vgimg.Canvas)
	if !ok {
		// vgsvg writes all digits of these, the last of which depend on the processor.
		c.DrawImage(rect(grain(r.Min.X), grain(r.Min.Y), grain(r.Max.X), grain(r.Max.Y)), m)
		return
	}
	// vgimg would blur it.
	dst := raster.Image()
	dot := func(x vg.Length) int { return int(x.Dots(raster.DPI()) + 0.5) }
	to := image.Rect(dot(r.Min.X), dst.Bounds().Dy()-dot(r.Max.Y), dot(r.Max.X), dst.Bounds().Dy()-dot(r.Min.Y))
	var scaler scale.Scaler = scale.NearestNeighbor
	if m.Bounds().Dx() > to.Dx() || m.Bounds().Dy() > to.Dy() {
		scaler = scale.CatmullRom
	}
	scaler.Scale(dst, to, m, m.Bounds(), scale.Over, nil)
}

// grain rounds a length to 1/64.
func grain(x vg.Length) vg.Length { return vg.Length(math.Round(float64(x)*64) / 64) }

// inside returns the largest rectangle of the proportions of an image in the middle of r.
func inside(r vg.Rectangle, m image.Image) vg.Rectangle {
	size := r.Size()
	w, h := vg.Length(m.Bounds().Dx()), vg.Length(m.Bounds().Dy())
	k := min(size.X/w, size.Y/h)
	x, y := (r.Min.X+r.Max.X)/2, (r.Min.Y+r.Max.Y)/2
	return rect(x-k*w/2, y-k*h/2, x+k*w/2, y+k*h/2)
}

func rect(x0, y0, x1, y1 vg.Length) vg.Rectangle {
	return vg.Rectangle{Min: vg.Point{X: x0, Y: y0}, Max: vg.Point{X: x1, Y: y1}}
}
