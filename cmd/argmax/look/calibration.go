package look

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/seed842bec00/argmax/classifier/metrics"
)

// Calibration returns the reliability diagram of a report with probabilities: how often the
// model is right, with an interval of 95 %, where it is how confident, and how many
// predictions are so confident.
func Calibration(r *metrics.Report, s Style) (Figure, error) {
	switch {
	case r.Examples == 0:
		return Figure{}, errors.New("look: there are no examples")
	case len(r.Calibration) == 0:
		return Figure{}, errors.New("look: the model has no probabilities, only scores")
	}
	var points errorPoints
	var shares plotter.XYs
	for _, b := range r.Calibration {
		shares = append(shares, plotter.XY{X: b.Low, Y: float64(b.Examples) / float64(r.Examples)})
		if b.Examples == 0 {
			continue
		}
		accuracy := float64(b.Accuracy)
		interval := metrics.Wilson(int(math.Round(accuracy*float64(b.Examples))), b.Examples, 0.95)
		points.XYs = append(points.XYs, plotter.XY{X: float64(b.Confidence), Y: accuracy})
		points.YErrors = append(points.YErrors, struct{ Low, High float64 }{accuracy - interval.Low, interval.High - accuracy})
	}
	reliability := s.Plot("", "", "accuracy (share of right predictions)")
	unit(&reliability.X)
	unit(&reliability.Y)
	ideal, err := plotter.NewLine(plotter.XYs{{X: 0, Y: 0}, {X: 1, Y: 1}})
	if err != nil {
		return Figure{}, err
	}
	ideal.Color, ideal.Dashes = s.Theme.Muted, []vg.Length{4, 3}
	line, dots, err := plotter.NewLinePoints(points.XYs)
	if err != nil {
		return Figure{}, err
	}
	bars, err := plotter.NewYErrorBars(points)
	if err != nil {
		return Figure{}, err
	}
	line.Color, dots.Color, bars.Color = s.Theme.Class(0), s.Theme.Class(0), s.Theme.Class(0)
	line.Width, dots.Shape, dots.Radius = 1.5, draw.CircleGlyph{}, 3
	reliability.Add(ideal, line, bars, dots)
	reliability.Legend.Add("calibrated perfectly", ideal)
	reliability.Legend.Add("this model, with an interval of 95 %", line, dots)
	reliability.Legend.Left = true

	histogram := s.Plot("", "confidence (probability of the predicted class)", "share of predictions")
	unit(&histogram.X)
	histogram.Y.Min = 0
	histogram.Add(bins{shares, 1 / float64(len(shares)), s})
	return Figure{
		Title: "Calibration",
		Note: fmt.Sprintf("%d predictions, of which %.2f %% are right. Expected calibration error %.2f %% in %d bins, log loss %.4f, Brier score %.4f.",
			r.Examples, 100*r.Accuracy, 100*float64(r.CalibrationError), len(r.Calibration), float64(r.LogLoss), float64(r.Brier)),
		Blocks: []Block{Stack{{reliability, 0.5}, {histogram, 0.22}}},
	}, nil
}

// errorPoints are points with error bars.
type errorPoints struct {
	plotter.XYs
	plotter.YErrors
}

// unit makes an axis one from 0 to 1.
func unit(a *plot.Axis) {
	a.Min, a.Max = 0, 1
	var ticks plot.ConstantTicks
	for i := range 11 {
		t := plot.Tick{Value: float64(i) / 10}
		if i%2 == 0 {
			t.Label = fmt.Sprintf("%.1f", t.Value)
		}
		ticks = append(ticks, t)
	}
	a.Tick.Marker = ticks
}

// bins plots bars of one width from 0 upwards.
type bins struct {
	at    plotter.XYs // the left edges and the heights
	width float64
	style Style
}

func (b bins) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	for _, bar := range b.at {
		r := rect(x(bar.X), y(0), x(bar.X+b.width), y(bar.Y))
		r.Min.X += 0.75
		r.Max.X -= 0.75
		fill(c, r, b.style.Theme.Class(0))
	}
}

// DataRange makes room for the bars.
func (b bins) DataRange() (xmin, xmax, ymin, ymax float64) {
	for _, bar := range b.at {
		ymax = max(ymax, bar.Y)
	}
	return b.at[0].X, b.at[len(b.at)-1].X + b.width, 0, ymax
}
