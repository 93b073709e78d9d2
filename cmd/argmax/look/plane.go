package look

import (
	"context"
	"fmt"
	"math"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/kernels"
)

// Plane is a rectangle of a plane whose points have two features, cut into cells: the
// pixels of an image of its regions.
type Plane struct {
	Left, Right, Bottom, Top float64
	Columns, Rows            int
}

// PlaneAround returns the rectangle around points, one for each row of a matrix of two
// columns, with a margin. It panics unless points has a row and two columns.
func PlaneAround(points kernels.Matrix, columns, rows int) Plane {
	if points.Cols != 2 || points.Rows == 0 {
		panic(fmt.Sprintf("look: PlaneAround: a matrix of %d×%d, want points of 2 columns", points.Rows, points.Cols))
	}
	p := Plane{math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1), columns, rows}
	for i := range points.Rows {
		x, y := float64(points.Row(i)[0]), float64(points.Row(i)[1])
		p.Left, p.Right = min(p.Left, x), max(p.Right, x)
		p.Bottom, p.Top = min(p.Bottom, y), max(p.Top, y)
	}
	widen := func(low, high *float64) {
		margin := (*high - *low) / 20
		if margin == 0 { // all are the same
			margin = max(1, math.Abs(*low)/20)
		}
		*low, *high = *low-margin, *high+margin
	}
	widen(&p.Left, &p.Right)
	widen(&p.Bottom, &p.Top)
	return p
}

// Squared returns the plane widened to cells of the same width and height.
func (p Plane) Squared() Plane {
	w, h := (p.Right-p.Left)/float64(p.Columns), (p.Top-p.Bottom)/float64(p.Rows)
	if more := (h - w) * float64(p.Columns) / 2; more > 0 {
		p.Left, p.Right = p.Left-more, p.Right+more
	}
	if more := (w - h) * float64(p.Rows) / 2; more > 0 {
		p.Bottom, p.Top = p.Bottom-more, p.Top+more
	}
	return p
}

// Points returns the middles of the cells, row by row from the top.
func (p Plane) Points() classifier.Batch[float32] {
	m := kernels.NewMatrix(p.Rows*p.Columns, 2)
	w, h := (p.Right-p.Left)/float64(p.Columns), (p.Top-p.Bottom)/float64(p.Rows)
	for r := range p.Rows {
		y := float32(p.Top - float64((float64(r)+0.5)*h))
		for c := range p.Columns {
			at := m.Row(r*p.Columns + c)
			at[0], at[1] = float32(p.Left+float64((float64(c)+0.5)*w)), y
		}
	}
	return classifier.Batch[float32](m)
}

// Regions returns the class that a model gives to each cell, in the order of Points: −1 if
// it gives none. A model of other than two features is an error. workers is the number of
// goroutines, 0 for one on each processor. When ctx is done Regions returns its error.
func (p Plane) Regions(ctx context.Context, m classifier.Predictor, workers int) ([]int, error) {
	classes := make([]int, p.Rows*p.Columns)
	return classes, m.PredictAll(ctx, classes, p.Points(), workers)
}
