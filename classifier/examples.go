package classifier

import "github.com/seed842bec00/argmax/kernels"

// Rows are the features of examples, one row for each. [Batch] makes Rows of
// memory; every [Examples] is Rows.
//
// A method may be called by several goroutines at once, and must return the same
// each time: a model that reads Rows shares the work.
type Rows interface {
	// Len is the number of rows, Features the length of each.
	Len() int
	Features() int
	// Gather sets row i of dst to row rows[i], for each i. dst has a row for each
	// element of rows and a column for each feature; several goroutines call Gather
	// with destinations of their own.
	Gather(dst kernels.Matrix, rows []int)
}

// InPlace is implemented by Rows that lie in memory as a matrix of E, in order.
// They are read where they lie, without Gather: images as the bytes they are.
type InPlace[E kernels.Element] interface {
	Rows
	// Dense returns the rows, Len × Features. They must not be changed while they
	// are in use.
	Dense() kernels.Dense[E]
}

// Examples are labelled rows; *dataset.Set is one, and so is [Table].
type Examples interface {
	Rows
	// Classes returns the names of the classes and Labels the class of each row, an
	// index of Classes. The slices must not be changed.
	Classes() []string
	Labels() []int
}

// Images is implemented by Rows that are the pixels of images. A model trained on
// them keeps the shape in its [Info].
type Images interface {
	// ImageShape returns zeros if the rows are no images after all.
	ImageShape() (height, width, channels int)
}
