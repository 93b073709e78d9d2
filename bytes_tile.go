package argmax

import (
	"fmt"

	"github.com/seed842bec00/argmax/internal/alias"
)

// A ByteTile is a kind of exact sums over bytes, computed for many rows and queries
// together: a few bytes of a row, once loaded, meet all queries in a register. Queries
// are packed first, which pays if they meet some hundreds of rows.
type ByteTile uint8

const (
	DotTile    ByteTile = iota // inner products, Σ xᵢ·yᵢ
	L1DistTile                 // Manhattan distances, Σ |xᵢ − yᵢ|
	// CoarseDotTile is DotTile for queries whose bytes are below [CoarseLevels]. Some
	// instruction sets have faster kernels for them: see [ByteTile.HasOwnKernels].
	CoarseDotTile
)

// CoarseLevels is what the bytes of queries of [CoarseDotTile] are below.
const CoarseLevels = 64

// ByteTileColumns is the largest number of columns that tiles of bytes take: their sums
// fit in an int32.
const ByteTileColumns = byteColumns

// A byteForm is in which form the kernels of products read packed queries. The others
// read them as they are.
type byteForm uint8

const (
	plainBytes  byteForm = iota
	signedBytes          // less 128
	wordPairs            // bytes 0 and 2 of each register's queries as words, then bytes 1 and 3
	coarseBytes          // less 32: four bytes of each query of a register, twice
)

// A byteLayout is how queries are packed: for each step of the kernel what it takes of
// the queries in a panel, one query after the other.
type byteLayout struct {
	height int      // of the tile
	lanes  int      // queries in a register
	step   int      // bytes of a row that a step takes
	form   byteForm // in which the queries are
}

func (t ByteTile) layout() byteLayout {
	height, lanes, form := byteTileShape()
	if t == CoarseDotTile && form == wordPairs {
		form = coarseBytes
	}
	return t.layoutOf(height, lanes, form)
}

// HasOwnKernels reports whether the active instruction set has kernels for this kind of
// tile. Without, [CoarseDotTile] uses those of [DotTile], and is as fast.
func (t ByteTile) HasOwnKernels() bool {
	return t != CoarseDotTile || t.layout().form == coarseBytes
}

func (t ByteTile) layoutOf(height, lanes int, form byteForm) byteLayout {
	switch {
	case t == L1DistTile:
		return byteLayout{height, lanes / 2, 8, plainBytes}
	case form == coarseBytes:
		return byteLayout{height, lanes, coarseStep, form}
	}
	return byteLayout{height, lanes, 4, form}
}

// coarseStep is how many bytes of a row a step of coarseBytes takes.
const coarseStep = 8

// wide is how many bytes of a panel a step takes for each query.
func (l byteLayout) wide() int {
	if l.form == wordPairs {
		return 2 * l.step
	}
	return l.step
}

func (l byteLayout) steps(k int) int { return (k + l.step - 1) / l.step }

// padded returns how many queries there are with those that fill the last register.
func (l byteLayout) padded(n int) int { return (n + l.lanes - 1) / l.lanes * l.lanes }

// Height returns the number of rows in a tile: multiples of it suit the kernels best.
func (t ByteTile) Height() int { return t.layout().height }

// Padded returns the number of columns of the matrix of sums for n queries: a multiple
// of 16, at least n.
func (t ByteTile) Padded(n int) int { return (n + lanes - 1) / lanes * lanes }

// PackedSize returns the size of n packed queries of k columns.
func (t ByteTile) PackedSize(n, k int) int {
	l := t.layout()
	return l.padded(n) * l.steps(k) * l.wide()
}

// Pack packs n queries of k columns for [ByteTile.Sums]. How depends on the active
// instruction set. It panics unless packed has the size that [ByteTile.PackedSize]
// gives and 0 ≤ k ≤ [ByteTileColumns], if queries.Data is too short or its stride less
// than k, if the operands overlap, or if t is [CoarseDotTile] and a byte is not below
// [CoarseLevels].
func (t ByteTile) Pack(packed []uint8, queries Strided[uint8], n, k int) {
	size := extent(n, k, queries.Stride)
	if uint(size) > uint(len(queries.Data)) {
		panicMatrix("Pack", "queries", len(queries.Data), n, k, queries.Stride)
	}
	checkByteColumns("Pack", k)
	if want := t.PackedSize(n, k); len(packed) != want {
		panicLengths("Pack: packed", len(packed), want)
	}
	if alias.Overlap(packed, queries.Data[:size]) {
		panicOverlap("Pack", "packed", "queries")
	}
	if t == CoarseDotTile {
		for i := range n {
			for j, v := range queries.Data[i*queries.Stride:][:k] {
				if v >= CoarseLevels {
					panic(fmt.Sprintf("argmax: Pack: byte %d of query %d is %d, not below %d", j, i, v, CoarseLevels))
				}
			}
		}
	}
	t.layout().pack(packed, queries, n, k)
}

func checkByteColumns(name string, k int) {
	if uint(k) > ByteTileColumns {
		panicColumns(name, k)
	}
}

//go:noinline
func panicColumns(name string, k int) {
	panic(fmt.Sprintf("argmax: %s of %d columns of bytes, at most %d", name, k, ByteTileColumns))
}

// panel returns how many queries the panel that begins with query j has, and whether
// they fill one register or two.
func (l byteLayout) panel(j, n int) (queries, registers int) {
	registers = min(2, (n-j+l.lanes-1)/l.lanes)
	return registers * l.lanes, registers
}

func (l byteLayout) pack(packed []uint8, queries Strided[uint8], n, k int) {
	for j := 0; j < n; {
		wide, _ := l.panel(j, n)
		for step := range l.steps(k) {
			for q := j; q < j+wide; q++ {
				var bytes [coarseStep]uint8 // zeros beyond the columns and the queries
				if q < n {
					copy(bytes[:l.step], queries.Data[q*queries.Stride:][:k][step*l.step:])
				}
				l.put(packed, q-j, bytes)
			}
			packed = packed[wide*l.wide():]
		}
		j += wide
	}
}

// put stores what a step takes of query number q of a panel.
func (l byteLayout) put(panel []uint8, q int, bytes [coarseStep]uint8) {
	switch l.form {
	case plainBytes:
		copy(panel[q*l.step:], bytes[:l.step])
	case signedBytes:
		for i, v := range bytes[:l.step] {
			panel[q*l.step+i] = v ^ 0x80
		}
	case wordPairs:
		even := panel[q/l.lanes*8*l.lanes+q%l.lanes*4:]
		odd := even[4*l.lanes:]
		copy(even, []uint8{bytes[0], 0, bytes[2], 0})
		copy(odd, []uint8{bytes[1], 0, bytes[3], 0})
	case coarseBytes:
		lane := panel[q/l.lanes*coarseStep*l.lanes+q%l.lanes*4:]
		for i, v := range bytes {
			lane[i/4*4*l.lanes+i%4] = v - CoarseLevels/2
		}
	}
}

// Limits of one call of a kernel: of the bytes of all rows, whose time it is, and of
// the rows.
const (
	byteTileWork = 1 << 17
	byteTileRows = 128
)

// Sums sets dst to the sums of m rows of k columns and n packed queries: element j of
// row i, which begins at i·stride, is that of row i and query j. The elements from n to
// [ByteTile.Padded] may be overwritten.
//
// sums has the sum of the elements of each row, which some instruction sets need; it is
// ignored if t is [L1DistTile].
//
// Sums panics unless packed has the size that [ByteTile.PackedSize] gives and 0 ≤ k ≤
// [ByteTileColumns], if an operand is too short or its stride less than the length of
// its rows, or if dst overlaps another operand.
func (t ByteTile) Sums(dst []int32, stride int, rows Strided[uint8], sums []int32, packed []uint8, m, n, k int) {
	t.check(dst, stride, rows, sums, packed, m, n, k)
	l := t.layout()
	whole, wide := k/l.step, l.wide()
	count := max(1, min(byteTileRows, byteTileWork/max(1, k)))
	if count > l.height {
		count -= count % l.height
	}
	ahead := 0
	if whole > 0 {
		ahead = l.height * rows.Stride / whole
	}
	var last [byteTileRows * coarseStep]uint8 // what is left of each row, filled with zeros
	for i := 0; i < m; i += count {
		here := min(count, m-i)
		data, ones := rows.Data[i*rows.Stride:], sums
		if t != L1DistTile {
			ones = sums[i:]
		}
		for r := range here {
			if k%l.step > 0 {
				copy(last[r*coarseStep:], data[r*rows.Stride:][whole*l.step:k])
			}
		}
		panels, next := packed, ahead
		for j := 0; j < n; {
			queries, registers := l.panel(j, n)
			c := dst[i*stride+j:]
			l.kernel(t, whole, data, rows.Stride, ones, panels, registers, c, stride, here, false, next)
			if k%l.step > 0 {
				l.kernel(t, 1, last[:], coarseStep, ones, panels[whole*wide*queries:], registers, c, stride, here, true, 0)
			}
			panels, next = panels[l.steps(k)*wide*queries:], 0
			j += queries
		}
	}
}

func (l byteLayout) kernel(t ByteTile, steps int, rows []uint8, stride int, sums []int32, panel []uint8, registers int, c []int32, ldc, m int, add bool, ahead int) {
	switch {
	case t == L1DistTile:
		l1DistBytesTile(steps, rows, stride, sums, panel, registers, c, ldc, m, add, ahead)
	case l.form == coarseBytes:
		coarseBytesTile(steps, rows, stride, sums, panel, registers, c, ldc, m, add, ahead)
	default:
		dotBytesTile(steps, rows, stride, sums, panel, registers, c, ldc, m, add, ahead)
	}
}

func (t ByteTile) check(dst []int32, stride int, rows Strided[uint8], sums []int32, packed []uint8, m, n, k int) {
	checkByteColumns("Sums", k)
	sizeR, sizeD := extent(m, k, rows.Stride), extent(m, t.Padded(n), stride)
	if uint(sizeR) > uint(len(rows.Data)) {
		panicMatrix("Sums", "rows", len(rows.Data), m, k, rows.Stride)
	}
	if n < 0 || uint(sizeD) > uint(len(dst)) {
		panicMatrix("Sums", "dst", len(dst), m, t.Padded(n), stride)
	}
	if want := t.PackedSize(n, k); len(packed) != want {
		panicLengths("Sums: packed", len(packed), want)
	}
	if t != L1DistTile && len(sums) != m {
		panicLengths("Sums: sums", len(sums), m)
	}
	switch d := dst[:sizeD]; {
	case alias.Overlap(d, rows.Data[:sizeR]):
		panicOverlap("Sums", "dst", "rows")
	case alias.Overlap(d, sums):
		panicOverlap("Sums", "dst", "sums")
	case alias.Overlap(d, packed):
		panicOverlap("Sums", "dst", "packed")
	}
}

// How many numbers FindNear takes of a row and of a query.
const (
	nearRow   = 4
	nearQuery = 5
)

// FindNear stores in positions where in a matrix of integers, such as [ByteTile.Sums]
// gives, distances are small: the indices i·n + j of the elements c for which the excess
//
//	e = fma(fma(float32(c), factor, offset), scale, fma(a, u, fma(b, v, term + shift)))
//
// is at most 0, in ascending order. It returns their number. Row i has four numbers in
// rows: its scale, a, b and term. The queries have n factors, then n offsets, n numbers
// u, n numbers v and n shifts. A NaN is never found.
//
// The matrix has m rows of n columns, close together, and n is a multiple of 16.
// FindNear panics if it is not, if a length does not fit, if positions has no room for
// m·n indices or overlaps another operand. The elements of positions after those found
// may be overwritten.
func FindNear(positions, c []int32, m, n int, rows, queries []float32) int {
	size := extent(m, n, n)
	switch {
	case n%lanes != 0:
		panicMultiple("FindNear", "n", n)
	case size < 0 || len(c) != size:
		panicMatrix("FindNear", "c", len(c), m, n, n)
	case len(positions) < size:
		panicLengths("FindNear: positions", len(positions), size)
	case len(rows) != nearRow*m:
		panicLengths("FindNear: rows", len(rows), nearRow*m)
	case len(queries) != nearQuery*n:
		panicLengths("FindNear: queries", len(queries), nearQuery*n)
	case alias.Overlap(positions, c):
		panicOverlap("FindNear", "positions", "c")
	case alias.Overlap(positions, rows):
		panicOverlap("FindNear", "positions", "rows")
	case alias.Overlap(positions, queries):
		panicOverlap("FindNear", "positions", "queries")
	}
	if m == 0 || n == 0 {
		return 0
	}
	most, found := max(1, maxVector/n), 0
	for i := 0; i < m; i += most {
		here := min(most, m-i)
		count := findNear(positions[found:], c[i*n:], here, n, rows[nearRow*i:], queries)
		shift(positions[found:found+count], i*n)
		found += count
	}
	return found
}
