package index_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/dataset/fashion"
	"github.com/seed842bec00/argmax/internal/cpu"
	"github.com/seed842bec00/argmax/kernels"

	. "github.com/seed842bec00/argmax/index"
)

var metrics = []Metric{L2, L1, LInf, InnerProduct, Cosine}

func TestForcedISA(t *testing.T) {
	if force := os.Getenv("ARGMAX_ISA"); force != "" {
		assert.Equal(t, force, argmax.Active())
	}
}

// matrix returns rows whose elements value gives, further apart than they are long.
func matrix[E Element](rows, cols int, value func(i, j int) E) kernels.Dense[E] {
	m := kernels.Dense[E]{Rows: rows, Cols: cols, Stride: cols + rows%3}
	m.Data = make([]E, rows*m.Stride)
	for i := range rows {
		for j := range cols {
			m.Row(i)[j] = value(i, j)
		}
	}
	return m
}

// metricsOf returns the metrics of an element.
func metricsOf[E Element]() []Metric {
	if _, ok := any([]E(nil)).([]uint8); ok {
		return append(slices.Clone(metrics), Hamming)
	}
	return metrics
}

// set is a base and queries for it.
type set[E Element] struct {
	name          string
	base, queries kernels.Dense[E]
}

// onEveryISA runs a function on every instruction set that this processor has, with
// -short on the one in use.
func onEveryISA(f func(isa string)) {
	isas := cpu.Available()
	if testing.Short() {
		isas = []cpu.ISA{cpu.Active}
	}
	for _, isa := range isas {
		func() {
			defer cpu.Use(isa)()
			f(isa.String())
		}()
	}
}

// requireExact searches in every way and compares with the definition.
func requireExact[E Element](t *testing.T, s set[E], ks ...int) {
	t.Helper()
	defer processors(7)()
	for _, metric := range metricsOf[E]() {
		want := make([][]found, s.queries.Rows)
		for i := range want {
			want[i] = all(metric, s.queries.Row(i), s.base, nil)
		}
		for way, x := range withAndWithoutCompact(s.base, metric) {
			onEveryISA(func(isa string) {
				for _, k := range ks {
					for _, workers := range []int{1, 2, 7} {
						requireSearch(t, x.Among(nil), s.queries, k, workers, want, "%s, %s, %s, %v, k %d, %d workers", s.name, way, isa, metric, k, workers)
					}
					for i := range min(s.queries.Rows, 5) {
						requireSearch(t, x.Among(nil), s.queries.Slice(i, i+1), k, 1+i%3, want[i:i+1], "%s, %s, %s, %v, k %d, query %d alone", s.name, way, isa, metric, k, i)
					}
				}
			})
		}
	}
}

// withAndWithoutCompact returns an index without a compact copy, and one with it if there
// can be one; with -short one of the two.
func withAndWithoutCompact[E Element](base kernels.Dense[E], metric Metric) map[string]*Index[E] {
	list := map[string]*Index[E]{"plain": New(base, metric, Options{})}
	defer UseCompact(0)()
	x := New(base, metric, Options{})
	if floats, ok := any(x).(*Index[float32]); ok && HasCompact(floats) {
		list["compact"] = x
		switch {
		case testing.Short() && metric == InnerProduct:
			delete(list, "compact")
		case testing.Short():
			delete(list, "plain")
		}
	}
	return list
}

// processors are for as many workers as there are, whatever the machine has.
func processors(n int) (restore func()) {
	before := runtime.GOMAXPROCS(0)
	runtime.GOMAXPROCS(max(n, before))
	return func() { runtime.GOMAXPROCS(before) }
}

func requireSearch[E Element](t *testing.T, x Selection[E], queries kernels.Dense[E], k, workers int, want [][]found, message string, args ...any) Stats {
	t.Helper()
	dst, count := make([]Neighbour, k*queries.Rows), make([]int, queries.Rows)
	stats := x.Search(dst, count, queries, k, kernels.NewPool(workers))
	for i := range queries.Rows {
		requireNeighbours(t, neighbours(want[i], k), dst[i*k:][:count[i]], "query %d: "+message, append([]any{i}, args...)...)
	}
	require.GreaterOrEqual(t, stats.Decided, sum(count))
	return stats
}

func sum(counts []int) (n int) {
	for _, c := range counts {
		n += c
	}
	return n
}

// requireNeighbours reports the first difference only.
func requireNeighbours(t *testing.T, want, got []Neighbour, message string, args ...any) {
	t.Helper()
	if slices.Equal(want, got) {
		return
	}
	for i := range min(len(want), len(got)) {
		require.Equalf(t, want[i], got[i], "neighbour %d: "+message, append([]any{i}, args...)...)
	}
	require.Equalf(t, len(want), len(got), message, args...)
}

func normal(r *rand.Rand) func(i, j int) float32 {
	return func(int, int) float32 { return float32(r.NormFloat64()) }
}

func below[E Element](r *rand.Rand, n int) func(i, j int) E {
	return func(int, int) E { return E(r.IntN(n)) }
}

func TestSearchOfFloats(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, shape := range []struct{ base, queries, cols int }{
		{0, 2, 3}, {1, 1, 5}, {300, 1, 16}, {300, 3, 17}, {500, 40, 100}, {260, 70, 300}, {40, 5, 784}, {100, 300, 20}, {9, 4, 0},
	} {
		s := set[float32]{fmt.Sprintf("normal %+v", shape), matrix(shape.base, shape.cols, normal(r)), matrix(shape.queries, shape.cols, normal(r))}
		requireExact(t, s, 1, 10, shape.base+3)
		s = set[float32]{fmt.Sprintf("ties %+v", shape), matrix(shape.base, shape.cols, below[float32](r, 3)), matrix(shape.queries, shape.cols, below[float32](r, 3))}
		requireExact(t, s, 1, 10, shape.base)
	}
}

func TestSearchOfBytes(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for _, shape := range []struct{ base, queries, cols int }{
		{0, 2, 3}, {1, 1, 5}, {300, 1, 16}, {300, 3, 17}, {300, 40, 100}, {150, 70, 300}, {2000, 40, 7}, {100, 300, 20}, {9, 4, 0},
	} {
		for _, largest := range []int{2, 5, 256} {
			s := set[uint8]{fmt.Sprintf("below %d, %+v", largest, shape), matrix(shape.base, shape.cols, below[uint8](r, largest)), matrix(shape.queries, shape.cols, below[uint8](r, largest))}
			requireExact(t, s, 1, 10, shape.base+3)
		}
	}
}

// Real images, as bytes and as floats.
func TestSearchOfImages(t *testing.T) {
	train, test, err := fashion.Load()
	require.NoError(t, err)
	const n, queries = 600, 40
	base, q := train.Dense().Slice(0, n), test.Dense().Slice(0, queries)
	floats, floatQueries := kernels.NewMatrix(n, base.Cols), kernels.NewMatrix(queries, base.Cols)
	kernels.Convert(floats, base)
	kernels.Convert(floatQueries, q)
	requireExact(t, set[uint8]{"images", base, q}, 1, 10)
	requireExact(t, set[float32]{"images as floats", floats, floatQueries}, 1, 10)
}

// Sets on which float32, or differences of large products, fail.
func adversaries(cols int) []set[float32] {
	r := rand.New(rand.NewPCG(5, 6))
	const n = 200
	scaled := func(scale float64) func(i, j int) float32 {
		return func(int, int) float32 { return float32(r.NormFloat64() * scale) }
	}
	own := func(name string, value func(i, j int) float32) set[float32] {
		base := matrix(n, cols, value)
		return set[float32]{name, base, kernels.Dense[float32]{Rows: 12, Cols: cols, Stride: 16 * base.Stride, Data: base.Data}}
	}
	center := make([]float32, cols)
	for j := range center {
		center[j] = float32(r.NormFloat64() * 1e4 / math.Sqrt(float64(cols)))
	}
	var sets []set[float32]
	for _, scale := range []float64{1e-44, 1e-40, 1e-30, 1e-23, 1e-20, 1e18, 1e20, 1e30, 1e37} {
		sets = append(sets, own(fmt.Sprintf("of scale %g", scale), scaled(scale)))
	}
	sets = append(sets,
		own("near duplicates of norm 1e4", func(i, j int) float32 { return center[j] * float32(1+1e-7*r.NormFloat64()) }),
		own("all rows equal", func(i, j int) float32 { return center[j] }),
		own("two rows in turn", func(i, j int) float32 { return center[(j+i%2)%cols] }),
		own("multiples of one row", func(i, j int) float32 { return center[j] * float32(i%7-3) }),
		own("all zero", func(i, j int) float32 { return 0 }),
		own("a huge offset", func(i, j int) float32 { return 1e6 + float32(r.IntN(3)) }),
		own("every scale", func(i, j int) float32 { return float32(r.NormFloat64() * math.Pow(10, float64(i%70-38))) }),
		own("one huge row", func(i, j int) float32 {
			if i == 77 {
				return 1e15
			}
			return float32(r.NormFloat64())
		}),
		own("a huge column", func(i, j int) float32 {
			if j == 3 {
				return 1e8
			}
			return float32(r.NormFloat64())
		}),
		own("products cancel", func(i, j int) float32 {
			return float32(1e4 * float64(1-2*(j%2)) * (1 + 1e-6*r.NormFloat64()))
		}),
		own("NaN, infinities, zeros", func(i, j int) float32 {
			switch v := []float32{float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1)), 0}[i%4]; {
			case i%8 < 4 && j == i%cols, v == 0 && i%16 == 3:
				return v
			}
			return float32(r.NormFloat64())
		}),
		own("denormal and normal", func(i, j int) float32 {
			if i%2 == 0 {
				return float32(r.NormFloat64() * 1e-41)
			}
			return float32(r.NormFloat64() * 1e-18)
		}),
	)
	return sets
}

func TestSearchOfAdversaries(t *testing.T) {
	for _, s := range adversaries(24) {
		requireExact(t, s, 1, 20, s.base.Rows)
	}
}

// float32 overflows or underflows, the order does not.
func TestRangeOfFloats(t *testing.T) {
	for _, c := range []struct {
		metric  Metric
		rows    []float32
		q       []float32
		nearest int
	}{
		{L2, []float32{1e20, 2e19, 1e20, 1e19}, []float32{0, 0}, 1},
		{L2, []float32{3e-40, 0, 0, 3e-40}, []float32{0, 2.9e-40}, 1},
		{L2, []float32{3e38, -3e38, 3e38, -2.9e38}, []float32{-3e38, 3e38}, 1},
		{Cosine, []float32{3e19, 0, 0, 3e19}, []float32{0, 2.9e19}, 1},
		{Cosine, []float32{1, 2e-45, 1, 0}, []float32{1, 0}, 1},
		{InnerProduct, []float32{1e38, 1e38, 3e38, 3e38}, []float32{1e38, 1e38}, 1},
		{InnerProduct, []float32{1e-40, 0, 1.1e-40, 0}, []float32{1e-40, 0}, 1},
	} {
		base := kernels.Matrix{Rows: 2, Cols: 2, Stride: 2, Data: c.rows}
		dst, count := make([]Neighbour, 1), make([]int, 1)
		New(base, c.metric, Options{}).Search(dst, count, kernels.Matrix{Rows: 1, Cols: 2, Stride: 2, Data: c.q}, 1, nil)
		assert.Equal(t, c.nearest, dst[0].Row, "%v of %v and %v", c.metric, c.rows, c.q)
	}
}

// A row that equals the query has distance 0, and others that differ by one unit in the
// last place, or by one pixel, do not come first.
func TestCosineOfAnEqualRow(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	const n, cols = 60, 3072
	for trial := range 20 {
		floats, pixels := matrix(n, cols, func(int, int) float32 { return 0 }), matrix(n, cols, below[uint8](r, 256))
		for i := range n {
			copy(pixels.Row(i), pixels.Row(0))
			pixels.Row(i)[r.IntN(cols)] ^= 1
			for j, v := range pixels.Row(0) {
				floats.Row(i)[j] = float32(v) + 0.5
			}
			at := &floats.Row(i)[r.IntN(cols)]
			*at = math.Nextafter32(*at, 1000)
		}
		q := n - 1 - trial
		requireFirst(t, floats, q)
		requireFirst(t, pixels, q)
	}
}

func requireFirst[E Element](t *testing.T, base kernels.Dense[E], q int) {
	t.Helper()
	dst, count := make([]Neighbour, 2), make([]int, 1)
	New(base, Cosine, Options{}).Search(dst, count, base.Slice(q, q+1), 2, nil)
	require.Zero(t, dst[0].Distance)
	require.LessOrEqual(t, dst[0].Row, q)
	require.Equal(t, base.Row(q), base.Row(dst[0].Row))
}

func TestSpecialVectors(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	base := kernels.Matrix{Rows: 5, Cols: 2, Stride: 2, Data: []float32{0, 0, nan, 1, inf, 0, 3, 4, -inf, 0}}
	search := func(metric Metric, q ...float32) []Neighbour {
		dst, count := make([]Neighbour, 5), make([]int, 1)
		New(base, metric, Options{}).Search(dst, count, kernels.Matrix{Rows: 1, Cols: 2, Stride: 2, Data: q}, 5, nil)
		return dst[:count[0]]
	}
	assert.Equal(t, []Neighbour{{Row: 3}, {Row: 0, Distance: 25}, {Row: 2, Distance: inf}, {Row: 4, Distance: inf}}, search(L2, 3, 4))
	assert.Equal(t, []Neighbour{{Row: 0, Distance: 1}, {Row: 3, Distance: 1}}, search(Cosine, 0, 0))
	assert.Equal(t, []Neighbour{{Row: 3}, {Row: 0, Distance: 1}}, search(Cosine, 6, 8))
	assert.Equal(t, []Neighbour{{Row: 2, Distance: -inf}, {Row: 3, Distance: -3}, {Row: 0}, {Row: 4, Distance: inf}}, search(InnerProduct, 1, 0))
	for _, metric := range metrics {
		assert.Empty(t, search(metric, nan, 0), metric)
	}
}

func TestFilters(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	testFilters(t, r, matrix(500, 30, normal(r)), matrix(9, 30, normal(r)))
	testFilters(t, r, matrix(500, 30, below[uint8](r, 7)), matrix(9, 30, below[uint8](r, 7)))
}

func testFilters[E Element](t *testing.T, r *rand.Rand, base, queries kernels.Dense[E]) {
	for _, share := range []int{0, 1, 50, 100} {
		bitmap, list := make(Bitmap, (base.Rows+63)/64), List{}
		for i := range base.Rows {
			if r.IntN(100) < share {
				bitmap.Set(i)
				list = append(list, i)
			}
		}
		for _, metric := range metricsOf[E]() {
			x := New(base, metric, Options{})
			want := make([][]found, queries.Rows)
			for i := range want {
				want[i] = all(metric, queries.Row(i), base, bitmap.Contains)
			}
			for name, filter := range map[string]Filter{"bitmap": bitmap, "list": list, "predicate": Predicate(list.Contains)} {
				for _, k := range []int{1, 7, 400} {
					for _, workers := range []int{1, 2} {
						requireSearch(t, x.Among(filter), queries, k, workers, want, "%s of %d%%, %v, k %d", name, share, metric, k)
						requireSearch(t, x.Among(filter), queries.Slice(0, 1), k, workers, want, "%s of %d%%, %v, k %d, alone", name, share, metric, k)
					}
				}
			}
		}
	}
	x := New(base, L2, Options{})
	assert.PanicsWithValue(t, "index: List: row 500 at 1, of 500 rows; want them in ascending order", func() { x.Among(List{3, 500}) })
	assert.Panics(t, func() { x.Among(List{3, 3}) })
	assert.Panics(t, func() { x.Among(List{-1}) })
}

func TestWithin(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	testWithin(t, matrix(600, 40, normal(r)), matrix(30, 40, normal(r)))
	testWithin(t, matrix(600, 40, below[uint8](r, 9)), matrix(30, 40, below[uint8](r, 9)))
	for _, s := range adversaries(24) {
		testWithin(t, s.base, s.queries)
	}
}

func testWithin[E Element](t *testing.T, base, queries kernels.Dense[E]) {
	for _, metric := range metricsOf[E]() {
		lists := make([][]found, queries.Rows)
		for i := range lists {
			lists[i] = all(metric, queries.Row(i), base, nil)
		}
		for _, x := range withAndWithoutCompact(base, metric) {
			testRadii(t, x, queries, metric, lists)
		}
	}
}

func testRadii[E Element](t *testing.T, x *Index[E], queries kernels.Dense[E], metric Metric, lists [][]found) {
	base := x.Rows()
	radii := []float64{math.Inf(-1), -1, 0, math.Inf(1)}
	for _, at := range []int{0, 3, base.Rows / 2} { // the distance of a row: it is within
		if at < len(lists[0]) {
			radii = append(radii, lists[0][at].value, math.Nextafter(lists[0][at].value, math.Inf(-1)))
		}
	}
	for _, radius := range radii {
		if metric == Cosine && base.Rows == 600 && radius != 0 && radius != 1 && !math.IsInf(radius, 0) {
			radius = float64(float32(radius)) + 1e-9 // the value of a fraction is rounded
		}
		for _, workers := range []int{1, 2} {
			before := []Neighbour{{Row: -7}}
			count := make([]int, queries.Rows)
			got, _ := x.Within(before, count, queries, radius, kernels.NewPool(workers))
			want := slices.Clone(before)
			for i, list := range lists {
				n := 0
				for n < len(list) && list[n].value <= radius {
					n++
				}
				require.Equal(t, n, count[i], "%v, radius %g, query %d", metric, radius, i)
				want = append(want, neighbours(list, n)...)
			}
			requireNeighbours(t, want, got, "%v, radius %g", metric, radius)
		}
	}
}

func TestCopy(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 14))
	base := matrix(50, 7, normal(r))
	x, dst, count := New(base, L2, Options{Copy: true}), make([]Neighbour, 1), make([]int, 1)
	q := slices.Clone(base.Row(31))
	clear(base.Data)
	x.Search(dst, count, kernels.Matrix{Rows: 1, Cols: 7, Stride: 7, Data: q}, 1, nil)
	assert.Equal(t, []Neighbour{{Row: 31}}, dst)
	assert.Equal(t, kernels.Matrix{Rows: 50, Cols: 7, Stride: 7, Data: x.Rows().Data}, x.Rows())
	assert.Equal(t, L2, x.Metric())
}

func TestSearchEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	r := rand.New(rand.NewPCG(15, 16))
	x := New(matrix(1000, 50, normal(r)), L2, Options{})
	asked := 0
	filter := Predicate(func(int) bool {
		if asked++; asked == 3 {
			cancel()
		}
		return true
	})
	pool := kernels.NewPool(1).WithContext(ctx)
	x.Among(filter).Search(make([]Neighbour, 10), make([]int, 1), matrix(1, 50, normal(r)), 10, pool)
	assert.ErrorIs(t, pool.Err(), context.Canceled)
	assert.Less(t, asked, 500)
}

// Few rows are decided where distances are spread, with a compact copy, too.
func TestStats(t *testing.T) {
	defer UseCompact(64 * 5000)()
	r := rand.New(rand.NewPCG(17, 18))
	const n, queries, k = 5000, 40, 10
	base, q := matrix(n, 64, normal(r)), matrix(queries, 64, normal(r))
	dst, count := make([]Neighbour, k*queries), make([]int, queries)
	for _, metric := range metrics {
		stats := New(base, metric, Options{}).Search(dst, count, q, k, nil)
		assert.Equal(t, n*queries, stats.Compared)
		assert.GreaterOrEqual(t, stats.Decided, k*queries)
		assert.Less(t, stats.Decided, 5*k*queries, metric)
	}
}

func TestSearchAllocatesNothing(t *testing.T) {
	defer UseCompact(60 * 1000)()
	r := rand.New(rand.NewPCG(19, 20))
	base, bytes := matrix(1000, 60, normal(r)), matrix(1000, 60, below[uint8](r, 256))
	for _, metric := range metrics {
		testAllocations(t, New(base, metric, Options{}), base.Slice(0, 20))
		testAllocations(t, New(base.Slice(0, 999), metric, Options{}), base.Slice(0, 20)) // no compact copy
		testAllocations(t, New(bytes, metric, Options{}), bytes.Slice(0, 20))
	}
}

func testAllocations[E Element](t *testing.T, x *Index[E], queries kernels.Dense[E]) {
	dst, count := make([]Neighbour, 10*queries.Rows), make([]int, queries.Rows)
	var filter Filter = make(Bitmap, 3)
	assert.Zero(t, testing.AllocsPerRun(10, func() { x.Search(dst[:10], count[:1], queries.Slice(0, 1), 10, nil) }))
	assert.Zero(t, testing.AllocsPerRun(10, func() { x.Search(dst, count, queries, 10, nil) }))
	assert.Zero(t, testing.AllocsPerRun(10, func() { x.Among(filter).Search(dst, count, queries, 10, nil) }))
	assert.Zero(t, testing.AllocsPerRun(10, func() { x.Within(dst[:0], count[:1], queries.Slice(0, 1), -1e9, nil) }))
}

// A compact copy that cannot tell distances apart is left, in the middle of a search, too.
func TestLooseCompactCopies(t *testing.T) {
	defer UseCompact(0)()
	r := rand.New(rand.NewPCG(25, 26))
	const n, cols, queries = 9000, 24, 5 // too few for products
	near := func(_, j int) float32 { return float32(j*10) + float32(r.NormFloat64()) }
	base, q := matrix(n, cols, near), matrix(queries, cols, near)
	for _, metric := range []Metric{L2, L1} {
		want := make([][]found, queries)
		for i := range want {
			want[i] = all(metric, q.Row(i), base, nil)
		}
		x := New(base, metric, Options{})
		requireSearch(t, x.Among(nil), q, 3, 1, want, "near each other")
		assert.True(t, IsLoose(x), metric) // it was in use, and was left
		second := requireSearch(t, x.Among(nil), q, 3, 1, want, "near each other")
		assert.Less(t, second.Decided, n*queries/100)
	}
}

func TestSearchesAtOnce(t *testing.T) {
	r := rand.New(rand.NewPCG(21, 22))
	base := matrix(800, 33, normal(r))
	x := New(base, L2, Options{Pool: kernels.NewPool(2)})
	want := make([][]found, 70)
	for i := range want {
		want[i] = all(L2, base.Row(i), base, nil)
	}
	t.Run("group", func(t *testing.T) {
		for i := range 8 {
			t.Run(fmt.Sprint(i), func(t *testing.T) {
				t.Parallel()
				n := 1 + i*i
				requireSearch(t, x.Among(nil), base.Slice(0, n), 5, 1+i%3, want[:n], "%d queries", n)
			})
		}
	})
}

func TestPanics(t *testing.T) {
	base := kernels.NewMatrix(3, 2)
	x, q := New(base, L2, Options{}), kernels.NewMatrix(2, 2)
	for message, f := range map[string]func(){
		"index: New: unknown metric Metric(9)":                              func() { New(base, 9, Options{}) },
		"kernels: 6 elements are too few for a matrix of 4×2 with stride 2": func() { New(kernels.Matrix{Rows: 4, Cols: 2, Stride: 2, Data: base.Data}, L2, Options{}) },
		"index: Search: queries of 3 columns, rows of 2":                    func() { x.Search(nil, make([]int, 1), kernels.NewMatrix(1, 3), 0, nil) },
		"index: Search: count of length 1 for 2 queries":                    func() { x.Search(make([]Neighbour, 2), make([]int, 1), q, 1, nil) },
		"index: Search: dst of length 3 for 2 queries, k 1":                 func() { x.Search(make([]Neighbour, 3), make([]int, 2), q, 1, nil) },
		"index: Search: dst of length 0 for 2 queries, k -1":                func() { x.Search(nil, make([]int, 2), q, -1, nil) },
		"index: Within: radius NaN":                                         func() { x.Within(nil, make([]int, 2), q, math.NaN(), nil) },
	} {
		assert.PanicsWithValue(t, message, f)
	}
}
