package ops

import (
	"math"

	"github.com/seed842bec00/argmax/asm/vec"
)

// integer is the float32 that has the bits of an integer.
func integer(n uint32) float32 { return math.Float32frombits(n) }

// softmaxRows sets rows of dst to the probabilities of rows of n scores. With a
// loss it goes on to the gradient of the cross-entropy, (p − 1[label])·weight, and
// leaves for each row the sum of the exponentials and the label's score less the
// maximum, of which the loss is made.
//
// Rows of fewer than 16 scores, the common case, are one block each; four go
// together and share the shuffles of their reductions. Longer rows go one by one,
// block by block; their exponentials wait in dst.
func softmaxRows(m vec.Machine, loss bool) {
	s := &softmax{Machine: m, loss: loss}
	if loss {
		m.Func("crossEntropyRows", "func(n, rows int, scores []float32, lds int, labels []int, weights, grad []float32, ldd int, sums, differences []float32)",
			"sets rows of grad to the gradients of the cross-entropy of rows of n scores.")
		s.dst, s.arrays = m.Ptr("grad_base"), []vec.Ptr{m.Ptr("weights_base"), m.Ptr("sums_base"), m.Ptr("differences_base")}
		s.labels = m.Ptr("labels_base")
	} else {
		m.Func("softmaxRows", "func(n, rows int, scores []float32, lds int, dst []float32, ldd int)",
			"sets rows of dst to the probabilities of rows of n scores.")
		s.dst = m.Ptr("dst_base")
	}
	s.scores = m.Ptr("scores_base")
	s.exp = newExponential(m)
	s.zero = m.Constants(0)[0]
	lowest := m.Constant(negativeInfinity)
	left, n, long, done := m.Int("rows"), m.Int("n"), m.NewLabel("long"), m.NewLabel("done")
	m.JumpNotLess(n, vec.Lanes, long)
	m.JumpZero(n, done)
	m.Partial(n, lowest, func() {
		for _, count := range []int{4, 1} {
			vec.While(m, left, count, nil, func() {
				m.Scope(func() { s.short(count) })
				s.next(count)
			})
		}
	})
	m.Jump(done)
	m.Place(long)
	vec.While(m, left, 1, nil, func() {
		m.Scope(func() { s.long(lowest) })
		s.next(1)
	})
	m.Place(done)
	m.Return()
}

type softmax struct {
	vec.Machine
	loss        bool
	scores, dst vec.Ptr
	labels      vec.Ptr
	arrays      []vec.Ptr // weights, sums, differences
	exp         *exponential
	zero        vec.Const
}

// next moves to the rows behind count rows.
func (s *softmax) next(count int) {
	s.Scope(func() {
		s.Move(s.scores, s.Scale(s.Int("lds"), 4), count)
		s.Move(s.dst, s.Scale(s.Int("ldd"), 4), count)
		if s.loss {
			s.Advance([]vec.Ptr{s.labels}, 2*count)
			for _, a := range s.arrays {
				s.Advance([]vec.Ptr{a}, count)
			}
		}
	})
}

func (s *softmax) short(count int) {
	blocks := make([]vec.Block, count)
	rows := s.Rows(s.scores, s.Scale(s.Int("lds"), 4), count)
	for i, row := range rows {
		blocks[i] = s.Load(row, 0)
	}
	largest := s.PackMax(blocks)
	s.AddPacked(largest, s.zero)
	for i, row := range rows {
		most := s.Spread(largest, i)
		s.difference(i, row, most)
		s.Sub(blocks[i], blocks[i], most)
		s.Free(most)
		blocks[i] = s.exp.of(blocks[i])
	}
	s.FreePacked(largest)
	sums := s.PackSum(blocks)
	s.sum(sums)
	to := s.Rows(s.dst, s.Scale(s.Int("ldd"), 4), count)
	for i, e := range blocks {
		inverse := s.Spread(sums, i)
		s.Mul(e, e, inverse)
		s.Free(inverse)
		if s.loss {
			label := s.LaneAt(s.labels, i)
			s.SubWhere(e, s.exp.one(), label)
			s.FreeMask(label)
			weight := s.LoadFirst(s.arrays[0], i)
			s.Mul(e, e, weight)
			s.Free(weight)
		}
		s.Store(e, to[i], 0)
	}
	s.FreePacked(sums)
	s.Free(blocks...)
}

func (s *softmax) long(lowest vec.Block) {
	var largest [accumulators]vec.Block
	for i := range largest {
		largest[i] = s.Constant(negativeInfinity)
	}
	s.Scope(func() {
		x, n := s.CopyPtr(s.scores), s.Int("n")
		vec.Stream(s, n, accumulators, []vec.Ptr{x}, lowest, func(block int) {
			v := s.Load(x, block)
			s.Max(largest[block], largest[block], v)
			s.Free(v)
		})
	})
	s.Max(largest[0], largest[0], largest[1])
	s.Max(largest[2], largest[2], largest[3])
	s.Max(largest[0], largest[0], largest[2])
	s.Free(largest[1:]...)
	packed := s.PackMax(largest[:1])
	s.Free(largest[0])
	s.AddPacked(packed, s.zero)
	most := s.Spread(packed, 0)
	s.FreePacked(packed)
	s.difference(0, s.scores, most)

	total := s.Zero()
	s.Scope(func() {
		x, to, n := s.CopyPtr(s.scores), s.CopyPtr(s.dst), s.Int("n")
		vec.Stream(s, n, 2, []vec.Ptr{x, to}, lowest, func(block int) {
			v := s.Load(x, block)
			s.Sub(v, v, most)
			e := s.exp.of(v)
			s.Store(e, to, block)
			s.Add(total, total, e)
			s.Free(e)
		})
	})
	s.Free(most)
	sums := s.PackSum([]vec.Block{total})
	s.Free(total)
	s.sum(sums)
	inverse := s.Spread(sums, 0)
	s.FreePacked(sums)
	s.finish(inverse)
	s.Free(inverse)
}

// difference stores the label's score of row i less the largest.
func (s *softmax) difference(i int, row vec.Ptr, most vec.Block) {
	if !s.loss {
		return
	}
	s.Scope(func() {
		d := s.LoadFirst(s.Element(row, s.LoadInt(s.labels, i)), 0)
		s.Sub(d, d, most)
		s.StoreFirst(d, s.arrays[2], i)
		s.Free(d)
	})
}

// sum stores the sums, for the loss, and makes them their reciprocals.
func (s *softmax) sum(sums vec.Packed) {
	if s.loss {
		s.StorePacked(sums, s.arrays[1])
	}
	s.Reciprocal(sums, s.exp.one())
}

// finish makes probabilities of the exponentials of a long row, and gradients of
// the probabilities. The label's exponential is picked up before.
func (s *softmax) finish(inverse vec.Block) {
	s.Scope(func() {
		var at vec.Ptr
		var weight, p vec.Block
		if s.loss {
			at, weight = s.Element(s.dst, s.LoadInt(s.labels, 0)), s.LoadFirst(s.arrays[0], 0)
			e := s.LoadFirst(at, 0)
			s.Mul(e, e, inverse)
			p = s.SubConst(e, s.exp.one())
			s.Mul(p, p, weight)
			s.Free(e)
		}
		to, n := s.CopyPtr(s.dst), s.Int("n")
		vec.Stream(s, n, 2, []vec.Ptr{to}, nil, func(block int) {
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
