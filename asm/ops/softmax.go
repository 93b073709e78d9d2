package ops

import (
	"math"
	"slices"

	"github.com/seed842bec00/argmax/asm/vec"
)

// integer is the float32 that has the bits of an integer.
func integer(n uint32) float32 { return math.Float32frombits(n) }

// exponentials is what kernels share that need the exponentials of rows of n
// scores, less the largest.
//
// Rows of fewer than 16 scores, the common case, are one block each; several go
// together, and four share the shuffles of their reductions. Longer rows go one by one,
// block by block.
type exponentials struct {
	*lossRows
	exp    *exponential
	zero   vec.Const
	lowest vec.Block

	sums, addends vec.Ptr // for the loss, if there is one
	loss          bool    // dst gets gradients
	bare          bool    // there is no dst

	sum, addend vec.Block // for the loss of a single row, if there is one
}

// softmaxRows sets rows of dst to probabilities.
func softmaxRows(m vec.Machine, shape Shape) {
	s := &exponentials{lossRows: newLossRows(m, "dst")}
	s.emit(shape.LossRows)
}

// crossEntropyRows goes on to the gradients, (p − 1[label])·weight. It stores the two
// parts of the loss of each row: the sum of the exponentials, and the largest score
// less the label's.
func crossEntropyRows(m vec.Machine, shape Shape) {
	s := &exponentials{lossRows: newLossRows(m, "grad"), loss: true}
	s.labels, s.weights = m.Ptr("labels_base"), s.array("weights")
	s.sums, s.addends = s.array("sums"), s.array("addends")
	s.emit(shape.LossRows)
}

// sumExpRows stores only the sums and the largest scores.
func sumExpRows(m vec.Machine, shape Shape) {
	s := &exponentials{lossRows: newLossRows(m, ""), bare: true}
	s.sums, s.addends = s.array("sums"), s.array("largest")
	s.emit(shape.LossRows)
}

func (s *exponentials) emit(rows int) {
	s.exp = newExponential(s)
	s.zero = s.Constants(0)[0]
	left := s.Int("rows")
	s.sixteens(left, maxColumns, s.sixteen)
	s.lowest = s.Constant(negativeInfinity)
	s.groups(left, slices.Compact([]int{rows, together, 1}), s.lowest, s.short, s.long)
	s.Free(s.lowest)
	s.Return()
}

// softmaxRow sets dst to probabilities.
func softmaxRow(m vec.Machine, _ Shape) {
	s := &exponentials{lossRows: newLossRow(m, "dst")}
	s.emitRow()
	s.Return()
}

// crossEntropyRow is crossEntropyRows of a single row, and goes on to the loss.
func crossEntropyRow(m vec.Machine, _ Shape) {
	s := &exponentials{lossRows: newLossRow(m, "grad"), loss: true, sum: m.Zero(), addend: m.Zero()}
	s.emitRow()
	s.returnLog()
}

// logSumExpRow is sumExpRows of a single row, and goes on to the logarithm.
func logSumExpRow(m vec.Machine, _ Shape) {
	s := &exponentials{lossRows: newLossRow(m, ""), bare: true, sum: m.Zero(), addend: m.Zero()}
	s.emitRow()
	s.returnLog()
}

// logSoftmaxRow goes on to the logarithms of probabilities.
func logSoftmaxRow(m vec.Machine, _ Shape) {
	s := &exponentials{lossRows: newLossRow(m, "dst"), bare: true, sum: m.Zero(), addend: m.Zero()}
	s.emitRow()
	l := newLogarithm(s, s.MemoryConstants)
	log := l.of(s.sum)
	s.Sub(s.sum, s.sum, s.sum) // NaN if it is
	s.Add(log, log, s.sum)
	s.Free(s.sum)
	shift := func(x, to vec.Ptr, block int) {
		v := s.Load(x, block)
		s.Sub(v, v, s.addend)
		s.Sub(v, v, log)
		s.Store(v, to, block)
		s.Free(v)
	}
	s.only(vec.Block{}, func(int) { shift(s.scores, s.dst, 0) }, func() {
		x, to := s.CopyPtr(s.scores), s.CopyPtr(s.dst)
		vec.Stream(s, s.columns(), 2, []vec.Ptr{x, to}, vec.Block{}, func(block int) { shift(x, to, block) })
	})
	s.Free(s.addend, log)
	s.Return()
}

func (s *exponentials) emitRow() {
	s.exp = newExponential(s)
	s.zero = s.Constants(0)[0]
	s.lowest = s.Constant(negativeInfinity)
	s.only(s.lowest, s.short, s.long)
	s.Free(s.lowest)
}

// returnLog returns what logRows makes of the sum and the addend.
func (s *exponentials) returnLog() {
	l := newLogarithm(s, s.MemoryConstants)
	var y vec.Block
	s.Narrow(func() { y = l.of(s.sum) })
	s.Sub(s.sum, s.sum, s.sum) // NaN if it is
	s.Add(y, y, s.sum)
	s.Add(y, y, s.addend)
	s.Free(s.sum, s.addend)
	s.ReturnFirst(y)
}

// sixteen takes 16 rows of a few scores, column by column.
func (s *exponentials) sixteen(c *byColumns) {
	most := s.Constant(negativeInfinity)
	own := c.load(most)
	zero := s.FromConst(s.zero)
	s.Add(most, most, zero)
	s.Free(zero)
	switch {
	case s.loss:
		s.Sub(own, most, own)
		s.Store(own, s.addends, 0)
		s.Free(own)
	case s.bare:
		s.Store(most, s.addends, 0)
	}
	c.each(func(at vec.Ptr, _ vec.Int) {
		v := s.Load(at, 0)
		s.Sub(v, v, most)
		e := s.exp.of(v)
		s.Store(e, at, 0)
		s.Free(e)
	})
	s.Free(most)
	total := c.sum(c.column)
	if vec.Has(s.sums) {
		s.Store(total, s.sums, 0)
	}
	if !s.bare {
		inverse := s.FromConst(s.exp.one())
		s.Div(inverse, inverse, total)
		s.Store(inverse, c.memory, ownColumn)
		s.Free(inverse)
		c.store(func(e vec.Block, label vec.Mask) {
			inverse := s.Load(c.memory, ownColumn)
			s.Mul(e, e, inverse)
			s.Free(inverse)
			if s.loss {
				s.SubWhere(e, s.exp.one(), label)
				weights := s.Load(s.weights, 0)
				s.Mul(e, e, weights)
				s.Free(weights)
			}
		})
	}
	s.Free(total)
}

// together is how many rows share the shuffles of a reduction.
const together = 4

// short takes each step for all of count rows before the next: fewer would wait
// most of the time, for their reductions and the division.
func (s *exponentials) short(count int) {
	size := min(count, together)
	blocks, packed := make([]vec.Block, count), make([]vec.Packed, count/size)
	group := func(g int) []vec.Block { return blocks[g*size : (g+1)*size] }
	rows := s.rows(s.scores, "lds", count)
	for i, row := range rows {
		blocks[i] = s.Load(row, 0)
	}
	for g := range packed {
		packed[g] = s.largest(group(g), g*size)
	}
	for i, row := range rows {
		most := s.BroadcastLane(packed[i/size], i%size)
		s.keepDifference(i, row, most)
		s.Sub(blocks[i], blocks[i], most)
		s.Free(most)
		blocks[i] = s.exp.of(blocks[i])
	}
	for g := range packed {
		s.FreePacked(packed[g])
		packed[g] = s.total(group(g), g*size)
	}
	if !s.bare {
		for _, sums := range packed {
			s.Reciprocal(sums, s.exp.one())
		}
		for i, row := range s.rows(s.dst, "ldd", count) {
			inverse := s.BroadcastLane(packed[i/size], i%size)
			s.finish(blocks[i], inverse, i)
			s.Free(inverse)
			s.storeRow(blocks[i], row, i == count-1)
		}
	}
	for _, p := range packed {
		s.FreePacked(p)
	}
	s.Free(blocks...)
}

// largest is the largest score of each of the rows from first on.
func (s *exponentials) largest(blocks []vec.Block, first int) vec.Packed {
	p := s.PackMax(blocks)
	s.AddPacked(p, s.zero)
	switch {
	case !s.bare:
	case s.one:
		s.keep(s.addend, p)
	default:
		s.StorePacked(p, s.addends, first)
	}
	return p
}

// finish makes probabilities of the exponentials of row i, and gradients of them.
func (s *exponentials) finish(e, inverse vec.Block, i int) {
	s.Mul(e, e, inverse)
	if !s.loss {
		return
	}
	weight := s.weight(i)
	s.Scope(func() { s.SubOneHot(e, s.label(i)) })
	s.Mul(e, e, weight)
	s.Free(weight)
}

// total is the sums of the exponentials.
func (s *exponentials) total(blocks []vec.Block, first int) vec.Packed {
	p := s.PackSum(blocks)
	switch {
	case vec.Has(s.sum):
		s.keep(s.sum, p)
	case vec.Has(s.sums):
		s.StorePacked(p, s.sums, first)
	}
	return p
}

// keep sets all lanes of b to the number of a single row.
func (s *exponentials) keep(b vec.Block, p vec.Packed) {
	number := s.BroadcastLane(p, 0)
	s.Set(b, number)
	s.Free(number)
}

func (s *exponentials) long() {
	largest := make([]vec.Block, accumulators)
	for i := range largest {
		largest[i] = s.Copy(s.lowest)
	}
	s.Scope(func() {
		x, n := s.CopyPtr(s.scores), s.columns()
		vec.Stream(s, n, accumulators, []vec.Ptr{x}, s.lowest, func(block int) {
			v := s.Load(x, block)
			s.Max(largest[block], largest[block], v)
			s.Free(v)
		})
	})
	join(s, s.Max, largest)
	packed := s.largest(largest[:1], 0)
	s.Free(largest[0])
	most := s.BroadcastLane(packed, 0)
	s.FreePacked(packed)
	s.keepDifference(0, s.scores, most)

	total := s.Zero()
	s.Scope(func() {
		x, n := s.CopyPtr(s.scores), s.columns()
		ptrs := []vec.Ptr{x}
		if vec.Has(s.dst) {
			ptrs = append(ptrs, s.CopyPtr(s.dst)) // the exponentials wait there, unless they are bare
		}
		vec.Stream(s, n, 2, ptrs, s.lowest, func(block int) {
			if s.bare && vec.Has(s.dst) { // what will be stored is fetched meanwhile
				s.Prefetch(ptrs[1], block*vec.Lanes)
			}
			v := s.Load(x, block)
			s.Sub(v, v, most)
			e := s.exp.of(v)
			if !s.bare {
				s.Store(e, ptrs[1], block)
			}
			s.Add(total, total, e)
			s.Free(e)
		})
	})
	s.Free(most)
	sums := s.total([]vec.Block{total}, 0)
	s.Free(total)
	if !s.bare {
		s.Reciprocal(sums, s.exp.one())
		inverse := s.BroadcastLane(sums, 0)
		s.finishLong(inverse)
		s.Free(inverse)
	}
	s.FreePacked(sums)
}

// keepDifference stores the largest score of row i less the label's.
func (s *exponentials) keepDifference(i int, row vec.Ptr, most vec.Block) {
	if !s.loss {
		return
	}
	s.Scope(func() {
		d := s.LoadBroadcast(s.Element(row, s.label(i)), 0)
		if s.one {
			s.Sub(s.addend, most, d)
		} else {
			s.Sub(d, most, d)
			s.StoreFirst(d, s.addends, i)
		}
		s.Free(d)
	})
}

// finishLong does the same for a long row, whose exponentials are in dst. The
// label's is picked up before.
func (s *exponentials) finishLong(inverse vec.Block) {
	s.Scope(func() {
		var at vec.Ptr
		var weight, p vec.Block
		if s.loss {
			at, weight = s.Element(s.dst, s.label(0)), s.weight(0)
			e := s.LoadBroadcast(at, 0)
			s.Mul(e, e, inverse)
			p = s.SubConst(e, s.exp.one())
			s.Mul(p, p, weight)
			s.Free(e)
		}
		to, n := s.CopyPtr(s.dst), s.columns()
		vec.Stream(s, n, 2, []vec.Ptr{to}, vec.Block{}, func(block int) {
			e := s.Load(to, block)
			s.Mul(e, e, inverse)
			if s.loss {
				s.Mul(e, e, weight)
			}
			s.Store(e, to, block)
			s.Free(e)
		})
		if s.loss {
			s.StoreFirst(p, at, 0)
			s.Free(p, weight)
		}
	})
}

// shiftRows is what remains to be done for the logarithms of probabilities.
func shiftRows(m vec.Machine, _ Shape) {
	r := newLossRows(m, "dst")
	largest, logs := r.array("largest"), r.array("logs")
	row := func() {
		first, second := r.LoadBroadcast(largest, 0), r.LoadBroadcast(logs, 0)
		r.Scope(func() {
			x, to, n := r.CopyPtr(r.scores), r.CopyPtr(r.dst), r.Int("n")
			vec.Stream(r, n, 2, []vec.Ptr{x, to}, vec.Block{}, func(block int) {
				v := r.Load(x, block)
				r.Sub(v, v, first)
				r.Sub(v, v, second)
				r.Store(v, to, block)
				r.Free(v)
			})
		})
		r.Free(first, second)
	}
	r.single(row)
	r.Return()
}
