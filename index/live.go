package index

import (
	"cmp"
	"fmt"
	"math"
	"math/bits"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/seed842bec00/argmax/kernels"
)

// A Match is a row of a live index, by its id, and its distance from a query.
type Match struct {
	ID       uint64
	Distance float32
}

// A Live is an index whose rows come and go. Each has an id, which the caller chooses
// and which stays its own. It is safe for concurrent use: changes come one after the
// other, each is seen whole or not at all, and searches do not wait for them.
//
// It finds what an [Index] of the same rows in the order of their ids finds: exactly the
// nearest, of equally near ones the lower id first.
//
// Rows are kept in segments, each an Index. A change adds a segment, which is joined
// with smaller ones, and marks removed rows; a segment is rewritten once most of its rows
// are gone. So there are few segments, about as many as the number of rows has binary
// digits, and a row is copied as many times at most; adding many rows at once is cheaper
// than one by one. [Live.Compact] leaves a single segment, which is the fastest to search.
type Live[E Element] struct {
	columns int
	metric  Metric
	passes  freeList[pass[E]]
	merging freeList[merging]
	file    *file // that was opened, or nil

	writing sync.Mutex
	state   atomic.Pointer[state[E]]
}

// NewLive returns an index without rows. It panics if columns is negative, or if there is
// no such metric of these elements.
func NewLive[E Element](columns int, metric Metric) *Live[E] {
	if columns < 0 {
		panic(fmt.Sprintf("index: NewLive: %d columns", columns))
	}
	if err := checkMetric[E](metric); err != nil {
		panic("index: NewLive: " + err.Error())
	}
	x := &Live[E]{columns: columns, metric: metric}
	x.state.Store(&state[E]{fractions: metric == Cosine && elementOf[E]().exact()})
	return x
}

// Columns returns the number of columns of a row.
func (x *Live[E]) Columns() int { return x.columns }

// Metric returns the metric.
func (x *Live[E]) Metric() Metric { return x.metric }

// Add adds copies of rows, the ids of which are ids[i]. An id that the index has, or that
// ids has twice, is an error that names it, and nothing is added. Add panics if the shape
// of the rows does not fit.
func (x *Live[E]) Add(ids []uint64, rows kernels.Dense[E], pool *kernels.Pool) error {
	part, err := x.part("Add", ids, rows)
	if err != nil {
		return err
	}
	x.writing.Lock()
	defer x.writing.Unlock()
	s := x.state.Load()
	for _, id := range part.ids {
		if _, _, ok := s.find(id); ok {
			return fmt.Errorf("index: Add: there is a row with id %d", id)
		}
	}
	x.store(append(slices.Clone(s.segments), part), pool)
	return nil
}

// Update replaces the rows with the given ids by copies of rows. An id that the index
// does not have, or that ids has twice, is an error that names it, and nothing is
// replaced. Update panics if the shape of the rows does not fit.
func (x *Live[E]) Update(ids []uint64, rows kernels.Dense[E], pool *kernels.Pool) error {
	part, err := x.part("Update", ids, rows)
	if err != nil {
		return err
	}
	x.writing.Lock()
	defer x.writing.Unlock()
	segments, n := x.state.Load().without(part.ids)
	if n < len(part.ids) {
		s := x.state.Load()
		for _, id := range part.ids {
			if _, _, ok := s.find(id); !ok {
				return fmt.Errorf("index: Update: there is no row with id %d", id)
			}
		}
	}
	x.store(append(segments, part), pool)
	return nil
}

// Remove removes the rows with the given ids and returns how many there were.
func (x *Live[E]) Remove(ids ...uint64) int {
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	x.writing.Lock()
	defer x.writing.Unlock()
	segments, n := x.state.Load().without(ids)
	if n > 0 {
		x.store(segments, nil)
	}
	return n
}

// Compact joins all segments, without the rows that were removed. Meanwhile searches go
// on, and other changes wait.
func (x *Live[E]) Compact(pool *kernels.Pool) {
	x.writing.Lock()
	defer x.writing.Unlock()
	s := x.state.Load()
	if len(s.segments) == 0 || len(s.segments) == 1 && s.segments[0].alive == nil {
		return
	}
	x.store([]*segment[E]{x.joined(s.segments, pool)}, pool)
}

// part returns rows to be added as a segment without an index, which refers to them.
func (x *Live[E]) part(function string, ids []uint64, rows kernels.Dense[E]) (*segment[E], error) {
	if err := rows.Check(); err != nil {
		panic(err.Error())
	}
	if len(ids) != rows.Rows {
		panic(fmt.Sprintf("index: %s: %d ids for %d rows", function, len(ids), rows.Rows))
	}
	if rows.Rows > 0 && rows.Cols != x.columns {
		panic(fmt.Sprintf("index: %s: rows of %d columns, want %d", function, rows.Cols, x.columns))
	}
	order := make([]int, len(ids))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return cmp.Compare(ids[i], ids[j]) })
	sorted := kernels.NewDense[E](rows.Rows, x.columns)
	part := &segment[E]{index: &Index[E]{rows: sorted}, ids: make([]uint64, len(ids)), live: len(ids)}
	for to, from := range order {
		copy(sorted.Row(to), rows.Row(from))
		part.ids[to] = ids[from]
		if to > 0 && part.ids[to-1] == part.ids[to] {
			return nil, fmt.Errorf("index: %s: id %d twice", function, part.ids[to])
		}
	}
	return part, nil
}

// without returns the segments without the rows of some ids, no id twice, and how many
// there were.
func (s *state[E]) without(ids []uint64) (segments []*segment[E], n int) {
	segments = slices.Clone(s.segments)
	gone := make([][]int, len(segments))
	for _, id := range ids {
		if i, row, ok := s.find(id); ok {
			gone[i] = append(gone[i], row)
			n++
		}
	}
	for i, rows := range gone {
		if len(rows) > 0 {
			segments[i] = segments[i].without(rows)
		}
	}
	return segments, n
}

// store makes segments the state of the index, after it has joined those that are small
// beside the ones behind them, and rewritten those most of whose rows are gone.
func (x *Live[E]) store(segments []*segment[E], pool *kernels.Pool) {
	segments = slices.DeleteFunc(segments, func(seg *segment[E]) bool { return seg.live == 0 })
	if n := len(segments); n > 0 {
		first, total := n-1, segments[n-1].live
		for first > 0 && !segments[first-1].fixed && segments[first-1].live <= 2*total {
			first--
			total += segments[first].live
		}
		if tail := segments[first:]; len(tail) > 1 {
			segments = append(segments[:first:first], x.joined(tail, pool))
		}
	}
	next := &state[E]{fractions: x.state.Load().fractions}
	for _, seg := range segments {
		switch {
		case seg.index.passes == nil: // a part
			if seg = x.segment(seg.index.rows, seg.ids, pool); len(segments) == 1 {
				seg.index.sketch = newSketch(seg.index, pool)
			}
		case !seg.fixed && seg.live < len(seg.ids)/2:
			seg = x.joined([]*segment[E]{seg}, pool)
		}
		next.segments = append(next.segments, seg)
		next.rows += seg.live
	}
	x.state.Store(next)
}

// Snapshot returns the rows as they are now.
func (x *Live[E]) Snapshot() Snapshot[E] { return Snapshot[E]{live: x, state: x.state.Load()} }

// Search is that of a [Snapshot] taken now.
func (x *Live[E]) Search(dst []Match, count []int, queries kernels.Dense[E], k int, pool *kernels.Pool) Stats {
	return x.Snapshot().Search(dst, count, queries, k, pool)
}

// Within is that of a [Snapshot] taken now.
func (x *Live[E]) Within(dst []Match, count []int, queries kernels.Dense[E], radius float64, pool *kernels.Pool) ([]Match, Stats) {
	return x.Snapshot().Within(dst, count, queries, radius, pool)
}

// A Snapshot is the rows of a [Live] index at one time. It is immutable, whatever happens
// to the index.
type Snapshot[E Element] struct {
	live    *Live[E]
	state   *state[E]
	allowed func(id uint64) bool
}

// Len returns the number of rows, whatever [Snapshot.Among] allows.
func (s Snapshot[E]) Len() int { return s.state.rows }

// Row returns the row with an id; read only.
func (s Snapshot[E]) Row(id uint64) (row []E, ok bool) {
	s.live.file.use("Row")
	defer s.live.file.unuse()
	i, r, ok := s.state.find(id)
	if !ok {
		return nil, false
	}
	return s.state.segments[i].index.rows.Row(r), true
}

// All calls yield for all ids and rows, the lowest id first, until it returns false. The
// rows are read only.
func (s Snapshot[E]) All(yield func(id uint64, row []E) bool) {
	s.live.file.use("All")
	defer s.live.file.unuse()
	ascending(s.state.segments, func(seg *segment[E], row int) bool { return yield(seg.ids[row], seg.index.rows.Row(row)) })
}

// Among returns the snapshot with a filter: searches find rows only for whose ids allowed
// returns true, which is asked about rows that are near enough. It must be safe for
// concurrent use.
func (s Snapshot[E]) Among(allowed func(id uint64) bool) Snapshot[E] {
	s.allowed = allowed
	return s
}

// Search finds the k rows nearest to each of the queries, as [Selection.Search] does: of
// equally near ones the lower id comes first.
func (s Snapshot[E]) Search(dst []Match, count []int, queries kernels.Dense[E], k int, pool *kernels.Pool) Stats {
	checkQueries("Search", count, queries, s.live.columns)
	if high, want := bits.Mul(uint(k), uint(queries.Rows)); k < 0 || high != 0 || want != uint(len(dst)) {
		panic(fmt.Sprintf("index: Search: dst of length %d for %d queries, k %d", len(dst), queries.Rows, k))
	}
	clear(count)
	if k == 0 {
		return Stats{}
	}
	m := s.live.merging.take()
	defer s.live.merging.giveBack(m)
	return s.state.search(m, queries, k, math.Inf(1), s.allowed, pool, func(i int, best []ranked) {
		count[i] = len(best)
		for j := range best {
			dst[i*k+j] = best[j].match()
		}
	})
}

// Within finds the rows at most radius away from each of the queries, as
// [Selection.Within] does: of equally near ones the lower id comes first.
func (s Snapshot[E]) Within(dst []Match, count []int, queries kernels.Dense[E], radius float64, pool *kernels.Pool) ([]Match, Stats) {
	checkQueries("Within", count, queries, s.live.columns)
	if math.IsNaN(radius) {
		panic("index: Within: radius NaN")
	}
	clear(count)
	m := s.live.merging.take()
	defer s.live.merging.giveBack(m)
	stats := s.state.search(m, queries, everything, radius, s.allowed, pool, func(i int, best []ranked) {
		count[i] = len(best)
		dst = slices.Grow(dst, len(best))
		for j := range best {
			dst = append(dst, best[j].match())
		}
	})
	return dst, stats
}

// match returns the row, rounded.
func (r *ranked) match() Match { return Match{r.id, r.neighbour().Distance} }
