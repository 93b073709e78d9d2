package ops

import "github.com/seed842bec00/argmax/asm/vec"

// The most scores of rows that go sixteen together: 256 hinge losses of ten take as long as
// four rows at a time, softmax of 32 a sixth less.
const (
	maxColumns       = 2 * vec.Lanes
	maxMarginColumns = vec.Lanes / 2
)

// byColumns is the scores of 16 rows, column by column: in blocks of memory, one for each
// score, of which those behind the last are zero. So 16 rows of ten take the exponentials
// of ten blocks, not of 16 partial ones, and sums take no shuffles.
type byColumns struct {
	*lossRows
	vec.ByColumn
	memory vec.Ptr
	most   int // columns that there may be
}

// Blocks of memory behind the columns.
const (
	labelColumn  = maxColumns + iota // the labels less the number of scores
	ownColumn                        // a number of each row
	factorColumn                     // another
	columnBlocks
)

// sixteens covers rows of 2 to most scores, sixteen at a time, while there are as many left,
// on a machine that has columns.
func (r *lossRows) sixteens(left vec.Int, most int, sixteen func(c *byColumns)) {
	m, ok := r.Machine.(vec.ByColumn)
	if !ok {
		return
	}
	rest := r.NewLabel("rest")
	r.JumpLess(left, vec.Lanes, rest)
	r.Scope(func() {
		n := r.columns()
		r.JumpLess(n, 2, rest)
		r.JumpNotLess(n, most+1, rest)
	})
	r.Scope(func() {
		c := &byColumns{r, m, m.Local(columnBlocks), most}
		c.clear()
		vec.While(r, left, vec.Lanes, nil, func() {
			r.Scope(func() { sixteen(c) })
			r.next(vec.Lanes)
		})
	})
	r.Place(rest)
}

// clear sets what sum adds up beyond the last score to zero.
func (c *byColumns) clear() {
	cleared := c.NewLabel("cleared")
	c.Scope(func() {
		n, zero := c.columns(), c.Zero()
		for i := range c.most {
			if i == vec.Lanes/2 || i == vec.Lanes {
				c.JumpLess(n, i+1, cleared)
			}
			c.Store(zero, c.memory, i)
		}
		c.Free(zero)
	})
	c.Place(cleared)
}

// each runs body for every column; left is the number of those from it on.
func (c *byColumns) each(body func(at vec.Ptr, left vec.Int)) {
	c.Scope(func() {
		at, left, loop := c.CopyPtr(c.memory), c.columns(), c.NewLabel("column")
		c.Place(loop)
		body(at, left)
		c.Advance([]vec.Ptr{at}, vec.Lanes)
		c.Decrease(left, 1)
		c.JumpNotLess(left, 1, loop)
	})
}

// groups runs body for every few columns: four, or two in rows of fewer. The last ones may
// be some of those before again. row is their place in the first of the 16 rows from first on.
func (c *byColumns) groups(first vec.Ptr, stride string, body func(count int, at, row vec.Ptr, bytes, left vec.Int)) {
	few, done := c.NewLabel("few"), c.NewLabel("done")
	c.Scope(func() { c.JumpLess(c.columns(), 4, few) })
	c.group(4, first, stride, body)
	c.Jump(done)
	c.Place(few)
	c.group(2, first, stride, body)
	c.Place(done)
}

func (c *byColumns) group(count int, first vec.Ptr, stride string, body func(count int, at, row vec.Ptr, bytes, left vec.Int)) {
	c.Scope(func() {
		at, row, left, bytes := c.CopyPtr(c.memory), c.CopyPtr(first), c.columns(), c.Scale(c.Int(stride), 4)
		loop, done := c.NewLabel("columns"), c.NewLabel("done")
		c.Place(loop)
		c.Scope(func() { body(count, at, row, bytes, left) })
		c.Decrease(left, count)
		c.JumpLess(left, 1, done)
		c.Advance([]vec.Ptr{row}, count)
		c.Advance([]vec.Ptr{at}, count*vec.Lanes)
		c.JumpNotLess(left, count, loop)
		c.Decrease(left, count) // back by as many as are missing
		c.Scope(func() {
			c.Move(row, c.Scale(left, 4), 1)
			c.Move(at, c.Scale(left, 4*vec.Lanes), 1)
		})
		c.SubInt(left, left)
		c.Decrease(left, -count)
		c.Jump(loop)
		c.Place(done)
	})
}

// load fills the columns with scores and, if most is a block, sets that to the largest of
// it and the scores of each row. If there are labels, it returns the scores of those.
func (c *byColumns) load(most vec.Block) (own vec.Block) {
	if vec.Has(c.labels) {
		own = c.Zero()
		c.Scope(func() {
			minus := c.columns()
			c.SubInt(minus, minus)
			c.SubInt(minus, c.columns())
			labels := c.LoadInts(c.labels)
			shifted := c.ShiftInts(labels, minus)
			c.Store(shifted, c.memory, labelColumn)
			c.Free(labels, shifted)
		})
	}
	c.groups(c.scores, "lds", func(count int, at, row vec.Ptr, bytes, left vec.Int) {
		c.LoadByColumn(at, row, bytes, count)
		if vec.Has(own) {
			c.labelled(count, left, func(i int, label vec.Mask) {
				v := c.Load(at, i)
				c.SetWhere(own, v, label)
				c.Free(v)
			})
		}
		if vec.Has(most) {
			largest := c.Load(at, 0)
			for i := range count - 1 {
				v := c.Load(at, i+1)
				c.Max(largest, largest, v)
				c.Free(v)
			}
			c.Max(most, most, largest)
			c.Free(largest)
		}
	})
	return own
}

// relative is the labels less the number of the first of the columns that are left.
func (c *byColumns) relative(left vec.Int) vec.Block {
	labels := c.Load(c.memory, labelColumn)
	relative := c.ShiftInts(labels, left)
	c.Free(labels)
	return relative
}

// labelled runs body for count columns, of which left are left, with the rows of which each
// is the label, if there are labels.
func (c *byColumns) labelled(count int, left vec.Int, body func(i int, label vec.Mask)) {
	if !vec.Has(c.labels) {
		for i := range count {
			body(i, vec.Mask{})
		}
		return
	}
	relative := c.relative(left)
	for i := range count {
		label := c.EqualInts(relative, i)
		body(i, label)
		c.FreeMask(label)
	}
	c.Free(relative)
}

// store sets the rows of dst to what result makes of the columns.
func (c *byColumns) store(result func(b vec.Block, label vec.Mask)) {
	c.groups(c.dst, "ldd", func(count int, at, row vec.Ptr, bytes, left vec.Int) {
		bs := make([]vec.Block, count)
		c.labelled(count, left, func(i int, label vec.Mask) {
			bs[i] = c.Load(at, i)
			result(bs[i], label)
		})
		c.StoreByColumn(bs, row, bytes)
		c.Free(bs...)
	})
}

// sum adds up a term of each column in the tree of the arithmetic.
func (c *byColumns) sum(term func(column int) vec.Block) (total vec.Block) {
	total = c.Zero()
	done := c.NewLabel("done")
	upTo := func(size int, term func(column int) vec.Block) {
		b := c.tree(0, 1, size, term)
		c.Set(total, b)
		c.Free(b)
	}
	c.Scope(func() {
		n := c.columns()
		for _, size := range []int{vec.Lanes / 2, vec.Lanes} {
			if c.most == size {
				upTo(size, term)
				break
			}
			more := c.NewLabel("more")
			c.JumpNotLess(n, size+1, more)
			upTo(size, term)
			c.Jump(done)
			c.Place(more)
		}
		if c.most > vec.Lanes {
			upTo(vec.Lanes, func(column int) vec.Block { // and the one 16 columns on
				x, y := term(column), term(column+vec.Lanes)
				c.Add(x, x, y)
				c.Free(y)
				return x
			})
		}
	})
	c.Place(done)
	return total
}

// tree adds up every step-th of size terms from column i on.
func (c *byColumns) tree(i, step, size int, term func(column int) vec.Block) vec.Block {
	if step == size {
		return term(i)
	}
	x, y := c.tree(i, 2*step, size, term), c.tree(i+step, 2*step, size, term)
	c.Add(x, x, y)
	c.Free(y)
	return x
}

// column is the numbers of a column.
func (c *byColumns) column(i int) vec.Block { return c.Load(c.memory, i) }
