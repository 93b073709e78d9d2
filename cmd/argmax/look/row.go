package look

import (
	"cmp"
	"fmt"
	"image"
	"image/color"
	"math"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/seed842bec00/argmax/classifier"
)

// The most classes side by side, and the most features that are listed one by one.
const (
	explainedClasses = 10
	listedFeatures   = 16
)

// Figure returns the picture of the explanation: the image, and for each class its template,
// the product of both, and the numbers from the score to the probability or the loss.
// Features that are no image, or a few pixels, are listed: of many, those that count most for
// the predicted class against the true one or, if it is right, the next. Of many classes it
// shows those with the highest scores and the true one.
func (e Explanation) Figure(s Style) Figure {
	shown := e.shown(fits(s, explainedClasses))
	g := grid{}
	for _, class := range shown {
		var mark color.Color
		switch {
		case class == e.Label:
			mark = s.Theme.Right
		case class == e.Predicted && e.Label >= 0:
			mark = s.Theme.Wrong
		}
		g.names, g.marks = append(g.names, e.Classes[class]), append(g.marks, mark)
	}
	f := Figure{Title: e.title(), Note: e.note(len(shown))}
	var bars Row
	if e.Shape != (classifier.Shape{}) {
		bars = e.images(s, shown, &g)
		f.Blocks = append(f.Blocks, portrait{pixels(e.Shape, e.X), e.story()})
	} else {
		f.Blocks = append(f.Blocks, Text{e.story()})
	}
	if e.Shape == (classifier.Shape{}) || len(e.X) <= listedFeatures {
		e.list(shown, &g)
	}
	for lo := 0; lo < len(e.Steps); {
		hi := lo + 1
		for hi < len(e.Steps) && e.Steps[hi].joined {
			hi++
		}
		if e.Steps[lo].first {
			g.rows = append(g.rows, gridRow{rule: true})
		}
		texts := textsOf(e.Steps[lo:hi])
		for i, step := range e.Steps[lo:hi] {
			row := gridRow{label: step.Name, strong: step.Result}
			for _, class := range shown {
				row.texts = append(row.texts, texts[i*len(e.Classes)+class])
			}
			g.rows = append(g.rows, row)
		}
		lo = hi
	}
	f.Blocks = append(f.Blocks, g)
	if bars != nil {
		f.Blocks = append(f.Blocks, bars)
	}
	return f
}

// shown returns the classes that are shown, at most most: in their order if they all are and
// else the highest score first.
func (e Explanation) shown(most int) []int {
	all := make([]int, len(e.Classes))
	for i := range all {
		all[i] = i
	}
	if len(all) <= most {
		return all
	}
	scores := e.Steps[2].Values
	slices.SortStableFunc(all, func(a, b int) int {
		switch {
		case scores[a] > scores[b]:
			return -1
		case scores[a] < scores[b]:
			return 1
		}
		return 0
	})
	if i := slices.Index(all, e.Label); i >= most {
		all[most-1] = e.Label
	}
	return all[:most]
}

func (e Explanation) title() string {
	if e.Name == "" {
		return "A prediction explained"
	}
	return "A prediction explained: " + e.Name
}

func (e Explanation) note(shown int) string {
	var notes []string
	if shown < len(e.Classes) {
		notes = append(notes, fmt.Sprintf("%d of %d classes: those with the highest scores, and the true one.", shown, len(e.Classes)))
	}
	if e.Shape == (classifier.Shape{}) && len(e.X) > listedFeatures {
		most := "those that count most for " + e.Classes[e.Predicted]
		if other := e.rival(); other >= 0 {
			most += " against " + e.Classes[other]
		}
		notes = append(notes, fmt.Sprintf("%d of %d features: %s.", listedFeatures, len(e.X), most))
	}
	return strings.Join(notes, " ")
}

// story says in words what comes out.
func (e Explanation) story() []Line {
	predicted := "Taken for " + e.Classes[e.Predicted]
	var lines []Line
	if e.Probabilities != nil {
		predicted += ", with a probability of " + probability(e.Probabilities[e.Predicted])
	}
	lines = append(lines, Line{Text: predicted + ".", Size: 12, Bold: true})
	switch {
	case e.Label < 0:
		lines = append(lines, Line{Text: "The true class is not known."})
	case e.Label == e.Predicted:
		lines = append(lines, Line{Text: "That is right."})
	default:
		lines = append(lines, Line{Text: "The true class is " + e.Classes[e.Label] + "."})
	}
	scores := e.Steps[2].Values
	if next := e.runnerUp(); next >= 0 {
		lines = append(lines, Line{Muted: true, Text: fmt.Sprintf("The score of %s is %s above that of %s, the next.",
			e.Classes[e.Predicted], shortNumber(float64(scores[e.Predicted]-scores[next])), e.Classes[next])})
	}
	if e.LossName != "" {
		lines = append(lines, Line{Muted: true, Text: fmt.Sprintf("Loss (%s): %s.", e.LossName, minus(strconv.FormatFloat(e.Loss, 'f', 4, 64)))})
	}
	return lines
}

// runnerUp returns the class with the highest score but the predicted one, −1 if there is
// none.
func (e Explanation) runnerUp() int {
	best := -1
	for class, s := range e.Steps[2].Values {
		if class != e.Predicted && (best < 0 || s > e.Steps[2].Values[best]) {
			best = class
		}
	}
	return best
}

// images adds the templates and the products, and returns their scales.
func (e Explanation) images(s Style, shown []int, g *grid) Row {
	one := e.Shape
	one.Channels = 1
	var weights, sums [][]float64
	for _, class := range shown {
		weights, sums = append(weights, e.Weights[class]), append(sums, e.pixelSums(class))
	}
	most, heaviest := largest(sums...), largest(weights...)
	var templates, products []image.Image
	for i := range shown {
		templates = append(templates, signed(e.Shape, weights[i], heaviest, s.Theme.Diverging()))
		products = append(products, signed(one, sums[i], most, s.Theme.Diverging()))
	}
	g.rows = append(g.rows, gridRow{label: "template", images: templates}, gridRow{label: "template × image", images: products})
	template := ColorBar{Label: "template: weight", Map: s.Theme.Diverging(), Low: signedNumber(-heaviest), Middle: "0", High: signedNumber(heaviest)}
	if e.Shape.Channels == 3 {
		template.Label, template.Map = "template: weight, each channel", ColorMap{hex(0x000000), hex(0xffffff)}
	}
	return Row{template, ColorBar{
		Label: "template × image: what a pixel adds", Map: s.Theme.Diverging(), Low: signedNumber(-most), Middle: "0", High: signedNumber(most),
	}}
}

// pixelSums returns the products of a class, summed over the channels.
func (e Explanation) pixelSums(class int) []float64 {
	plane := e.Shape.Height * e.Shape.Width
	sums := make([]float64, plane)
	for i, p := range e.Products[class] {
		sums[i%plane] += p
	}
	return sums
}

// listed returns the features that are listed: all, or those that count most for the score of
// the predicted class against that of the true one or, if they are the same, of the next.
func (e Explanation) listed() []int {
	all := make([]int, len(e.X))
	for i := range all {
		all[i] = i
	}
	if len(all) <= listedFeatures {
		return all
	}
	other := e.rival()
	slices.SortStableFunc(all, func(a, b int) int {
		difference := func(i int) float64 {
			if other < 0 {
				return math.Abs(e.Products[e.Predicted][i])
			}
			return math.Abs(e.Products[e.Predicted][i] - e.Products[other][i])
		}
		return cmp.Compare(difference(b), difference(a))
	})
	return all[:listedFeatures]
}

// rival returns the class that the predicted one is compared with, −1 if there is no other.
func (e Explanation) rival() int {
	if e.Label >= 0 && e.Label != e.Predicted {
		return e.Label
	}
	return e.runnerUp()
}

// list adds a row for each feature that is listed, and one for the others.
func (e Explanation) list(shown []int, g *grid) {
	listed, rest := e.listed(), len(e.X)-listedFeatures
	var products, others []float64
	for _, i := range listed {
		for _, class := range shown {
			products = append(products, e.Products[class][i])
		}
	}
	for _, class := range shown {
		var sum float64
		for i, p := range e.Products[class] {
			if !slices.Contains(listed, i) {
				sum += p
			}
		}
		others = append(others, sum)
	}
	texts := decimals(append(products, others...), 5)
	add := func(label string) {
		g.rows = append(g.rows, gridRow{label: label, texts: texts[:len(shown)]})
		texts = texts[len(shown):]
	}
	for _, i := range listed { // w is the weight
		add(fmt.Sprintf("feature %d: %s × w", i, minus(strconv.FormatFloat(float64(e.X[i]), 'g', 4, 32))))
	}
	if rest > 0 {
		add(fmt.Sprintf("%d other features", rest))
	}
}

// textsOf returns the numbers of steps, one after the other, with the same number of
// decimals.
func textsOf(steps []Step) []string {
	var numbers []float64
	for _, s := range steps {
		for _, v := range s.Values {
			numbers = append(numbers, float64(v))
		}
	}
	if !steps[0].unlike {
		return decimals(numbers, 5)
	}
	var texts []string
	for _, x := range numbers {
		texts = append(texts, minus(strconv.FormatFloat(x, 'g', 4, 64)))
	}
	return texts
}

// portrait is an image with text at its right.
type portrait struct {
	image image.Image
	lines []Line
}

const portraitSide = vg.Length(120)

func (p portrait) text(s Style, width vg.Length) (Text, vg.Length) {
	t := Text{p.lines}
	return t, t.Height(s, width-portraitSide-2*gap)
}

func (p portrait) Height(s Style, width vg.Length) vg.Length {
	_, height := p.text(s, width)
	return max(portraitSide, height)
}

func (p portrait) Draw(s Style, c draw.Canvas) {
	place := inside(rect(c.Min.X, c.Max.Y-portraitSide, c.Min.X+portraitSide, c.Max.Y), p.image)
	drawImage(c, place, p.image)
	outline(c, place, s.Theme.Grid, 0.5)
	t, height := p.text(s, c.Max.X-c.Min.X)
	middle := c.Max.Y - max(portraitSide, height)/2
	t.Draw(s, draw.Canvas{Canvas: c.Canvas, Rectangle: rect(c.Min.X+portraitSide+2*gap, middle-height/2, c.Max.X, middle+height/2)})
}
