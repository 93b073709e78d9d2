package ops

import (
	"slices"

	"github.com/seed842bec00/argmax/asm/vec"
)

// scoreTile computes inner products of several rows of x with several of w, in the
// row form: an accumulator for each pair, so that a block that is loaded serves as
// many products as the other operand has rows. A long row comes in pieces; between
// them the accumulators wait in state, which does not change their order.
//
// Bytes in x are converted as they are loaded; k is then a multiple of a block.
func scoreTile(x vec.Element) Emitter {
	return func(m vec.Machine, s Shape) { scores(m, x, s.ScoreRows, s.ScoreClasses) }
}

func scores(m vec.Machine, x vec.Element, xRows, wRows int) {
	state, fresh, run, finish, done := m.Ptr("state_base"), m.NewLabel("fresh"), m.NewLabel("run"), m.NewLabel("finish"), m.NewLabel("done")
	acc := make([][]vec.Block, xRows)
	each := func(do func(i, j, n int)) {
		for n := range xRows * wRows {
			do(n/wRows, n%wRows, n)
		}
	}
	for i := range acc {
		acc[i] = make([]vec.Block, wRows)
	}
	m.JumpZero(m.Int("resume"), fresh)
	each(func(i, j, n int) { acc[i][j] = m.Load(state, n) })
	m.Jump(run)
	m.Place(fresh)
	each(func(i, j, n int) { m.Clear(acc[i][j]) })
	m.Place(run)
	m.Scope(func() {
		n, ldx := m.Int("k"), inBytes(m, "ldx", x)
		xs := m.Rows(m.Ptr("x_base"), ldx, xRows)
		ws := m.Rows(m.Ptr("w_base"), m.Scale(m.Int("ldw"), 4), wRows)
		ptrs, near := slices.Concat(xs, ws), m.NewLabel("near")
		// Rows that are far away begin before the processor sees their stream: whole
		// blocks prefetch the rows of the next tile as well.
		m.JumpZero(m.Int("far"), near)
		m.Scope(func() {
			next := m.Ptr("x_base")
			m.Move(next, ldx, xRows)
			ahead := m.Rows(next, ldx, xRows)
			vec.While(m, n, vec.Lanes, slices.Concat(ptrs, ahead), func() {
				for _, row := range ahead {
					m.Prefetch(row, 0)
				}
				m.Products(acc, xs, ws, 0)
			})
		})
		m.Place(near)
		vec.While(m, n, vec.Lanes, ptrs, func() { m.Products(acc, xs, ws, 0) })
		if x.Partial() {
			vec.Tail(m, n, vec.Block{}, func() { m.Products(acc, xs, ws, 0) })
		}
	})
	m.JumpZero(m.Int("wait"), finish)
	each(func(i, j, n int) { m.Store(acc[i][j], state, n) })
	m.Jump(done)
	m.Place(finish)
	dst, ldd, bias := m.Ptr("dst_base"), m.Scale(m.Int("ldd"), 4), m.Ptr("bias_base")
	for i := range acc {
		m.ReduceAddTo(acc[i], bias, dst)
		m.Move(dst, ldd, 1)
	}
	m.Place(done)
	m.Return()
}

// inBytes loads a distance that is given in elements.
func inBytes(m vec.Machine, arg string, e vec.Element) vec.Int {
	if e.Size() == 1 {
		return m.Int(arg)
	}
	return m.Scale(m.Int(arg), e.Size())
}
