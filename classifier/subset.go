package classifier

import (
	"fmt"

	"github.com/seed842bec00/argmax/kernels"
)

// Subset returns the examples with the listed rows, in that order; a row may occur more than
// once. The names of the classes stay, and so does the shape of images. Features are not
// copied: models read those of the examples, in place where they are, and bytes as bytes. It
// panics if a row is out of range. The list must not be changed while the subset is in use.
func Subset(ex Examples, list []int) Examples {
	labels := make([]int, len(list))
	for i, row := range list {
		labels[i] = ex.Labels()[row]
	}
	s := subset{ex.Classes(), labels, shapeOf(ex)}
	var features Rows = ex
	if outer, ok := ex.(interface{ features() Rows }); ok {
		features = outer.features()
	}
	switch r := pick(features, list).(type) {
	case Batch[uint8]:
		return inPlaceSubset[uint8]{r, s}
	case Batch[float32]:
		return inPlaceSubset[float32]{r, s}
	case listedRows[uint8]:
		return listedSubset[uint8]{r, s}
	case listedRows[float32]:
		return listedSubset[float32]{r, s}
	default:
		return gatheredSubset{r, s}
	}
}

// subset is what a subset has beside its rows.
type subset struct {
	classes []string
	labels  []int
	shape   Shape
}

func (s subset) Classes() []string { return s.classes }
func (s subset) Labels() []int     { return s.labels }

// ImageShape is zero if the examples are no images.
func (s subset) ImageShape() (height, width, channels int) {
	return s.shape.Height, s.shape.Width, s.shape.Channels
}

// Subsets by the way in which their rows are read. Those of a subset are picked from the
// rows that it has: views do not pile up.
type (
	inPlaceSubset[E kernels.Element] struct {
		Batch[E]
		subset
	}
	listedSubset[E kernels.Element] struct {
		listedRows[E]
		subset
	}
	gatheredSubset struct {
		Rows
		subset
	}
)

func (s inPlaceSubset[E]) features() Rows { return s.Batch }
func (s listedSubset[E]) features() Rows  { return s.listedRows }
func (s gatheredSubset) features() Rows   { return s.Rows }

// pick returns the listed rows of others, without a copy.
func pick(rows Rows, list []int) Rows {
	for _, row := range list {
		if row < 0 || row >= rows.Len() {
			panic(fmt.Sprintf("classifier: row %d of %d", row, rows.Len()))
		}
	}
	switch r := rows.(type) {
	case InPlace[uint8]:
		return pickInPlace(r.Dense(), list)
	case InPlace[float32]:
		return pickInPlace(r.Dense(), list)
	case listed[uint8]:
		return pickListed(r.view(), list)
	case listed[float32]:
		return pickListed(r.view(), list)
	case pickedRows:
		return pickedRows{r.Rows, at(r.list, list)}
	}
	return pickedRows{rows, list}
}

// at returns the listed elements of x.
func at(x, list []int) []int {
	elements := make([]int, len(list))
	for i, j := range list {
		elements[i] = x[j]
	}
	return elements
}

// pickInPlace returns rows of a matrix: a part of it if they follow one another.
func pickInPlace[E kernels.Element](x kernels.Dense[E], list []int) Rows {
	for i, row := range list {
		if row != list[0]+i {
			return listedRows[E]{x, list}
		}
	}
	if len(list) == 0 {
		return Batch[E](x.Slice(0, 0))
	}
	return Batch[E](x.Slice(list[0], list[0]+len(list)))
}

func pickListed[E kernels.Element](rows listedRows[E], list []int) Rows {
	return listedRows[E]{rows.x, at(rows.list, list)}
}

// listedRows are rows of a matrix. They are copied block by block, as what they are.
type listedRows[E kernels.Element] struct {
	x    kernels.Dense[E]
	list []int
}

// listed is implemented by rows that are listed rows of a matrix.
type listed[E kernels.Element] interface{ view() listedRows[E] }

func (r listedRows[E]) view() listedRows[E] { return r }

func (r listedRows[E]) Len() int      { return len(r.list) }
func (r listedRows[E]) Features() int { return r.x.Cols }

func (r listedRows[E]) Gather(dst kernels.Matrix, rows []int) {
	for i, row := range rows {
		kernels.Gather(dst.Slice(i, i+1), r.x, r.list[row:row+1])
	}
}

// blocks returns a function that returns rows lo to hi, hi excluded, in memory that the
// next call uses again.
func (r listedRows[E]) blocks() func(lo, hi int) kernels.Dense[E] {
	var buffer kernels.Dense[E]
	return func(lo, hi int) kernels.Dense[E] {
		if buffer.Rows < hi-lo {
			buffer = kernels.NewDense[E](hi-lo, r.x.Cols)
		}
		block := buffer.Slice(0, hi-lo)
		for i := range block.Rows {
			copy(block.Row(i), r.x.Row(r.list[lo+i]))
		}
		return block
	}
}

// size and reader make listedRows a rowSource.
func (r listedRows[E]) size() (rows, features int) { return len(r.list), r.x.Cols }
func (r listedRows[E]) reader() blockReader        { return &listedReader[E]{rows: r, read: r.blocks()} }

type listedReader[E kernels.Element] struct {
	rows listedRows[E]
	read func(lo, hi int) kernels.Dense[E]
	denseReader[E]
}

func (r *listedReader[E]) load(lo, hi int) { r.block = r.read(lo, hi) }

func (r *listedReader[E]) row(dst []float32, i int) {
	row := r.rows.list[i]
	kernels.Convert(kernels.Matrix{Rows: 1, Cols: len(dst), Stride: len(dst), Data: dst}, r.rows.x.Slice(row, row+1))
}

// pickedRows are listed rows of others that do not lie in memory.
type pickedRows struct {
	Rows
	list []int
}

func (p pickedRows) Len() int { return len(p.list) }

func (p pickedRows) Gather(dst kernels.Matrix, rows []int) { p.Rows.Gather(dst, at(p.list, rows)) }
