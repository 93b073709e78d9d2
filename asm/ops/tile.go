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
// one scalar of a for each row and one row of b, both where they lie. heights are
// the numbers of rows that there is a tile for, the largest first and 1 last; a
// panel of m rows takes as many of each as fit. A panel narrower than the tile
// takes its last block in part; bytes in b come in whole blocks only.
func gemmTile(a operand, b vec.Element) Emitter {
	return func(m vec.Machine, s Shape) { tiles(m, a, b, s) }
}

func tiles(m vec.Machine, a operand, b vec.Element, s Shape) {
	n, done := m.Int("n"), m.NewLabel("done")
	for width := s.TileBlocks; width > 0; width-- {
		part, next := m.NewLabel("part"), m.NewLabel("next")
		m.JumpLess(n, width*vec.Lanes, part)
		(&panel{m, s, a, b, width, false}).emit(done)
		m.Place(part)
		if !b.Partial() {
			continue
		}
		if width > 1 {
			m.JumpLess(n, (width-1)*vec.Lanes+1, next)
		}
		(&panel{m, s, a, b, width, true}).emit(done)
		m.Place(next)
	}
	m.Place(done)
	m.Return()
}

// panel is the code for one width: blocks, the last of them in part if narrow.
type panel struct {
	vec.Machine
	shape  Shape
	left   operand
	right  vec.Element
	blocks int
	narrow bool
}

func (p *panel) emit(done vec.Label) {
	if !p.narrow {
		p.Scope(p.tiles)
	} else {
		p.Scope(func() {
			valid := p.Int("n")
			p.Decrease(valid, (p.blocks-1)*vec.Lanes)
			p.Partial(valid, vec.Block{}, p.tiles)
		})
	}
	p.Jump(done)
}

// each runs body for every block of a row; all but the last are whole.
func (p *panel) each(body func(block int)) {
	for j := range p.blocks - 1 {
		p.Whole(func() { body(j) })
	}
	body(p.blocks - 1)
}

func (p *panel) tiles() {
	a, lda, c, left := p.Ptr("a_base"), p.Scale(p.Int("lda"), 4), p.Ptr("c_base"), p.Int("m")
	pair := p.NewLabel("pair")
	for i, height := range p.shape.TileHeights {
		if height == p.shape.TilePair {
			p.Place(pair)
		}
		vec.While(p, left, height, nil, func() {
			if i == 0 && p.shape.TilePair > 0 {
				tall := p.NewLabel("tall")
				p.JumpLess(left, 2*p.shape.TilePair-1, tall)
				p.JumpLess(left, 2*p.shape.TilePair+1, pair)
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
	lookahead = 16
)

// tile computes one tile and moves c behind it. The rows of C, which lie far apart, are
// prefetched first.
func (p *panel) tile(height int, a vec.Ptr, lda vec.Int, c vec.Ptr) {
	acc := make([][]vec.Block, height)
	for i := range acc {
		for range p.blocks {
			acc[i] = append(acc[i], p.Zero())
		}
	}
	k, b, ldb := p.Int("k"), p.Ptr("b_base"), inBytes(p, "ldb", p.right)
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
