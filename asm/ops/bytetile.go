package ops

import "github.com/seed842bec00/argmax/asm/vec"

// byteTileMachine is a machine that has tiles of bytes.
type byteTileMachine interface {
	vec.Base
	vec.ByteTiles
}

// tileOfBytes computes sums of rows of bytes, where they lie, and a panel of queries
// that fills one register or two. Each step prefetches ahead bytes further on: in the
// course of a tile the rows of the next one.
func tileOfBytes(term vec.ByteTerm) Emitter {
	return func(m vec.Machine, s Shape) { byteTiles(m, term, s.TileHeights) }
}

func byteTiles(m byteTileMachine, term vec.ByteTerm, heights []int) {
	one, done := m.NewLabel("one"), m.NewLabel("done")
	panel := func(registers int) {
		m.Scope(func() {
			t := m.ByteTile(term, registers)
			rows, stride, sums, c, ldc, left := m.Ptr("rows_base"), m.Int("stride"), m.Ptr("sums_base"), m.Ptr("c_base"), m.Scale(m.Int("ldc"), 4), m.Int("m")
			for _, height := range heights {
				vec.While(m, left, height, nil, func() {
					m.Scope(func() { byteTile(m, t, height, rows, stride, sums, c, ldc) })
					m.Move(rows, stride, height)
					m.Advance([]vec.Ptr{sums}, height)
				})
			}
		})
		m.Jump(done)
	}
	m.Scope(func() { m.JumpLess(m.Int("registers"), 2, one) })
	panel(2)
	m.Place(one)
	panel(1)
	m.Place(done)
	m.Return()
}

// byteTile computes one tile and moves c behind it.
func byteTile(m byteTileMachine, t vec.ByteTile, height int, rows vec.Ptr, stride vec.Int, sums, c vec.Ptr, ldc vec.Int) {
	fresh, run := m.NewLabel("fresh"), m.NewLabel("run")
	t.New(height)
	m.Scope(func() { m.JumpZero(m.Int("add"), fresh) })
	m.Scope(func() { t.Resume(m.CopyPtr(c), ldc) })
	m.Jump(run)
	m.Place(fresh)
	t.Begin(sums)
	m.Place(run)
	m.Scope(func() {
		at := m.CopyPtr(rows)
		next := m.CopyPtr(rows)
		m.Move(next, stride, height)
		ptrs := m.Rows(at, stride, height)
		steps, panel, ahead := m.Int("steps"), m.Ptr("panel_base"), m.Int("ahead")
		vec.While(m, steps, 1, nil, func() {
			m.Prefetch(next, 0)
			m.Move(next, ahead, 1)
			t.Step(ptrs, panel)
			m.Advance(ptrs, t.RowBytes())
			m.Advance([]vec.Ptr{panel}, t.PanelBytes())
		})
	})
	t.Store(c, ldc)
}
