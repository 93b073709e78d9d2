package look

import (
	"cmp"
	"context"
	"fmt"
	"image"
	"slices"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/kernels"
)

// Mistakes are the examples that a model is most sure of and gets wrong, and those that it
// gets right but is least sure of.
type Mistakes struct {
	Wrong, Right []Example
	// Linked says that Confidence and Truth are probabilities and not scores.
	Linked bool
	// Examples is the number of all examples, and Errors that of those that are wrong.
	Examples, Errors int
}

// Example is an example with its prediction.
type Example struct {
	Row       int    `json:"row"` // from 0
	Class     string `json:"class"`
	Predicted string `json:"predicted"`
	// Confidence is the probability of the predicted class, or without probabilities how
	// far its score is above the next.
	Confidence float32 `json:"confidence"`
	// Truth is the probability of the true class, or its score.
	Truth float32 `json:"truth"`

	image image.Image
}

// NewMistakes returns at most n examples of each kind; of equal confidence, the first.
// Classes are matched by name. A model whose features are no pixels is an error, and so are
// scores that are NaN.
func NewMistakes(ctx context.Context, m *classifier.Linear, ex classifier.Examples, n, workers int) (Mistakes, error) {
	shape, err := shapeOf(m, ex)
	if err != nil {
		return Mistakes{}, err
	}
	p, err := predict(ctx, m, ex, workers)
	if err != nil {
		return Mistakes{}, err
	}
	found := Mistakes{Linked: p.linked, Examples: ex.Len()}
	for i, predicted := range p.predicted {
		if predicted < 0 {
			return found, fmt.Errorf("look: row %d: no class has the highest score", i)
		}
		row := p.confidence.Row(i)
		e := Example{
			Row: i, Class: m.Classes()[p.labels[i]], Predicted: m.Classes()[predicted],
			Confidence: row[predicted], Truth: row[p.labels[i]],
		}
		if !p.linked {
			e.Confidence = above(row, predicted)
		}
		if predicted == p.labels[i] {
			found.Right = append(found.Right, e)
		} else {
			found.Wrong = append(found.Wrong, e)
		}
	}
	found.Errors = len(found.Wrong)
	slices.SortStableFunc(found.Wrong, func(a, b Example) int { return cmp.Compare(b.Confidence, a.Confidence) })
	slices.SortStableFunc(found.Right, func(a, b Example) int { return cmp.Compare(a.Confidence, b.Confidence) })
	for _, list := range []*[]Example{&found.Wrong, &found.Right} {
		*list = (*list)[:min(n, len(*list))]
		for i := range *list {
			x := kernels.NewMatrix(1, ex.Features())
			ex.Gather(x, []int{(*list)[i].Row})
			(*list)[i].image = pixels(shape, x.Row(0))
		}
	}
	return found, nil
}

// above returns how far the score of a class is above the highest of the others.
func above(scores []float32, class int) float32 {
	best, found := float32(0), false
	for j, s := range scores {
		if j != class && (!found || s > best) {
			best, found = s, true
		}
	}
	return scores[class] - best
}

// Figure returns the examples as two contact sheets.
func (m Mistakes) Figure(s Style) Figure {
	f := Figure{
		Title: "Mistakes and close calls",
		Note:  fmt.Sprintf("%d of %d examples wrong. Below each image: what it is taken for, what it is, and its row.", m.Errors, m.Examples),
	}
	f.Blocks = append(f.Blocks, m.section(s, "The most confident mistakes", m.Wrong, true)...)
	f.Blocks = append(f.Blocks, m.section(s, "The least confident hits", m.Right, false)...)
	return f
}

func (m Mistakes) section(s Style, title string, list []Example, wrong bool) []Block {
	blocks := []Block{Text{Lines: []Line{{Text: title, Size: 11, Bold: true}}}}
	if len(list) == 0 {
		return append(blocks, Text{Lines: []Line{{Text: "none", Muted: true}}})
	}
	var sheet Sheet
	for _, e := range list {
		t := Tile{Image: e.image, Frame: s.Theme.Right}
		if wrong {
			t.Frame = s.Theme.Wrong
		}
		if m.Linked {
			t.Caption = append(t.Caption, fmt.Sprintf("%s, %s", e.Predicted, probability(e.Confidence)))
		} else {
			t.Caption = append(t.Caption, fmt.Sprintf("%s, +%s", e.Predicted, shortNumber(float64(e.Confidence))))
		}
		switch {
		case !wrong:
		case m.Linked:
			t.Caption = append(t.Caption, fmt.Sprintf("is %s, %s", e.Class, probability(e.Truth)))
		default:
			t.Caption = append(t.Caption, "is "+e.Class)
		}
		t.Caption = append(t.Caption, fmt.Sprintf("row %d", e.Row))
		sheet.Tiles = append(sheet.Tiles, t)
	}
	return append(blocks, sheet)
}

// probability returns a probability as text.
func probability(p float32) string {
	switch {
	case p > 0 && p < 0.001:
		return "<0.1 %"
	case p < 1 && p > 0.999:
		return ">99.9 %"
	}
	return fmt.Sprintf("%.1f %%", 100*p)
}
