package ops

import (
	"fmt"

	"github.com/seed842bec00/argmax/asm/vec"
)

// gemmTile keeps a tile of the product in registers while k runs: each turn takes
// one scalar of a for each row and one row of b. a is packed, tileRows scalars a
// turn; b lies where it lies. A tile narrower than its columns takes the last
// block in part; one of fewer rows computes them all and stores those that exist.
func gemmTile(m vec.Machine, tileRows, tileBlocks int) {
	m.Func(fmt.Sprintf("gemmTile%dx%d", tileRows, tileBlocks*vec.Lanes),
		"func(k int, a, b []float32, ldb int, c []float32, ldc, m, n int, add bool)",
		"sets the m×n tile c to the product of packed a and k rows of b, or adds it.")
	n, done := m.Int("n"), m.NewLabel("done")
	for blocks := tileBlocks; blocks > 0; blocks-- {
		part, next := m.NewLabel("part"), m.NewLabel("next")
		m.JumpLess(n, blocks*vec.Lanes, part)
		tile(m, tileRows, blocks, nil, done)
		m.Place(part)
		if blocks > 1 {
			m.JumpLess(n, (blocks-1)*vec.Lanes+1, next)
		}
		tile(m, tileRows, blocks, n, done)
		m.Place(next)
	}
	m.Place(done)
	m.Return()
}

// tile emits one width and jumps to done. n is the number of columns if the last
// block is a partial one.
func tile(m vec.Machine, tileRows, blocks int, n vec.Int, done vec.Label) {
	m.Scope(func() {
		// each runs body for every block; the last, if partial, in Partial.
		each := func(body func(block int)) {
			for j := range blocks - 1 {
				body(j)
			}
			if n == nil {
				body(blocks - 1)
				return
			}
			m.Scope(func() {
				last := m.CopyInt(n)
				m.Decrease(last, (blocks-1)*vec.Lanes)
				m.Partial(last, nil, func() { body(blocks - 1) })
			})
		}
		k, a, b, ldb := m.Int("k"), m.Ptr("a_base"), m.Ptr("b_base"), m.Scale(m.Int("ldb"), 4)
		acc := make([][]vec.Block, tileRows)
		for i := range acc {
			acc[i] = make([]vec.Block, blocks)
			for j := range acc[i] {
				acc[i][j] = m.Zero()
			}
		}
		vec.While(m, k, 1, nil, func() {
			row := make([]vec.Block, blocks)
			each(func(j int) { row[j] = m.Load(b, j) })
			m.Outer(acc, a, row)
			m.Free(row...)
			m.Advance([]vec.Ptr{a}, tileRows)
			m.Move(b, ldb, 1)
		})
		c, ldc, count, set := m.Ptr("c_base"), m.Scale(m.Int("ldc"), 4), m.Int("m"), m.NewLabel("set")
		m.JumpZero(m.Int("add"), set)
		store := func(add bool) {
			for i := range acc {
				if i > 0 {
					m.JumpLess(count, i+1, done)
				}
				each(func(j int) {
					if add {
						m.AddLoad(acc[i][j], c, j)
					}
					m.Store(acc[i][j], c, j)
				})
				m.Move(c, ldc, 1)
			}
			m.Jump(done)
		}
		store(true)
		m.Place(set)
		store(false)
		for _, row := range acc {
			m.Free(row...)
		}
	})
}
