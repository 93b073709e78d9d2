package argmax

// Sums over bytes are integers, and exact: the order in which they are added does
// not show, and kernels choose it as their instructions like it.

const (
	// byteBlock is the shortest row that kernels take.
	byteBlock = 64
	// byteColumns is the longest, whose sum they hold in 32 bits: 255²·2¹⁵ < 2³¹.
	byteColumns = 1 << 15
	// byteRows and byteMatrix are the most rows and, of more than one row, bytes that
	// one call covers; see maxVector.
	byteRows   = 1 << 8
	byteMatrix = 1 << 18
)

// farBytes is the size from which asking ahead gains: that of a second-level cache.
const farBytes = 1 << 20

// inOrder is the list of rows for kernels that take a list.
var inOrder = func() (list [byteRows]int) {
	for i := range list {
		list[i] = i
	}
	return list
}()

// A byteSum is the choice among the sums over pairs of bytes.
type byteSum int

const (
	byteDot byteSum = iota
	byteSqDist
	byteL1Dist
)

// DotBytes returns the inner product of x and y, Σ xᵢ·yᵢ, exactly. It panics if the
// lengths differ.
func DotBytes(x, y []uint8) int64 { return byteDot.pair("DotBytes", x, y) }

// SqDistBytes returns the squared Euclidean distance of x and y, Σ (xᵢ − yᵢ)²,
// exactly. It panics if the lengths differ.
func SqDistBytes(x, y []uint8) int64 { return byteSqDist.pair("SqDistBytes", x, y) }

// L1DistBytes returns the Manhattan distance of x and y, Σ |xᵢ − yᵢ|, exactly. It
// panics if the lengths differ.
func L1DistBytes(x, y []uint8) int64 { return byteL1Dist.pair("L1DistBytes", x, y) }

// DotBytesRows sets dst[i] to the inner product of x and row i of a matrix of bytes,
// exactly.
//
// The matrix has len(dst) rows of len(x) columns; row i begins at rows[i*stride].
// What lies between and behind the rows is not read. DotBytesRows panics if rows is
// too short, if the stride is less than len(x) (with two rows or more), or if dst
// overlaps x or the matrix.
func DotBytesRows(dst []int64, x []uint8, rows Strided[uint8]) {
	byteDot.rows("DotBytesRows", dst, x, rows)
}

// SqDistBytesRows sets dst[i] to the squared Euclidean distance of x and row i of a
// matrix of bytes, exactly. Shapes and panics are those of [DotBytesRows].
func SqDistBytesRows(dst []int64, x []uint8, rows Strided[uint8]) {
	byteSqDist.rows("SqDistBytesRows", dst, x, rows)
}

// L1DistBytesRows sets dst[i] to the Manhattan distance of x and row i of a matrix of
// bytes, exactly. Shapes and panics are those of [DotBytesRows].
func L1DistBytesRows(dst []int64, x []uint8, rows Strided[uint8]) {
	byteL1Dist.rows("L1DistBytesRows", dst, x, rows)
}

// DotBytesRowsAt is [DotBytesRows] for the rows in a list: dst[i] becomes the inner
// product of x and row index[i] of a matrix. An index may come several times.
//
// Row r begins at rows[r*stride] and has len(x) columns; the matrix has as many rows
// as rows has room for, at most one if the stride is less than len(x).
// DotBytesRowsAt panics if index is not as long as dst, if an index is not that of a
// row, or if dst overlaps x, rows or index.
func DotBytesRowsAt(dst []int64, x []uint8, rows Strided[uint8], index []int) {
	byteDot.rowsAt("DotBytesRowsAt", dst, x, rows, index)
}

// SqDistBytesRowsAt is [SqDistBytesRows] for the rows in a list. Shapes and panics
// are those of [DotBytesRowsAt].
func SqDistBytesRowsAt(dst []int64, x []uint8, rows Strided[uint8], index []int) {
	byteSqDist.rowsAt("SqDistBytesRowsAt", dst, x, rows, index)
}

// L1DistBytesRowsAt is [L1DistBytesRows] for the rows in a list. Shapes and panics
// are those of [DotBytesRowsAt].
func L1DistBytesRowsAt(dst []int64, x []uint8, rows Strided[uint8], index []int) {
	byteL1Dist.rowsAt("L1DistBytesRowsAt", dst, x, rows, index)
}

func (s byteSum) pair(name string, x, y []uint8) int64 {
	if len(x) != len(y) {
		panicLengths(name, len(x), len(y))
	}
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

// rowsAtOnce is how many rows one call of add covers.
func (byteSum) rowsAtOnce(cols int) int {
	return min(byteRows, max(1, byteMatrix/max(1, cols)))
}

// byteAhead is the distance to rows that kernels, which read four rows at a time that
// are far apart, read so many bytes later that they will have come from memory by
// then.
func byteAhead(cols, stride int) int {
	const later = 8 << 10
	return (later + 4*cols - 1) / (4 * max(1, cols)) * stride
}

// add adds sums over x and the rows in the list to dst. It cuts columns.
func (s byteSum) add(dst []int64, x, rows []uint8, stride int, index []int, ahead int) {
	if len(x) < byteBlock {
		s.addShort(dst, x, rows, stride, index)
		return
	}
	for len(x) > byteColumns {
		n := min(byteColumns, len(x)-byteBlock) // leaves enough
		s.kernel(dst, x[:n], rows, stride, index, ahead)
		x, rows = x[n:], rows[n:]
	}
	s.kernel(dst, x, rows, stride, index, ahead)
}

// addShort copies rows that are shorter than a block to blocks, with zeros behind
// them, which add nothing.
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
