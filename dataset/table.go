package dataset

import (
	"slices"

	"github.com/seed842bec00/argmax/kernels"
)

// Table is a set of rows of numbers, labelled or not: embeddings, or the columns of a
// table. It does not change once it is read and is safe for concurrent use.
type Table[E kernels.Element] struct {
	name    string
	x       kernels.Dense[E]
	classes []string
	labels  []int
}

// Name returns the origin of the table, for messages.
func (t *Table[E]) Name() string { return t.name }

// Len returns the number of rows.
func (t *Table[E]) Len() int { return t.x.Rows }

// Features returns the length of a row.
func (t *Table[E]) Features() int { return t.x.Cols }

// Dense returns all rows. They belong to the table and must not be modified.
func (t *Table[E]) Dense() kernels.Dense[E] { return t.x }

// Gather sets row i of dst to row rows[i]. It panics if dst does not have a row for each
// element of rows and a column for each feature.
func (t *Table[E]) Gather(dst kernels.Matrix, rows []int) { kernels.Gather(dst, t.x, rows) }

// Classes returns the names of the classes; a label is an index into them. The slice
// belongs to the table and must not be modified. It is nil if the rows have no labels.
func (t *Table[E]) Classes() []string { return slices.Clip(t.classes) }

// Labels returns the class of each row. The slice belongs to the table and must not be
// modified. It is nil if the rows have no labels.
func (t *Table[E]) Labels() []int { return slices.Clip(t.labels) }

func (t *Table[E]) named(name string) Examples {
	named := *t
	named.name = name
	return &named
}

func (t *Table[E]) subset(indices []int) Examples {
	subset := *t
	subset.x = kernels.Dense[E]{Rows: len(indices), Cols: t.x.Cols, Stride: t.x.Cols}
	subset.x.Data = make([]E, 0, len(indices)*t.x.Cols)
	subset.labels = make([]int, 0, len(indices))
	for _, i := range indices {
		subset.x.Data = append(subset.x.Data, t.x.Data[i*t.x.Stride:][:t.x.Cols]...)
		subset.labels = append(subset.labels, t.labels[i])
	}
	return &subset
}

func (t *Table[E]) labelled(classes []string, labels []int) Examples {
	labelled := *t
	labelled.classes, labelled.labels = classes, labels
	return &labelled
}
