package kernels

import (
	"slices"

	"github.com/seed842bec00/argmax"
)

// A keeper is what a [TopK] of any type of values is made of: it keeps the k best of a
// stream of candidates.
//
// Values that are worse than a bound, the k-th best at some earlier point, are skipped
// at the speed of argmax.FindAtMost. For a small k the others are kept sorted. For a
// large k they go to a reservoir beside the k best; when there are as many of them, the
// k best of all are selected and the worst of those is the new bound. That takes a
// constant number of operations for each, whatever k and the order of the values.
type keeper struct {
	k          int
	order      Order
	candidates []candidate // the k best and what came later; its capacity is all there will be
	worst      candidate   // the k-th best when it was last determined
	full       bool        // worst is there
	seen       int
	positions  []int32 // of values not worse than the bound, for find
}

// few is the largest k whose best are kept sorted. For descending values, each of which
// is kept, insertion takes twice as long as a reservoir at k = 24; at k = 8 a reservoir
// takes half as long again as insertion.
const few = 16

// room is the number of candidates of a keeper of k.
func room(k int) int {
	if k <= few {
		return k
	}
	return 2 * k
}

// A stream is searched in pieces with one bound each. The bound tightens quickly at
// first, then ever more slowly; so the pieces grow.
const (
	shortestPiece = 32
	longestPiece  = 1024 // 4 KB of positions
)

func (t *keeper) reset() { t.candidates, t.full, t.seen = t.candidates[:0], false, 0 }

// push offers values, whose indices are first, first + 1 and so on.
func push[V Value](t *keeper, first int, values []V) {
	for len(values) > 0 {
		n := t.piece(len(values))
		for _, p := range find(t, values[:n], bound[V](t, first)) {
			t.add(candidate{key(t.order, values[p]), first + int(p)})
		}
		first, values = first+n, values[n:]
	}
}

// piece returns how many of the next n values to search together.
func (t *keeper) piece(n int) int {
	n = min(n, max(t.seen, shortestPiece), longestPiece)
	t.seen = min(t.seen+n, longestPiece)
	return n
}

// bound returns the worst value that may be kept if its index is first or a higher
// one: if first is after the index of the k-th best, an equal value is not.
func bound[V Value](t *keeper, first int) V {
	if !t.full {
		return worst[V](t.order)
	}
	v := value[V](t.order, t.worst.key)
	if first > t.worst.index {
		return better(t.order, v)
	}
	return v
}

// find lists the positions of values that are not worse than bound.
func find[V Value](t *keeper, piece []V, bound V) []int32 {
	if t.k == 0 {
		return nil
	}
	n := 0
	switch piece := any(piece).(type) {
	case []float32:
		if bound := any(bound).(float32); t.order == Largest {
			n = argmax.FindAtLeast(t.positions, piece, bound)
		} else {
			n = argmax.FindAtMost(t.positions, piece, bound)
		}
	case []int64:
		bound := key(t.order, any(bound).(int64))
		for i, v := range piece {
			if key(t.order, v) <= bound {
				t.positions[n] = int32(i)
				n++
			}
		}
	}
	return t.positions[:n]
}

// add keeps a candidate unless it is too bad.
func (t *keeper) add(c candidate) {
	switch {
	case t.full && c.before(t.worst) == 0:
	case t.k <= few:
		t.insert(c)
	default:
		t.candidates = append(t.candidates, c)
		if len(t.candidates) == cap(t.candidates) {
			t.tighten()
		}
	}
}

// insert puts a candidate in its place among few.
func (t *keeper) insert(c candidate) {
	at := len(t.candidates)
	if at < t.k {
		t.candidates = t.candidates[:at+1]
	} else {
		at--
	}
	for ; at > 0 && c.before(t.candidates[at-1]) != 0; at-- {
		t.candidates[at] = t.candidates[at-1]
	}
	t.candidates[at] = c
	if len(t.candidates) == t.k {
		t.worst, t.full = t.candidates[t.k-1], true
	}
}

// tighten selects the k best of many candidates.
func (t *keeper) tighten() {
	selectBest(t.candidates, t.k)
	t.candidates = t.candidates[:t.k]
	t.worst, t.full = t.candidates[t.k-1], true
}

// sort returns the k best in order.
func (t *keeper) sort() []candidate {
	if len(t.candidates) > t.k {
		t.tighten()
	}
	if t.k > few {
		slices.SortFunc(t.candidates, candidate.compare)
	}
	return t.candidates
}
