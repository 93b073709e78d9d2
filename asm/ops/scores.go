package ops

import (
	"slices"

	"github.com/seed842bec00/argmax/asm/vec"
)

// scoreTiles computes the inner products of rows of x with rows of w, in the row form,
// tile by tile: an accumulator for each pair of a tile, so that a block that is loaded
// serves as many products as the other operand has rows. The last tile of rows, or of
// classes, overlaps the previous one. A long row comes in pieces; between them the
// accumulators wait in state, which does not change their order.
//
// Bytes in x are converted once for each tile of rows, to copies; k is then a multiple
// of a block.
func scoreTiles(x vec.Element) Emitter {
	return func(m vec.Machine, s Shape) {
		(&scoring{m, x, s.ScoreRows, s.ScoreClasses}).emit()
	}
}

type scoring struct {
	vec.Machine
	x             vec.Element
	rows, classes int // of a tile
}

func (s *scoring) emit() {
	state := s.Ptr("state_base")
	s.tiled("m", s.rows, func(at vec.Int) {
		x, ldx := s.RowAt(s.Ptr("x_base"), inBytes(s, "ldx", s.x), at), s.Int("ldx")
		if s.x != vec.Float32 {
			s.convert(x, ldx)
			x, ldx = s.Ptr("copies_base"), s.Int("k")
		}
		ldx = s.Scale(ldx, 4)
		s.acrossClasses(func(class vec.Int, classes int) { s.tile(x, ldx, at, class, classes, state) })
	})
	s.Return()
}

// tiled runs body for tiles that cover the argument of a name, each of size; the last
// may overlap the one before.
func (s *scoring) tiled(arg string, size int, body func(at vec.Int)) {
	again, done := s.NewLabel("again"), s.NewLabel("done")
	s.Scope(func() {
		after := s.Int(arg) // what comes after the tile
		s.Decrease(after, size)
		s.Place(again)
		s.Scope(func() {
			at := s.Int(arg)
			s.Decrease(at, size)
			s.SubInt(at, after)
			body(at)
		})
		s.JumpZero(after, done)
		s.Decrease(after, size)
		s.JumpNotLess(after, 0, again)
		s.SubInt(after, after)
		s.Jump(again)
		s.Place(done)
	})
}

// acrossClasses is tiled for the classes. If tiles have five of them, and 4, 8, 12 or 16 are
// left, it takes tiles of four: 16 classes would cost as much as 20.
func (s *scoring) acrossClasses(body func(class vec.Int, classes int)) {
	const few = 4
	if s.classes != few+1 {
		s.tiled("n", s.classes, func(class vec.Int) { body(class, s.classes) })
		return
	}
	again, fewer, wide, done := s.NewLabel("again"), s.NewLabel("fewer"), s.NewLabel("wide"), s.NewLabel("done")
	s.Scope(func() {
		left := s.Int("n")
		next := func(classes int) {
			s.Scope(func() {
				at := s.Int("n")
				s.SubInt(at, left)
				body(at, classes)
			})
			s.Decrease(left, classes)
			s.JumpNotLess(left, 1, again)
			s.Jump(done)
		}
		s.Place(again)
		s.JumpNotLess(left, 4*few+1, wide)
		s.Scope(func() {
			rest := s.CopyInt(left)
			for range 4 {
				s.Decrease(rest, few)
				s.JumpZero(rest, fewer)
			}
		})
		s.JumpNotLess(left, s.classes, wide)
		s.SubInt(left, left) // the last tile overlaps the one before
		s.Decrease(left, -s.classes)
		s.Place(wide)
		next(s.classes)
		s.Place(fewer)
		next(few)
		s.Place(done)
	})
}

// convert stores a tile of rows in copies, and prefetches the next one.
func (s *scoring) convert(x vec.Ptr, ldx vec.Int) {
	s.Scope(func() {
		n := s.Int("k")
		from := s.Rows(s.CopyPtr(x), ldx, s.rows)
		to := s.Rows(s.Ptr("copies_base"), s.Scale(n, 4), s.rows)
		next := s.CopyPtr(x)
		s.Move(next, ldx, s.rows)
		ahead := s.Rows(next, ldx, s.rows)
		vec.While(s, n, vec.Lanes, slices.Concat(from, to, ahead), func() {
			for i := range from {
				s.Prefetch(ahead[i], 0)
				b := s.Load(from[i], 0)
				s.Store(b, to[i], 0)
				s.Free(b)
			}
		})
	})
}

// tile adds k columns to a tile of scores and moves state behind it.
func (s *scoring) tile(x vec.Ptr, ldx, row, class vec.Int, classes int, state vec.Ptr) {
	fresh, run, finish, done := s.NewLabel("fresh"), s.NewLabel("run"), s.NewLabel("finish"), s.NewLabel("done")
	acc := make([][]vec.Block, s.rows)
	each := func(do func(i, j, n int)) {
		for n := range s.rows * classes {
			do(n/classes, n%classes, n)
		}
	}
	for i := range acc {
		acc[i] = make([]vec.Block, classes)
	}
	s.JumpZero(s.Int("resume"), fresh)
	each(func(i, j, n int) { acc[i][j] = s.Load(state, n) })
	s.Jump(run)
	s.Place(fresh)
	each(func(i, j, n int) { s.Clear(acc[i][j]) })
	s.Place(run)
	s.products(acc, x, ldx, class, classes)
	s.JumpZero(s.Int("wait"), finish)
	each(func(i, j, n int) { s.Store(acc[i][j], state, n) })
	s.Jump(done)
	s.Place(finish)
	s.Scope(func() {
		ldd := s.Scale(s.Int("ldd"), 4)
		dst, bias := s.Element(s.RowAt(s.Ptr("dst_base"), ldd, row), class), s.Element(s.Ptr("bias_base"), class)
		for i := range acc {
			s.ReduceAddTo(acc[i], bias, dst)
			s.Move(dst, ldd, 1)
		}
	})
	s.Place(done)
	s.Advance([]vec.Ptr{state}, s.rows*classes*vec.Lanes)
}

// prefetchingClasses is the number of classes whose tiles share the prefetches.
const prefetchingClasses = 12

// shareOf returns the share of each of count in n, rounded up.
func shareOf(n, count int) int { return (n + count - 1) / count }

// products runs over k columns. Rows that are far away begin before the processor sees their
// stream: the first tiles of classes prefetch the next tile of rows, each its share of them,
// since a few lines at a time can be on their way from memory.
func (s *scoring) products(acc [][]vec.Block, x vec.Ptr, ldx, class vec.Int, classes int) {
	s.Scope(func() {
		var next vec.Ptr
		share := shareOf(s.rows, max(1, prefetchingClasses/classes))
		prefetching := s.x == vec.Float32 // bytes are prefetched when they are converted
		if prefetching {
			next = s.CopyPtr(x)
			s.Move(next, ldx, s.rows)
			s.Scope(func() { s.Move(next, s.Times(s.Divide(class, classes), ldx), share) })
		}
		n, ldw := s.Int("k"), s.Scale(s.Int("ldw"), 4)
		xs := s.Rows(s.CopyPtr(x), ldx, s.rows)
		ws := s.Rows(s.RowAt(s.Ptr("w_base"), ldw, class), ldw, classes)
		ptrs := slices.Concat(xs, ws)
		if prefetching {
			near := s.NewLabel("near")
			s.JumpNotLess(class, shareOf(s.rows, share)*classes, near)
			s.JumpZero(s.Int("far"), near)
			s.Scope(func() {
				ahead := s.Rows(next, ldx, share)
				vec.While(s, n, vec.Lanes, slices.Concat(ptrs, ahead), func() {
					for _, row := range ahead {
						s.Prefetch(row, 0)
					}
					s.Products(acc, xs, ws, 0)
				})
			})
			s.Place(near)
		}
		vec.While(s, n, vec.Lanes, ptrs, func() { s.Products(acc, xs, ws, 0) })
		if s.x.Partial() {
			vec.Tail(s, n, vec.Block{}, func() { s.Products(acc, xs, ws, 0) })
		}
	})
}

// inBytes loads a distance that is given in elements.
func inBytes(m vec.Machine, arg string, e vec.Element) vec.Int {
	if e.Size() == 1 {
		return m.Int(arg)
	}
	return m.Scale(m.Int(arg), e.Size())
}
