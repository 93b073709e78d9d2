package picture

import (
	"fmt"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A Roof is a limit of reading: of one level of memory.
type Roof struct {
	Name string
	Rate float64 // GB/s
	Ink  Ink
}

// A Kernel is a point beneath a roof.
type Kernel struct {
	Roof  int     // its index
	X, Y  float64 // operations for each byte read from that level; GFLOP/s
	Title string
}

// Roofline is a chart of kernels beneath the limits of a core: the rate of arithmetic, and
// rates of reading times the operations for each byte.
type Roofline struct {
	Peak    float64 // GFLOP/s
	Roofs   []Roof
	Kernels []Kernel
}

func (r Roofline) draw(width vg.Length) drawing {
	xs, ys := []float64{0.25, 4}, []float64{r.Peak}
	for _, k := range r.Kernels {
		xs, ys = append(xs, k.X), append(ys, k.Y)
	}
	x := Axis{Label: "operations for each byte read", Log: true, few: width <= Narrow}
	x.Min, x.Max = span(xs)
	y := Axis{Label: "GFLOP/s", Log: true}
	y.Min, y.Max = span(ys)
	y.Max = max(y.Max, 1.6*r.Peak)
	p := newPlot(x, y)
	var keys []Key
	p.Add(grid(true, true))
	for _, roof := range r.Roofs {
		keys = append(keys, Key{roof.Ink, fmt.Sprintf("from %s: %.0f GB/s", roof.Name, roof.Rate)})
		p.Add(r.roof(roof))
	}
	keys = append(keys, Key{Muted, fmt.Sprintf("arithmetic: %.0f GFLOP/s", r.Peak)})
	p.Add(plotter(func(c draw.Canvas, p *plot.Plot) {
		at := c.Y(p.Y.Norm(r.Peak))
		on(c).mark(fmt.Sprintf("arithmetic: %.0f GFLOP/s", r.Peak), []Datum{{"peak", r.Peak}}, func() {
			line(c, Muted, 2, nil, vg.Point{X: c.Min.X, Y: at}, vg.Point{X: c.Max.X, Y: at})
		})
		for _, k := range r.Kernels {
			on(c).mark(k.Title, []Datum{{"x", k.X}, {"y", k.Y}}, func() {
				dot(c, vg.Point{X: c.X(p.X.Norm(k.X)), Y: c.Y(p.Y.Norm(k.Y))}, 3.5, r.Roofs[k.Roof].Ink)
			})
		}
	}))
	return drawing{plot: p, height: min(width, 440), keys: keys}
}

// roof draws a limit of reading, up to that of arithmetic.
func (r Roofline) roof(roof Roof) plotter {
	return func(c draw.Canvas, p *plot.Plot) {
		from := max(p.X.Min, p.Y.Min/roof.Rate)
		to := min(p.X.Max, r.Peak/roof.Rate)
		if from >= to {
			return
		}
		at := func(x float64) vg.Point {
			return vg.Point{X: c.X(p.X.Norm(x)), Y: c.Y(p.Y.Norm(x * roof.Rate))}
		}
		on(c).mark(fmt.Sprintf("reading %s: %.0f GB/s", roof.Name, roof.Rate), []Datum{{"rate", roof.Rate}}, func() {
			line(c, roof.Ink, 2, nil, at(from), at(to))
		})
	}
}
