package ops

import "github.com/seed842bec00/argmax/asm/vec"

// lossRows is what kernels over rows of scores share: the rows, and arrays with a
// number for each.
type lossRows struct {
	vec.Machine
	scores, dst     vec.Ptr   // dst is zero if there is none
	labels, weights vec.Ptr   // of the losses
	arrays          []vec.Ptr // of one float32 for each row
}

// newLossRows loads the arguments that all have. dst is the argument that results go to.
func newLossRows(m vec.Machine, dst string) *lossRows {
	r := &lossRows{Machine: m, scores: m.Ptr("scores_base")}
	if dst != "" {
		r.dst = m.Ptr(dst + "_base")
	}
	return r
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

// groups covers rows of fewer than 16 scores by as many as counts says, inside
// Partial, and longer ones one by one.
func (r *lossRows) groups(counts []int, fill vec.Block, short func(count int), long func()) {
	left, n, many, done := r.Int("rows"), r.Int("n"), r.NewLabel("long"), r.NewLabel("done")
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
// together, and in place, its mask would reach what is loaded next.
func (r *lossRows) storeRow(b vec.Block, row vec.Ptr, last bool) {
	if last {
		r.StoreUnmasked(b, row)
	} else {
		r.Store(b, row, 0)
	}
}
