package ops

import (
	"slices"

	"github.com/seed842bec00/argmax/asm/vec"
)

// An operand is how a tile reads the scalars of its left factor.
type operand int

const (
	columns operand = iota // those of one k lie together: a transposed or a packed matrix
	rows                   // those of one row lie together
)

// gemmTile keeps a tile of the product in registers while k runs: each turn takes
// one scalar of a for each row and one row of b, both where they lie. Panels as wide as the tile follow one
// another; a last one that is narrower takes its last block in part. Bytes in b come in
// whole blocks only.
func gemmTile(a operand, b vec.Element) Emitter {
	return func(m vec.Machine, s Shape) { tiles(m, a, b, s) }
}

func tiles(m vec.Machine, a operand, b vec.Element, s Shape) {
	n, at, c := m.Int("n"), m.Ptr("b_base"), m.Ptr("c_base")
	of := func(blocks int, narrow bool) *panel {
		heights, pair := s.TileHeights, s.TilePair
		if blocks < s.TileBlocks {
			heights, pair = s.BlockHeights, 0
		}
		return &panel{m, s, a, b, n, at, c, blocks, narrow, heights, pair}
	}
	vec.While(m, n, s.TileBlocks*vec.Lanes, []vec.Ptr{at, c}, of(s.TileBlocks, false).emit)
	done := m.NewLabel("done")
	m.JumpZero(n, done)
	for width := s.TileBlocks; width > 0; width-- {
		part, next := m.NewLabel("part"), m.NewLabel("next")
		if width < s.TileBlocks {
			m.JumpLess(n, width*vec.Lanes, part)
			of(width, false).emit()
			m.Jump(done)
			m.Place(part)
		}
		if !b.Partial() {
			continue
		}
		if width > 1 {
			m.JumpLess(n, (width-1)*vec.Lanes+1, next)
		} else if h, ok := m.(vec.Halves); ok {
			few, more := m.NewLabel("few"), m.NewLabel("more")
			m.JumpNotLess(n, vec.Lanes/2+1, more)
			h.Half(func() {
				of := func(narrow bool) *panel {
					return &panel{m, s, a, b, n, at, c, 1, narrow, s.HalfHeights, s.HalfPair}
				}
				m.JumpLess(n, vec.Lanes/2, few)
				of(false).emit()
				m.Jump(done)
				m.Place(few)
				of(true).emit()
				m.Jump(done)
			})
			m.Place(more)
		}
		of(width, true).emit()
		m.Jump(done)
		m.Place(next)
	}
	m.Place(done)
	m.Return()
}

// panel is the code for one width: blocks, the last of them in part if narrow. It begins at b
// and c, and there are n columns from there on. heights are the numbers of rows that there is a
// tile for, the largest first and 1 last; m rows take as many of each as fit, but two of pair
// rows where 2·pair are left, or one less.
type panel struct {
	vec.Machine
	shape  Shape
	left   operand
	right  vec.Element
	n      vec.Int
	b, c   vec.Ptr
	blocks int
	narrow bool

	heights []int
	pair    int
}

func (p *panel) emit() {
	if !p.narrow {
		p.Scope(p.tiles)
		return
	}
	p.Scope(func() {
		valid := p.CopyInt(p.n)
		p.Decrease(valid, (p.blocks-1)*vec.Lanes)
		p.Partial(valid, vec.Block{}, p.tiles)
	})
}

// each runs body for every block of a row; all but the last are whole.
func (p *panel) each(body func(block int)) {
	for j := range p.blocks - 1 {
		p.Whole(func() { body(j) })
	}
	body(p.blocks - 1)
}

func (p *panel) tiles() {
	a, lda, c, left := p.Ptr("a_base"), p.Scale(p.Int("lda"), 4), p.CopyPtr(p.c), p.Int("m")
	pair := p.NewLabel("pair")
	for i, height := range p.heights {
		if height == p.pair {
			p.Place(pair)
		}
		vec.While(p, left, height, nil, func() {
			if i == 0 && p.pair > 0 {
				tall := p.NewLabel("tall")
				p.JumpLess(left, 2*p.pair-1, tall)
				p.JumpLess(left, 2*p.pair+1, pair)
				p.Place(tall)
			}
			p.Scope(func() { p.tile(height, a, lda, c) })
			if p.left == rows {
				p.Move(a, lda, height)
			} else {
				p.Advance([]vec.Ptr{a}, height)
			}
		})
	}
}

// Prefetching. deep and far are the least k and distance of the rows of C for which it pays
// to prefetch C, and lookahead how many rows of a packed B a tile of rows reads ahead.
const (
	deep      = 128
	far       = 512
	lookahead = 32
)

// tile computes one tile and moves c behind it. The rows of C, which lie far apart, are
// prefetched first.
func (p *panel) tile(height int, a vec.Ptr, lda vec.Int, c vec.Ptr) {
	acc := p.start(height, c)
	k, b, ldb := p.Int("k"), p.CopyPtr(p.b), inBytes(p, "ldb", p.right)
	near := p.NewLabel("near")
	p.JumpLess(k, deep, near)
	p.Scope(func() { p.JumpLess(p.Int("ldc"), far, near) })
	p.Scope(func() {
		row, ldc := p.CopyPtr(c), p.Scale(p.Int("ldc"), 4)
		for range height {
			for j := range p.blocks {
				p.Prefetch(row, j*vec.Lanes)
			}
			p.Prefetch(row, p.blocks*vec.Lanes-1)
			p.Move(row, ldc, 1)
		}
	})
	p.Place(near)
	scalars, step := p.scalars(a, lda, height)
	vec.While(p, k, 1, nil, func() {
		row := make([]vec.Block, p.blocks)
		p.each(func(j int) { row[j] = p.Load(b, j) })
		for j := range row {
			if p.left == rows { // b is packed, unless the product is small
				p.Prefetch(b, (lookahead*p.blocks+j)*vec.Lanes)
			}
		}
		p.Outer(acc, scalars, row)
		p.Free(row...)
		step()
		p.Move(b, ldb, 1)
	})
	alpha, ldc, set, end := p.Broadcast("alpha"), p.Scale(p.Int("ldc"), 4), p.NewLabel("set"), p.NewLabel("end")
	store := func(add bool) {
		for _, row := range acc {
			p.each(func(j int) {
				sum := row[j]
				if add {
					sum = p.Load(c, j)
					p.FMA(sum, row[j], alpha)
				} else {
					p.Mul(sum, sum, alpha)
				}
				p.Store(sum, c, j)
				if add {
					p.Free(sum)
				}
			})
			p.Move(c, ldc, 1)
		}
	}
	p.JumpZero(p.Int("add"), set)
	store(true)
	p.Jump(end)
	p.Place(set)
	store(false)
	p.Place(end)
	p.Free(alpha)
	p.Free(slices.Concat(acc...)...)
}

// start returns the accumulators of a tile: zeros, or the elements of c.
func (p *panel) start(height int, c vec.Ptr) [][]vec.Block {
	acc := make([][]vec.Block, height)
	for i := range acc {
		for range p.blocks {
			acc[i] = append(acc[i], p.Zero())
		}
	}
	zeros := p.NewLabel("zeros")
	p.JumpZero(p.Int("resume"), zeros)
	p.Scope(func() {
		at, ldc := p.CopyPtr(c), p.Scale(p.Int("ldc"), 4)
		for _, row := range acc {
			p.each(func(j int) {
				sum := p.Load(at, j)
				p.Set(row[j], sum)
				p.Free(sum)
			})
			p.Move(at, ldc, 1)
		}
	})
	p.Place(zeros)
	return acc
}

// scalars are the elements of a for the rows of a tile, and step moves them to
// the next k.
func (p *panel) scalars(a vec.Ptr, lda vec.Int, height int) (scalars []vec.Scalar, step func()) {
	at := p.CopyPtr(a)
	if p.left == columns {
		for i := range height {
			scalars = append(scalars, vec.Scalar{Ptr: at, Element: i})
		}
		return scalars, func() { p.Move(at, lda, 1) }
	}
	ptrs := p.Rows(at, lda, height)
	for _, row := range ptrs {
		scalars = append(scalars, vec.Scalar{Ptr: row})
	}
	return scalars, func() { p.Advance(ptrs, 1) }
}
