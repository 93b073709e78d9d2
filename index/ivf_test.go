package index_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/dataset/fashion"
	"github.com/seed842bec00/argmax/kernels"

	. "github.com/seed842bec00/argmax/index"
)

// With as many probes as lists, an IVF finds what an index finds.
func TestIVFOfAllLists(t *testing.T) {
	r := rand.New(rand.NewPCG(71, 72))
	testIVF(t, "normal", matrix(300, 10, normal(r)), matrix(70, 10, normal(r)))
	testIVF(t, "ties", matrix(300, 4, below[float32](r, 3)), matrix(70, 4, below[float32](r, 3)))
	testIVF(t, "bytes", matrix(300, 10, below[uint8](r, 5)), matrix(70, 10, below[uint8](r, 5)))
	testIVF(t, "halves", rounded(matrix(200, 10, normal(r)), argmax.ToFloat16), rounded(matrix(9, 10, normal(r)), argmax.ToFloat16))
	testIVF(t, "empty", matrix(0, 3, normal(r)), matrix(2, 3, normal(r)))
	for _, s := range adversaries(24) {
		testIVF(t, s.name, s.base, s.queries)
	}
}

func testIVF[E Element](t *testing.T, name string, base, queries kernels.Dense[E]) {
	for _, metric := range metrics {
		x, err := NewIVF(base, metric, IVFOptions{Seed: 3})
		require.NoError(t, err)
		assert.Equal(t, metric, x.Metric())
		want, wantCount := make([]Neighbour, 5*queries.Rows), make([]int, queries.Rows)
		New(base, metric, Options{}).Search(want, wantCount, queries, 5, nil)
		for _, workers := range []int{1, 3} {
			got, count := make([]Neighbour, 5*queries.Rows), make([]int, queries.Rows)
			x.Search(got, count, queries, 5, x.Lists()+1, kernels.NewPool(workers))
			require.Equal(t, wantCount, count, "%s, %v", name, metric)
			require.Equal(t, want, got, "%s, %v", name, metric)
			for i := range min(3, queries.Rows) {
				x.Search(got[:5], count[:1], queries.Slice(i, i+1), 5, x.Lists()+1, kernels.NewPool(workers))
				require.Equal(t, want[i*5:][:wantCount[i]], got[:count[0]], "%s, %v, alone", name, metric)
			}
		}
	}
}

// The lists depend on the rows and the seed alone.
func TestIVFIsReproducible(t *testing.T) {
	r := rand.New(rand.NewPCG(73, 74))
	base := matrix(1500, 12, normal(r))
	defer processors(7)()
	for _, metric := range metrics {
		var first [][]uint64
		onEveryISA(func(isa string) {
			for _, workers := range []int{1, 2, 7} {
				x, err := NewIVF(base, metric, IVFOptions{Lists: 20, Seed: 5, Sample: 1000, Pool: kernels.NewPool(workers)})
				require.NoError(t, err)
				if first == nil {
					first = Lists(x)
				}
				require.Equal(t, first, Lists(x), "%v, %s, %d workers", metric, isa, workers)
			}
		})
		other, err := NewIVF(base, metric, IVFOptions{Lists: 20, Seed: 6, Sample: 1000})
		require.NoError(t, err)
		assert.NotEqual(t, first, Lists(other))
		seen := 0
		for _, list := range first {
			assert.NotEmpty(t, list)
			seen += len(list)
		}
		assert.Equal(t, base.Rows, seen)
	}
}

// Clusters that are far apart are found, though two random rows are often in one.
func TestClusters(t *testing.T) {
	r := rand.New(rand.NewPCG(75, 76))
	base := matrix(400, 3, func(i, j int) float32 { return float32(100*(i%4)*(j+1)) + float32(r.NormFloat64()) })
	for i := range 100 { // and many equal rows
		copy(base.Row(4*i), base.Row(0))
	}
	found := 0
	for seed := range uint64(10) {
		x, err := NewIVF(base, L2, IVFOptions{Lists: 4, Seed: seed, Iterations: 20})
		require.NoError(t, err)
		pure := true
		for _, list := range Lists(x) {
			for _, row := range list {
				pure = pure && row%4 == list[0]%4
			}
		}
		if pure {
			found++
		}
	}
	assert.GreaterOrEqual(t, found, 2, "of 10 seeds")
	x, err := NewIVF(matrix(50, 2, func(i, j int) float32 { return float32(i % 2) }), L2, IVFOptions{Lists: 30})
	require.NoError(t, err)
	sizes := []int{}
	for _, list := range Lists(x) {
		if len(list) > 0 {
			sizes = append(sizes, len(list))
		}
	}
	assert.Equal(t, []int{25, 25}, sizes, "two different rows")
}

// A tuned index reaches the recall that it reports, and probes few lists.
func TestTune(t *testing.T) {
	train, test, err := fashion.Load()
	require.NoError(t, err)
	base := train.Dense()
	tuning, held := test.Dense().Slice(0, 100), test.Dense().Slice(100, 200)
	x, err := NewIVF(base, L2, IVFOptions{Lists: 40, Seed: 1})
	require.NoError(t, err)
	exact := New(base, L2, Options{})
	const k = 10
	recall := func(queries kernels.Dense[uint8], probes int) float64 {
		want, got, count := make([]Neighbour, k*queries.Rows), make([]Neighbour, k*queries.Rows), make([]int, queries.Rows)
		exact.Search(want, count, queries, k, nil)
		x.Search(got, count, queries, k, probes, nil)
		found := 0
		for q := range queries.Rows {
			for _, n := range want[q*k:][:k] {
				if slices.Contains(got[q*k:][:count[q]], n) {
					found++
				}
			}
		}
		return float64(found) / float64(k*queries.Rows)
	}
	last := 0
	for _, target := range []float64{0, 0.5, 0.9, 0.99, 1} {
		found, err := x.Tune(tuning, k, target, kernels.NewPool(2))
		require.NoError(t, err)
		assert.GreaterOrEqual(t, found.Recall, target)
		assert.Equal(t, recall(tuning, found.Probes), found.Recall, "as reported")
		if found.Probes > 1 {
			assert.Less(t, recall(tuning, found.Probes-1), target, "the fewest")
		}
		assert.GreaterOrEqual(t, found.Probes, last)
		last = found.Probes
		if target == 0.9 {
			assert.LessOrEqual(t, found.Probes, 10)
			assert.Greater(t, recall(held, found.Probes), 0.85)
		}
	}
}

func TestIVFEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	base, pool := kernels.NewMatrix(100, 2), kernels.NewPool(2).WithContext(ctx)
	_, err := NewIVF(base, L2, IVFOptions{Pool: pool})
	assert.ErrorIs(t, err, context.Canceled)
	x, err := NewIVF(base, L2, IVFOptions{})
	require.NoError(t, err)
	_, err = x.Tune(base, 1, 1, pool)
	assert.ErrorIs(t, err, context.Canceled)
	for message, f := range map[string]func(){
		"index: NewIVF: no clusters by Hamming":                func() { _, _ = NewIVF(kernels.NewDense[uint8](1, 1), Hamming, IVFOptions{}) },
		"index: NewIVF: -1 lists, 0 iterations, a sample of 0": func() { _, _ = NewIVF(base, L2, IVFOptions{Lists: -1}) },
		"index: Search: 0 probes":                              func() { x.Search(make([]Neighbour, 1), make([]int, 1), base.Slice(0, 1), 1, 0, nil) },
		"index: Search: dst of length 1 for 1 queries, k 2":    func() { x.Search(make([]Neighbour, 1), make([]int, 1), base.Slice(0, 1), 2, 1, nil) },
		"index: Search: queries of 3 columns, rows of 2":       func() { x.Search(nil, make([]int, 1), kernels.NewMatrix(1, 3), 1, 1, nil) },
		"index: Tune: recall NaN, k 1":                         func() { _, _ = x.Tune(base, 1, math.NaN(), nil) },
	} {
		assert.PanicsWithValue(t, message, f)
	}
}

func TestIVFFiles(t *testing.T) {
	r := rand.New(rand.NewPCG(79, 80))
	path := filepath.Join(t.TempDir(), "ivf")
	testIVFFile(t, path, matrix(200, 7, normal(r)))
	testIVFFile(t, path, matrix(200, 7, below[uint8](r, 256)))
	testIVFFile(t, path, matrix(0, 7, normal(r)))

	data, err := os.ReadFile(path)
	require.NoError(t, err)
	data[200] ^= 1
	require.NoError(t, os.WriteFile(path, data, 0o600))
	_, err = OpenIVF[float32](path, OpenOptions{})
	assert.ErrorContains(t, err, "offset ")

	number := func(v ...uint64) (b []byte) {
		for _, v := range v {
			b = binary.LittleEndian.AppendUint64(b, v)
		}
		return b
	}
	for want, c := range map[string]struct{ ids, lists []byte }{
		"":                                      {number(1, 0), number(1, 1)},
		"row 1 twice, or not one of 2":          {number(1, 1), number(1, 1)},
		"row 2 twice, or not one of 2":          {number(0, 2), number(1, 1)},
		"id 0 after 1: ids ascend":              {number(1, 0), number(2, 0)},
		"a list of 2 rows, of which 1 are left": {number(1, 0), number(1, 2)},
		"lists of 1 rows in all, want 2":        {number(1, 0), number(1, 0)},
		"not 3 × 1 numbers of 4":                {number(1, 0), number(1, 1, 0)},
	} {
		b := file(about(3, 1, 0, 0, 2, 1), map[string][]byte{"rows": make([]byte, 8), "squares": make([]byte, 16), "ids": c.ids, "lists": c.lists, "centroids": make([]byte, 8)})
		require.NoError(t, os.WriteFile(path, b, 0o600))
		x, err := OpenIVF[float32](path, OpenOptions{})
		if want == "" {
			require.NoError(t, err)
			require.NoError(t, x.Close())
			continue
		}
		require.ErrorContains(t, err, want)
		require.Regexp(t, offset, err.Error())
	}
}

func testIVFFile[E Element](t *testing.T, path string, base kernels.Dense[E]) {
	for _, metric := range metrics {
		want, err := NewIVF(base, metric, IVFOptions{Lists: 9})
		require.NoError(t, err)
		require.NoError(t, want.WriteFile(path, Attachments{"a": []byte("b")}))
		info, err := ReadInfo(path)
		require.NoError(t, err)
		assert.Equal(t, KindIVF, info.Kind)
		x, err := OpenIVF[E](path, OpenOptions{Pool: kernels.NewPool(2)})
		require.NoError(t, err)
		assert.Equal(t, Lists(want), Lists(x))
		assert.Equal(t, "b", string(x.Attached("a")))
		require.NoError(t, x.Verify(nil))
		queries := base.Slice(0, min(9, base.Rows))
		dst, count := make([]Neighbour, 4*queries.Rows), make([]int, queries.Rows)
		other, otherCount := make([]Neighbour, 4*queries.Rows), make([]int, queries.Rows)
		for _, probes := range []int{1, 3, 9} {
			want.Search(dst, count, queries, 4, probes, nil)
			x.Search(other, otherCount, queries, 4, probes, nil)
			assert.Equal(t, dst, other)
			assert.Equal(t, count, otherCount)
		}
		require.NoError(t, x.Close())
	}
}

func TestIVFSearchAllocatesNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(77, 78))
	x, err := NewIVF(matrix(500, 8, normal(r)), L2, IVFOptions{})
	require.NoError(t, err)
	queries, dst, count := matrix(6, 8, normal(r)), make([]Neighbour, 60), make([]int, 6)
	for _, n := range []int{1, 6} {
		assert.Zero(t, testing.AllocsPerRun(10, func() { x.Search(dst[:10*n], count[:n], queries.Slice(0, n), 10, 4, nil) }), fmt.Sprint(n))
	}
}

// A filter and a radius select among the rows of the lists that are probed.
func TestIVFFiltersAndRadius(t *testing.T) {
	r := rand.New(rand.NewPCG(83, 84))
	testIVFSelection(t, matrix(300, 6, normal(r)), matrix(70, 6, normal(r)))
	testIVFSelection(t, matrix(300, 6, below[uint8](r, 9)), matrix(70, 6, below[uint8](r, 9)))
}

func testIVFSelection[E Element](t *testing.T, base, queries kernels.Dense[E]) {
	bitmap := make(Bitmap, 5)
	var list List
	for row := 3; row < base.Rows; row += 7 {
		bitmap.Set(row)
		list = append(list, row)
	}
	for _, metric := range metrics {
		exact := New(base, metric, Options{})
		var steps []int
		x, err := NewIVF(base, metric, IVFOptions{Lists: 12, Iterations: 3, Progress: func(done, most int) {
			assert.Equal(t, 4, most)
			steps = append(steps, done)
		}})
		require.NoError(t, err)
		assert.True(t, slices.IsSorted(steps))
		assert.Equal(t, 4, steps[len(steps)-1], "the last is the whole")
		for _, filter := range []Filter{nil, bitmap, list, Predicate(bitmap.Contains)} {
			for _, n := range []int{1, 70} {
				for _, workers := range []int{1, 3} {
					pool, some := kernels.NewPool(workers), queries.Slice(0, n)
					want, wantCount := make([]Neighbour, 50*n), make([]int, n)
					got, count := make([]Neighbour, 50*n), make([]int, n)
					exact.Among(filter).Search(want, wantCount, some, 50, nil)
					x.Among(filter).Search(got, count, some, 50, 12, pool)
					require.Equal(t, wantCount, count)
					require.Equal(t, want, got)
					radius := float64(want[5].Distance)
					want, _ = exact.Among(filter).Within(nil, wantCount, some, radius, nil)
					got, _ = x.Among(filter).Within(nil, count, some, radius, 12, pool)
					require.Equal(t, wantCount, count)
					require.Equal(t, want, got)
					for _, neighbour := range got {
						require.True(t, filter == nil || filter.Contains(neighbour.Row))
					}
				}
			}
		}
		one, count := make([]Neighbour, 70*4), make([]int, 70)
		x.Among(bitmap).Search(one, count, queries, 4, 1, nil)
		near, nearCount := x.Among(bitmap).Within(nil, make([]int, 70), queries, math.Inf(1), 1, nil)
		assert.GreaterOrEqual(t, len(near), sum(count), "a radius of ∞ finds all of a list")
		assert.NotZero(t, nearCount.Compared)
	}
	x, err := NewIVF(base, L2, IVFOptions{Lists: 12})
	require.NoError(t, err)
	for row := range base.Rows {
		require.Equal(t, base.Row(row), x.Row(row))
	}
	floats := x.Floats()
	assert.Equal(t, Lists(x), Lists(floats))
	for row := range base.Rows {
		for j, v := range floats.Row(row) {
			require.Equal(t, number(base.Row(row)[j]), float64(v))
		}
	}
	assert.PanicsWithValue(t, "index: Row: row 300 of 300", func() { x.Row(300) })
	assert.PanicsWithValue(t, "index: Within: radius NaN", func() { x.Within(nil, make([]int, 70), queries, math.NaN(), 1, nil) })
	assert.PanicsWithValue(t, "index: Within: 0 probes", func() { x.Within(nil, make([]int, 70), queries, 1, 0, nil) })
	assert.Panics(t, func() { x.Among(List{300}) })
}

// The recall of rows is that of a search for the others.
func TestTuneByRows(t *testing.T) {
	r := rand.New(rand.NewPCG(85, 86))
	const k = 3
	base := matrix(300, 4, below[float32](r, 6)) // with duplicates
	x, err := NewIVF(base, L2, IVFOptions{Lists: 20})
	require.NoError(t, err)
	rows := []int{5, 17, 44, 299}
	tuning, err := x.TuneByRows(rows, k, 0.8, nil)
	require.NoError(t, err)
	recall := func(probes int) float64 {
		found := 0
		for _, row := range rows {
			others := Predicate(func(other int) bool { return other != row })
			want, got, count := make([]Neighbour, k), make([]Neighbour, k), make([]int, 1)
			New(base, L2, Options{}).Among(others).Search(want, count, base.Slice(row, row+1), k, nil)
			x.Among(others).Search(got, count, base.Slice(row, row+1), k, probes, nil)
			for _, n := range want {
				if slices.Contains(got[:count[0]], n) {
					found++
				}
			}
		}
		return float64(found) / float64(k*len(rows))
	}
	assert.GreaterOrEqual(t, tuning.Recall, 0.8)
	assert.InDelta(t, recall(tuning.Probes), tuning.Recall, 1e-9)
	require.Greater(t, tuning.Probes, 1)
	assert.Less(t, recall(tuning.Probes-1), 0.8)
}
