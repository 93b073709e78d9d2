package index_test

import (
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/internal/cpu"
	"github.com/seed842bec00/argmax/kernels"

	. "github.com/seed842bec00/argmax/index"
)

// flat returns rows close to a space of few dimensions, as images are: elements from 0 to
// 255.
func flat[E Element](r *rand.Rand, basis *rand.Rand, rows, columns int, round func(float32) E) kernels.Dense[E] {
	const dimensions = 9
	m := kernels.NewDense[E](rows, columns)
	space := make([]float64, dimensions*columns)
	for i := range space {
		space[i] = basis.NormFloat64()
	}
	for i := range rows {
		var at [dimensions]float64
		for d := range at {
			at[d] = 15 * r.NormFloat64()
		}
		for j := range columns {
			v := 128 + r.NormFloat64()
			for d, a := range at {
				v += a * space[d*columns+j]
			}
			m.Row(i)[j] = round(float32(max(0, min(v, 255))))
		}
	}
	return m
}

func toByte(x float32) uint8 { return uint8(x) }

func same(x float32) float32 { return x }

func testSketch[E Element](t *testing.T, metric Metric, round func(float32) E) {
	const rows, columns = 900, 200
	space := func() *rand.Rand { return rand.New(rand.NewPCG(3, 4)) }
	r := rand.New(rand.NewPCG(1, 2))
	base, queries := flat(r, space(), rows, columns, round), flat(r, space(), 40, columns, round)
	copy(base.Row(700), base.Row(20)) // a tie
	copy(queries.Row(3), base.Row(20))
	clear(base.Row(701))
	clear(queries.Row(4))

	want := New(base, metric, Options{Lean: true})
	x := New(base, metric, Options{Pool: kernels.NewPool(2)})
	has, _, _ := HasSketch(x)
	require.True(t, has)
	path := filepath.Join(t.TempDir(), "index")
	require.NoError(t, x.WriteFile(path, nil))
	x, err := Open[E](path, OpenOptions{})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, x.Close()) })
	has, _, _ = HasSketch(x)
	require.True(t, has, "it is in the file")
	for _, isa := range cpu.Available() {
		restore := cpu.Use(isa)
		for _, n := range []int{1, 3, 40} {
			for _, workers := range []int{1, 3} {
				for _, k := range []int{1, 7} {
					dst, count := make([]Neighbour, n*k), make([]int, n)
					other, otherCount := make([]Neighbour, n*k), make([]int, n)
					want.Search(dst, count, queries.Slice(0, n), k, nil)
					x.Search(other, otherCount, queries.Slice(0, n), k, kernels.NewPool(workers))
					require.Equal(t, dst, other, "%v, %d queries, %d workers, k %d", isa, n, workers, k)
					require.Equal(t, count, otherCount)
				}
			}
		}
		restore()
	}
	radius := map[Metric]float64{L2: 50_000, Cosine: 0.01, InnerProduct: -200 * 128 * 160}[metric]
	some, _ := want.Within(nil, make([]int, 40), queries, radius, nil)
	others, _ := x.Within(nil, make([]int, 40), queries, radius, nil)
	assert.NotEmpty(t, some)
	assert.Equal(t, some, others)

	// A row is near at its own distance, and most are not at that of the nearest.
	distances := make([]float64, 40*rows)
	for i := range 40 {
		dst := make([]Neighbour, rows)
		want.Search(dst, make([]int, 1), queries.Slice(i, i+1), rows, nil)
		for _, n := range dst {
			d := float64(n.Distance)
			distances[i*rows+n.Row] = d - 0x1p-24*math.Abs(d) // no more than the distance, which was rounded
		}
	}
	SketchNear(x, queries, func(i, row int) float64 { d := distances[i*rows+row]; return d + 0x1p-22*math.Abs(d) }, func(i, row int, near bool) {
		require.True(t, near, "query %d, row %d, distance %v", i, row, distances[i*rows+row])
	})
	near := 0
	SketchNear(x, queries, func(i, _ int) float64 {
		least := math.Inf(1)
		for _, d := range distances[i*rows:][:rows] {
			least = min(least, d)
		}
		return least
	}, func(_, _ int, is bool) {
		if is {
			near++
		}
	})
	assert.Less(t, near, 40*rows/8)
}

func TestSketch(t *testing.T) {
	defer UseCompact(1)()
	defer UseSketch(1)()
	for _, metric := range []Metric{L2, InnerProduct, Cosine} {
		t.Run("float32/"+metric.String(), func(t *testing.T) { testSketch(t, metric, same) })
		t.Run("uint8/"+metric.String(), func(t *testing.T) { testSketch(t, metric, toByte) })
	}
	t.Run("float16", func(t *testing.T) { testSketch(t, L2, argmax.ToFloat16) })
	t.Run("bfloat16", func(t *testing.T) { testSketch(t, InnerProduct, argmax.ToBFloat16) })
}

// Rows that lie in no subspace have no sketch: it would not pay.
func TestSketchIsMadeWhereItPays(t *testing.T) {
	defer UseCompact(1)()
	defer UseSketch(1)()
	r := rand.New(rand.NewPCG(5, 6))
	has, _, _ := HasSketch(New(matrix(500, 300, normal(r)), L2, Options{}))
	assert.False(t, has)
	has, _, _ = HasSketch(New(flat(r, r, 500, 300, same), L2, Options{}))
	assert.True(t, has)
	for _, metric := range []Metric{L1, LInf} {
		has, _, _ = HasSketch(New(flat(r, r, 500, 300, same), metric, Options{}))
		assert.False(t, has, metric)
	}
	has, _, _ = HasSketch(New(flat(r, r, 500, 300, toByte), L2, Options{Lean: true}))
	assert.False(t, has)
	has, _, _ = HasSketch(New(kernels.NewMatrix(500, 300), L2, Options{}))
	assert.False(t, has, "all rows are equal")
}

// A sketch is left if queries are near too many rows, here all of a cluster. What costs
// more is left later.
func TestLooseSketch(t *testing.T) {
	defer UseCompact(1)()
	defer UseSketch(1)()
	const clusters, columns = 12, 300
	r := rand.New(rand.NewPCG(7, 8))
	centers := matrix(clusters, columns, below[uint8](r, 200))
	member := func(i, j int) uint8 { return centers.Row(i % clusters)[j] + uint8(r.IntN(50)) }
	base, queries := matrix(14_000, columns, member), matrix(64, columns, member)
	x, want := New(base, L2, Options{}), New(base, L2, Options{Lean: true})
	for range 2 {
		for _, n := range []int{1, 64} {
			dst, other := make([]Neighbour, n*5), make([]Neighbour, n*5)
			want.Search(dst, make([]int, n), queries.Slice(0, n), 5, nil)
			x.Search(other, make([]int, n), queries.Slice(0, n), 5, nil)
			assert.Equal(t, dst, other)
		}
	}
	has, few, many := HasSketch(x)
	assert.True(t, has)
	assert.True(t, few)
	assert.Equal(t, !tilesOfBytes(), many)
}

// tilesOfBytes reports whether this processor is faster with tiles of bytes.
func tilesOfBytes() bool { return cpu.Active != cpu.Generic && cpu.Active != cpu.NEON }

// Sets on which float32 fails are searched as without a sketch.
func TestSketchesOfAdversaries(t *testing.T) {
	defer UseCompact(1)()
	defer AnySketch()()
	const cols = 70
	sketched := 0
	for _, s := range adversaries(cols) {
		for _, metric := range []Metric{L2, InnerProduct, Cosine} {
			sketched += testSketchOf(t, s.name, s.base, s.queries, metric)
			sketched += testSketchOf(t, s.name, rounded(s.base, argmax.ToBFloat16), rounded(s.queries, argmax.ToBFloat16), metric)
		}
	}
	assert.Greater(t, sketched, 40)
}

// testSketchOf returns 1 if the rows have a sketch.
func testSketchOf[E Element](t *testing.T, name string, base, queries kernels.Dense[E], metric Metric) int {
	lean, x := New(base, metric, Options{Lean: true}), New(base, metric, Options{})
	for _, n := range []int{1, queries.Rows} {
		for _, k := range []int{1, 20, base.Rows} {
			want, wantCount := make([]Neighbour, n*k), make([]int, n)
			got, count := make([]Neighbour, n*k), make([]int, n)
			lean.Search(want, wantCount, queries.Slice(0, n), k, nil)
			x.Search(got, count, queries.Slice(0, n), k, nil)
			require.Equal(t, wantCount, count, "%s, %v", name, metric)
			require.Equal(t, want, got, "%s, %v, k %d", name, metric, k)
		}
	}
	if has, _, _ := HasSketch(x); has {
		return 1
	}
	return 0
}

// Segments that were joined have a sketch, and so has the only one; the file has it, too.
func TestSketchesOfLiveIndices(t *testing.T) {
	defer UseCompact(1)()
	defer UseSketch(200 * 150)()
	r := rand.New(rand.NewPCG(9, 10))
	space := func() *rand.Rand { return rand.New(rand.NewPCG(11, 12)) }
	base, queries := flat(r, space(), 900, 150, same), flat(r, space(), 20, 150, same)
	ids := func(lo, hi int) (list []uint64) {
		for id := lo; id < hi; id++ {
			list = append(list, uint64(id))
		}
		return list
	}
	want := make([]Match, 20*5)
	check := func(x *Live[float32], rows int) {
		t.Helper()
		found := make([]Neighbour, 20*5)
		New(base.Slice(0, rows), L2, Options{Lean: true}).Search(found, make([]int, 20), queries, 5, nil)
		for i, n := range found {
			want[i] = Match{uint64(n.Row), n.Distance}
		}
		got := make([]Match, 20*5)
		x.Search(got, make([]int, 20), queries, 5, nil)
		require.Equal(t, want, got)
	}
	x := NewLive[float32](150, L2)
	require.NoError(t, x.Add(ids(0, 600), base.Slice(0, 600), nil))
	assert.Equal(t, []bool{true}, Sketched(x), "all rows at once")
	check(x, 600)
	require.NoError(t, x.Add(ids(600, 850), base.Slice(600, 850), nil))
	assert.Equal(t, []bool{true, false}, Sketched(x))
	check(x, 850)
	require.NoError(t, x.Add(ids(850, 900), base.Slice(850, 900), nil))
	assert.Equal(t, []bool{true, false, false}, Sketched(x))
	check(x, 900)
	x.Compact(nil)
	assert.Equal(t, []bool{true}, Sketched(x), "joined")

	path := filepath.Join(t.TempDir(), "live")
	require.NoError(t, x.Snapshot().WriteFile(path, nil))
	opened, err := OpenLive[float32](path, OpenOptions{})
	require.NoError(t, err)
	assert.Equal(t, []bool{true}, Sketched(opened), "it is in the file")
	check(opened, 900)
	require.NoError(t, opened.Snapshot().WriteFile(path+"2", nil))
	first, err := os.ReadFile(path)
	require.NoError(t, err)
	second, err := os.ReadFile(path + "2")
	require.NoError(t, err)
	assert.Equal(t, first, second)

	assert.Equal(t, 1, opened.Remove(899))
	check(opened, 899)
	require.NoError(t, opened.Snapshot().WriteFile(path+"2", nil))
	require.NoError(t, opened.Close())
	again, err := OpenLive[float32](path+"2", OpenOptions{})
	require.NoError(t, err)
	assert.Equal(t, []bool{false}, Sketched(again), "it would be that of more rows")
	check(again, 899)
	require.NoError(t, again.Close())
}
