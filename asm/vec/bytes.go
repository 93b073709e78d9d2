package vec

// ByteBlock is how many uint8 a step of a sum over bytes takes: one register of
// AVX-512, two of AVX2, four of NEON.
const ByteBlock = 64

// ByteTerm is what two uint8 add to a sum.
type ByteTerm int

const (
	ByteProduct  ByteTerm = iota // x·y
	ByteSquare                   // (x − y)²
	ByteDistance                 // |x − y|
)

type (
	// ByteSum is a sum in lanes of 32 bits.
	ByteSum any
	// ByteSums makes sums of one kind of term. Integers are exact: how a machine
	// spreads them over lanes and registers is its own affair, and lanes may wrap
	// around as long as the sum itself is less than 2³².
	ByteSums interface {
		// New is a sum of nothing.
		New() ByteSum
		// Add adds to each of the sums the terms of a block of x and one of its row,
		// which begin block·ByteBlock bytes after the pointers.
		Add(sums []ByteSum, x Ptr, rows []Ptr, block int)
		// Deliver adds each of four sums to an int64.
		Deliver(sums []ByteSum, to []Ptr)
		// DeliverTotal adds all four to the same one.
		DeliverTotal(sums []ByteSum, to Ptr)
	}
)

// BytesMachine is the part of a Machine for exact sums over uint8.
type BytesMachine interface {
	// ByteSums prepares sums of terms of an x and rows. each passes over x: a machine
	// whose sums need a correction that depends on x alone finds it once.
	ByteSums(term ByteTerm, each func(body func(x Ptr))) ByteSums
	// LastBytes runs body on the n+1 bytes that are left, 0 <= n < ByteBlock, of
	// vectors that have at least ByteBlock; n and ptrs are consumed. What lies in the
	// block besides counts as zero, and nothing outside the vectors is read.
	LastBytes(n Int, ptrs []Ptr, body func())
	// PrefetchAhead asks for a block of bytes at a distance from p, which need not
	// exist.
	PrefetchAhead(p Ptr, distance Int)
}

// Blocks covers n >= ByteBlock bytes: unrolled, then single blocks, of which the
// last one, full or not, is always one of LastBytes. ptrs, n: consumed.
func Blocks(m Machine, n Int, unroll int, ptrs []Ptr, body func(block int)) {
	m.Decrease(n, 1)
	While(m, n, unroll*ByteBlock, ptrs, func() {
		for b := range unroll {
			body(b)
		}
	})
	if unroll > 1 {
		While(m, n, ByteBlock, ptrs, func() { body(0) })
	}
	m.LastBytes(n, ptrs, func() { body(0) })
}
