package ops

import "github.com/seed842bec00/argmax/asm/vec"

// The updates are the steps of training, each one pass over memory: every operand
// is loaded once and every state stored once.

// decayed loads a block of weights, and one of gradients with the decay of the
// weights added.
func decayed(m vectorMachine, decay vec.Block, w, g vec.Ptr, block int) (weights, gradient vec.Block) {
	weights, gradient = m.Load(w, block), m.Load(g, block)
	m.FMA(gradient, decay, weights)
	return weights, gradient
}

// sgd loads two blocks and stores one, as axpy does, for two operations: at least
// a cycle with AVX-512 (two loads, two fma or one store a cycle); 1.8 were measured
// in L1 on Zen 5.
func sgd(m vec.Machine, _ Shape) {
	w, g, n := m.Ptr("w_base"), m.Ptr("g_base"), m.Int("w_len")
	step, decay := m.Broadcast("step"), m.Broadcast("decay")
	vec.Stream(m, n, 4, []vec.Ptr{w, g}, vec.Block{}, func(block int) {
		weights, gradient := decayed(m, decay, w, g, block)
		m.FMA(weights, step, gradient)
		m.Store(weights, w, block)
		m.Free(weights, gradient)
	})
	m.Free(step, decay)
	m.Return()
}

// momentum loads three blocks and stores two for three operations, or four: the
// stores bind, at least two cycles; 2.7 were measured where sgd takes 1.8. Three
// calls of axpy load six and store three.
func momentum(ahead bool) Emitter {
	return func(m vec.Machine, _ Shape) {
		w, v, g, n := m.Ptr("w_base"), m.Ptr("v_base"), m.Ptr("g_base"), m.Int("w_len")
		step, friction, decay := m.Broadcast("step"), m.Broadcast("momentum"), m.Broadcast("decay")
		vec.Stream(m, n, 4, []vec.Ptr{w, v, g}, vec.Block{}, func(block int) {
			weights, gradient := decayed(m, decay, w, g, block)
			velocity := gradient
			if ahead {
				velocity = m.Copy(gradient)
			}
			m.FMALoad(velocity, friction, v, block)
			m.Store(velocity, v, block)
			if ahead {
				m.FMA(gradient, friction, velocity)
				m.Free(velocity)
			}
			m.FMA(weights, step, gradient)
			m.Store(weights, w, block)
			m.Free(weights, gradient)
		})
		m.Free(step, friction, decay)
		m.Return()
	}
}

// adam loads four blocks and stores three. Division binds, and in L2 the memory: where roots
// waited for the same unit, a block took 22 cycles on Sapphire Rapids, with AVX2 too. With
// roots by multiplications it takes 16 with AVX-512, where 24 operations on two ports are
// at least 12, and 18 with AVX2. Seven constants and four blocks are 15 of the 16 registers of
// AVX2; of a root, three are in use when the other half of a block is not.
func adam(m vec.Machine, _ Shape) {
	w, first, second, g, n := m.Ptr("w_base"), m.Ptr("m_base"), m.Ptr("v_base"), m.Ptr("g_base"), m.Int("w_len")
	step, epsilon, decay := m.Broadcast("step"), m.Broadcast("epsilon"), m.Broadcast("decay")
	beta1, rest1, beta2, rest2 := m.Broadcast("beta1"), m.Broadcast("rest1"), m.Broadcast("beta2"), m.Broadcast("rest2")
	vec.Stream(m, n, 4, []vec.Ptr{w, first, second, g}, vec.Block{}, func(block int) {
		weights, gradient := decayed(m, decay, w, g, block)
		square := m.Copy(gradient)
		m.Mul(square, square, rest2)
		m.Mul(square, square, gradient)
		m.FMALoad(square, beta2, second, block)
		m.Store(square, second, block)
		m.Sqrt(square, square)
		m.Add(square, square, epsilon)

		mean := gradient
		m.Mul(mean, mean, rest1)
		m.FMALoad(mean, beta1, first, block)
		m.Store(mean, first, block)
		m.Div(mean, mean, square)
		m.FMA(weights, step, mean)
		m.Store(weights, w, block)
		m.Free(weights, mean, square)
	})
	m.Free(step, epsilon, decay, beta1, rest1, beta2, rest2)
	m.Return()
}
