package ops

import "github.com/seed842bec00/argmax/asm/vec"

// logisticRows processes the rows one by one, block by block: with z = s, for the
// label −s, the loss of a score is log(1 + eᶻ) = max(0, z) + log(1 + e^−|z|). The
// sum 1 + e^−|z| loses low bits of e^−|z|, which (e − ((1+e) − 1))/(1+e) brings back,
// and its reciprocal is what the derivative needs.
func logisticRows(m vec.Machine, _ Shape) {
	r := newLossRows(m, "grad")
	r.labels = m.Ptr("labels_base")
	weights, losses := r.array("weights"), r.array("losses")
	exp, log := newExponential(m), newLogarithm(m, m.MemoryConstants)
	zero := m.Constants(0)[0]
	r.single(func() {
		total := m.Zero()
		x, to, n, label := m.CopyPtr(r.scores), m.CopyPtr(r.dst), m.Int("n"), m.LoadInt(r.labels, 0)
		ptrs := []vec.Ptr{x, to}
		block := func(store func(g vec.Block), add func(loss vec.Block)) {
			z := m.Load(x, 0)
			negate(m, z, zero, label)
			e := m.FromConst(zero)
			magnitude := m.Copy(z)
			m.Abs(magnitude, magnitude)
			m.Sub(e, e, magnitude)
			m.Free(magnitude)
			e = exp.of(e)

			slope, one := m.Copy(e), m.FromConst(exp.one()) // above 0 the derivative is 1/u, else e/u
			positive := m.CompareConst(vec.Greater, z, zero)
			m.Blend(slope, one, positive)
			m.FreeMask(positive)
			m.MaxConst(z, z, zero)
			u := m.Copy(e)
			m.Add(u, u, one)
			m.Div(one, one, u)
			inverse := one
			rounded := m.SubConst(u, exp.one())
			m.Sub(e, e, rounded)
			m.Free(rounded)
			m.FMA(z, e, inverse)
			m.Free(e)

			m.Mul(slope, slope, inverse)
			m.Free(inverse)
			weight := m.LoadBroadcast(weights, 0)
			m.Mul(slope, slope, weight)
			m.Free(weight)
			negate(m, slope, zero, label)
			store(slope)
			m.Free(slope)

			fraction, exponent := m.Frexp(u, log.threeQuarters)
			m.Free(u)
			loss := log.finish(fraction, exponent)
			m.Add(loss, loss, z)
			m.Free(z)
			add(loss)
			m.Free(loss)
		}
		vec.While(m, n, vec.Lanes, ptrs, func() {
			block(func(g vec.Block) { m.Store(g, to, 0) }, func(loss vec.Block) { m.Add(total, total, loss) })
			m.Decrease(label, vec.Lanes)
		})
		vec.Tail(m, n, vec.Block{}, func() {
			block(func(g vec.Block) { m.StoreUnmasked(g, to) }, func(loss vec.Block) {
				valid := m.ValidLanes()
				m.ZeroMask(loss, loss, valid)
				m.FreeMask(valid)
				m.Add(total, total, loss)
			})
		})
		sums := m.PackSum([]vec.Block{total})
		m.Free(total)
		m.StorePacked(sums, losses, 0)
		m.FreePacked(sums)
	})
	m.Return()
}

// negate sets x to 0 − x in one lane, if there is such a lane.
func negate(m interface {
	vec.Memory
	vec.Arithmetic
	vec.Constants
	vec.Masks
}, x vec.Block, zero vec.Const, lane vec.Int) {
	opposite, selected := m.FromConst(zero), m.LaneMask(lane)
	m.Sub(opposite, opposite, x)
	m.Blend(x, opposite, selected)
	m.FreeMask(selected)
	m.Free(opposite)
}
