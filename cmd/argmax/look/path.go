package look

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
)

// Path is the models that one kind of penalty gives as its λ grows.
type Path struct {
	Name   string // of the penalty, with its formula
	Steps  []PathStep
	Chosen int // the index of the step whose λ is chosen
}

// PathStep is a model of a path.
type PathStep struct {
	Lambda     float64   `json:"lambda"`
	Weights    []float64 `json:"weights"`    // that are drawn, in the order of all steps
	Nonzeros   int       `json:"nonzeros"`   // of all weights
	Training   float64   `json:"training"`   // accuracy
	Validation float64   `json:"validation"` // accuracy
}

// Paths returns what penalties prefer, side by side: the weights of a class as λ grows, the
// number of all weights that are not zero, and the accuracies, with the chosen λ. Steps have
// rising values of λ above 0; no paths or no steps are an error.
func Paths(paths []Path, class string, s Style) (Figure, error) {
	if len(paths) == 0 {
		return Figure{}, errors.New("look: no paths")
	}
	var weights, nonzeros, accuracies []*plot.Plot
	var err error
	lowest, highest, most := math.Inf(1), math.Inf(-1), 0
	note := fmt.Sprintf("The weights of class %s as λ grows. Chosen, dotted, is the λ with the highest validation accuracy:", class)
	for i, p := range paths {
		if len(p.Steps) == 0 {
			return Figure{}, fmt.Errorf("look: the path of %s has no steps", p.Name)
		}
		of := func(value func(PathStep) float64) (points plotter.XYs) {
			for _, step := range p.Steps {
				points = append(points, plotter.XY{X: step.Lambda, Y: value(step)})
			}
			return points
		}
		w, n, a := s.Plot(p.Name, "", "weight"), s.Plot("", "", "weights not zero"), s.Plot("", "λ", "accuracy")
		for _, plot := range []*plot.Plot{w, n, a} {
			logarithmic(&plot.X)
		}
		for feature := range p.Steps[0].Weights {
			c := curve{color: s.Theme.Class(feature), dashes: Dashes(feature), points: of(func(step PathStep) float64 { return step.Weights[feature] })}
			err = errors.Join(err, addLine(w, c))
		}
		err = errors.Join(err,
			addCurves(n, curve{color: s.Theme.Foreground, points: of(func(step PathStep) float64 { return float64(step.Nonzeros) })}),
			addCurves(a,
				curve{name: "training", color: s.Theme.Class(0), points: of(func(step PathStep) float64 { return step.Training })},
				curve{name: "validation", color: s.Theme.Class(1), points: of(func(step PathStep) float64 { return step.Validation })}))
		a.Legend.Top, a.Legend.Left = false, true
		chosen := p.Steps[p.Chosen]
		for _, plot := range []*plot.Plot{w, n, a} {
			addMark(plot, s, chosen.Lambda, "")
		}
		if i > 0 {
			note += ";"
		}
		note += fmt.Sprintf(" %s: λ = %s, %.2f %%, %d weights", p.Name, shortNumber(chosen.Lambda), 100*chosen.Validation, chosen.Nonzeros)
		for _, step := range p.Steps {
			most = max(most, step.Nonzeros)
		}
		lowest, highest = min(lowest, a.Y.Min), max(highest, a.Y.Max)
		weights, nonzeros, accuracies = append(weights, w), append(nonzeros, n), append(accuracies, a)
	}
	for i := range paths { // one scale for all, but of weights
		nonzeros[i].Y.Min, nonzeros[i].Y.Max = 0, float64(most)
		nonzeros[i].Y.Tick.Marker = plainTicks{}
		accuracies[i].Y.Min, accuracies[i].Y.Max = lowest, highest
	}
	return Figure{Title: "What penalties prefer", Note: note + ".", Blocks: []Block{
		Plots{Plots: weights, Aspect: 0.85},
		Plots{Plots: nonzeros, Aspect: 0.45},
		Plots{Plots: accuracies, Aspect: 0.6},
	}}, err
}

// addLine adds a thin curve without points.
func addLine(p *plot.Plot, c curve) error {
	line, err := plotter.NewLine(c.points)
	if err != nil {
		return err
	}
	line.Color, line.Dashes, line.Width = c.color, c.dashes, vg.Length(1)
	p.Add(line)
	return nil
}
