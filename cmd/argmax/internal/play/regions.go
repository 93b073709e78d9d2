package play

import (
	"context"
	"errors"
	"math"
	"slices"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/kernels"
)

// pixels returns the centres of the pixels of a picture of the plane, row by row from the
// top.
func pixels(side int) kernels.Matrix {
	m := kernels.NewMatrix(side*side, 2)
	for i := range m.Rows {
		m.Row(i)[0], m.Row(i)[1] = pixel(i%side, side), -pixel(i/side, side)
	}
	return m
}

// pixel returns the coordinate of a column of pixels.
func pixel(i, side int) float32 {
	return float32(float64(extent*(2*i+1-side)) / float64(side))
}

// tied is added to the class of a pixel where several classes have the most votes.
const tied = 0x80

// largest is the number of pixels across the squares that workers take.
const largest = 32

// voting finds what the k nearest of some points vote for in a picture of the plane.
//
// The picture is cut into squares. From the centre of one, let D be the distance of the
// k-th nearest point, E that of the next, and R that of the farthest pixel of the square.
// By the triangle inequality, the k points nearest to any of its pixels are within D + R of the
// pixel, and so within D + 2R of the centre: these points alone have the same votes as all.
// And points within E − 2R of the centre have a vote at every pixel. If these give a class
// a lead that the other votes cannot make up for, the class is that of all pixels; otherwise the
// square is cut into four. Pixels that are still open in the end, where the votes are tied or
// nearly so, are left to a classifier.
type voting struct {
	k      int
	metric classifier.Metric
	side   int
}

// regions returns the class of each pixel, row by row from the top, with tied where so.
func (v voting) regions(ctx context.Context, points *classifier.Table) ([]byte, error) {
	classes, squares := make([]byte, v.side*v.side), (v.side+largest-1)/largest
	failed := make([]error, squares*squares)
	pool := kernels.NewPool(0).WithContext(ctx)
	pool.Split(len(failed), 1, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			s := square{i % squares * largest, i / squares * largest, 0, 0}
			s.columns, s.rows = min(largest, v.side-s.x), min(largest, v.side-s.y)
			failed[i] = v.square(ctx, classes, points, s)
		}
	})
	return classes, errors.Join(append(failed, pool.Err())...)
}

// square is pixels from column x and row y on.
type square struct{ x, y, columns, rows int }

// quarters cuts a square into four, some of which may be empty.
func (s square) quarters() [4]square {
	w, h := (s.columns+1)/2, (s.rows+1)/2
	return [4]square{
		{s.x, s.y, w, h}, {s.x + w, s.y, s.columns - w, h},
		{s.x, s.y + h, w, s.rows - h}, {s.x + w, s.y + h, s.columns - w, s.rows - h},
	}
}

// square sets the classes of the pixels of one of the largest squares.
func (v voting) square(ctx context.Context, classes []byte, points *classifier.Table, s square) error {
	points, class, decided := v.decide(points, s)
	if decided {
		v.fill(classes, s, class)
		return nil
	}
	open := v.cut(classes, points, s, nil)
	m, err := classifier.NewKNN(points, classifier.KNNConfig{K: v.k, Metric: v.metric})
	if err != nil {
		return err
	}
	at := kernels.NewMatrix(len(open), 2)
	for i, p := range open {
		at.Row(i)[0], at.Row(i)[1] = pixel(p%v.side, v.side), -pixel(p/v.side, v.side)
	}
	found, _, err := votes(ctx, m, at)
	if err != nil {
		return err
	}
	for i, p := range open {
		classes[p] = found[i]
	}
	return nil
}

// cut sets the classes of pixels of a square where a quarter of it, or a quarter of that,
// decides them, and appends the other pixels to open.
func (v voting) cut(classes []byte, points *classifier.Table, s square, open []int) []int {
	if s.columns == 1 && s.rows == 1 {
		return append(open, s.y*v.side+s.x)
	}
	for _, q := range s.quarters() {
		if q.columns == 0 || q.rows == 0 {
			continue
		}
		if near, class, decided := v.decide(points, q); decided {
			v.fill(classes, q, class)
		} else {
			open = v.cut(classes, near, q, open)
		}
	}
	return open
}

// fill sets the class of all pixels of a square.
func (v voting) fill(classes []byte, s square, class int) {
	for r := range s.rows {
		line := classes[(s.y+r)*v.side+s.x:][:s.columns]
		for i := range line {
			line[i] = byte(class)
		}
	}
}

// decide returns those of the points that have a vote at one of the pixels, in their order,
// and the class of all pixels if it is decided.
func (v voting) decide(points *classifier.Table, s square) (near *classifier.Table, class int, decided bool) {
	n, k := len(points.Y), min(v.k, len(points.Y))
	centre, radius := v.around(pixel(s.x, v.side), pixel(s.x+s.columns-1, v.side), -pixel(s.y, v.side), -pixel(s.y+s.rows-1, v.side))
	lengths := v.lengths(centre, points.X)
	sorted := slices.Sorted(slices.Values(lengths))
	within, sure := math.Inf(1), math.Inf(1)
	if k < n {
		// Far more than the errors of lengths and radii, which are of float32.
		const relative, absolute = 1e-5, 1e-9
		within = (sorted[k-1]+2*radius)*(1+relative) + absolute
		sure = (sorted[k]-2*radius)*(1-relative) - absolute
	}
	near = &classifier.Table{Names: points.Names}
	sums, left := make([]int, len(points.Names)), k
	for i, length := range lengths {
		if length > within {
			continue
		}
		near.X.Data = append(near.X.Data, points.X.Row(i)...)
		near.Y = append(near.Y, points.Y[i])
		if length < sure {
			sums[points.Y[i]]++
			left--
		}
	}
	near.X = kernels.Matrix{Rows: len(near.Y), Cols: 2, Stride: 2, Data: near.X.Data}
	first := 0
	for c, sum := range sums {
		if sum > sums[first] {
			first = c
		}
	}
	lead := sums[first]
	for c, sum := range sums {
		if c != first {
			lead = min(lead, sums[first]-sum)
		}
	}
	return near, first, lead > left
}

// around returns the centre of a rectangle, and a bound of the lengths from there to its
// points.
func (v voting) around(left, right, top, bottom float32) (centre [2]float32, radius float64) {
	centre = [2]float32{(left + right) / 2, (top + bottom) / 2}
	dx := float64(max(right-centre[0], centre[0]-left))
	dy := float64(max(top-centre[1], centre[1]-bottom))
	switch v.metric {
	case classifier.L1:
		return centre, dx + dy
	case classifier.LInf:
		return centre, max(dx, dy)
	case classifier.Cosine: // seen from the origin, the points of the disc around the rectangle
		sin := math.Hypot(dx, dy) / math.Hypot(float64(centre[0]), float64(centre[1]))
		if !(sin < 1) {
			return centre, 2 // the origin is in the disc
		}
		return centre, 2 * math.Sin(math.Asin(sin)/2)
	}
	return centre, math.Hypot(dx, dy)
}

// lengths returns how far points are from a place, by a measure that is ordered as the metric
// and obeys the triangle inequality: the roots of squared distances, and for Cosine the lengths
// of chords of the unit circle.
func (v voting) lengths(from [2]float32, points kernels.Matrix) []float64 {
	lengths := make([]float64, points.Rows)
	if v.metric == classifier.Cosine {
		for i := range lengths {
			lengths[i] = chord(from[:], points.Row(i))
		}
		return lengths
	}
	distances, rows := make([]float32, points.Rows), argmax.Strided[float32]{Data: points.Data, Stride: points.Stride}
	switch v.metric {
	case classifier.L1:
		argmax.L1DistRows(distances, from[:], rows)
	case classifier.LInf:
		argmax.LInfDistRows(distances, from[:], rows)
	default:
		argmax.SqDistRows(distances, from[:], rows)
	}
	for i, d := range distances {
		if lengths[i] = float64(d); v.metric == classifier.L2 {
			lengths[i] = math.Sqrt(float64(d))
		}
	}
	return lengths
}

// chord returns the distance of the points of the unit circle in the directions of x and y.
// That of the origin, which has none, is that of a right angle, as its cosine is 0.
func chord(x, y []float32) float64 {
	x0, x1, y0, y1 := float64(x[0]), float64(x[1]), float64(y[0]), float64(y[1])
	x2, y2 := math.Hypot(x0, x1), math.Hypot(y0, y1)
	if x2 == 0 || y2 == 0 {
		return math.Sqrt2
	}
	return math.Hypot(x0/x2-y0/y2, x1/x2-y1/y2)
}

// votes returns the class of each place, with tied where several have the most votes, and
// their shares of the votes.
func votes(ctx context.Context, m *classifier.KNN, places kernels.Matrix) ([]byte, kernels.Matrix, error) {
	shares := kernels.NewMatrix(places.Rows, len(m.Classes()))
	if err := m.ProbabilitiesAll(ctx, shares, classifier.Batch[float32](places), 1); err != nil {
		return nil, shares, err
	}
	classes := make([]byte, places.Rows)
	var open []int // places whose class the shares leave open
	for i := range classes {
		class, alone := most(shares.Row(i))
		classes[i] = byte(class)
		if !alone {
			open = append(open, i)
		}
	}
	undecided := kernels.NewMatrix(len(open), 2)
	kernels.Gather(undecided, places, open)
	decided := make([]int, len(open))
	if err := m.PredictAll(ctx, decided, classifier.Batch[float32](undecided), 1); err != nil {
		return nil, shares, err
	}
	for i, place := range open {
		classes[place] = byte(decided[i]) | tied
	}
	return classes, shares, nil
}

// most returns the class with the largest share, and whether no other has as much.
func most(shares []float32) (class int, alone bool) {
	for c, s := range shares {
		switch {
		case s > shares[class]:
			class, alone = c, true
		case s == shares[class]:
			alone = c == 0
		}
	}
	return class, alone
}
