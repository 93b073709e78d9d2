package look

import (
	"context"
	"fmt"
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/metrics"
	"github.com/seed842bec00/argmax/kernels"
)

// Rankings are how a model ranks examples by their probability of each class, or by their
// score if it has no probabilities.
type Rankings struct {
	Classes []RankedClass
	// Micro is the ranking of all pairs of an example and a class.
	Micro metrics.Ranking
	Note  string // on what
}

// RankedClass is a class against the rest.
type RankedClass struct {
	Name    string
	Ranking metrics.Ranking
}

// NewRankings returns the rankings of the classes that some examples have, and others have
// not. Classes are matched by name. It is an error if there are no such classes or a score is
// NaN.
func NewRankings(ctx context.Context, m *classifier.Linear, ex classifier.Examples, workers int) (Rankings, error) {
	p, err := predict(ctx, m, ex, workers)
	if err != nil {
		return Rankings{}, err
	}
	r := Rankings{Note: fmt.Sprintf("%d examples, ranked by their probability of each class.", ex.Len())}
	if !p.linked {
		r.Note = fmt.Sprintf("%d examples, ranked by their score for each class.", ex.Len())
	}
	if r.Micro, err = metrics.RankMicro(p.confidence, p.labels); err != nil {
		return r, err
	}
	for class, name := range m.Classes() {
		ranking, defined, err := rank(p.confidence, p.labels, class)
		if err != nil {
			return r, err
		}
		if defined {
			r.Classes = append(r.Classes, RankedClass{name, ranking})
		}
	}
	if len(r.Classes) == 0 {
		return r, fmt.Errorf("look: examples of a single class have no ranking")
	}
	return r, nil
}

// rank returns the ranking of a class, and whether there are examples of it and of others.
func rank(confidence kernels.Matrix, labels []int, class int) (metrics.Ranking, bool, error) {
	scores, positive, n := make([]float32, len(labels)), make([]bool, len(labels)), 0
	for i, label := range labels {
		scores[i], positive[i] = confidence.Row(i)[class], label == class
		if positive[i] {
			n++
		}
	}
	r, err := metrics.Rank(scores, positive)
	return r, n > 0 && n < len(labels), err
}

// Areas are the areas under the curves of a class, or averages.
type Areas struct {
	Name             string  `json:"name"`
	ROC              float64 `json:"rocArea"`
	AveragePrecision float64 `json:"averagePrecision"`
}

// Areas returns those of the micro and of the macro average, and of each class.
func (r Rankings) Areas() []Areas {
	macro := Areas{Name: "macro average"}
	all := []Areas{{"micro average", r.Micro.ROCArea(), r.Micro.AveragePrecision()}, macro}
	for _, c := range r.Classes {
		a := Areas{c.Name, c.Ranking.ROCArea(), c.Ranking.AveragePrecision()}
		all[1].ROC += a.ROC / float64(len(r.Classes))
		all[1].AveragePrecision += a.AveragePrecision / float64(len(r.Classes))
		all = append(all, a)
	}
	return all
}

// colouredClasses is the most classes whose curves have colours.
const colouredClasses = 16

// Figure returns the ROC curves and the precision–recall curves of each class against the
// rest, and of the averages, with their areas.
func (r Rankings) Figure(s Style) (Figure, error) {
	roc := s.Plot("ROC", "false positive rate", "true positive rate")
	pr := s.Plot("Precision and recall", "recall", "precision")
	for _, p := range []*plot.Plot{roc, pr} {
		unit(&p.X)
		unit(&p.Y)
	}
	areas, key := r.Areas(), curveKey{title: []string{"", "area under ROC", "average precision"}}
	add := func(at int, rates, precisions []metrics.CurvePoint, c color.Color, dashes []vg.Length, width vg.Length, listed bool) error {
		for p, points := range map[*plot.Plot][]metrics.CurvePoint{roc: rates, pr: precisions} {
			if points == nil {
				continue
			}
			line, err := plotter.NewLine(thin(points))
			if err != nil {
				return err
			}
			line.Color, line.Dashes, line.Width = c, dashes, width
			p.Add(line)
		}
		if listed {
			a := areas[at]
			key.entries = append(key.entries, curveEntry{c, dashes, width, []string{a.Name, fmt.Sprintf("%.4f", a.ROC), fmt.Sprintf("%.4f", a.AveragePrecision)}})
		}
		return nil
	}
	chance, err := plotter.NewLine(plotter.XYs{{X: 0, Y: 0}, {X: 1, Y: 1}})
	if err != nil {
		return Figure{}, err
	}
	chance.Color, chance.Dashes = s.Theme.Muted, []vg.Length{2, 3}
	roc.Add(chance)
	var rankings []metrics.Ranking
	few := len(r.Classes) <= colouredClasses
	extremes := r.extremes(areas)
	for i, c := range r.Classes {
		rankings = append(rankings, c.Ranking)
		color, dashes, width := s.Theme.Grid, []vg.Length(nil), vg.Length(0.75)
		listed := slices.Index(extremes, i)
		switch {
		case few:
			color, dashes, width = s.Theme.Class(i), Dashes(i), 1.25
		case listed >= 0:
			color, width = s.Theme.Class(listed), 1.25
		}
		if err := add(2+i, c.Ranking.ROC(), c.Ranking.PrecisionRecall(), color, dashes, width, few || listed >= 0); err != nil {
			return Figure{}, err
		}
	}
	if err := add(0, r.Micro.ROC(), r.Micro.PrecisionRecall(), s.Theme.Foreground, nil, 2.5, true); err != nil {
		return Figure{}, err
	}
	if err := add(1, metrics.MacroROC(rankings), nil, s.Theme.Foreground, []vg.Length{6, 3}, 2.5, true); err != nil {
		return Figure{}, err
	}
	f := Figure{Title: "ROC and precision–recall curves", Note: r.Note, Blocks: []Block{Plots{Plots: []*plot.Plot{roc, pr}, Aspect: 0.95}}}
	if !few {
		f.Note += fmt.Sprintf(" Of %d classes, the three with the largest and the three with the smallest area under ROC have colours.", len(r.Classes))
	}
	f.Blocks = append(f.Blocks, key)
	return f, nil
}

// extremes returns the three classes with the largest and the three with the smallest area.
func (r Rankings) extremes(areas []Areas) []int {
	order := make([]int, len(r.Classes))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return int(math.Copysign(1, areas[2+b].ROC-areas[2+a].ROC)) })
	if len(order) < 6 {
		return order
	}
	return append(order[:3:3], order[len(order)-3:]...)
}

// thin leaves out the points of a curve that cannot be told from those before, but neither
// its first nor its last.
func thin(points []metrics.CurvePoint) plotter.XYs {
	const near = 0.002
	var kept plotter.XYs
	for i, p := range points {
		last := len(kept) - 1
		if i == 0 || i == len(points)-1 || math.Abs(p.X-kept[last].X)+math.Abs(p.Y-kept[last].Y) > near {
			kept = append(kept, plotter.XY{X: p.X, Y: p.Y})
		}
	}
	return kept
}

// curveKey lists what lines stand for, with numbers, in as many columns as fit.
type curveKey struct {
	title   []string
	entries []curveEntry
}

type curveEntry struct {
	color  color.Color
	dashes []vg.Length
	width  vg.Length
	texts  []string
}

const keyWidth = vg.Length(280)

func (k curveKey) layout(width vg.Length) (columns, rows int) {
	columns = max(1, int(width/keyWidth))
	return columns, (len(k.entries) + columns - 1) / columns
}

func (k curveKey) Height(_ Style, width vg.Length) vg.Length {
	_, rows := k.layout(width)
	return vg.Length(rows+1) * leading * normal
}

func (k curveKey) Draw(s Style, c draw.Canvas) {
	columns, rows := k.layout(c.Max.X - c.Min.X)
	width := (c.Max.X - c.Min.X) / vg.Length(columns)
	line := func(left, top vg.Length, texts []string, c draw.Canvas, color color.Color) {
		style := textStyle(small+0.5, color)
		style.XAlign, style.YAlign = draw.XLeft, draw.YTop
		c.FillText(style, vg.Point{X: left + 30, Y: top}, shorten(style, texts[0], width-200))
		style.XAlign = draw.XRight
		c.FillText(style, vg.Point{X: left + width - 95, Y: top}, texts[1])
		c.FillText(style, vg.Point{X: left + width - 14, Y: top}, texts[2])
	}
	for i, e := range k.entries {
		left, top := c.Min.X+vg.Length(i/rows)*width, c.Max.Y-vg.Length(i%rows+1)*leading*normal
		if i%rows == 0 {
			line(left, c.Max.Y, k.title, c, s.Theme.Muted)
		}
		line(left, top, e.texts, c, s.Theme.Foreground)
		y := top - leading*normal/2 + 1
		c.StrokeLine2(draw.LineStyle{Color: e.color, Width: e.width, Dashes: e.dashes}, left, y, left+24, y)
	}
}
