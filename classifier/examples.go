package classifier

import (
	"fmt"
	"math"

	"github.com/seed842bec00/argmax/kernels"
)

// Examples is a labelled data set; *dataset.Set is one, and so is [Table].
type Examples interface {
	// Len is the number of examples and Features the length of each.
	Len() int
	Features() int
	// Classes are the names of the classes; a label is an index of it.
	Classes() []string
	// Row copies example i to dst. Label is its class.
	Row(dst []float32, i int)
	Label(i int) int
}

// Table is a data set in memory: a row of X and an element of Y for each example.
type Table struct {
	X     kernels.Matrix
	Y     []int
	Names []string
}

func (t *Table) Len() int                 { return t.X.Rows }
func (t *Table) Features() int            { return t.X.Cols }
func (t *Table) Classes() []string        { return t.Names }
func (t *Table) Row(dst []float32, i int) { copy(dst, t.X.Row(i)) }
func (t *Table) Label(i int) int          { return t.Y[i] }

// check returns an error that names the first example that cannot be learned
// from.
func check(ex Examples) error {
	n, classes := ex.Len(), len(ex.Classes())
	switch {
	case n == 0:
		return fmt.Errorf("classifier: no examples")
	case ex.Features() == 0:
		return fmt.Errorf("classifier: examples have no features")
	case classes == 0:
		return fmt.Errorf("classifier: no classes")
	}
	if t, ok := ex.(*Table); ok {
		if err := t.X.Check(); err != nil {
			return fmt.Errorf("classifier: %w", err)
		}
		if len(t.Y) != n {
			return fmt.Errorf("classifier: %d rows and %d labels", n, len(t.Y))
		}
	}
	for i := range n {
		if y := ex.Label(i); y < 0 || y >= classes {
			return fmt.Errorf("classifier: row %d: label %d, with %d classes", i, y, classes)
		}
	}
	return nil
}

// checkRow returns an error that names row and feature if x holds NaN or an
// infinity.
func checkRow(x []float32, row int) error {
	for f, v := range x {
		if v-v != 0 {
			return fmt.Errorf("classifier: row %d: feature %d is %v", row, f, v)
		}
	}
	return nil
}

// moments are the mean of each feature and one scale for all: the inverse of the
// standard deviation about those means.
func moments(ex Examples) (mean []float32, scale float32, err error) {
	n, features := ex.Len(), ex.Features()
	row, sum, squares := make([]float32, features), make([]float64, features), 0.0
	for i := range n {
		ex.Row(row, i)
		if err := checkRow(row, i); err != nil {
			return nil, 0, err
		}
		for f, v := range row {
			// The product of two float32 is exact: fused or not, the same bits.
			sum[f] += float64(v)
			squares += float64(v) * float64(v)
		}
	}
	mean = make([]float32, features)
	for f, s := range sum {
		m := s / float64(n)
		mean[f] = float32(m)
		squares -= float64(m * s)
	}
	scale = 1
	if variance := squares / (float64(n) * float64(features)); variance > 0 {
		scale = float32(1 / math.Sqrt(variance))
	}
	return mean, scale, nil
}
