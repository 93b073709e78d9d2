package results

import (
	"io"
	"strconv"
	"strings"

	"golang.org/x/perf/benchfmt"
)

// Writer writes a file of results.
type Writer struct {
	w      *benchfmt.Writer
	config benchfmt.Result
}

// NewWriter returns a writer to w.
func NewWriter(w io.Writer) *Writer { return &Writer{w: benchfmt.NewWriter(w)} }

// Set sets a line of the configuration, from the next measurement on. An empty value
// removes it.
func (w *Writer) Set(key, value string) {
	w.config.SetConfig(key, strings.Join(strings.Fields(value), " "))
	if i, ok := w.config.ConfigIndex(key); ok {
		w.config.Config[i].File = true
	}
}

// Write writes one measurement.
func (w *Writer) Write(l Line) error { return w.write(l.name(), l.N, l.Values) }

// Limits writes the limits of one core. When is "before" or "after".
func (w *Writer) Limits(isa, when string, values []Value) error {
	return w.write("Limits/isa="+isa+"/when="+when, 1, values)
}

// digits are those of a number in a file: more than any clock gives.
const digits = 7

func (w *Writer) write(name string, n int, values []Value) error {
	r := w.config.Clone()
	r.Name, r.Iters, r.Values = benchfmt.Name(name), n, nil
	for _, v := range values {
		number, err := strconv.ParseFloat(strconv.FormatFloat(v.Number, 'g', digits, 64), 64)
		if err != nil {
			return err
		}
		r.Values = append(r.Values, benchfmt.Value{Value: number, Unit: v.Unit})
	}
	return w.w.Write(r)
}
