package look

import (
	"context"
	"fmt"
	"image"
	"math"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/metrics"
	"github.com/seed842bec00/argmax/kernels"
)

// Templates are the weights of a linear model of images, as images: what each class looks
// for.
type Templates struct {
	Shape   classifier.Shape
	Classes []string
	// Weights has a row for each class: what a level of a pixel, of 255, adds to its score.
	Weights [][]float64
	// Means has the mean image of the examples of each class, from 0 to 255, or nil for a
	// class without examples. It is nil if there are no examples.
	Means [][]float64
	// OwnScale gives each class a scale of its own, up to its largest weight. Otherwise all
	// have one.
	OwnScale bool
}

// NewTemplates returns the templates of a model, and the mean images of examples, which may
// be nil. Classes are matched by name. A model whose features are no pixels is an error.
func NewTemplates(ctx context.Context, m *classifier.Linear, ex classifier.Examples) (Templates, error) {
	shape, err := shapeOf(m, ex)
	if err != nil {
		return Templates{}, err
	}
	t := Templates{Shape: shape, Classes: m.Classes()}
	for class := range t.Classes {
		t.Weights = append(t.Weights, weightsOf(m, class))
	}
	if ex != nil {
		t.Means, err = meansOf(ctx, m, ex)
	}
	return t, err
}

// weightsOf returns the weights of a class for features as they come.
func weightsOf(m *classifier.Linear, class int) []float64 {
	row, weights := make([]float32, m.Features()), make([]float64, m.Features())
	m.Template(row, class)
	_, scale := m.Inputs()
	for i, w := range row {
		weights[i] = float64(w)
		if scale != nil {
			weights[i] *= float64(scale[i])
		}
	}
	return weights
}

// meansOf returns the mean row of each class of a model, nil for one without examples.
func meansOf(ctx context.Context, m *classifier.Linear, ex classifier.Examples) ([][]float64, error) {
	if got := ex.Features(); got != m.Features() {
		return nil, fmt.Errorf("look: rows of %d features: the model has %d", got, m.Features())
	}
	labels, err := metrics.Match(m.Classes(), ex)
	if err != nil {
		return nil, err
	}
	means, counts := make([][]float64, len(m.Classes())), make([]float64, len(m.Classes()))
	const block = 256
	buffer, rows := kernels.NewMatrix(block, ex.Features()), make([]int, 0, block)
	for lo := 0; lo < ex.Len(); lo += block {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		rows = rows[:0]
		for i := lo; i < min(lo+block, ex.Len()); i++ {
			rows = append(rows, i)
		}
		x := buffer.Slice(0, len(rows))
		ex.Gather(x, rows)
		for i, row := range rows {
			class := labels[row]
			if means[class] == nil {
				means[class] = make([]float64, ex.Features())
			}
			sum := means[class]
			for j, v := range x.Row(i) {
				sum[j] += float64(v)
			}
			counts[class]++
		}
	}
	for class, sum := range means {
		for j := range sum {
			sum[j] /= counts[class]
		}
	}
	return means, nil
}

// templateColumns is the most classes side by side.
const templateColumns = 10

// Figure returns the picture of the templates: for each class the mean image of its
// examples if there are any, the template, its positive part, what speaks for the class,
// and its negative part, what speaks against it.
func (t Templates) Figure(s Style) Figure {
	f := Figure{Title: "Templates", Note: "The weights of each class, and its positive and negative parts."}
	if t.Means != nil {
		f.Note = "The mean image of each class, its weights, and their positive and negative parts."
	}
	common := largest(t.Weights...)
	columns := fits(s, templateColumns)
	for lo := 0; lo < len(t.Classes); lo += columns {
		hi := min(lo+columns, len(t.Classes))
		f.Blocks = append(f.Blocks, t.band(s, lo, hi, common))
	}
	bar := ColorBar{Label: "weight: what a pixel level adds to the score", Map: s.Theme.Diverging()}
	if t.Shape.Channels == 3 {
		bar.Label = "weight, for red, green and blue each: what a pixel level adds to the score; parts begin at black"
		bar.Map = ColorMap{hex(0x000000), hex(0xffffff)}
	}
	bar.Low, bar.Middle, bar.High = signedNumber(-common), "0", signedNumber(common)
	if t.OwnScale {
		bar.Low, bar.High = "−largest", "largest"
	}
	f.Blocks = append(f.Blocks, bar)
	return f
}

// band returns the grid of the classes from lo to hi.
func (t Templates) band(s Style, lo, hi int, common float64) grid {
	g := grid{names: t.Classes[lo:hi], wide: min(len(t.Classes), fits(s, templateColumns))}
	var means, whole, positive, negative []image.Image
	var largestWeights []string
	for class := lo; class < hi; class++ {
		w, most := t.Weights[class], common
		if t.OwnScale {
			most = largest(w)
		}
		whole = append(whole, signed(t.Shape, w, most, s.Theme.Diverging()))
		positive = append(positive, part(t.Shape, w, 1, most, s.Theme.Diverging()))
		negative = append(negative, part(t.Shape, w, -1, most, s.Theme.Diverging()))
		largestWeights = append(largestWeights, shortNumber(largest(w)))
		if t.Means != nil {
			mean := t.Means[class]
			if mean == nil {
				mean = make([]float64, len(w))
			}
			means = append(means, pixels(t.Shape, mean))
		}
	}
	if t.Means != nil {
		g.rows = append(g.rows, gridRow{label: "mean image", images: means})
	}
	g.rows = append(g.rows, gridRow{label: "template", images: whole}, gridRow{label: "positive part", images: positive},
		gridRow{label: "negative part", images: negative}, gridRow{label: "largest |weight|", texts: largestWeights})
	return g
}

// TemplateNumbers are the numbers of the template of a class.
type TemplateNumbers struct {
	Class    string  `json:"class"`
	Least    float64 `json:"least"`    // the smallest weight
	Most     float64 `json:"most"`     // the largest weight
	Norm     float64 `json:"norm"`     // √ΣW²
	Positive float64 `json:"positive"` // the sum of the positive weights
	Negative float64 `json:"negative"` // the sum of the negative weights
}

// Numbers returns the numbers of the templates, class by class.
func (t Templates) Numbers() []TemplateNumbers {
	var all []TemplateNumbers
	for class, weights := range t.Weights {
		n := TemplateNumbers{Class: t.Classes[class], Least: math.Inf(1), Most: math.Inf(-1)}
		var squares float64
		for _, w := range weights {
			n.Least, n.Most = min(n.Least, w), max(n.Most, w)
			n.Positive += max(w, 0)
			n.Negative += min(w, 0)
			squares += float64(w * w)
		}
		n.Norm = math.Sqrt(squares)
		all = append(all, n)
	}
	return all
}
