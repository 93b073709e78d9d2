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
	squared   bool
	margin    vec.Block
	zero, one vec.Const
	losses    vec.Ptr
}

func hingeRows(m vec.Machine, s Shape) {
	r := newMarginRows(m, false)
	r.groups(slices.Compact([]int{s.LossRows, together, 1}), vec.Block{}, r.short, r.long)
	r.end()
}

func squaredHingeRows(m vec.Machine, _ Shape) {
	r := newMarginRows(m, true)
	r.groups([]int{together, 1}, vec.Block{}, r.shortSquared, r.long)
	r.end()
}

func (r *marginRows) end() {
	r.Free(r.margin)
	r.Return()
}

func newMarginRows(m vec.Machine, squared bool) *marginRows {
	r := &marginRows{lossRows: newLossRows(m, "grad"), squared: squared}
	r.labels, r.weights, r.losses = m.Ptr("labels_base"), r.array("weights"), r.array("losses")
	r.margin = m.Broadcast("margin")
	c := m.Constants(0, 1)
	r.zero, r.one = c[0], c[1]
	return r
}

// terms makes t of scores, 0 where others does not choose.
func (r *marginRows) terms(scores, score vec.Block, others vec.Mask) {
	r.Sub(scores, scores, score)
	r.AddZeroMask(scores, scores, r.margin, others)
	r.MaxConst(scores, scores, r.zero)
}

// factor is what t of row i is multiplied by.
func (r *marginRows) factor(i int) vec.Block {
	f := r.LoadBroadcast(r.weights, i)
	if r.squared {
		r.Add(f, f, f)
	}
	return f
}

// label is the label's place in row i.
func (r *marginRows) label(row vec.Ptr, i int) vec.Ptr {
	return r.Element(row, r.LoadInt(r.labels, i))
}

func (r *marginRows) short(count int) {
	terms := r.rowTerms(count)
	size := min(count, together)
	for first := 0; first < count; first += size {
		sums := r.PackSum(terms[first : first+size])
		r.StorePacked(sums, r.losses, first)
		r.FreePacked(sums)
	}
	for i, row := range r.Rows(r.dst, r.Scale(r.Int("ldd"), 4), count) {
		positive := r.CompareConst(vec.Greater, terms[i], r.zero)
		r.Free(terms[i])
		g := r.LoadBroadcastMasked(r.weights, i, positive)
		r.storeRow(g, row, i == count-1)
		r.Free(g)
		own, weight := r.NegatedCount(positive), r.LoadBroadcast(r.weights, i)
		r.FreeMask(positive)
		r.Mul(own, own, weight)
		r.Scope(func() { r.StoreFirst(own, r.label(row, i), 0) })
		r.Free(own, weight)
	}
}

// rowTerms is t of count rows.
func (r *marginRows) rowTerms(count int) (terms []vec.Block) {
	for i, row := range r.Rows(r.scores, r.Scale(r.Int("lds"), 4), count) {
		t, others := r.Load(row, 0), r.OtherLanes(r.labels, i)
		r.Scope(func() {
			score := r.LoadBroadcast(r.label(row, i), 0)
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
	for i, row := range r.Rows(r.dst, r.Scale(r.Int("ldd"), 4), count) {
		g, factor := r.Copy(terms[i]), r.factor(i)
		r.Mul(g, g, factor)
		r.storeRow(g, row, i == count-1)
		r.storeTotal(totals, i, factor, row)
		r.Free(g, factor)
		r.Mul(terms[i], terms[i], terms[i])
	}
	r.FreePacked(totals)
	sums := r.PackSum(terms)
	r.StorePacked(sums, r.losses, 0)
	r.FreePacked(sums)
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
	r.Scope(func() { r.StoreFirst(g, r.label(row, i), 0) })
	r.Free(total, g)
}

// long takes the block that holds the label by itself: the others need no mask of
// its lane.
func (r *marginRows) long() {
	loss, total, factor := r.Zero(), r.Zero(), r.factor(0)
	score := r.LoadBroadcast(r.label(r.scores, 0), 0)
	r.Scope(func() {
		x, to, n, index := r.CopyPtr(r.scores), r.CopyPtr(r.dst), r.Int("n"), r.LoadInt(r.labels, 0)
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
				r.SubWhere(total, r.one, positive)
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
	sums := r.PackSum([]vec.Block{loss})
	r.StorePacked(sums, r.losses, 0)
	r.FreePacked(sums)
	totals := r.PackSum([]vec.Block{total})
	r.storeTotal(totals, 0, factor, r.dst)
	r.FreePacked(totals)
	r.Free(loss, total, factor)
}
