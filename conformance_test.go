package argmax

import (
	"fmt"
	"math"
	"os"
	"runtime/debug"
	"slices"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/internal/cpu"
)

// kernels lists every kernel beside its twin in Go. A row gives it its conformance
// test and its golden hash.
var kernels = []struct {
	name string
	kernel
}{
	{"dot", reduction{dot, dotGeneric}},
	{"sqDist", reduction{sqDist, sqDistGeneric}},
	{"l1Dist", reduction{l1Dist, l1DistGeneric}},
	{"sum", reduction{unary(sum), unary(sumGeneric)}},
	{"maximum", reduction{unary(maximum), unary(maximumGeneric)}},
	{"dotCarry", carried{dotCarry, dotCarryGeneric}},
	{"sqDistCarry", carried{sqDistCarry, sqDistCarryGeneric}},
	{"l1DistCarry", carried{l1DistCarry, l1DistCarryGeneric}},
	{"sumCarry", carried{
		func(acc *[64]float32, x, _ []float32) { sumCarry(acc, x) },
		func(acc *[64]float32, x, _ []float32) { sumCarryGeneric(acc, x) },
	}},
	{"axpy", elementwise{axpy, axpyGeneric}},
	{"scale", elementwise{
		func(alpha float32, _, y []float32) { scale(alpha, y) },
		func(alpha float32, _, y []float32) { scaleGeneric(alpha, y) },
	}},
	{"fromBytes", conversion{fromBytes, fromBytesGeneric}},
	{"scoreRows", rowwise{scoreRows, scoreRowsGeneric}},
	{"sqDistRows", rowwise{sqDistRows, sqDistRowsGeneric}},
	{"l1DistRows", rowwise{l1DistRows, l1DistRowsGeneric}},
	{"softmaxRows", lossRows{
		func(l *lossCase) { softmaxRows(l.n, l.rows, l.scores, l.lds, l.dst, l.ldd) },
		func(l *lossCase) { softmaxRowsGeneric(l.n, l.rows, l.scores, l.lds, l.dst, l.ldd) },
	}},
	{"crossEntropyRows", lossRows{
		func(l *lossCase) {
			crossEntropyRows(l.n, l.rows, l.scores, l.lds, l.labels, l.weights, l.dst, l.ldd, l.first, l.second)
		},
		func(l *lossCase) {
			crossEntropyRowsGeneric(l.n, l.rows, l.scores, l.lds, l.labels, l.weights, l.dst, l.ldd, l.first, l.second)
		},
	}},
	{"logRows", combination{logRows, logRowsGeneric}},
	{"gemmColumns", gemmOf[float32]{gemmColumns, gemmColumnsGeneric, false}},
	{"gemmColumnsBytes", gemmOf[uint8]{gemmColumnsBytes, gemmColumnsBytesGeneric, false}},
	{"gemmRows", gemmOf[float32]{gemmRows, gemmRowsGeneric, true}},
	{"scoreTile", scoreTileOfKind[float32]{scoreTile, scoreTileGeneric}},
	{"scoreTileBytes", scoreTileOfKind[uint8]{scoreTileBytes, scoreTileBytesGeneric}},
}

// A kernel has one of a few signatures; the type that implements kernel for it
// knows the tests.
type kernel interface {
	// conforms compares the kernel of the active ISA with its twin.
	conforms(t *testing.T)
	// golden adds what the kernel of the active ISA makes of a fixed corpus.
	golden(g *goldenHash)
}

type (
	reduction struct{ kernel, twin func(x, y []float32) float32 }
	carried   struct {
		kernel, twin func(acc *[64]float32, x, y []float32)
	}
	elementwise struct {
		kernel, twin func(alpha float32, x, y []float32)
	}
	conversion struct {
		kernel, twin func(dst []float32, x []uint8)
	}
	rowwise struct {
		kernel, twin func(dst, x, rows []float32, stride int)
	}
	lossRows struct {
		kernel, twin func(l *lossCase)
	}
	combination struct { // of two numbers for each row to one
		kernel, twin func(first, second, dst []float32)
	}
	gemmOf[E element] struct {
		kernel, twin func(k int, a []float32, lda int, b []E, ldb int, c []float32, ldc, m, n int, alpha float32, add bool)
		rows         bool // a is not transposed
	}
	scoreTileOfKind[E element] struct { // the twin has another shape
		kernel, twin func(k int, x []E, ldx int, w []float32, ldw int, state, bias, dst []float32, ldd int, resume, wait, far bool)
	}
)

func unary(f func(x []float32) float32) func(x, y []float32) float32 {
	return func(x, _ []float32) float32 { return f(x) }
}

func TestConformance(t *testing.T) {
	for _, isa := range cpu.Available() {
		if isa == cpu.Generic {
			continue
		}
		for _, k := range kernels {
			t.Run(fmt.Sprintf("%v/%s", isa, k.name), func(t *testing.T) {
				// What touches a page that faults fails its test and does not end all.
				// The setting is the goroutine's, which is the test's own.
				debug.SetPanicOnFault(true)
				defer cpu.Use(isa)()
				k.conforms(t)
			})
		}
	}
}

// The test cache does not know variables that are read while packages start, so
// this reads it again: a run that was meant for another ISA fails.
func TestEnvironmentIsObeyed(t *testing.T) {
	if force := os.Getenv(cpu.Variable); force != "" {
		require.NoError(t, ForceError())
		require.Equal(t, force, Active())
	}
}

// lengths are those of vectors: every number of blocks and every tail around the
// unrolling of a kernel, and some real ones.
func lengths() []int {
	var list []int
	for n := range 4*lanes + 4 {
		list = append(list, n)
	}
	list = append(list, 127, 128, 129, 255, 256, 257, 784, 785, 1000)
	if !testing.Short() {
		list = append(list, 3072, maxVector-1, maxVector, maxVector+1)
	}
	return list
}

// An arena is memory between two pages that fault.
type arena []float32

func newArena(t *testing.T, n int) arena { return guarded(t, n+lanes) }

// atEnd is the offset of what ends where the arena ends.
const atEnd = lanes

// canary surrounds what is placed in an arena: a kernel that reads it turns its
// results to NaN, one that writes over it is found by intact.
var canary = math.Float32frombits(0x7fc0ca9a)

// place copies x into the arena, offset elements from its beginning.
func (a arena) place(x []float32, offset int) []float32 {
	before, p, after := a.split(len(x), offset)
	copy(p, x)
	for i := range before {
		before[i] = canary
	}
	for i := range after {
		after[i] = canary
	}
	return p
}

// intact reports whether nothing was written around the n elements at offset.
func (a arena) intact(n, offset int) bool {
	before, _, after := a.split(n, offset)
	touched := func(v float32) bool { return math.Float32bits(v) != math.Float32bits(canary) }
	return !slices.ContainsFunc(before, touched) && !slices.ContainsFunc(after, touched)
}

// split returns n elements at offset and those around them, as far as a kernel
// might stray.
func (a arena) split(n, offset int) (before, p, after []float32) {
	if offset == atEnd {
		offset = len(a) - n
	}
	const far = 4 * lanes
	end := offset + n
	return a[max(0, offset-far):offset], a[offset:end:end], a[end:min(len(a), end+far)]
}

// offsets are all of them for short vectors, which is where they matter, and
// some for long ones.
func offsets(n int) []int {
	if n > 300 {
		return []int{0, 5, atEnd}
	}
	list := make([]int, atEnd+1)
	for i := range list {
		list[i] = i
	}
	return list
}

// where fails the test with the case that a kernel faulted on.
func where(t *testing.T, format string, args ...*int) {
	if fault := recover(); fault != nil {
		values := make([]any, len(args))
		for i, p := range args {
			values[i] = *p
		}
		t.Fatalf(format+": %v", append(values, fault)...)
	}
}

func (r reduction) conforms(t *testing.T) {
	s := newSource(1)
	a, b := newArena(t, maxVector+1), newArena(t, maxVector+1)
	var n, offset int
	defer where(t, "length %d, offset %d", &n, &offset)
	for _, n = range lengths() {
		for m := range moods {
			x, y := s.values(n, m), s.values(n, m)
			want := r.twin(x, y)
			for _, offset = range offsets(n) {
				got := r.kernel(a.place(x, offset), b.place(y, 3*offset%(atEnd+1)))
				require.Truef(t, same(got, want), "length %d, offset %d, mood %d: got %x, want %x", n, offset, m, got, want)
			}
		}
	}
}

func (c carried) conforms(t *testing.T) {
	s := newSource(2)
	a, b, acc := newArena(t, maxVector), newArena(t, maxVector), newArena(t, 64)
	var n, offset int
	defer where(t, "length %d, offset %d", &n, &offset)
	for _, n = range []int{0, 64, 128, 192, 256, 320, 3072, maxVector} {
		for m := range moods {
			x, y, start := s.values(n, m), s.values(n, m), s.values(64, m)
			want := [64]float32(start)
			c.twin(&want, x, y)
			for _, offset = range offsets(n) {
				got := (*[64]float32)(acc.place(start, atEnd-offset))
				c.kernel(got, a.place(x, offset), b.place(y, 3*offset%(atEnd+1)))
				i := firstDifference(got[:], want[:])
				require.Negativef(t, i, "length %d, offset %d, mood %d, lane %d", n, offset, m, i)
			}
		}
	}
}

func (e elementwise) conforms(t *testing.T) {
	s := newSource(3)
	a, b := newArena(t, maxVector+1), newArena(t, maxVector+1)
	var n, offset int
	defer where(t, "length %d, offset %d", &n, &offset)
	for _, n = range lengths() {
		for m := range moods {
			alpha, x, y := s.value(m), s.values(n, m), s.values(n, m)
			want := slices.Clone(y)
			e.twin(alpha, x, want)
			wantAlias := slices.Clone(x)
			e.twin(alpha, wantAlias, wantAlias)
			for _, offset = range offsets(n) {
				got := b.place(y, offset)
				e.kernel(alpha, a.place(x, 3*offset%(atEnd+1)), got)
				i := firstDifference(got, want)
				require.Negativef(t, i, "length %d, offset %d, mood %d, element %d", n, offset, m, i)
				require.Truef(t, b.intact(n, offset), "length %d, offset %d: wrote outside", n, offset)

				alias := a.place(x, offset)
				e.kernel(alpha, alias, alias)
				i = firstDifference(alias, wantAlias)
				require.Negativef(t, i, "length %d, offset %d, mood %d, element %d, aliased", n, offset, m, i)
			}
		}
	}
}

func (r rowwise) conforms(t *testing.T) {
	s := newSource(4)
	counts := []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 17, 33}
	columns := []int{0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 23, 31, 32, 33, 47, 48, 49, 63, 64, 65, 100, 127, 128, 784, 1000}
	if testing.Short() {
		counts = counts[:13]
		columns = []int{0, 1, 7, 15, 16, 17, 33, 48, 65, 100}
	}
	query, base, results := newArena(t, 1000), newArena(t, 33*1019), newArena(t, 33)
	var rows, cols, stride, offset int
	defer where(t, "%d rows of %d, stride %d, offset %d", &rows, &cols, &stride, &offset)
	for _, rows = range counts {
		stale, want := slices.Repeat([]float32{canary}, rows), make([]float32, rows)
		for _, cols = range columns {
			for i, gap := range []int{0, 1, 19} {
				stride = cols + gap
				m := mood((rows + cols + i) % int(moods))
				x, data := s.values(cols, m), s.values(extent(rows, cols, stride), m)
				r.twin(want, x, data, stride)
				for _, offset = range []int{0, 1 + s.below(lanes-1), atEnd} {
					got := results.place(stale, offset)
					r.kernel(got, query.place(x, offset), base.place(data, offset), stride)
					i := firstDifference(got, want)
					require.Negativef(t, i, "%d rows of %d, stride %d, offset %d, mood %d, row %d", rows, cols, stride, offset, m, i)
					require.Truef(t, results.intact(rows, offset), "%d rows of %d: wrote outside", rows, cols)
				}
			}
		}
	}
}

// grain is what the length of a row of bytes is a multiple of.
func grain[E element]() int {
	if unsafe.Sizeof(*new(E)) == 1 {
		return lanes
	}
	return 1
}

// elements makes values of either type.
func elements[E element](s *source, n int, m mood) []E {
	x := make([]E, n)
	for i := range x {
		if v, ok := any(&x[i]).(*float32); ok {
			*v = s.value(m)
		} else {
			x[i] = E(s.below(256))
		}
	}
	return x
}

// place copies x, floats or bytes, to the beginning or the end of the arena.
func place[E element](a arena, x []E, end bool) []E {
	all := unsafe.Slice((*E)(unsafe.Pointer(&a[0])), len(a)*4/int(unsafe.Sizeof(*new(E))))
	p := all[:len(x):len(x)]
	if end {
		p = all[len(all)-len(x):]
	}
	copy(p, x)
	return p
}

func (g gemmOf[E]) conforms(t *testing.T) {
	s := newSource(5)
	depths := []int{0, 1, 2, 7, 64, KC}
	if testing.Short() {
		depths = depths[:5]
	}
	rows, cols := TileShape()
	left, right, result := newArena(t, (KC+4)*(2*rows+4)), newArena(t, KC*(cols+3)), newArena(t, (2*rows+1)*(cols+5))
	var k, m, n, offset int
	defer where(t, "k %d, %d×%d, offset %d", &k, &m, &n, &offset)
	for _, k = range depths {
		for m = 0; m <= 2*rows+1; m++ {
			for n = grain[E](); n <= cols; n += grain[E]() {
				odd := (m + n) & 1
				offset = []int{0, atEnd, 1 + s.below(lanes-1)}[(m+2*n+k)%3]
				ldb, ldc, add := n+3*odd, n+5*(n&1), m&2 != 0
				countA, lengthA := k, m
				if g.rows {
					countA, lengthA = m, k
				}
				lda := lengthA + odd
				feel := mood((m + n/2) % int(moods))
				alpha := []float32{1, s.value(feel)}[n&1]
				a, b, c := s.values(extent(countA, lengthA, lda), feel), elements[E](s, extent(k, n, ldb), feel), s.values(extent(m, n, ldc), feel)
				want := slices.Clone(c)
				g.twin(k, a, lda, b, ldb, want, ldc, m, n, alpha, add)
				got := result.place(c, offset)
				g.kernel(k, left.place(a, offset), lda, place(right, b, odd == 1), ldb, got, ldc, m, n, alpha, add)
				i := firstDifference(got, want)
				require.Negativef(t, i, "k %d, %d×%d, strides %d, %d and %d, offset %d, mood %d, alpha %v, add %v, element %d", k, m, n, lda, ldb, ldc, offset, feel, alpha, add, i)
				require.Truef(t, result.intact(len(c), offset), "k %d, %d×%d: wrote outside", k, m, n)
			}
		}
	}
}

// whole gives the scores of a tile of any shape by calls of a tile, in pieces of
// at most most columns.
func (g scoreTileOfKind[E]) whole(call func(k int, x []E, ldx int, w []float32, ldw int, state, bias, dst []float32, ldd int, resume, wait, far bool),
	height, width, rows, classes, k, most int, x []E, ldx int, w []float32, ldw int, bias, dst []float32, ldd int) {
	state := make([]float32, height*width*lanes)
	for i := 0; i < rows; i += height {
		for j := 0; j < classes; j += width {
			for p := 0; p == 0 || p < k; p += most {
				call(min(most, k-p), x[i*ldx+p:], ldx, w[j*ldw+p:], ldw, state, bias[j:], dst[i*ldd+j:], ldd, p > 0, p+most < k, (i+j)%2 == 0)
			}
		}
	}
}

func (g scoreTileOfKind[E]) conforms(t *testing.T) {
	s := newSource(6)
	height, width := ScoreTileShape()
	xs, ws, ds, bs := newArena(t, height*400), newArena(t, width*400), newArena(t, height*(width+3)), newArena(t, width)
	var k, most int
	defer where(t, "k %d in pieces of %d", &k, &most)
	for k = 0; k <= 6*lanes+3; k += grain[E]() {
		for m := range moods {
			ldx, ldw, ldd := k+s.below(4), k+s.below(4), width+s.below(4)
			// The twin's tile may be larger than what is left: room for that.
			rows, classes := height+tileExamplesGeneric, width+tileClassesGeneric
			x, w, bias := elements[E](s, rows*(ldx+1), m), s.values(classes*(ldw+1), m), s.values(classes, m)
			want := make([]float32, rows*(ldd+classes))
			g.whole(g.twin, tileExamplesGeneric, tileClassesGeneric, height, width, k, max(k, 1), x, ldx, w, ldw, bias, want, ldd+classes)
			for _, end := range []bool{false, true} {
				offset := []int{0, atEnd}[len(bias)&1]
				for _, most = range []int{lanes, 3 * lanes, max(k, 1)} {
					got := ds.place(slices.Repeat([]float32{canary}, extent(height, width, ldd)), offset)
					g.whole(g.kernel, height, width, height, width, k, most,
						place(xs, x[:extent(height, k, ldx)], end), ldx, place(ws, w[:extent(width, k, ldw)], end), ldw, bs.place(bias[:width], offset), got, ldd)
					for i := range height {
						j := firstDifference(got[i*ldd:][:width], want[i*(ldd+classes):][:width])
						require.Negativef(t, j, "k %d in pieces of %d, mood %d, row %d, class %d", k, most, m, i, j)
						for _, v := range got[i*ldd+width : min(len(got), (i+1)*ldd)] {
							require.Equal(t, math.Float32bits(canary), math.Float32bits(v), "wrote between rows")
						}
					}
					require.True(t, ds.intact(len(got), offset), "wrote outside")
				}
			}
		}
	}
}

// A lossCase is rows of scores and what a row kernel makes of them: dst, and up to
// two numbers for each row.
type lossCase struct {
	n, rows, lds, ldd                   int
	scores, weights, dst, first, second []float32
	labels                              []int
}

func newLossCase(s *source, n, rows, lds, ldd int, m mood) *lossCase {
	l := &lossCase{
		n: n, rows: rows, lds: lds, ldd: ldd,
		scores: s.values(extent(rows, n, lds), m), weights: s.values(rows, plain),
		dst: make([]float32, extent(rows, n, ldd)), first: make([]float32, rows), second: make([]float32, rows),
		labels: make([]int, rows),
	}
	for i := range l.labels {
		l.labels[i] = s.below(n)
	}
	for i := range l.dst {
		l.dst[i] = canary
	}
	return l
}

// settle makes what a row's NaN leaves open the same: the second number.
func (l *lossCase) settle() {
	for i, sum := range l.first {
		if sum != sum {
			l.second[i] = nan
		}
	}
}

func (k lossRows) conforms(t *testing.T) {
	s := newSource(7)
	counts := []int{0, 1, 2, 3, 4, 5, 8, 9}
	lengths := []int{1, 2, 3, 4, 7, 8, 9, 10, 11, 15, 16, 17, 23, 31, 32, 33, 47, 48, 63, 64, 65, 100, 128, 1000}
	if testing.Short() {
		counts, lengths = counts[:6], lengths[:22]
	}
	scores, results := newArena(t, 9*1020), newArena(t, 9*1020)
	weights, first, second := newArena(t, 9), newArena(t, 9), newArena(t, 9)
	var n, rows, offset int
	defer where(t, "%d rows of %d, offset %d", &rows, &n, &offset)
	for _, n = range lengths {
		for _, rows = range counts {
			for m := range moods {
				want := newLossCase(s, n, rows, n+s.below(4), n+s.below(4), m)
				got := *want
				k.twin(want)
				want.settle()
				for _, offset = range []int{0, 1 + s.below(lanes-1), atEnd} {
					stale := slices.Repeat([]float32{canary}, max(rows, len(got.dst)))
					got.scores, got.weights = scores.place(want.scores, offset), weights.place(want.weights, offset)
					got.dst = results.place(stale[:len(want.dst)], offset)
					got.first, got.second = first.place(stale[:rows], offset), second.place(stale[:rows], offset)
					// A kernel without numbers leaves them alone, like its twin.
					copy(got.first, make([]float32, rows))
					copy(got.second, make([]float32, rows))
					k.kernel(&got)
					got.settle()
					for i, pair := range [][2][]float32{{want.dst, got.dst}, {want.first, got.first}, {want.second, got.second}} {
						at := firstDifference(pair[1], pair[0])
						require.Negativef(t, at, "%d rows of %d, offset %d, mood %d, result %d, element %d", rows, n, offset, m, i, at)
					}
					require.True(t, results.intact(len(got.dst), offset) && first.intact(rows, offset) && second.intact(rows, offset), "wrote outside")
				}
				if want.lds == want.ldd && rows > 0 { // in place
					got.dst = results.place(want.scores, 0)
					got.scores = got.dst
					k.kernel(&got)
					for i := range rows {
						at := firstDifference(got.dst[i*got.ldd:][:n], want.dst[i*want.ldd:][:n])
						require.Negativef(t, at, "%d rows of %d in place, mood %d, row %d, element %d", rows, n, m, i, at)
					}
				}
			}
		}
	}
}

// sums are what exponentials of which the largest is 1 add up to, or NaN.
func (s *source) sums(n int) []float32 {
	x := s.values(n, plain)
	for i, v := range x {
		switch s.below(8) {
		case 0:
			x[i] = nan
		case 1:
			x[i] = 1
		default:
			x[i] = 1 + abs(v)
		}
	}
	return x
}

func (c combination) conforms(t *testing.T) {
	s := newSource(8)
	first, second, results := newArena(t, 200), newArena(t, 200), newArena(t, 200)
	var n, offset int
	defer where(t, "length %d, offset %d", &n, &offset)
	for n = range 150 {
		for m := range moods {
			x, y, want := s.sums(n), s.values(n, m), make([]float32, n)
			c.twin(x, y, want)
			for _, offset = range offsets(n) {
				got := results.place(y, offset)
				c.kernel(first.place(x, offset), second.place(y, 3*offset%(atEnd+1)), got)
				i := firstDifference(got, want)
				require.Negativef(t, i, "length %d, offset %d, mood %d, element %d", n, offset, m, i)
				require.Truef(t, results.intact(n, offset), "length %d, offset %d: wrote outside", n, offset)
				alias := first.place(x, offset)
				c.kernel(alias, y, alias)
				i = firstDifference(alias, want)
				require.Negativef(t, i, "length %d, offset %d, mood %d, element %d, aliased", n, offset, m, i)
			}
		}
	}
}

func (c conversion) conforms(t *testing.T) {
	s := newSource(9)
	bytes, results := newArena(t, 300), newArena(t, 300)
	var n, offset int
	defer where(t, "length %d, offset %d", &n, &offset)
	for n = 0; n <= 272; n += lanes {
		x, want := elements[uint8](s, n, plain), make([]float32, n)
		c.twin(want, x)
		for _, offset = range offsets(n) {
			got := results.place(make([]float32, n), offset)
			c.kernel(got, place(bytes, x, offset == atEnd))
			require.Negative(t, firstDifference(got, want), "length %d, offset %d", n, offset)
			require.True(t, results.intact(n, offset), "length %d, offset %d: wrote outside", n, offset)
		}
	}
}
