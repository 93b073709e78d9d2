package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/dataset"
	"github.com/seed842bec00/argmax/kernels"
)

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
	pixels, err := imageOf(in, p.name, p.image, p.stdin)
	if err == nil {
		err = fill(&r, p, p.model.Bytes(), pixels)
	}
	if err != nil {
		r.Error = describeError(in.name, err)
	}
	return []prediction{r}
}

// rows predicts rows of a table.
func (p predictor) rows(in input) []prediction {
	x, err := tableRowsOf(in, p.model.Features())
	if err != nil {
		if in.lo > 0 {
			return nil // once is enough
		}
		return []prediction{{File: in.name, Error: describeError(in.name, err)}}
	}
	results := make([]prediction, x.Rows)
	for i := range results {
		r, row := &results[i], in.lo+i
		r.File, r.Row = in.name, &row
		if err := fill(r, p, p.model, x.Row(i)); err != nil {
			r.Error = describeError(in.name, fmt.Errorf("row %d: %w", row, err))
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
