package classifier

import "github.com/seed842bec00/argmax/kernels"

// Batch is Rows that lie in memory, such as those of one request:
//
//	classifier.Batch[uint8]{Rows: n, Cols: features, Stride: features, Data: pixels}
//
// A kernels.Dense converts to it. The elements are not copied.
type Batch[E kernels.Element] kernels.Dense[E]

func (b Batch[E]) Len() int                { return b.Rows }
func (b Batch[E]) Features() int           { return b.Cols }
func (b Batch[E]) Dense() kernels.Dense[E] { return kernels.Dense[E](b) }

func (b Batch[E]) Gather(dst kernels.Matrix, rows []int) {
	kernels.Gather(dst, kernels.Dense[E](b), rows)
}

// Labelled is Examples that lie in memory: a row of X and an element of Y for each.
type Labelled[E kernels.Element] struct {
	X     kernels.Dense[E]
	Y     []int
	Names []string // of the classes
}

// Table is Examples of float32.
type Table = Labelled[float32]

func (t *Labelled[E]) Len() int                { return t.X.Rows }
func (t *Labelled[E]) Features() int           { return t.X.Cols }
func (t *Labelled[E]) Dense() kernels.Dense[E] { return t.X }
func (t *Labelled[E]) Labels() []int           { return t.Y }
func (t *Labelled[E]) Classes() []string       { return t.Names }

func (t *Labelled[E]) Gather(dst kernels.Matrix, rows []int) { kernels.Gather(dst, t.X, rows) }
