package ops

import "github.com/seed842bec00/argmax/asm/vec"

// byteRows are the kernels over rows of bytes. Those of the extensions are
// instructions for products: |x − y| has none to gain.
func byteRows(m vec.Machine) {
	ByteProducts(m)
	rowsOfBytes(m, "l1DistBytes", "the L1 distances", vec.ByteDistance)
}

// ByteProducts are the kernels that gain from instructions for products of bytes.
func ByteProducts(m vec.Machine) {
	rowsOfBytes(m, "dotBytes", "the inner products", vec.ByteProduct)
	rowsOfBytes(m, "sqDistBytes", "the squared L2 distances", vec.ByteSquare)
}

// byteGroup is how many sums there are at a time: of as many rows, which share the
// blocks of x and the shuffles of their reduction, or of one row, whose blocks take
// turns. Four hide the latency of a dot product.
const byteGroup = 4

// rowsOfBytes goes by a list of rows. That costs a load and a multiplication for
// each, and rows one after the other need no kernel of their own. The rows of a group
// are as far apart in the list as there are groups, as those of vectorToRows are.
func rowsOfBytes(m vec.Machine, op, doc string, term vec.ByteTerm) {
	m.Func(op, "func(dst []int64, x, rows []uint8, stride int, index []int, ahead int)",
		"adds to dst "+doc+" of x, of at least 64 and at most 2¹⁵ elements, and the rows in the list; asks for what is so many bytes ahead, unless that is 0.")
	sums := m.ByteSums(term, func(body func(x vec.Ptr)) {
		m.Scope(func() {
			x, n := m.Bytes("x_base"), m.Int("x_len")
			vec.Blocks(m, n, 1, []vec.Ptr{x}, func(int) { body(x) })
		})
	})
	dst, left, index := m.Ptr("dst_base"), m.Int("dst_len"), m.Ptr("index_base")
	several := func(list, to []vec.Ptr, far bool) {
		x, n, count := m.Bytes("x_base"), m.Int("x_len"), len(list)
		ptrs := []vec.Ptr{x}
		m.Scope(func() {
			base, stride := m.Bytes("rows_base"), m.Int("stride")
			for _, at := range list {
				ptrs = append(ptrs, m.RowAt(base, stride, m.LoadInt(at, 0)))
			}
		})
		acc := make([]vec.ByteSum, byteGroup)
		for i := range acc {
			acc[i] = sums.New()
		}
		vec.Blocks(m, n, byteGroup/count, ptrs, func(block int) {
			if far {
				ahead := m.Int("ahead")
				for _, row := range ptrs[1:] {
					m.PrefetchAhead(row, ahead)
				}
			}
			sums.Add(acc[block:block+count], x, ptrs[1:], block)
		})
		if count == 1 {
			sums.DeliverTotal(acc, to[0])
		} else {
			sums.Deliver(acc, to)
		}
	}
	next := func() { m.Advance([]vec.Ptr{dst, index}, 2) } // of 8 bytes each
	m.Scope(func() {
		near, end := m.NewLabel("near"), m.NewLabel("end")
		apart := m.Scale(m.Divide(left, byteGroup), 8)
		streams := func(far bool) {
			vec.While(m, left, byteGroup, nil, func() {
				m.Scope(func() { several(m.Rows(index, apart, byteGroup), m.Rows(dst, apart, byteGroup), far) })
				next()
			})
		}
		m.Scope(func() { m.JumpZero(m.Int("ahead"), near) })
		streams(true)
		m.Jump(end)
		m.Place(near)
		streams(false)
		m.Place(end)
		m.Move(dst, apart, byteGroup-1)
		m.Move(index, apart, byteGroup-1)
	})
	vec.While(m, left, 1, nil, func() {
		m.Scope(func() { several([]vec.Ptr{index}, []vec.Ptr{dst}, false) })
		next()
	})
	m.Return()
}
