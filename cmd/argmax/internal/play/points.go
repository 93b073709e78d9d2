package play

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/kernels"
)

const (
	extent     = 2    // the plane that is shown reaches from −extent to extent
	mostPoints = 1000 // in a request
	farthest   = 1e6  // the largest coordinate
)

// MostClasses is the number of classes that points may have: there are as many colours.
const MostClasses = 8

// Points are labelled points of the plane.
type Points struct {
	X       []float32 `json:"x"`
	Y       []float32 `json:"y"`
	Labels  []int     `json:"labels"`
	Classes int       `json:"classes"` // labels are below it
}

// Set is points with a name.
type Set struct {
	Name string `json:"name"`
	Note string `json:"note"` // what they are, in a sentence
	// Names are those of the classes; without, they are numbered.
	Names []string `json:"names,omitempty"`
	Points
}

// check refuses points that are not in the bounds of a request.
func (p *Points) check() error {
	n := len(p.Labels)
	switch {
	case p.Classes < 2 || p.Classes > MostClasses:
		return invalid("%d classes: 2 to %d are possible", p.Classes, MostClasses)
	case len(p.X) != n || len(p.Y) != n:
		return invalid("%d and %d coordinates of %d points", len(p.X), len(p.Y), n)
	case n > mostPoints:
		return invalid("%d points: at most %d are possible", n, mostPoints)
	}
	for i, label := range p.Labels {
		if label < 0 || label >= p.Classes {
			return invalid("point %d: label %d of %d classes", i, label, p.Classes)
		}
		if !(max(abs(p.X[i]), abs(p.Y[i])) <= farthest) {
			return invalid("point %d: coordinates %v, %v: at most %v is possible", i, p.X[i], p.Y[i], farthest)
		}
	}
	return nil
}

func abs(x float32) float32 { return float32(math.Abs(float64(x))) }

// table returns the points as examples.
func (p *Points) table() *classifier.Table {
	t := &classifier.Table{X: kernels.NewMatrix(len(p.Labels), 2), Y: p.Labels}
	for i := range p.Labels {
		t.X.Row(i)[0], t.X.Row(i)[1] = p.X[i], p.Y[i]
	}
	for class := range p.Classes {
		t.Names = append(t.Names, strconv.Itoa(class))
	}
	return t
}

// NewSet returns the points of a table of two features, which are called x and y, scaled to
// fill the plane that is shown. Of more than MostClasses classes, the first are shown.
func NewSet(name, x, y string, t *classifier.Table) Set {
	s := Set{Name: name, Names: t.Names[:min(len(t.Names), MostClasses)]}
	var low, high [2]float64
	for i := range t.X.Rows {
		for j, v := range t.X.Row(i) {
			if v := float64(v); i == 0 {
				low[j], high[j] = v, v
			} else {
				low[j], high[j] = min(low[j], v), max(high[j], v)
			}
		}
	}
	scaled := func(v float32, j int) float64 {
		if low[j] == high[j] {
			return 0
		}
		return 0.9 * extent * (2*(float64(v)-low[j])/(high[j]-low[j]) - 1)
	}
	for i, label := range t.Y {
		if label < MostClasses {
			s.add(scaled(t.X.Row(i)[0], 0), scaled(t.X.Row(i)[1], 1), label)
		}
	}
	s.Classes = max(2, len(s.Names))
	s.Note = fmt.Sprintf("x is %s, from %.4g to %.4g, and y %s, from %.4g to %.4g, both scaled.", x, low[0], high[0], y, low[1], high[1])
	if len(t.Names) > MostClasses {
		s.Note += fmt.Sprintf(" %d of %d classes are shown.", MostClasses, len(t.Names))
	}
	return s
}

// Examples returns sets of points that show what the methods can do, and what they
// cannot.
func Examples() []Set {
	r := rand.New(rand.NewPCG(16, 2))
	around := func(p *Points, label, n int, x, y, spread float64) {
		for range n {
			p.add(x+spread*r.NormFloat64(), y+spread*r.NormFloat64(), label)
		}
	}
	clusters := Set{Name: "three clusters", Note: "Lines can separate them."}
	for label, at := range [][2]float64{{-1, 0.8}, {1, 0.7}, {0.1, -1}} {
		around(&clusters.Points, label, 12, at[0], at[1], 0.24)
	}
	overlap := Set{Name: "two that overlap", Note: "No line separates them: the loss stays above zero."}
	around(&overlap.Points, 0, 40, -0.55, 0.1, 0.5)
	around(&overlap.Points, 1, 40, 0.55, -0.1, 0.5)
	xor := Set{Name: "exclusive or", Note: "No line does better than chance; neighbours do."}
	for i, at := range [][2]float64{{-1, 1}, {1, 1}, {1, -1}, {-1, -1}} {
		around(&xor.Points, i%2, 15, at[0], at[1], 0.3)
	}
	spiral := Set{Name: "spiral", Note: "Three arms; neighbours follow them, and lines cannot."}
	for label := range 3 {
		for i := range 40 {
			t := float64(i+1) / 40
			angle := 4*t + 2*math.Pi/3*float64(label) + 0.1*r.NormFloat64()
			spiral.add(1.7*t*math.Sin(angle), 1.7*t*math.Cos(angle), label)
		}
	}
	return []Set{clusters, overlap, xor, spiral}
}

// add appends a point, its coordinates rounded to thousandths.
func (p *Points) add(x, y float64, label int) {
	p.X = append(p.X, float32(math.Round(1000*x)/1000))
	p.Y = append(p.Y, float32(math.Round(1000*y)/1000))
	p.Labels = append(p.Labels, label)
	p.Classes = max(p.Classes, label+1)
}
