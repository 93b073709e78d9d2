package argmax

import (
	"fmt"
	"math"
	"os"
	"runtime/debug"
	"slices"
	"testing"

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
	{"scoreRows", rowwise{scoreRows, scoreRowsGeneric}},
	{"sqDistRows", rowwise{sqDistRows, sqDistRowsGeneric}},
	{"l1DistRows", rowwise{l1DistRows, l1DistRowsGeneric}},
	{"gemmTile", tile{}},
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
	rowwise struct {
		kernel, twin func(dst, x, rows []float32, stride int)
	}
	tile struct{} // takes tiles of another shape than its twin
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

func (tile) conforms(t *testing.T) {
	s := newSource(5)
	depths := []int{0, 1, 2, 7, 64, KC}
	if testing.Short() {
		depths = depths[:5]
	}
	rows, cols := TileShape()
	packed, matrix, result := newArena(t, KC*rows), newArena(t, KC*(cols+3)), newArena(t, rows*(cols+5))
	var k, m, n, offset int
	defer where(t, "k %d, %d×%d, offset %d", &k, &m, &n, &offset)
	for _, k = range depths {
		for m = 1; m <= rows; m++ {
			for n = 1; n <= cols; n++ {
				odd := (m + n) & 1
				offset = []int{0, atEnd, 1 + s.below(lanes-1)}[(m+2*n+k)%3]
				ldb, ldc, add := n+3*odd, n+5*(n&1), m&2 != 0
				feel := mood((m + n/2) % int(moods))
				a, b, c := s.values(k*m, feel), s.values(extent(k, n, ldb), feel), s.values(extent(m, n, ldc), feel)
				want := slices.Clone(c)
				multiply(k, a, b, ldb, want, ldc, m, n, add)
				got := result.place(c, offset)
				gemmTile(k, packed.place(pack(a, k, m), offset), matrix.place(b, offset), ldb, got, ldc, m, n, add)
				i := firstDifference(got, want)
				require.Negativef(t, i, "k %d, %d×%d, strides %d and %d, offset %d, mood %d, add %v, element %d", k, m, n, ldb, ldc, offset, feel, add, i)
				require.Truef(t, result.intact(len(c), offset), "k %d, %d×%d: wrote outside", k, m, n)
			}
		}
	}
}

// pack lays out a, k groups of m, as the active tile wants them: k groups of
// tileRows, with values between that must not matter.
func pack(a []float32, k, m int) []float32 {
	packed := slices.Repeat([]float32{canary}, k*tileRows())
	for p := range k {
		copy(packed[p*tileRows():], a[p*m:][:m])
	}
	return packed
}

// multiply is a tile of any shape, by gemmTileGeneric. a is k groups of m.
func multiply(k int, a, b []float32, ldb int, c []float32, ldc, m, n int, add bool) {
	for i := 0; i < m; i += tileRowsGeneric {
		height := min(tileRowsGeneric, m-i)
		packed := make([]float32, k*tileRowsGeneric)
		for p := range k {
			copy(packed[p*tileRowsGeneric:], a[p*m+i:][:height])
		}
		for j := 0; j < n; j += tileColsGeneric {
			gemmTileGeneric(k, packed, b[min(j, len(b)):], ldb, c[i*ldc+j:], ldc, height, min(tileColsGeneric, n-j), add)
		}
	}
}
