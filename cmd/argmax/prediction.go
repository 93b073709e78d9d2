package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// prediction is the result for one image, or for one row of a table.
type prediction struct {
	File     string  `json:"file"`
	Row      *int    `json:"row,omitempty"` // of a table
	Class    string  `json:"class,omitempty"`
	Rejected bool    `json:"rejected,omitempty"`
	Top      []score `json:"top,omitempty"`
	Error    string  `json:"error,omitempty"`
}

// score is what a model gives a class.
type score struct {
	Class       string   `json:"class"`
	Score       float32  `json:"score"`
	Probability *float32 `json:"probability,omitempty"`
}

// predictionFormats are the names of the formats, the default first.
var predictionFormats = []string{"text", "tsv", "csv", "jsonl"}

// predictionWriter writes predictions as they come. Those with an error are written as
// JSON only: they are on the standard error, too.
type predictionWriter interface {
	write(p prediction) error
}

func newPredictionWriter(format string, w io.Writer) (predictionWriter, error) {
	switch format {
	case "tsv", "csv":
		t := tableWriter{csv.NewWriter(w)}
		if format == "tsv" {
			t.Comma = '\t'
		}
		return t, t.line("file", "row", "rank", "class", "score", "probability")
	case "jsonl":
		return jsonLines{json.NewEncoder(w)}, nil
	}
	return textWriter{w}, nil
}

type textWriter struct{ io.Writer }

func (w textWriter) write(p prediction) error {
	if p.Error != "" {
		return nil
	}
	var b strings.Builder
	b.WriteString(p.File)
	if p.Row != nil {
		fmt.Fprintf(&b, " row %d", *p.Row)
	}
	if p.Rejected {
		b.WriteString("  rejected:")
	}
	for _, s := range p.Top {
		if s.Probability != nil {
			fmt.Fprintf(&b, "  %s %.1f %%", s.Class, 100**s.Probability)
		} else {
			fmt.Fprintf(&b, "  %s %.2f", s.Class, s.Score)
		}
	}
	b.WriteByte('\n')
	_, err := io.WriteString(w, b.String())
	return err
}

// tableWriter writes a line for each class of a prediction, the most likely first.
type tableWriter struct{ *csv.Writer }

func (w tableWriter) write(p prediction) error {
	row, number := "", func(x float32) string { return strconv.FormatFloat(float64(x), 'g', -1, 32) }
	if p.Row != nil {
		row = strconv.Itoa(*p.Row)
	}
	for i, s := range p.Top {
		probability := ""
		if s.Probability != nil {
			probability = number(*s.Probability)
		}
		if err := w.line(p.File, row, strconv.Itoa(i+1), s.Class, number(s.Score), probability); err != nil {
			return err
		}
	}
	return nil
}

func (w tableWriter) line(cells ...string) error {
	if err := w.Write(cells); err != nil {
		return err
	}
	w.Flush()
	return w.Error()
}

type jsonLines struct{ *json.Encoder }

func (w jsonLines) write(p prediction) error { return w.Encode(p) }
