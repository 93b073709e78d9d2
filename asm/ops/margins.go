package ops

import "github.com/seed842bec00/argmax/asm/vec"

// marginRows is the hinge losses of Weston and Watkins. Of the margins m = s −
// s[label] + margin of the other classes and t = max(0, m), the loss is the sum of t
// or of t². The share of a class in the gradient is 1 where m > 0, or t; that of the
// label is their sum, negated. The gradient is share·weight, or 2·share·weight.
type marginRows struct {
	*lossRows
	squared   bool
	margin    vec.Block
	zero, one vec.Const
	losses    vec.Ptr
}

const marginSignature = "func(n, rows int, scores []float32, lds int, labels []int, weights []float32, margin float32, grad []float32, ldd int, losses []float32)"

func hingeRows(m vec.Machine) {
	m.Func("hingeRows", marginSignature, "sets rows of grad to the gradients of the hinge loss of rows of n scores.")
	newMarginRows(m, false).emit()
}

func squaredHingeRows(m vec.Machine) {
	m.Func("squaredHingeRows", marginSignature, "sets rows of grad to the gradients of the squared hinge loss of rows of n scores.")
	newMarginRows(m, true).emit()
}

func newMarginRows(m vec.Machine, squared bool) *marginRows {
	r := &marginRows{lossRows: newLossRows(m, "grad"), squared: squared}
	r.labels, r.weights, r.losses = m.Ptr("labels_base"), r.array("weights"), r.array("losses")
	r.margin = m.Splat("margin")
	c := m.Constants(0, 1)
	r.zero, r.one = c[0], c[1]
	return r
}

func (r *marginRows) emit() { r.groups(nil, r.short, r.long) }

// terms makes t of scores. That of the label is 0.
func (r *marginRows) terms(scores, score vec.Block, label vec.Mask) {
	r.Sub(scores, scores, score)
	r.Add(scores, scores, r.margin)
	r.Drop(scores, label)
	r.MaxConst(scores, scores, r.zero)
}

// shares makes shares of t.
func (r *marginRows) shares(t vec.Block) {
	if r.squared {
		return
	}
	positive := r.CompareConst(vec.Greater, t, r.zero)
	one := r.FromConst(r.one)
	r.Keep(t, one, positive)
	r.Free(one)
	r.FreeMask(positive)
}

// factor is what the shares of row i are multiplied by.
func (r *marginRows) factor(i int) vec.Block {
	f := r.LoadFirst(r.weights, i)
	if r.squared {
		r.Add(f, f, f)
	}
	return f
}

// score is the label's of row i.
func (r *marginRows) score(row vec.Ptr, i int) (score vec.Block) {
	r.Scope(func() { score = r.LoadFirst(r.Element(row, r.LoadInt(r.labels, i)), 0) })
	return score
}

// storeLabel stores the label's gradient in a row of grad.
func (r *marginRows) storeLabel(shares vec.Packed, i int, factor vec.Block, row vec.Ptr) {
	r.Scope(func() {
		sum, g := r.Spread(shares, i), r.FromConst(r.zero)
		r.Sub(g, g, sum)
		r.Mul(g, g, factor)
		r.StoreFirst(g, r.Element(row, r.LoadInt(r.labels, i)), 0)
		r.Free(sum, g)
	})
}

// short adds up the squares last, in the place of t, which the gradients need: four
// rows of both would not fit the registers of AVX2.
func (r *marginRows) short(count int) {
	terms := make([]vec.Block, count)
	for i, row := range r.Rows(r.scores, r.Scale(r.Int("lds"), 4), count) {
		terms[i] = r.Load(row, 0)
		score, label := r.score(row, i), r.LaneAt(r.labels, i)
		r.terms(terms[i], score, label)
		r.Free(score)
		r.FreeMask(label)
		valid := r.Valid()
		r.Keep(terms[i], terms[i], valid)
		r.FreeMask(valid)
	}
	sumTerms := func() {
		sums := r.PackSum(terms)
		r.StorePacked(sums, r.losses)
		r.FreePacked(sums)
	}
	if !r.squared {
		sumTerms()
	}
	for _, t := range terms {
		r.shares(t)
	}
	shares := r.PackSum(terms)
	for i, row := range r.Rows(r.dst, r.Scale(r.Int("ldd"), 4), count) {
		t, factor := terms[i], r.factor(i)
		g := t
		if r.squared {
			g = r.Copy(t)
		}
		r.Mul(g, g, factor)
		r.Store(g, row, 0)
		r.storeLabel(shares, i, factor, row)
		r.Free(factor)
		if r.squared {
			r.Free(g)
			r.Mul(t, t, t)
		}
	}
	r.FreePacked(shares)
	if r.squared {
		sumTerms()
	}
	r.Free(terms...)
}

func (r *marginRows) long() {
	loss, total, score, factor := r.Zero(), r.Zero(), r.score(r.scores, 0), r.factor(0)
	r.Scope(func() {
		x, to, n, index := r.CopyPtr(r.scores), r.CopyPtr(r.dst), r.Int("n"), r.LoadInt(r.labels, 0)
		block := func(partial bool) {
			t, label := r.Load(x, 0), r.Lane(index)
			r.terms(t, score, label)
			r.FreeMask(label)
			if partial {
				valid := r.Valid()
				r.Keep(t, t, valid)
				r.FreeMask(valid)
			}
			if r.squared {
				r.FMA(loss, t, t)
			} else {
				r.Add(loss, loss, t)
			}
			r.shares(t)
			r.Add(total, total, t)
			r.Mul(t, t, factor)
			r.Store(t, to, 0)
			r.Free(t)
		}
		vec.While(r, n, vec.Lanes, []vec.Ptr{x, to}, func() {
			block(false)
			r.Decrease(index, vec.Lanes)
		})
		vec.Tail(r, n, nil, func() { block(true) })
	})
	r.Free(score)
	sums := r.PackSum([]vec.Block{loss})
	r.StorePacked(sums, r.losses)
	r.FreePacked(sums)
	shares := r.PackSum([]vec.Block{total})
	r.storeLabel(shares, 0, factor, r.dst)
	r.FreePacked(shares)
	r.Free(loss, total, factor)
}
