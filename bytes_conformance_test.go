package argmax

import (
	"encoding/binary"
	"math"
	"slices"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
)

func byteRowsTest(kernel, twin func(dst []int64, x, rows []uint8, stride int, index []int, ahead int)) bytewise {
	return bytewise{kernel, twin}
}

type bytewise struct {
	kernel, twin func(dst []int64, x, rows []uint8, stride int, index []int, ahead int)
}

func bytePairTest(kernel, twin func(x, y []uint8) int64) bytePair { return bytePair{kernel, twin} }

type bytePair struct{ kernel, twin func(x, y []uint8) int64 }

// byteMoods fill slices with bytes of several kinds: any, those at the limits of signed
// arithmetic, and those with the largest sums.
var byteMoods = []func(s *source, x []uint8, matrix bool){
	func(s *source, x []uint8, _ bool) {
		for i := range x {
			x[i] = uint8(s.below(256))
		}
	},
	func(s *source, x []uint8, _ bool) {
		for i := range x {
			x[i] = []uint8{0, 1, 126, 127, 128, 129, 254, 255}[s.below(8)]
		}
	},
	func(_ *source, x []uint8, matrix bool) { // differences of 255
		for i := range x {
			x[i] = 255
			if matrix {
				x[i] = 0
			}
		}
	},
	func(_ *source, x []uint8, _ bool) { // products of 255
		for i := range x {
			x[i] = 255
		}
	},
}

// byteLengths returns lengths of rows that kernels take.
func byteLengths() []int {
	var list []int
	for n := byteBlock; n <= 5*byteBlock+1; n++ {
		list = append(list, n)
	}
	return append(list, 511, 512, 513, 784, 785, 1000, 3072, byteColumns-1, byteColumns)
}

// placed copies x into the arena, offset elements from its beginning or at its end.
func placed[E any](a arena, x []E, offset int) []E {
	all := unsafe.Slice((*E)(unsafe.Pointer(&a[0])), len(a)*4/int(unsafe.Sizeof(*new(E))))
	if offset == atEnd {
		offset = len(all) - len(x)
	}
	p := all[offset:][:len(x):len(x)]
	copy(p, x)
	return p
}

func (b bytewise) conforms(t *testing.T) {
	s := newSource(31)
	const most = 9
	query, base := newArena(t, byteColumns/4+64), newArena(t, most*(byteColumns+3)/4+64)
	results, list := newArena(t, 2*most+64), newArena(t, 2*most+64)
	var rows, cols, offset int
	defer where(t, "%d rows of %d, offset %d", &rows, &cols, &offset)
	for i, n := range byteLengths() {
		cols = n
		for m, fill := range byteMoods {
			rows = (i + m) % (most + 1)
			stride := cols + s.below(4)
			x, data := make([]uint8, cols), make([]uint8, extent(max(1, rows), cols, stride))
			fill(s, x, false)
			fill(s, data, true)
			start, index := make([]int64, rows), make([]int, rows)
			for i := range index {
				start[i], index[i] = int64(s.Uint64()>>2), s.below(rows)
			}
			want := slices.Clone(start)
			b.twin(want, x, data, stride, index, 0)
			for _, offset = range []int{0, 1 + s.below(atEnd-1), atEnd} {
				for i := range results {
					results[i] = canary
				}
				got := placed(results, start, offset)
				b.kernel(got, placed(query, x, offset), placed(base, data, offset), stride, placed(list, index, offset), s.below(2)*stride)
				require.Equal(t, want, got, "%d rows of %d, stride %d, offset %d, mood %d", rows, cols, stride, offset, m)
				for i := range got {
					got[i] = int64(math.Float32bits(canary))<<32 | int64(math.Float32bits(canary))
				}
				require.Equal(t, slices.Repeat(arena{canary}, len(results)).bits(), results.bits(), "%d rows of %d: wrote outside", rows, cols)
			}
		}
	}
}

func (a arena) bits() []uint32 { return unsafe.Slice((*uint32)(unsafe.Pointer(&a[0])), len(a)) }

func (b bytewise) golden(g *goldenHash) {
	s := newSource(32)
	for n := byteBlock; n < 4*byteBlock; n++ {
		for _, fill := range byteMoods {
			x, data, dst := make([]uint8, n), make([]uint8, 5*n), make([]int64, 5)
			fill(s, x, false)
			fill(s, data, true)
			b.kernel(dst, x, data, n, []int{4, 0, 3, 1, 2}, 0)
			g.addIntegers(dst)
		}
	}
}

func (g *goldenHash) addIntegers(values []int64) {
	for _, v := range values {
		g.Write(binary.LittleEndian.AppendUint64(nil, uint64(v)))
	}
}

func (k bytePair) conforms(t *testing.T) {
	s := newSource(31)
	xs, ys := newArena(t, byteColumns/4+16), newArena(t, byteColumns/4+16)
	lengths := byteLengths()
	for n := range byteBlock {
		lengths = append(lengths, n)
	}
	var n, offset int
	defer where(t, "length %d, offset %d", &n, &offset)
	for _, n = range lengths {
		for i, fill := range byteMoods {
			x, y := make([]uint8, n), make([]uint8, n)
			fill(s, x, false)
			fill(s, y, true)
			want := k.twin(x, y)
			for _, offset = range []int{0, 1 + s.below(63), atEnd} {
				require.Equal(t, want, k.kernel(placed(xs, x, offset), placed(ys, y, offset)), "length %d, offset %d, mood %d", n, offset, i)
			}
			require.Equal(t, want, k.kernel(placed(xs, x, 3), placed(ys, y, atEnd)), "length %d, mood %d", n, i)
		}
	}
}

func (k bytePair) golden(g *goldenHash) {
	s := newSource(32)
	for n := range 3*byteBlock + 2 {
		for _, fill := range byteMoods {
			x, y := make([]uint8, n), make([]uint8, n)
			fill(s, x, false)
			fill(s, y, true)
			g.addIntegers([]int64{k.kernel(x, y)})
		}
	}
}
