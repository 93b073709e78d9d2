package kernels

import "github.com/seed842bec00/argmax"

// panels is a matrix of k rows in the order in which tiles of a product read it: blocks of
// argmax.KC rows, and in a block panels of width columns, the last perhaps narrower, each
// with its rows one after the other.
type panels struct {
	k, cols, width int
	data           []float32
}

// newPanels returns panels without content for the active instruction set.
func newPanels(k, cols int, data []float32) panels {
	_, width := argmax.TileShape()
	return panels{k, cols, width, data}
}

// panel returns rows p to p+k, a block, of the panel that begins at column j, a multiple of
// width.
func (b panels) panel(p, k, j int) Matrix {
	n := min(b.width, b.cols-j)
	return Matrix{k, n, n, b.data[p*b.cols+j*k:][:n*k]}
}

// right is the right factor of a product as it is in memory: k rows of n elements or,
// transposed, n rows of k.
type right struct {
	data       Matrix
	transposed bool
}

func (r right) n() int {
	if r.transposed {
		return r.data.Rows
	}
	return r.data.Cols
}

func (r right) k() int {
	if r.transposed {
		return r.data.Cols
	}
	return r.data.Rows
}

// columns returns the factor of columns lo to hi of the product.
func (r right) columns(lo, hi int) right {
	if r.transposed {
		return right{r.data.Slice(lo, hi), true}
	}
	return right{r.data.Columns(lo, hi), false}
}

// block returns the factor of k values of k, from p on.
func (r right) block(p, k int) right {
	if r.transposed {
		return right{r.data.Columns(p, p+k), true}
	}
	return right{r.data.Slice(p, p+k), false}
}

// pack copies the factor to panels.
func (r right) pack(data []float32) panels {
	b := newPanels(r.k(), r.n(), data)
	for p := 0; p < b.k; p += argmax.KC {
		r.block(p, min(argmax.KC, b.k-p)).packBlock(b, p)
	}
	return b
}

// packBlock copies the factor, of at most argmax.KC values of k, to the block of panels
// that begins at row p. It reads whole rows, which may be far apart, a few at a time: each
// panel is in a page of its own, and the processor remembers few pages that it stores in.
func (r right) packBlock(to panels, p int) {
	if r.transposed {
		for j := 0; j < to.cols; j += to.width {
			panel := to.panel(p, r.k(), j)
			argmax.Transpose(panel.from(0, 0), r.data.from(j, 0), panel.Cols, panel.Rows)
		}
		return
	}
	const few = 4
	for q := 0; q < r.k(); q += few {
		for j := 0; j < to.cols; j += to.width {
			panel := to.panel(p, r.k(), j)
			for i := q; i < min(q+few, r.k()); i++ {
				copy(panel.Row(i), r.data.Data[i*r.data.Stride+j:])
			}
		}
	}
}
