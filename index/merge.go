package index

import (
	"cmp"
	"slices"

	"github.com/seed842bec00/argmax/kernels"
)

// A ranked is a decision among rows of several segments.
type ranked struct {
	decision
	id     uint64
	square uint64 // |y|², if cosines are compared as fractions
}

// A merger finds the k nearest of what searches of several segments find.
type merger struct {
	k         int
	fractions bool
	best      []ranked // a heap, the worst on top, unless everything is sought
}

func (m *merger) reset(k int, fractions bool) { m.k, m.fractions, m.best = k, fractions, m.best[:0] }

// add adds what a search of a segment found, in order.
func (m *merger) add(best []decision, ids []uint64, squares []float64) {
	for _, d := range best {
		r := ranked{decision: d, id: ids[d.row]}
		if m.fractions {
			r.square = uint64(squares[d.row])
		}
		switch {
		case m.k == everything:
			m.best = append(m.best, r)
		case len(m.best) < m.k:
			m.best = append(m.best, r)
			siftUp(m.best, m.compare)
		case m.compare(r, m.best[0]) < 0:
			m.best[0] = r
			siftDown(m.best, m.compare)
		default:
			return // the others are farther
		}
	}
}

// radius returns how far rows may be that are still of interest.
func (m *merger) radius(most float64) float64 {
	if m.k == everything || len(m.best) < m.k {
		return most
	}
	return min(most, m.best[0].value+fuzz(m.fractions))
}

// compare orders rows, the nearest first.
func (m *merger) compare(a, b ranked) int {
	if m.fractions {
		return cmp.Or(compareCosines(a.dot, a.square, b.dot, b.square), cmp.Compare(a.id, b.id))
	}
	return cmp.Or(cmp.Compare(a.value, b.value), cmp.Compare(a.id, b.id))
}

// sort puts the best in order.
//
//go:noinline // as keeper.sort
func (m *merger) sort() { slices.SortFunc(m.best, m.compare) }

// merging is the memory of a search of several segments.
type merging struct {
	mergers []merger
	allowed admission
}

// mergeQueries is the most queries for which results are merged at a time, and
// mergeResults about the most results.
const (
	mergeQueries = 4096
	mergeResults = 1 << 18
)

// An admission is a filter of the rows of a segment.
type admission struct {
	alive   Bitmap // nil for all
	ids     []uint64
	allowed func(id uint64) bool // nil for all
	rows    Filter               // of ids that are rows; nil for all
}

// Contains implements [Filter].
func (a *admission) Contains(row int) bool {
	return (a.alive == nil || a.alive.Contains(row)) && (a.allowed == nil || a.allowed(a.ids[row])) &&
		(a.rows == nil || a.rows.Contains(int(a.ids[row])))
}

// search searches all segments of a state and calls found for each query, in order, with
// its nearest rows, in order.
func (s *state[E]) search(m *merging, queries kernels.Dense[E], k int, radius float64, allowed func(uint64) bool, pool *kernels.Pool, found func(query int, best []ranked)) Stats {
	var stats Stats
	batch := min(queries.Rows, mergeQueries)
	if k != everything {
		k = min(k, s.rows)
		batch = min(batch, max(1, mergeResults/max(1, k)))
	}
	for lo := 0; lo < queries.Rows; lo += batch {
		part := queries.Slice(lo, min(lo+batch, queries.Rows))
		m.mergers = resize(m.mergers, part.Rows)
		for i := range m.mergers {
			m.mergers[i].reset(k, s.fractions)
		}
		for _, seg := range s.segments {
			if pool.Err() != nil {
				return stats
			}
			limit := radius
			if part.Rows == 1 {
				limit = m.mergers[0].radius(radius)
			}
			selection := Selection[E]{index: seg.index}
			if seg.alive != nil || allowed != nil {
				m.allowed = admission{alive: seg.alive, ids: seg.ids, allowed: allowed}
				selection.filter = &m.allowed
			}
			sought := k
			if k != everything {
				sought = min(k, seg.live)
			}
			one := selection.each(part, sought, limit, pool, func(i int, best []decision) {
				m.mergers[i].add(best, seg.ids, seg.index.squares)
			})
			stats.add(one)
		}
		for i := range m.mergers {
			m.mergers[i].sort()
			found(lo+i, m.mergers[i].best)
		}
	}
	return stats
}
