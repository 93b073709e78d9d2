package kernels

import (
	"fmt"
	"math"
	"slices"

	"github.com/seed842bec00/argmax"
)

// Order is which values are the best.
type Order uint8

const (
	Smallest Order = iota // as of distances
	Largest               // as of scores
)

// TopK keeps the k best of a stream of values, each with its index. Of equal values
// (−0 and +0 are equal) that with the lower index is better; NaN is never kept.
//
// What is kept depends on the values and their indices alone, neither on their order
// nor on the pieces in which they come. Ascending indices are the fast case: an equal
// value that comes later is then passed over as fast as a worse one. An index that
// comes twice is kept twice.
//
// [argmax.FindAtMost] passes over what is worse than a bound, the k-th best as of late.
// Of what is not, few are kept sorted. Many are a reservoir: new ones are collected
// beside the k best until there are as many of them; then the k best of all are
// selected, and their worst is the new bound. That is a constant number of operations
// for each, whatever k and the order.
//
// Nothing allocates but NewTopK. A TopK must not be used by two goroutines at once.
type TopK struct {
	k          int
	order      Order
	candidates []candidate // the k best and what came later; its capacity is all there will be
	worst      candidate   // the k-th best when it was last determined
	seen       int
	positions  []int32
}

// NewTopK returns a keeper of the k best. It panics if k is negative.
func NewTopK(k int, order Order) *TopK {
	if k < 0 {
		panic(fmt.Sprintf("kernels: NewTopK: k %d is negative", k))
	}
	if order > Largest {
		panic(fmt.Sprintf("kernels: Order(%d)", uint8(order)))
	}
	t := &TopK{k: k, order: order, candidates: make([]candidate, 0, room(k)), positions: make([]int32, longestPiece)}
	t.Reset()
	return t
}

// few is the largest k whose best are kept sorted: a new one takes its place at once.
// With k = 24, and values that fall so that each passes, that takes twice as long as a
// reservoir; with k = 8 a reservoir takes half as long again.
const few = 16

// room is the number of candidates of a keeper of k.
func room(k int) int {
	if k <= few {
		return k
	}
	return 2 * k
}

// A stream is searched in pieces with one bound each. Since the bound is nothing at
// first, and tightens as the number of values seen grows, so do the pieces.
const (
	shortestPiece = 32
	longestPiece  = 1024 // 4 KB of positions
)

// Reset forgets all values.
func (t *TopK) Reset() {
	t.candidates, t.worst, t.seen = t.candidates[:0], none, 0
}

// none is worse than every candidate.
var none = candidate{math.MaxUint32, math.MaxInt}

// Bound is the k-th best value so far: what is worse need not be pushed. Before there
// are k it is +Inf, or −Inf if the largest are kept.
func (t *TopK) Bound() float32 {
	if n := len(t.candidates); n > t.k || n == t.k && t.k > 0 && t.worst == none {
		t.tighten()
	}
	return t.bound(math.MinInt)
}

// bound is the worst value that may be kept if its index is first or a higher one:
// where that is behind the k-th best, an equal value is not.
func (t *TopK) bound(first int) float32 {
	if t.worst == none {
		return t.order.worst()
	}
	v := t.order.value(t.worst.key)
	if first > t.worst.index {
		return math.Nextafter32(v, -t.order.worst())
	}
	return v
}

// Push offers values, whose indices are first, first + 1 and so on.
func (t *TopK) Push(first int, values []float32) {
	for len(values) > 0 {
		n := t.piece(len(values))
		for _, p := range t.find(values[:n], t.bound(first)) {
			t.add(values[p], first+int(p))
		}
		first, values = first+n, values[n:]
	}
}

// PushAt offers values with indices of their own. It panics if the lengths differ.
func (t *TopK) PushAt(indices []int, values []float32) {
	mustEqual("PushAt", "length of indices", len(indices), len(values))
	for len(values) > 0 {
		n := t.piece(len(values))
		for _, p := range t.find(values[:n], t.bound(math.MinInt)) {
			t.add(values[p], indices[p])
		}
		indices, values = indices[n:], values[n:]
	}
}

// Best sets values to those kept, the best first, and indices to their indices, and
// returns how many there are: k, or all that were not NaN. A zero is +0. Each of the
// slices has room for k, or is nil. More may be pushed afterwards.
func (t *TopK) Best(indices []int, values []float32) int {
	best := t.sort()
	if indices != nil {
		mustHaveRoom("indices", len(indices), t.k)
	}
	if values != nil {
		mustHaveRoom("values", len(values), t.k)
	}
	for i, c := range best {
		if indices != nil {
			indices[i] = c.index
		}
		if values != nil {
			values[i] = t.order.value(c.key)
		}
	}
	return len(best)
}

func mustHaveRoom(what string, have, want int) {
	if have < want {
		panic(fmt.Sprintf("kernels: Best: %s of length %d, want room for %d", what, have, want))
	}
}

// ArgTopK sets dst to the indices of the largest elements of x, the largest first, of
// equal ones the lower index first, and returns how many there are: len(dst) or the
// number of elements that are not NaN, if that is less. It allocates nothing.
func ArgTopK(dst []int, x []float32) int {
	s := newKeepers(1, min(len(dst), len(x)), Largest)
	defer s.free()
	s.each[0].Push(0, x)
	return s.each[0].Best(dst, nil)
}

// piece is how many of the next n values are searched together.
func (t *TopK) piece(n int) int {
	n = min(n, max(t.seen, shortestPiece), longestPiece)
	t.seen += n
	return n
}

// find lists what is not worse than bound.
func (t *TopK) find(piece []float32, bound float32) []int32 {
	if t.k == 0 {
		return nil
	}
	if t.order == Largest {
		return t.positions[:argmax.FindAtLeast(t.positions, piece, bound)]
	}
	return t.positions[:argmax.FindAtMost(t.positions, piece, bound)]
}

// add keeps a value unless it is too bad. It is no NaN.
func (t *TopK) add(v float32, index int) {
	c := candidate{t.order.key(v), index}
	switch {
	case c.before(t.worst) == 0:
	case t.k <= few:
		t.insert(c)
	default:
		t.candidates = append(t.candidates, c)
		if len(t.candidates) == cap(t.candidates) {
			t.tighten()
		}
	}
}

// insert puts one of few in its place.
func (t *TopK) insert(c candidate) {
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
		t.worst = t.candidates[t.k-1]
	}
}

// tighten selects the k best of many candidates.
func (t *TopK) tighten() {
	selectBest(t.candidates, t.k)
	t.candidates = t.candidates[:t.k]
	t.worst = t.candidates[t.k-1]
}

// sort returns the k best in order.
func (t *TopK) sort() []candidate {
	if len(t.candidates) > t.k {
		t.tighten()
	}
	if t.k > few {
		slices.SortFunc(t.candidates, candidate.compare)
	}
	return t.candidates
}
