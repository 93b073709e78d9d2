package ops

import "github.com/seed842bec00/argmax/asm/vec"

// crammerSingerRows is the hinge loss of the best of the other classes alone. A row
// is read for the largest of the other scores, for the first class that has it,
// and written. The numbers of the classes are float32, whole up to 2²⁴.
func crammerSingerRows(m vec.Machine, _ Shape) {
	r := &crammerSinger{marginRows: newMarginRows(m, false), lowest: m.Constant(negativeInfinity)}
	c := m.Constants(vec.Lanes, nan)
	r.step, r.nan = c[0], c[1]
	r.single(r.row)
	r.Free(r.lowest)
	r.end()
}

type crammerSinger struct {
	*marginRows
	lowest    vec.Block
	step, nan vec.Const
}

// others runs body for the blocks of a row, in which the label's score is −∞, as
// are missing ones; ptrs advance, the scores first.
func (r *crammerSinger) others(ptrs []vec.Ptr, body func(scores vec.Block)) {
	n, index := r.columns(), r.label(0)
	block := func() {
		v, label := r.Load(ptrs[0], 0), r.LaneMask(index)
		r.Blend(v, r.lowest, label)
		r.FreeMask(label)
		body(v)
		r.Free(v)
	}
	vec.While(r, n, vec.Lanes, ptrs, func() {
		block()
		r.Decrease(index, vec.Lanes)
	})
	vec.Tail(r, n, r.lowest, block)
}

func (r *crammerSinger) row() {
	largest, marks := r.Constant(negativeInfinity), r.Zero() // NaN is marked: Max may lose it
	r.Scope(func() {
		r.others([]vec.Ptr{r.CopyPtr(r.scores)}, func(v vec.Block) {
			r.Max(largest, largest, v)
			broken, mark := r.Compare(vec.Unordered, v, v), r.FromConst(r.nan)
			r.ZeroMask(mark, mark, broken)
			r.Add(marks, marks, mark)
			r.Free(mark)
			r.FreeMask(broken)
		})
	})
	most := r.reduced(r.PackMax, largest)
	first := r.Constant(negativeInfinity)
	r.Scope(func() {
		number := r.number()
		r.others([]vec.Ptr{r.CopyPtr(r.scores)}, func(v vec.Block) {
			here := r.Compare(vec.Equal, v, most)
			candidate := r.Copy(r.lowest)
			r.Blend(candidate, number, here)
			r.Max(first, first, candidate)
			r.Free(candidate)
			r.FreeMask(here)
			r.forward(number)
		})
		r.Free(number)
	})
	best := r.reduced(r.PackMax, first)

	score, factor := r.LoadBroadcast(r.own(r.scores, 0), 0), r.factor(0)
	r.Sub(most, most, score)
	r.Add(most, most, r.margin)
	r.MaxConst(most, most, r.zero)
	violated := r.CompareConst(vec.Greater, most, r.zero)
	r.ZeroMask(factor, factor, violated)
	r.FreeMask(violated)
	mark := r.reduced(r.PackSum, marks)
	r.Add(most, most, mark)
	r.StoreFirst(most, r.losses, 0)
	r.Free(score, mark, most)

	r.Scope(func() {
		number, to, n := r.number(), r.CopyPtr(r.dst), r.columns()
		vec.Stream(r, n, 1, []vec.Ptr{to}, vec.Block{}, func(block int) {
			here, g := r.Compare(vec.Equal, number, best), r.Copy(factor)
			r.ZeroMask(g, g, here)
			r.Store(g, to, block)
			r.Free(g)
			r.FreeMask(here)
			r.forward(number)
		})
		r.Free(number)
		opposite := r.FromConst(r.zero)
		r.Sub(opposite, opposite, factor)
		r.StoreFirst(opposite, r.own(r.dst, 0), 0)
		r.Free(opposite)
	})
	r.Free(best, factor)
}

// reduced is what pack makes of b, in all lanes, to be overwritten. b is free
// afterwards.
func (r *crammerSinger) reduced(pack func([]vec.Block) vec.Packed, b vec.Block) vec.Block {
	p := pack([]vec.Block{b})
	spread := r.BroadcastLane(p, 0)
	result := r.Copy(spread)
	r.Free(b, spread)
	r.FreePacked(p)
	return result
}

// number is the numbers of the classes of the first block, negated: the first of
// several is the largest. forward goes on to the next block.
func (r *crammerSinger) number() vec.Block {
	numbers, negated := r.LaneIndices(), r.FromConst(r.zero)
	r.Sub(negated, negated, numbers)
	r.Free(numbers)
	return negated
}

func (r *crammerSinger) forward(number vec.Block) {
	step := r.FromConst(r.step)
	r.Sub(number, number, step)
	r.Free(step)
}
