package vec

// ByteBlock is the number of uint8 in a step of a sum over bytes: one register of
// AVX-512, two of AVX2, four of NEON.
const ByteBlock = 64

// A ByteTerm is what two uint8 add to a sum.
type ByteTerm int

const (
	ByteProduct  ByteTerm = iota // x·y
	ByteSquare                   // (x − y)²
	ByteDistance                 // |x − y|
	ByteCoarse                   // x·y, y < 64
)

// Bytes computes exact sums over uint8.
type Bytes interface {
	// ByteSums prepares sums of terms of an x and rows. each passes over x: a machine
	// whose sums need a correction that depends on x alone computes it once; without
	// each there is one row, and the correction is part of its sum.
	ByteSums(term ByteTerm, each func(body func(x Ptr))) ByteSums
	// PartialBytes runs body on the n+1 bytes that are left, 0 ≤ n < ByteBlock, of
	// vectors of at least ByteBlock; it overwrites n and ptrs. The rest of the block
	// counts as zero. Nothing outside the vectors is read.
	PartialBytes(n Int, ptrs []Ptr, body func())
	// ShortBytes runs body on vectors of n bytes, 0 ≤ n < ByteBlock: those of a block in an
	// order of the machine's own, the same for all of ptrs, and zeros. Nothing outside
	// the vectors is read.
	ShortBytes(n Int, ptrs []Ptr, body func())
	// PrefetchAhead prefetches a block of bytes at a distance from p, which need not
	// exist.
	PrefetchAhead(p Ptr, distance Int)
}

// ByteSums makes sums of one kind of term. Integers are exact: how a machine
// spreads them over lanes and registers is its own affair, and lanes may wrap
// around as long as the sum itself is less than 2³².
type ByteSums interface {
	// New returns an empty sum.
	New() Sum
	// Add adds to each of the sums the terms of a block of x and one of its row,
	// which begin block·ByteBlock bytes after the pointers.
	Add(sums []Sum, x Ptr, rows []Ptr, block int)
	// AddTo adds each of four sums to an int64, and frees them.
	AddTo(sums []Sum, to []Ptr)
	// AddTotalTo adds all four to the same one, and frees them.
	AddTotalTo(sums []Sum, to Ptr)
	// Total adds all four in an Int, and frees them.
	Total(sums []Sum) Int
}

// ByteBlocks covers n ≥ ByteBlock bytes: unrolled, then single blocks, of which
// the last one, full or not, is always one of PartialBytes. It overwrites n and
// ptrs.
func ByteBlocks(m interface {
	Loops
	Bytes
}, n Int, unroll int, ptrs []Ptr, body func(block int)) {
	m.Decrease(n, 1)
	While(m, n, unroll*ByteBlock, ptrs, func() {
		for b := range unroll {
			body(b)
		}
	})
	if unroll > 1 {
		While(m, n, ByteBlock, ptrs, func() { body(0) })
	}
	m.PartialBytes(n, ptrs, func() { body(0) })
}

// ByteTiles computes tiles of sums over uint8: of each of several rows and each of the
// queries in one or two registers.
type ByteTiles interface {
	// ByteTile prepares tiles of ByteProduct, ByteDistance or ByteCoarse.
	ByteTile(term ByteTerm, registers int) ByteTile
}

// A ByteTile is a tile of sums in registers. A step takes a few bytes of each row, and
// of a panel the same bytes of all queries; in which form is the machine's own affair.
type ByteTile interface {
	// RowBytes and PanelBytes return how much a step takes of a row and of the panel.
	RowBytes() int
	PanelBytes() int
	// New takes registers for the sums of several rows.
	New(rows int)
	// Begin starts the sums from nothing. sums has the sum of the bytes of each row, from
	// the first to the last of its steps.
	Begin(sums Ptr)
	// Resume loads the sums that Store stored.
	Resume(from Ptr, stride Int)
	// Step adds what the next bytes of the rows and of the panel contribute.
	Step(rows []Ptr, panel Ptr)
	// Store stores the sums of each row as int32, rows stride bytes apart.
	Store(to Ptr, stride Int)
}
