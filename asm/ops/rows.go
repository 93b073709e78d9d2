package ops

import (
	"math"
	"slices"

	"github.com/seed842bec00/argmax/asm/vec"
)

var (
	infinity         = float32(math.Inf(1))
	negativeInfinity = float32(math.Inf(-1))
	nan              = float32(math.NaN())
)

// vectorToRows is a kernel that makes a number of x and each row of a matrix, or of
// each row in a list.
type vectorToRows struct {
	term    term
	largest bool // the term keeps the largest and adds nothing
	squares bool // two results: the inner product with x, and that of the row with itself
	dots    bool // the term is a product with an operand in memory
	at      bool // the rows are listed
	group   int  // rows at a time
	element vec.Element
}

// emit processes the rows in groups, so that a block of x is loaded once for all of
// a group, and their accumulators, one for each row, hide each other's latency. What
// is left goes as one smaller group.
func (r vectorToRows) emit(m vec.Machine, s Shape) {
	results := []string{"dst"}
	r.group = s.Rows
	switch {
	case r.squares:
		results = []string{"dots", "squares"}
		r.group = s.DotSquareRows
	case r.dots:
		r.group = s.DotRows
	}
	left := m.Int(results[0] + "_len")
	var to []vec.Ptr
	for _, name := range results {
		to = append(to, m.Ptr(name+"_base"))
	}
	if r.at {
		r.listed(m, left, to)
	} else {
		r.streams(m, left, to)
	}
	m.Return()
}

// streams takes the rows of a group not one below the other but as far apart as
// there are groups: each goes on where the same one of the group before ended, as
// prefetchers expect. (100×784 in the second-level cache: 0.6 to 0.7 of the time;
// in memory up to a tenth less.)
func (r vectorToRows) streams(m vec.Machine, left vec.Int, to []vec.Ptr) {
	base, stride := m.Ptr("rows_base"), inBytes(m, "stride", r.element)
	m.Scope(func() {
		groups := m.Divide(left, r.group)
		apart, apartTo := m.Times(groups, stride), m.Scale(groups, 4)
		vec.While(m, left, r.group, nil, func() {
			m.Scope(func() {
				for i, acc := range r.accumulate(m, m.Rows(m.CopyPtr(base), apart, r.group)) {
					places := m.Rows(to[i], apartTo, r.group)
					if r.largest {
						m.ReduceMaxBitsApart(acc, places)
					} else {
						m.ReduceApart(acc, places)
					}
				}
			})
			m.Move(base, stride, 1)
			for _, p := range to {
				m.Advance([]vec.Ptr{p}, 1)
			}
		})
		m.Move(base, apart, r.group-1)
		for _, p := range to {
			m.Move(p, apartTo, r.group-1)
		}
	})
	r.rest(m, left, func(count int) { r.store(m, r.accumulate(m, m.Rows(base, stride, count)), to) })
}

// listed takes the rows as they come in the list.
func (r vectorToRows) listed(m vec.Machine, left vec.Int, to []vec.Ptr) {
	index := m.Ptr("index_base")
	group := func(count int) {
		base, stride := m.Ptr("rows_base"), m.Scale(m.Int("stride"), 4)
		var rows []vec.Ptr
		for i := range count {
			rows = append(rows, m.RowAt(base, stride, m.LoadInt(index, i)))
		}
		r.store(m, r.accumulate(m, rows), to)
	}
	vec.While(m, left, r.group, to, func() {
		r.ahead(m, left, index)
		m.Scope(func() { group(r.group) })
		m.Advance([]vec.Ptr{index}, r.group)
	})
	r.rest(m, left, group)
}

// linesAhead is how much of a row is prefetched: all of the shortest embeddings. The
// hardware prefetches the rest of longer rows once they have begun. (2000 of 360000
// rows of 128: 0.8 to 0.95 of the time; of 60000 rows of 512, 0.95; of 784, the same.)
const linesAhead = 8

// ahead prefetches the beginnings of the rows of the next group, if there is one and
// if rows are that long.
func (r vectorToRows) ahead(m vec.Machine, left vec.Int, index vec.Ptr) {
	none := m.NewLabel("none")
	m.JumpLess(left, 2*r.group, none)
	m.Scope(func() {
		m.JumpLess(m.Int("x_len"), linesAhead*vec.Lanes, none)
		base, stride := m.Ptr("rows_base"), m.Scale(m.Int("stride"), 4)
		for i := range r.group {
			m.Scope(func() {
				row := m.RowAt(base, stride, m.LoadInt(index, r.group+i))
				for range linesAhead {
					m.Prefetch(row, 0)
					m.Advance([]vec.Ptr{row}, vec.Lanes)
				}
			})
		}
	})
	m.Place(none)
}

// rest takes what is less than a group.
func (r vectorToRows) rest(m vec.Machine, left vec.Int, group func(count int)) {
	done := m.NewLabel("done")
	for count := r.group - 1; count > 0; count-- {
		fewer := m.NewLabel("fewer")
		m.JumpLess(left, count, fewer)
		m.Scope(func() { group(count) })
		m.Jump(done)
		m.Place(fewer)
	}
	m.Place(done)
}

// accumulate passes over x and some rows, which it advances: an accumulator for each
// row, and one for each square.
func (r vectorToRows) accumulate(m vec.Machine, rows []vec.Ptr) [][]vec.Block {
	acc := make([][]vec.Block, 1)
	if r.squares {
		acc = make([][]vec.Block, 2)
	}
	for i := range acc {
		for range rows {
			acc[i] = append(acc[i], m.Zero())
		}
	}
	x, n := m.Ptr("x_base"), m.Int("x_len")
	vec.Stream(m, n, 4, slices.Concat([]vec.Ptr{x}, rows), vec.Block{}, func(block int) {
		v := m.Load(x, block)
		for i, row := range rows {
			if !r.squares {
				r.term(m, acc[0][i], v, row, block)
				continue
			}
			y := m.Load(row, block)
			m.FMA(acc[0][i], v, y)
			m.FMA(acc[1][i], y, y)
			m.Free(y)
		}
		m.Free(v)
	})
	return acc
}

// store stores the results one after the other.
func (r vectorToRows) store(m vec.Machine, acc [][]vec.Block, to []vec.Ptr) {
	for i, p := range to {
		if r.largest {
			m.ReduceMaxBitsTo(acc[i], p)
		} else {
			m.ReduceTo(acc[i], p)
		}
	}
}
