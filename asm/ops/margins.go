package ops

import (
	"slices"

	"github.com/seed842bec00/argmax/asm/vec"
)

// marginRows is the hinge losses of Weston and Watkins. Of the margins m = s −
// s[label] + margin of the other classes and t = max(0, m), the loss is the sum of t
// or of t². The gradient of a class is weight where t > 0, or 2·weight·t; that of the
// label is what the others add up to, negated: their number times weight, or the sum
// of t times 2·weight.
type marginRows struct {
	*lossRows
	squared    bool
	margin     vec.Block
	zero, unit vec.Const
	losses     vec.Ptr
	loss       vec.Block // of a single row
}

func hingeRows(m vec.Machine, s Shape) {
	r := newMarginRows(m, false)
	left := r.Int("rows")
	r.sixteens(left, maxMarginColumns, r.sixteen)
	r.groups(left, slices.Compact([]int{s.LossRows, together, 1}), vec.Block{}, r.short, r.long)
	r.end()
}

func squaredHingeRows(m vec.Machine, _ Shape) {
	r := newMarginRows(m, true)
	left := r.Int("rows")
	r.sixteens(left, maxMarginColumns, r.sixteen)
	r.groups(left, []int{together, 1}, vec.Block{}, r.shortSquared, r.long)
	r.end()
}

func (r *marginRows) end() {
	r.Free(r.margin)
	r.Return()
}

func newMarginRows(m vec.Machine, squared bool) *marginRows {
	r := &marginRows{lossRows: newLossRows(m, "grad"), squared: squared}
	r.labels, r.weights, r.losses = m.Ptr("labels_base"), r.array("weights"), r.array("losses")
	r.parameters()
	return r
}

func (r *marginRows) parameters() {
	r.margin = r.Broadcast("margin")
	c := r.Constants(0, 1)
	r.zero, r.unit = c[0], c[1]
}

// hingeRow and squaredHingeRow return the loss of a single row.
func hingeRow(m vec.Machine, _ Shape)        { marginRow(m, false) }
func squaredHingeRow(m vec.Machine, _ Shape) { marginRow(m, true) }

func marginRow(m vec.Machine, squared bool) {
	r := &marginRows{lossRows: newLossRow(m, "grad"), squared: squared, loss: m.Zero()}
	r.parameters()
	short := r.short
	if squared {
		short = r.shortSquared
	}
	r.only(vec.Block{}, short, r.long)
	r.Free(r.margin)
	r.ReturnFirst(r.loss)
}

// sixteen takes 16 rows of a few scores, column by column.
func (r *marginRows) sixteen(c *byColumns) {
	score := c.load(vec.Block{})
	total := r.Zero() // what the label's gradient is made of: the number of positive terms, negated, or the sum of all
	c.each(func(at vec.Ptr, left vec.Int) {
		t := r.Load(at, 0)
		r.Sub(t, t, score)
		r.Add(t, t, r.margin)
		relative := c.relative(left)
		c.ClearEqual(t, relative, 0)
		r.Free(relative)
		r.MaxConst(t, t, r.zero)
		r.Store(t, at, 0)
		if !r.squared {
			positive := r.CompareConst(vec.Greater, t, r.zero)
			r.SubWhere(total, r.unit, positive)
			r.FreeMask(positive)
		}
		r.Free(t)
	})
	r.Free(score)
	term := c.column
	if r.squared {
		terms := c.sum(c.column)
		r.Sub(total, total, terms)
		r.Free(terms)
		term = func(column int) vec.Block {
			t := c.column(column)
			r.Mul(t, t, t)
			return t
		}
	}
	losses := c.sum(term)
	r.Store(losses, r.losses, 0)
	factor := r.Load(r.weights, 0)
	if r.squared {
		r.Add(factor, factor, factor)
	}
	r.Mul(total, total, factor)
	r.Store(total, c.memory, ownColumn)
	r.Store(factor, c.memory, factorColumn)
	r.Free(losses, factor, total)
	c.store(func(t vec.Block, label vec.Mask) {
		if r.squared {
			factor := r.Load(c.memory, factorColumn)
			r.Mul(t, t, factor)
			r.Free(factor)
			own := r.Load(c.memory, ownColumn)
			r.Blend(t, own, label)
			r.Free(own)
			return
		}
		positive := r.CompareConst(vec.Greater, t, r.zero)
		factor := r.Load(c.memory, factorColumn)
		r.ZeroMask(t, factor, positive)
		r.FreeMask(positive)
		r.Free(factor)
		own := r.Load(c.memory, ownColumn)
		c.SetWhere(t, own, label)
		r.Free(own)
	})
}

// terms makes t of scores, 0 where others does not choose.
func (r *marginRows) terms(scores, score vec.Block, others vec.Mask) {
	r.Sub(scores, scores, score)
	r.AddZeroMask(scores, scores, r.margin, others)
	r.MaxConst(scores, scores, r.zero)
}

// factor is what t of row i is multiplied by.
func (r *marginRows) factor(i int) vec.Block {
	f := r.weight(i)
	if !r.squared {
		return f
	}
	if !r.one {
		r.Add(f, f, f)
		return f
	}
	double := r.Zero()
	r.Add(double, f, f)
	r.Free(f)
	return double
}

// own is the label's place in row i.
func (r *marginRows) own(row vec.Ptr, i int) vec.Ptr { return r.Element(row, r.label(i)) }

// keepLosses stores the losses of rows from first on, or keeps that of a single one.
func (r *marginRows) keepLosses(terms []vec.Block, first int) {
	sums := r.PackSum(terms)
	if r.one {
		sum := r.BroadcastLane(sums, 0)
		r.Set(r.loss, sum)
		r.Free(sum)
	} else {
		r.StorePacked(sums, r.losses, first)
	}
	r.FreePacked(sums)
}

func (r *marginRows) short(count int) {
	terms := r.rowTerms(count)
	size := min(count, together)
	for first := 0; first < count; first += size {
		r.keepLosses(terms[first:first+size], first)
	}
	for i, row := range r.rows(r.dst, "ldd", count) {
		positive := r.CompareConst(vec.Greater, terms[i], r.zero)
		r.Free(terms[i])
		g := r.where(positive, i)
		r.storeRow(g, row, i == count-1)
		r.Free(g)
		own, weight := r.NegatedCount(positive), r.weight(i)
		r.FreeMask(positive)
		r.Mul(own, own, weight)
		r.Scope(func() { r.StoreFirst(own, r.own(row, i), 0) })
		r.Free(own, weight)
	}
}

// where is the weight of row i in the chosen lanes.
func (r *marginRows) where(chosen vec.Mask, i int) vec.Block {
	if !r.one {
		return r.LoadBroadcastMasked(r.weights, i, chosen)
	}
	g, weight := r.Zero(), r.weight(i)
	r.ZeroMask(g, weight, chosen)
	r.Free(weight)
	return g
}

// others are the lanes of row i but that of its label.
func (r *marginRows) others(i int) vec.Mask {
	if !r.one {
		return r.OtherLanes(r.labels, i)
	}
	valid, own := r.ValidLanes(), r.LaneMask(r.label(i))
	others := r.AndNot(valid, own)
	r.FreeMask(valid, own)
	return others
}

// rowTerms is t of count rows.
func (r *marginRows) rowTerms(count int) (terms []vec.Block) {
	for i, row := range r.rows(r.scores, "lds", count) {
		t, others := r.Load(row, 0), r.others(i)
		r.Scope(func() {
			score := r.LoadBroadcast(r.own(row, i), 0)
			r.terms(t, score, others)
			r.Free(score)
		})
		r.FreeMask(others)
		terms = append(terms, t)
	}
	return terms
}

// shortSquared adds up the squares last, in the place of t, which the gradients
// need: four rows of both would not fit the registers of AVX2.
func (r *marginRows) shortSquared(count int) {
	terms := r.rowTerms(count)
	totals := r.PackSum(terms)
	for i, row := range r.rows(r.dst, "ldd", count) {
		g, factor := r.Copy(terms[i]), r.factor(i)
		r.Mul(g, g, factor)
		r.storeRow(g, row, i == count-1)
		r.storeTotal(totals, i, factor, row)
		r.Free(g, factor)
		r.Mul(terms[i], terms[i], terms[i])
	}
	r.FreePacked(totals)
	r.keepLosses(terms, 0)
	r.Free(terms...)
}

// storeTotal stores the label's gradient in a row of grad. Of a hinge the total is
// negative already.
func (r *marginRows) storeTotal(totals vec.Packed, i int, factor vec.Block, row vec.Ptr) {
	total, g := r.BroadcastLane(totals, i), r.FromConst(r.zero)
	if r.squared {
		r.Sub(g, g, total)
	} else {
		r.Add(g, g, total)
	}
	r.Mul(g, g, factor)
	r.Scope(func() { r.StoreFirst(g, r.own(row, i), 0) })
	r.Free(total, g)
}

// long takes the block that holds the label by itself: the others need no mask of
// its lane.
func (r *marginRows) long() {
	loss, total, factor := r.Zero(), r.Zero(), r.factor(0)
	score := r.LoadBroadcast(r.own(r.scores, 0), 0)
	r.Scope(func() {
		x, to, n, index := r.CopyPtr(r.scores), r.CopyPtr(r.dst), r.columns(), r.label(0)
		ptrs := []vec.Ptr{x, to}
		block := func(at int, add func(t vec.Block)) {
			t := r.Load(x, at)
			r.Sub(t, t, score)
			add(t)
			r.MaxConst(t, t, r.zero)
			if r.squared {
				r.FMA(loss, t, t)
				r.Add(total, total, t)
				r.Mul(t, t, factor)
			} else {
				r.Add(loss, loss, t)
				positive := r.CompareConst(vec.Greater, t, r.zero)
				r.SubWhere(total, r.unit, positive)
				r.ZeroMask(t, factor, positive)
				r.FreeMask(positive)
			}
			r.Store(t, to, at)
			r.Free(t)
		}
		every := func(t vec.Block) { r.Add(t, t, r.margin) }
		some := func(chosen vec.Mask) func(t vec.Block) {
			return func(t vec.Block) { r.AddZeroMask(t, t, r.margin, chosen) }
		}
		whole, done := r.NewLabel("whole"), r.NewLabel("done")
		vec.While(r, index, vec.Lanes, ptrs, func() {
			block(0, every)
			r.Decrease(n, vec.Lanes)
		})
		r.JumpNotLess(n, vec.Lanes, whole)
		r.Partial(n, vec.Block{}, func() {
			valid, label := r.ValidLanes(), r.LaneMask(index)
			others := r.AndNot(valid, label)
			r.FreeMask(valid, label)
			block(0, some(others))
			r.FreeMask(others)
		})
		r.Jump(done)
		r.Place(whole)
		label := r.LaneMask(index)
		others := r.Not(label)
		r.FreeMask(label)
		block(0, some(others))
		r.FreeMask(others)
		r.Advance(ptrs, vec.Lanes)
		r.Decrease(n, vec.Lanes)
		vec.While(r, n, 2*vec.Lanes, ptrs, func() {
			block(0, every)
			block(1, every)
		})
		vec.While(r, n, vec.Lanes, ptrs, func() { block(0, every) })
		vec.Tail(r, n, vec.Block{}, func() {
			valid := r.ValidLanes()
			block(0, some(valid))
			r.FreeMask(valid)
		})
		r.Place(done)
	})
	r.Free(score)
	r.keepLosses([]vec.Block{loss}, 0)
	totals := r.PackSum([]vec.Block{total})
	r.storeTotal(totals, 0, factor, r.dst)
	r.FreePacked(totals)
	r.Free(loss, total, factor)
}
