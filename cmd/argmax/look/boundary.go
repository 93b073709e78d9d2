package look

import (
	"fmt"
	"math"

	"github.com/seed842bec00/argmax/classifier"
)

// Boundary is a line on which the score of a class is by Margin above that of another, in
// the part of a plane where no third class has a score above either: with a margin of 0, a
// line between the regions of the two classes. Without another class it is the line on which
// the score of the class is Margin.
type Boundary struct {
	Class   int
	Against int // −1 for no class
	Margin  float64
	From    [2]float64
	To      [2]float64
}

// Boundaries returns the lines between the regions of a linear model of two features, those
// of w_j − w_i, pair by pair; with a margin above 0, the lines at that margin on either side
// of each. It panics unless the model has two features.
func (p Plane) Boundaries(m *classifier.Linear, margin float64) []Boundary {
	scores := affineScores(m)
	var all []Boundary
	for a := range scores {
		for b := range scores {
			if a == b || margin == 0 && a > b {
				continue
			}
			line := scores[a].minus(scores[b]).plus(-margin)
			var inside []affine
			for c := range scores {
				if c != a && c != b {
					inside = append(inside, scores[a].minus(scores[c]), scores[b].minus(scores[c]))
				}
			}
			if from, to, ok := p.clip(line, inside); ok {
				all = append(all, Boundary{a, b, margin, from, to})
			}
		}
	}
	return all
}

// Levels returns the lines on which the score of each class is level: the margins of a
// hinge of one class against the rest. It panics unless the model has two features.
func (p Plane) Levels(m *classifier.Linear, level float64) []Boundary {
	var all []Boundary
	for a, score := range affineScores(m) {
		if from, to, ok := p.clip(score.plus(-level), nil); ok {
			all = append(all, Boundary{a, -1, level, from, to})
		}
	}
	return all
}

// affine is the function x·X + y·Y + c.
type affine struct{ x, y, c float64 }

func (f affine) minus(g affine) affine      { return affine{f.x - g.x, f.y - g.y, f.c - g.c} }
func (f affine) plus(c float64) affine      { return affine{f.x, f.y, f.c + c} }
func (f affine) at(p [2]float64) float64    { return float64(f.x*p[0]) + float64(f.y*p[1]) + f.c }
func (f affine) along(d [2]float64) float64 { return float64(f.x*d[0]) + float64(f.y*d[1]) }

// affineScores returns the scores of the classes of a model of two features as they come.
func affineScores(m *classifier.Linear) []affine {
	if m.Features() != 2 {
		panic(fmt.Sprintf("look: a model of %d features, want 2", m.Features()))
	}
	pivot, scale := m.Inputs()
	scores := make([]affine, len(m.Classes()))
	w := make([]float32, 2)
	for k := range scores {
		m.Template(w, k)
		f := affine{float64(w[0]), float64(w[1]), float64(m.Bias(k))}
		if scale != nil {
			f.x, f.y = float64(f.x*float64(scale[0])), float64(f.y*float64(scale[1]))
			f.c -= f.along([2]float64{float64(pivot[0]), float64(pivot[1])})
		}
		scores[k] = f
	}
	return scores
}

// clip returns the part of the line f = 0 inside the plane where no function of others is
// negative, and whether there is any.
func (p Plane) clip(f affine, others []affine) (from, to [2]float64, ok bool) {
	length := float64(f.x*f.x) + float64(f.y*f.y)
	if length == 0 {
		return from, to, false
	}
	// The line is start + t·direction, from the point nearest to the middle of the plane.
	middle := [2]float64{(p.Left + p.Right) / 2, (p.Bottom + p.Top) / 2}
	off := f.at(middle) / length
	start := [2]float64{middle[0] - float64(off*f.x), middle[1] - float64(off*f.y)}
	direction := [2]float64{-f.y, f.x}
	low, high := math.Inf(-1), math.Inf(1)
	edges := []affine{{1, 0, -p.Left}, {-1, 0, p.Right}, {0, 1, -p.Bottom}, {0, -1, p.Top}}
	for _, g := range append(edges, others...) {
		switch value, slope := g.at(start), g.along(direction); {
		case slope > 0:
			low = max(low, -value/slope)
		case slope < 0:
			high = min(high, -value/slope)
		case value < 0:
			return from, to, false
		}
	}
	if !(low < high) {
		return from, to, false
	}
	at := func(t float64) [2]float64 {
		return [2]float64{start[0] + float64(t*direction[0]), start[1] + float64(t*direction[1])}
	}
	return at(low), at(high), true
}
