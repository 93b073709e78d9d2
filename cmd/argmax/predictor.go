package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/dataset"
	"github.com/seed842bec00/argmax/kernels"
)

// input is what is predicted together: an image file, or some rows of a table. err is why
// it cannot be read.
type input struct {
	name   string
	err    error
	table  dataset.Examples // nil for an image
	lo, hi int
}

// inputs are the files to predict.
type inputs struct {
	arguments []string
	list      io.Reader
	table     dataset.TableConfig
	open      []*dataset.Data
}

// tableRows is how many rows of a table are predicted together.
const tableRows = 512

// all returns the inputs, one after the other.
func (in *inputs) all(ctx context.Context) iter.Seq[input] {
	return func(yield func(input) bool) {
		for name, err := range files(in.arguments, in.list) {
			switch {
			case err == nil && dataset.IsTable(name):
				if !in.rows(ctx, name, yield) {
					return
				}
			case !yield(input{name: name, err: err}):
				return
			}
		}
	}
}

// rows yields the rows of a table, and reports whether to go on.
func (in *inputs) rows(ctx context.Context, name string, yield func(input) bool) bool {
	data, err := dataset.Load(ctx, name, dataset.Config{Table: in.table})
	if err != nil {
		return yield(input{name: name, err: err})
	}
	in.open = append(in.open, data)
	table := toEvaluate(data)
	for lo := 0; lo < table.Len(); lo += tableRows {
		if !yield(input{name: name, table: table, lo: lo, hi: min(lo+tableRows, table.Len())}) {
			return false
		}
	}
	return true
}

// close closes the tables.
func (in *inputs) close() {
	for _, data := range in.open {
		_ = data.Close() // nothing was written
	}
}

// predictor makes predictions of inputs. It is safe for concurrent use.
type predictor struct {
	model  *classifier.Linear
	name   string // of its file
	image  dataset.ImageConfig
	top    int
	demand classifier.Confidence
	stdin  io.Reader
}

func (p predictor) predict(in input) []prediction {
	if in.table != nil {
		return p.rows(in)
	}
	r := prediction{File: in.name}
	pixels, err := p.read(in)
	if err == nil {
		err = fill(&r, p, p.model.Bytes(), pixels)
	}
	if err != nil {
		r.fail(err)
	}
	return []prediction{r}
}

// fail makes p the prediction of an input that has none.
func (p *prediction) fail(err error) {
	p.Error = plain(err)
	if !strings.Contains(p.Error, p.File) {
		p.Error = p.File + ": " + p.Error
	}
}

func (p predictor) read(in input) ([]byte, error) {
	switch {
	case in.err != nil:
		return nil, in.err
	case p.image.Shape == (dataset.Shape{}):
		return nil, fmt.Errorf("%s has no image shape: it predicts tables, not images", p.name)
	case in.name == stdin:
		return dataset.DecodeImage(p.stdin, p.image)
	}
	return dataset.ReadImage(in.name, p.image)
}

// rows predicts rows of a table.
func (p predictor) rows(in input) []prediction {
	if in.table.Features() != p.model.Features() {
		r := prediction{File: in.name}
		r.fail(fmt.Errorf("rows of %d features: the model has %d", in.table.Features(), p.model.Features()))
		if in.lo > 0 {
			return nil // once is enough
		}
		return []prediction{r}
	}
	n := in.hi - in.lo
	x, rows := kernels.NewMatrix(n, p.model.Features()), make([]int, n)
	for i := range rows {
		rows[i] = in.lo + i
	}
	in.table.Gather(x, rows)
	results := make([]prediction, n)
	for i := range results {
		r := &results[i]
		r.File, r.Row = in.name, &rows[i]
		if err := fill(r, p, p.model, x.Row(i)); err != nil {
			r.fail(fmt.Errorf("%s: row %d: %w", in.name, rows[i], err))
		}
	}
	return results
}

// ranker is a model of rows of E.
type ranker[E kernels.Element] interface {
	TopK(dst []classifier.Ranked, x []E) int
	Decide(x []E, c classifier.Confidence) (int, error)
}

// fill fills in the classes of a row.
func fill[E kernels.Element](r *prediction, p predictor, model ranker[E], x []E) error {
	classes := p.model.Classes()
	ranked := make([]classifier.Ranked, len(classes))
	if n := model.TopK(ranked, x); n < len(ranked) {
		return errors.New("a score is NaN")
	}
	for _, c := range ranked {
		if c.Score-c.Score != 0 {
			return fmt.Errorf("the score of %s is %v", classes[c.Class], c.Score)
		}
	}
	decided, err := model.Decide(x, p.demand)
	if err != nil {
		return err
	}
	if r.Rejected = decided < 0; !r.Rejected {
		r.Class = classes[decided]
	}
	for _, c := range ranked[:min(p.top, len(ranked))] {
		s := score{Class: classes[c.Class], Score: c.Score}
		if c.Probability == c.Probability {
			s.Probability = &c.Probability
		}
		r.Top = append(r.Top, s)
	}
	return nil
}
