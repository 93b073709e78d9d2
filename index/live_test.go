package index_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/kernels"

	. "github.com/seed842bec00/argmax/index"
)

// model is what a live index should hold.
type model[E Element] map[uint64][]E

// index returns an immutable index of the rows in the order of their ids.
func (m model[E]) index(cols int, metric Metric) (*Index[E], []uint64) {
	var ids []uint64
	for id := range m {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	rows := kernels.NewDense[E](len(ids), cols)
	for i, id := range ids {
		copy(rows.Row(i), m[id])
	}
	return New(rows, metric, Options{}), ids
}

func matches(found []Neighbour, ids []uint64) []Match {
	m := make([]Match, len(found))
	for i, n := range found {
		m[i] = Match{ID: ids[n.Row], Distance: n.Distance}
	}
	return m
}

// requireSame compares a snapshot with an index of the same rows.
func requireSame[E Element](t *testing.T, m model[E], s Snapshot[E], metric Metric, queries kernels.Dense[E]) {
	t.Helper()
	x, ids := m.index(queries.Cols, metric)
	require.Equal(t, len(ids), s.Len())
	for _, k := range []int{1, 5, len(ids) + 2} {
		for _, workers := range []int{1, 3} {
			pool := kernels.NewPool(workers)
			want, wantCount := make([]Neighbour, k*queries.Rows), make([]int, queries.Rows)
			x.Search(want, wantCount, queries, k, pool)
			got, count := make([]Match, k*queries.Rows), make([]int, queries.Rows)
			s.Search(got, count, queries, k, pool)
			require.Equal(t, wantCount, count)
			alone := make([]Match, k)
			for i := range queries.Rows {
				require.Equal(t, matches(want[i*k:][:count[i]], ids), got[i*k:][:count[i]], "%v, k %d", metric, k)
				s.Search(alone, count[:1], queries.Slice(i, i+1), k, pool)
				require.Equal(t, matches(want[i*k:][:wantCount[i]], ids), alone[:count[0]], "%v, k %d, alone", metric, k)
			}
		}
	}
	count, wantCount := make([]int, queries.Rows), make([]int, queries.Rows)
	for _, radius := range []float64{0, 3, math.Inf(1)} {
		want, _ := x.Within(nil, wantCount, queries, radius, nil)
		got, _ := s.Within(nil, count, queries, radius, nil)
		require.Equal(t, wantCount, count)
		require.Equal(t, matches(want, ids), append([]Match{}, got...))
	}
}

// Whatever is added, replaced and removed, a live index finds what an index of the same
// rows finds. Many rows are equal, or equally far.
func TestLiveFindsWhatAnIndexFinds(t *testing.T) {
	r := rand.New(rand.NewPCG(51, 52))
	testLive(t, r, below[float32](r, 3), 4)
	testLive(t, r, normal(r), 20)
	testLive(t, r, below[uint8](r, 4), 5)
	testLive(t, r, func(int, int) argmax.Float16 { return argmax.ToFloat16(float32(r.IntN(4))) }, 5)
}

func testLive[E Element](t *testing.T, r *rand.Rand, value func(i, j int) E, cols int) {
	queries, steps := matrix(7, cols, value), 60
	if testing.Short() {
		steps = 20
	}
	for _, metric := range metricsOf[E]() {
		x, m := NewLive[E](cols, metric), model[E]{}
		assert.Equal(t, cols, x.Columns())
		assert.Equal(t, metric, x.Metric())
		requireSame(t, m, x.Snapshot(), metric, queries)
		for step := range steps {
			n := 1 + r.IntN(12)
			switch kind := r.IntN(4); {
			case kind < 2: // new ids, among those that are there
				var ids []uint64
				for len(ids) < n {
					if id := r.Uint64N(400); m[id] == nil && !slices.Contains(ids, id) {
						ids = append(ids, id)
					}
				}
				rows := matrix(n, cols, value)
				require.NoError(t, x.Add(ids, rows, nil))
				for i, id := range ids {
					m[id] = slices.Clone(rows.Row(i))
				}
				clear(rows.Data) // they were copied
			case kind == 2:
				var ids []uint64
				for id := range m {
					if len(ids) < n {
						ids = append(ids, id)
					}
				}
				rows := matrix(len(ids), cols, value)
				require.NoError(t, x.Update(ids, rows, nil))
				for i, id := range ids {
					m[id] = rows.Row(i)
				}
			default:
				ids, there := []uint64{}, 0
				for range n {
					id := r.Uint64N(400)
					ids = append(ids, id)
					if m[id] != nil {
						there++
						delete(m, id)
					}
				}
				require.Equal(t, there, x.Remove(ids...))
			}
			if step == steps/2 {
				x.Compact(kernels.NewPool(2))
				assert.LessOrEqual(t, Segments(x), 1)
			}
			if step%10 == 0 || step > steps-5 {
				requireSame(t, m, x.Snapshot(), metric, queries)
			}
		}
		for id, row := range m {
			got, ok := x.Snapshot().Row(id)
			require.True(t, ok)
			require.Equal(t, row, got[:len(row):len(row)])
		}
		_, ok := x.Snapshot().Row(1000)
		assert.False(t, ok)
		for id := range m {
			x.Remove(id)
		}
		assert.Zero(t, x.Snapshot().Len())
		assert.Zero(t, Segments(x))
	}
}

// Adding rows one by one leaves few segments.
func TestSegmentsStayFew(t *testing.T) {
	x, row := NewLive[float32](1, L2), kernels.NewMatrix(1, 1)
	for i := range 1000 {
		row.Data[0] = float32(i)
		require.NoError(t, x.Add([]uint64{uint64(i * 7919 % 1000)}, row, nil))
		require.LessOrEqual(t, Segments(x), 10)
	}
	for i := range 900 {
		x.Remove(uint64(i))
	}
	assert.LessOrEqual(t, Segments(x), 10)
	assert.LessOrEqual(t, KeptRows(x), 201, "removed rows are dropped once they are most")
}

func TestLiveRefuses(t *testing.T) {
	x, rows := NewLive[float32](2, L2), kernels.NewMatrix(2, 2)
	require.NoError(t, x.Add([]uint64{5, 3}, rows, nil))
	before := x.Snapshot()
	assert.EqualError(t, x.Add([]uint64{4, 3}, rows, nil), "index: Add: there is a row with id 3")
	assert.EqualError(t, x.Add([]uint64{4, 4}, rows, nil), "index: Add: id 4 twice")
	assert.EqualError(t, x.Update([]uint64{5, 4}, rows, nil), "index: Update: there is no row with id 4")
	assert.EqualError(t, x.Update([]uint64{5, 5}, rows, nil), "index: Update: id 5 twice")
	assert.Equal(t, before, x.Snapshot(), "nothing has changed")
	for message, f := range map[string]func(){
		"index: NewLive: unknown metric Metric(9)":          func() { NewLive[uint8](1, 9) },
		"index: NewLive: -1 columns":                        func() { NewLive[uint8](-1, L2) },
		"index: Add: 1 ids for 2 rows":                      func() { _ = x.Add([]uint64{9}, rows, nil) },
		"index: Add: rows of 3 columns, want 2":             func() { _ = x.Add([]uint64{9}, kernels.NewMatrix(1, 3), nil) },
		"index: Search: queries of 3 columns, rows of 2":    func() { x.Search(nil, make([]int, 1), kernels.NewMatrix(1, 3), 0, nil) },
		"index: Search: dst of length 1 for 2 queries, k 1": func() { x.Search(make([]Match, 1), make([]int, 2), rows, 1, nil) },
		"index: Within: count of length 1 for 2 queries":    func() { x.Within(nil, make([]int, 1), rows, 1, nil) },
		"index: Within: radius NaN":                         func() { x.Within(nil, make([]int, 2), rows, math.NaN(), nil) },
		"kernels: matrix of 2×2 has stride 1":               func() { _ = x.Add([]uint64{1, 2}, kernels.Matrix{Rows: 2, Cols: 2, Stride: 1, Data: rows.Data}, nil) },
	} {
		assert.PanicsWithValue(t, message, f)
	}
}

func TestAmong(t *testing.T) {
	x, rows := NewLive[uint8](1, L1), kernels.Dense[uint8]{Rows: 6, Cols: 1, Stride: 1, Data: []uint8{0, 1, 2, 3, 4, 5}}
	require.NoError(t, x.Add([]uint64{10, 11, 12, 13, 14, 15}, rows, nil))
	x.Remove(12)
	s := x.Snapshot().Among(func(id uint64) bool { return id%2 == 0 })
	dst, count := make([]Match, 6), make([]int, 1)
	s.Search(dst, count, rows.Slice(5, 6), 6, nil)
	assert.Equal(t, []Match{{14, 1}, {10, 5}}, dst[:count[0]])
	var ids []uint64
	for id, row := range x.Snapshot().All {
		ids = append(ids, id, uint64(row[0]))
		if id == 14 {
			break
		}
	}
	assert.Equal(t, []uint64{10, 0, 11, 1, 13, 3, 14, 4}, ids)
}

// Rows are replaced all at once, so that every search must find them all of one kind:
// in a state in which all rows have the same value, all distances are equal.
func TestSearchesSeeOneState(t *testing.T) {
	const n, cols = 64, 9
	x := NewLive[float32](cols, L1)
	ids, rows := make([]uint64, n), kernels.NewMatrix(n, cols)
	for i := range ids {
		ids[i] = uint64(i)
	}
	require.NoError(t, x.Add(ids, rows, nil))
	var done atomic.Bool
	var searches atomic.Int64
	var wg sync.WaitGroup
	for searcher := range 3 {
		wg.Go(func() {
			dst, count := make([]Match, n), make([]int, 1)
			query := kernels.NewMatrix(1, cols)
			for last := float32(0); !done.Load(); {
				s := x.Snapshot()
				s.Search(dst, count, query, n, kernels.NewPool(1+searcher))
				if count[0] != n || s.Len() != n {
					t.Errorf("%d of %d rows", count[0], n)
					return
				}
				for i, m := range dst {
					if m.ID != uint64(i) || m.Distance != dst[0].Distance || m.Distance < last {
						t.Errorf("row %d: %v among rows at %v, after %v", i, m, dst[0].Distance, last)
						return
					}
				}
				last = dst[0].Distance
				searches.Add(1)
			}
		})
	}
	for step := 0; (step < 50 || searches.Load() < 100) && !t.Failed(); step++ {
		for i := range rows.Data {
			rows.Data[i] = float32(step + 1)
		}
		require.NoError(t, x.Update(ids, rows, nil))
		if step%7 == 0 {
			x.Compact(nil)
		}
	}
	done.Store(true)
	wg.Wait()
}

func TestLiveSearchAllocatesNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(53, 54))
	x := NewLive[float32](30, L2)
	for i, n := range []int{500, 100, 20} {
		ids := make([]uint64, n)
		for j := range ids {
			ids[j] = uint64(i*1000 + j)
		}
		require.NoError(t, x.Add(ids, matrix(n, 30, normal(r)), nil))
	}
	x.Remove(3, 1003)
	require.Equal(t, 3, Segments(x))
	queries, dst, count := matrix(5, 30, normal(r)), make([]Match, 50), make([]int, 5)
	for _, n := range []int{1, 5} {
		assert.Zero(t, testing.AllocsPerRun(10, func() { x.Search(dst[:10*n], count[:n], queries.Slice(0, n), 10, nil) }))
	}
}
