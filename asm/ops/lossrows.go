package ops

import "github.com/seed842bec00/argmax/asm/vec"

// lossRows is what kernels over rows of scores share: the rows, and arrays with a
// number for each. Of a single row the numbers are arguments and the result.
type lossRows struct {
	vec.Machine
	scores, dst     vec.Ptr   // dst is zero if there is none
	labels, weights vec.Ptr   // of the losses
	arrays          []vec.Ptr // of one float32 for each row
	one             bool      // there is a single row
}

// newLossRows loads the arguments that all have. dst is the argument that results go to.
func newLossRows(m vec.Machine, dst string) *lossRows {
	r := &lossRows{Machine: m, scores: m.Ptr("scores_base")}
	if dst != "" {
		r.dst = m.Ptr(dst + "_base")
	}
	return r
}

// newLossRow is newLossRows for a kernel of a single row.
func newLossRow(m vec.Machine, dst string) *lossRows {
	r := newLossRows(row{m}, dst)
	r.one = true
	return r
}

// row is a machine for a single row: its last lanes are alone.
type row struct{ vec.Machine }

func (r row) Partial(n vec.Int, fill vec.Block, body func()) { r.Alone(n, fill, body) }

// columns is the number of scores of a row.
func (r *lossRows) columns() vec.Int {
	if r.one {
		return r.Int("scores_len")
	}
	return r.Int("n")
}

// label is the class of row i.
func (r *lossRows) label(i int) vec.Int {
	if r.one {
		return r.Int("label")
	}
	return r.LoadInt(r.labels, i)
}

// weight is that of row i, not to be overwritten.
func (r *lossRows) weight(i int) vec.Block {
	if r.one {
		return r.Broadcast("weight")
	}
	return r.LoadBroadcast(r.weights, i)
}

// rows are the addresses of count rows, of scores or of dst.
func (r *lossRows) rows(first vec.Ptr, stride string, count int) []vec.Ptr {
	if r.one {
		return []vec.Ptr{first}
	}
	return r.Rows(first, r.Scale(r.Int(stride), 4), count)
}

// only covers the single row, by short if it has fewer than 16 scores.
func (r *lossRows) only(fill vec.Block, short func(count int), long func()) {
	n, many, done := r.columns(), r.NewLabel("long"), r.NewLabel("done")
	r.JumpNotLess(n, vec.Lanes, many)
	r.Row(n, fill, func() { r.Scope(func() { short(1) }) })
	r.Jump(done)
	r.Place(many)
	r.Scope(long)
	r.Place(done)
}

// array is an argument that has a float32 for each row.
func (r *lossRows) array(arg string) vec.Ptr {
	a := r.Ptr(arg + "_base")
	r.arrays = append(r.arrays, a)
	return a
}

// single covers the rows one by one.
func (r *lossRows) single(row func()) {
	left := r.Int("rows")
	vec.While(r, left, 1, nil, func() {
		r.Scope(row)
		r.next(1)
	})
}

// groups covers the rows that are left, of fewer than 16 scores by as many as counts says,
// inside Partial, and longer ones one by one.
func (r *lossRows) groups(left vec.Int, counts []int, fill vec.Block, short func(count int), long func()) {
	n, many, done := r.columns(), r.NewLabel("long"), r.NewLabel("done")
	r.JumpNotLess(n, vec.Lanes, many)
	r.JumpZero(n, done)
	r.Partial(n, fill, func() {
		for _, count := range counts {
			vec.While(r, left, count, nil, func() {
				r.Scope(func() { short(count) })
				r.next(count)
			})
		}
	})
	r.Jump(done)
	r.Place(many)
	vec.While(r, left, 1, nil, func() {
		r.Scope(long)
		r.next(1)
	})
	r.Place(done)
}

// next moves to the rows behind count rows.
func (r *lossRows) next(count int) {
	r.Scope(func() {
		r.Move(r.scores, r.Scale(r.Int("lds"), 4), count)
		if vec.Has(r.dst) {
			r.Move(r.dst, r.Scale(r.Int("ldd"), 4), count)
		}
		if vec.Has(r.labels) {
			r.Advance([]vec.Ptr{r.labels}, count)
		}
		for _, a := range r.arrays {
			r.Advance([]vec.Ptr{a}, count)
		}
	})
}

// storeRow stores a row of fewer than 16 results. If it is the last of some that go
// together, and in place, its mask would reach what is loaded next. (A single row is
// alone.)
func (r *lossRows) storeRow(b vec.Block, row vec.Ptr, last bool) {
	if last && !r.one {
		r.StoreUnmasked(b, row)
	} else {
		r.Store(b, row, 0)
	}
}
