package argmax

// Sums over bytes are integers and exact, so their order does not matter: each kernel
// adds in the order that suits its instructions.

const (
	// byteBlock is the length of the shortest row that kernels take.
	byteBlock = 64
	// byteColumns is the length of the longest: its sum fits in 32 bits, since
	// 255²·2¹⁵ < 2³¹.
	byteColumns = 1 << 15
	// byteRows is the largest number of rows that one call covers, and byteMatrix the
	// largest number of bytes if there are several rows; see maxVector.
	byteRows   = 1 << 8
	byteMatrix = 1 << 18
)

// fewBytes is the length up to which functions of a pair call no kernel: the call would take
// longer than the sum.
const fewBytes = 8

// farBytes is the size above which prefetching pays: that of a second-level cache.
const farBytes = 1 << 20

// inOrder lists rows in their order, for kernels that take a list.
var inOrder = func() (list [byteRows]int) {
	for i := range list {
		list[i] = i
	}
	return list
}()

// A byteSum is one of the sums over pairs of bytes.
type byteSum int

const (
	byteDot byteSum = iota
	byteSqDist
	byteL1Dist
)

// DotBytes returns the exact inner product of x and y, Σ xᵢ·yᵢ. It panics if the
// lengths differ.
func DotBytes(x, y []uint8) int64 {
	if len(x) != len(y) {
		panicLengths("DotBytes", len(x), len(y))
	}
	if len(x) <= fewBytes {
		if len(x) < fewBytes {
			return dotBytePairGeneric(x, y)
		}
		u, v := (*[fewBytes]uint8)(x), (*[fewBytes]uint8)(y)
		return (productOfBytes(u[0], v[0]) + productOfBytes(u[1], v[1]) + productOfBytes(u[2], v[2]) + productOfBytes(u[3], v[3])) +
			(productOfBytes(u[4], v[4]) + productOfBytes(u[5], v[5]) + productOfBytes(u[6], v[6]) + productOfBytes(u[7], v[7]))
	}
	if len(x) > byteColumns {
		return byteDot.long(x, y)
	}
	return dotBytePair(x, y)
}

// SqDistBytes returns the exact squared Euclidean distance of x and y, Σ (xᵢ − yᵢ)².
// It panics if the lengths differ.
func SqDistBytes(x, y []uint8) int64 {
	if len(x) != len(y) {
		panicLengths("SqDistBytes", len(x), len(y))
	}
	if len(x) <= fewBytes {
		if len(x) < fewBytes {
			return sqDistBytePairGeneric(x, y)
		}
		u, v := (*[fewBytes]uint8)(x), (*[fewBytes]uint8)(y)
		return (squaredOfBytes(u[0], v[0]) + squaredOfBytes(u[1], v[1]) + squaredOfBytes(u[2], v[2]) + squaredOfBytes(u[3], v[3])) +
			(squaredOfBytes(u[4], v[4]) + squaredOfBytes(u[5], v[5]) + squaredOfBytes(u[6], v[6]) + squaredOfBytes(u[7], v[7]))
	}
	if len(x) > byteColumns {
		return byteSqDist.long(x, y)
	}
	return sqDistBytePair(x, y)
}

// L1DistBytes returns the exact Manhattan distance of x and y, Σ |xᵢ − yᵢ|. It panics
// if the lengths differ.
func L1DistBytes(x, y []uint8) int64 {
	if len(x) != len(y) {
		panicLengths("L1DistBytes", len(x), len(y))
	}
	if len(x) <= fewBytes {
		if len(x) < fewBytes {
			return l1DistBytePairGeneric(x, y)
		}
		u, v := (*[fewBytes]uint8)(x), (*[fewBytes]uint8)(y)
		return (distanceOfBytes(u[0], v[0]) + distanceOfBytes(u[1], v[1]) + distanceOfBytes(u[2], v[2]) + distanceOfBytes(u[3], v[3])) +
			(distanceOfBytes(u[4], v[4]) + distanceOfBytes(u[5], v[5]) + distanceOfBytes(u[6], v[6]) + distanceOfBytes(u[7], v[7]))
	}
	if len(x) > byteColumns {
		return byteL1Dist.long(x, y)
	}
	return l1DistBytePair(x, y)
}

// DotBytesRows sets dst[i] to the exact inner product of x and row i of rows.
//
// The matrix has len(dst) rows of len(x) columns. DotBytesRows panics if rows.Data is
// too short, if there are several rows and the stride is less than len(x), or if dst
// overlaps x or rows.
func DotBytesRows(dst []int64, x []uint8, rows Strided[uint8]) {
	byteDot.rows("DotBytesRows", dst, x, rows)
}

// SqDistBytesRows sets dst[i] to the exact squared Euclidean distance of x and row i of
// rows. For shapes and panics see [DotBytesRows].
func SqDistBytesRows(dst []int64, x []uint8, rows Strided[uint8]) {
	byteSqDist.rows("SqDistBytesRows", dst, x, rows)
}

// L1DistBytesRows sets dst[i] to the exact Manhattan distance of x and row i of rows.
// For shapes and panics see [DotBytesRows].
func L1DistBytesRows(dst []int64, x []uint8, rows Strided[uint8]) {
	byteL1Dist.rows("L1DistBytesRows", dst, x, rows)
}

// DotBytesRowsAt is like [DotBytesRows] for listed rows: it sets dst[i] to the inner
// product of x and row index[i] of rows. The same index may occur several times.
//
// Rows have len(x) columns, and there are as many as rows.Data has room for; if the
// stride is less than len(x), there is at most one. DotBytesRowsAt panics if the
// lengths of dst and index differ, if an index is out of range, or if dst overlaps x,
// rows or index.
func DotBytesRowsAt(dst []int64, x []uint8, rows Strided[uint8], index []int) {
	byteDot.rowsAt("DotBytesRowsAt", dst, x, rows, index)
}

// SqDistBytesRowsAt is like [SqDistBytesRows] for listed rows. For shapes and panics
// see [DotBytesRowsAt].
func SqDistBytesRowsAt(dst []int64, x []uint8, rows Strided[uint8], index []int) {
	byteSqDist.rowsAt("SqDistBytesRowsAt", dst, x, rows, index)
}

// L1DistBytesRowsAt is like [L1DistBytesRows] for listed rows. For shapes and panics
// see [DotBytesRowsAt].
func L1DistBytesRowsAt(dst []int64, x []uint8, rows Strided[uint8], index []int) {
	byteL1Dist.rowsAt("L1DistBytesRowsAt", dst, x, rows, index)
}

// long is the sum of a pair of more than byteColumns elements.
func (s byteSum) long(x, y []uint8) int64 {
	var sum [1]int64
	s.add(sum[:], x, y, 0, inOrder[:1], 0)
	return sum[0]
}

func (s byteSum) rows(name string, dst []int64, x []uint8, rows Strided[uint8]) {
	checkRows(name, dst, x, rows)
	clear(dst)
	count, ahead := s.rowsAtOnce(len(x)), 0
	if len(rows.Data) > farBytes { // a larger matrix probably goes on after these rows
		ahead = byteAhead(len(x), rows.Stride)
	}
	for i := 0; i < len(dst); i += count {
		part := dst[i:min(i+count, len(dst))]
		s.add(part, x, rows.Data[i*rows.Stride:], rows.Stride, inOrder[:len(part)], ahead)
	}
}

func (s byteSum) rowsAt(name string, dst []int64, x []uint8, rows Strided[uint8], index []int) {
	checkRowsAt(name, dst, x, rows, index)
	clear(dst)
	count := s.rowsAtOnce(len(x))
	for i := 0; i < len(dst); i += count {
		end := min(i+count, len(dst))
		s.add(dst[i:end], x, rows.Data, rows.Stride, index[i:end], 0)
	}
}

// rowsAtOnce returns how many rows one call of add covers.
func (byteSum) rowsAtOnce(cols int) int {
	return min(byteRows, max(1, byteMatrix/max(1, cols)))
}

// byteAhead returns how far ahead kernels prefetch, in elements. They read four rows
// at a time, so a row is needed later bytes after it was prefetched: enough for it to
// arrive from memory.
func byteAhead(cols, stride int) int {
	const later = 8 << 10
	return (later + 4*cols - 1) / (4 * max(1, cols)) * stride
}

// add adds to dst the sums over x and the listed rows, in pieces of at most byteColumns
// columns.
func (s byteSum) add(dst []int64, x, rows []uint8, stride int, index []int, ahead int) {
	if len(x) < byteBlock {
		s.addShort(dst, x, rows, stride, index)
		return
	}
	for len(x) > byteColumns {
		n := min(byteColumns, len(x)-byteBlock) // leaves at least a block
		s.kernel(dst, x[:n], rows, stride, index, ahead)
		x, rows = x[n:], rows[n:]
	}
	s.kernel(dst, x, rows, stride, index, ahead)
}

// addShort copies rows that are shorter than a block to blocks padded with zeros, which
// add nothing.
func (s byteSum) addShort(dst []int64, x, rows []uint8, stride int, index []int) {
	const count = 8
	var query [byteBlock]uint8
	var blocks [count * byteBlock]uint8
	copy(query[:], x)
	for len(index) > 0 {
		n := min(count, len(index))
		for i, r := range index[:n] {
			copy(blocks[i*byteBlock:], rows[r*stride:][:len(x)])
		}
		s.kernel(dst[:n], query[:], blocks[:n*byteBlock], byteBlock, inOrder[:n], 0)
		dst, index = dst[n:], index[n:]
	}
}

func (s byteSum) kernel(dst []int64, x, rows []uint8, stride int, index []int, ahead int) {
	switch s {
	case byteDot:
		dotBytes(dst, x, rows, stride, index, ahead)
	case byteSqDist:
		sqDistBytes(dst, x, rows, stride, index, ahead)
	case byteL1Dist:
		l1DistBytes(dst, x, rows, stride, index, ahead)
	}
}
