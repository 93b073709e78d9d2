package models

import (
	"context"
	"fmt"
	"math"

	"github.com/viterin/vek/vek32"
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas32"

	"github.com/seed842bec00/argmax/bench/internal/crival"
	"github.com/seed842bec00/argmax/bench/internal/measure"
	"github.com/seed842bec00/argmax/bench/internal/results"
	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/internal/cpu"
	"github.com/seed842bec00/argmax/kernels"
)

// model returns a model of the images, of features as they come.
func (t *table) model(ctx context.Context) (*classifier.Linear, error) {
	m, _, err := classifier.SGD{Epochs: 2, Seed: 1}.Fit(ctx, t.data.train, classifier.Objective{L2: 1e-4, Scaling: classifier.OneScale}, classifier.Options{})
	return m, err
}

// weightsOf returns the weights of a model for features as they come, biases last.
func weightsOf(m *classifier.Linear) (w kernels.Matrix, bias []float32) {
	w, bias = kernels.NewMatrix(len(m.Classes()), m.Features()), make([]float32, len(m.Classes()))
	for k := range bias {
		m.Template(w.Row(k), k)
		bias[k] = m.Bias(k)
	}
	return w, bias
}

// predictions are contests of classes of all rows of the test set.
func (t *table) predictions() []Contest {
	n, features, classes := t.data.test.Len(), t.data.test.Features(), len(t.data.test.Classes())
	keys := fmt.Sprintf("rows=%d/features=%d/classes=%d", n, features, classes)
	return []Contest{{"Predict", keys, 9, func(ctx context.Context) (*measure.Contest, error) {
		m, err := t.model(ctx)
		if err != nil {
			return nil, err
		}
		w, bias := weightsOf(m)
		x := t.data.testFloats.X
		c := &measure.Contest{
			Op: "Predict", Keys: keys, Threads: t.options.Threads,
			Work:      fmt.Sprintf("flops=%d", 2*n*features*classes),
			Tolerance: fmt.Sprintf("equal classes, but where the scores of two in float64 differ by less than %g of the larger", tie),
		}
		rate := func(ns float64) []results.Value {
			return []results.Value{{Number: float64(n) / ns * 1e9, Unit: "rows/s"}}
		}
		var checks []func() error
		entrant := func(name string, dst []int, pass func() error) measure.Entrant {
			checks = append(checks, func() error {
				if err := pass(); err != nil {
					return named(name, err)
				}
				return named(name, sameClasses(dst, x, w, bias))
			})
			return measure.Entrant{Name: name, Run: measure.Passes(1, pass, rate)}
		}
		for _, from := range []struct {
			name string
			rows classifier.Rows
		}{{"argmax", t.data.testFloats}, {"argmax-bytes", t.data.test}} {
			dst := make([]int, n)
			e := entrant(from.name, dst, func() error { return m.PredictAll(ctx, dst, from.rows, t.options.Threads) })
			c.Entrants = append(c.Entrants, ours(from.name, e.Run)...)
		}
		scores := kernels.NewMatrix(n, classes)
		best := func(dst []int) {
			for i := range dst {
				row := scores.Row(i)
				at := 0
				for k, b := range bias {
					if row[k] += b; row[k] > row[at] {
						at = k
					}
				}
				dst[i] = at
			}
		}
		gonum := make([]int, n)
		c.Entrants = append(c.Entrants, entrant("gonum", gonum, func() error {
			blas32.Gemm(blas.NoTrans, blas.Trans, 1, blas32.General(x), blas32.General(w), 0, blas32.General(scores))
			best(gonum)
			return nil
		}))
		vek := make([]int, n)
		c.Entrants = append(c.Entrants, entrant("vek", vek, func() error {
			for i := range x.Rows {
				for k := range classes {
					scores.Row(i)[k] = vek32.Dot(x.Row(i), w.Row(k))
				}
			}
			best(vek)
			return nil
		}))
		for _, l := range crival.Libraries() {
			product, ok := l.Prepare(crival.Operands{M: n, N: classes, K: features, TransB: true, A: x.Data, LDA: x.Stride, B: w.Data, LDB: w.Stride})
			if !ok {
				continue
			}
			dst := make([]int, n)
			c.Entrants = append(c.Entrants, entrant(l.Name, dst, func() error { product(scores.Data, 1); best(dst); return nil }))
		}
		if p, err := t.rivals.onnx(m); err != nil {
			t.options.Missing("onnxruntime", err.Error())
		} else {
			c.Close = p.Close
			dst := make([]int, n)
			c.Entrants = append(c.Entrants, entrant("onnxruntime", dst, func() error {
				err := p.Predict()
				for i, class := range p.Classes {
					dst[i] = int(class)
				}
				return err
			}))
		}
		if p := t.rivals.scikit(ctx); p != nil {
			r := request{Do: "predict", Passes: 1}
			for k, b := range bias {
				var row []float64
				for _, v := range w.Row(k) {
					row = append(row, float64(v))
				}
				r.W = append(r.W, append(row, float64(b)))
			}
			checks = append(checks, func() error {
				var a answer
				if err := p.Ask(r, &a); err != nil {
					return err
				}
				return named("scikit-learn", sameClasses(a.Classes, x, w, bias))
			})
			c.Entrants = append(c.Entrants, measure.Entrant{Name: "scikit-learn", Run: asked(p, r, func(a answer) []results.Value { return nil })})
		}
		c.Check = func() error {
			for _, isa := range isas() {
				restore := cpu.Use(isa)
				err := all(checks[:2])()
				restore()
				if err != nil {
					return err
				}
			}
			return all(checks[2:])()
		}
		return c, nil
	}}}
}

// tie is how close two scores are, relative to the larger, that may be ranked either way
// in float32.
const tie = 1e-4

// sameClasses checks classes against scores in float64.
func sameClasses(got []int, x, w kernels.Matrix, bias []float32) error {
	if len(got) != x.Rows {
		return fmt.Errorf("%d classes of %d rows", len(got), x.Rows)
	}
	scores := make([]float64, w.Rows)
	for i, class := range got {
		best := 0
		for k := range scores {
			scores[k] = float64(bias[k])
			for f, v := range x.Row(i) {
				scores[k] += float64(v) * float64(w.Row(k)[f])
			}
			if scores[k] > scores[best] {
				best = k
			}
		}
		if class < 0 || class >= len(scores) || scores[best]-scores[class] > tie*max(1, math.Abs(scores[best])) {
			return fmt.Errorf("row %d is predicted to be of class %d, want %d", i, class, best)
		}
	}
	return nil
}
