package kernels

import (
	"fmt"
	"math"
)

// Order says which values are the best.
type Order uint8

const (
	Smallest Order = iota // as of distances
	Largest               // as of scores
)

// TopK keeps the k best of a stream of values, each with its index. Of equal values
// (−0 and +0 are equal) the one with the lower index is better; NaN is never kept.
//
// What is kept depends on the values and their indices alone, not on the order or
// the pieces in which they come. Ascending indices are the fast case: an equal value
// that comes later is then skipped as fast as a worse one. An index that comes twice
// is kept twice.
//
// Nothing allocates but NewTopK. A TopK must not be used by two goroutines at once.
type TopK[V Value] struct{ keeper }

// NewTopK returns a TopK that keeps the k best. It panics if k is negative.
func NewTopK[V Value](k int, order Order) *TopK[V] {
	if k < 0 {
		panic(fmt.Sprintf("kernels: NewTopK: k %d is negative", k))
	}
	if order > Largest {
		panic(fmt.Sprintf("kernels: NewTopK: Order(%d)", uint8(order)))
	}
	return &TopK[V]{keeper{k: k, order: order, candidates: make([]candidate, 0, room(k)), positions: make([]int32, longestPiece)}}
}

// Reset forgets all values.
func (t *TopK[V]) Reset() { t.reset() }

// Bound returns the k-th best value so far: worse values need not be pushed. Before there
// are k values it is the worst possible value, an infinity or the end of the range of
// int64.
func (t *TopK[V]) Bound() V {
	if n := len(t.candidates); n > t.k || n == t.k && t.k > 0 && !t.full {
		t.tighten()
	}
	return bound[V](&t.keeper, math.MinInt)
}

// Push offers values, whose indices are first, first + 1 and so on.
func (t *TopK[V]) Push(first int, values []V) { push(&t.keeper, first, values) }

// PushAt offers values with indices of their own. It panics if the lengths differ.
func (t *TopK[V]) PushAt(indices []int, values []V) {
	mustEqual("PushAt", "length of indices", len(indices), len(values))
	for len(values) > 0 {
		n := t.piece(len(values))
		for _, p := range find(&t.keeper, values[:n], bound[V](&t.keeper, math.MinInt)) {
			t.add(candidate{key(t.order, values[p]), indices[p]})
		}
		indices, values = indices[n:], values[n:]
	}
}

// Best stores the best values in values, best first, and their indices in indices, and
// returns their number: k, or the number of values that were not NaN if that is smaller.
// Zeros are stored as +0. Each slice must have room for k, or be nil. More values may be
// pushed afterwards. Best panics if a slice is too short or the two overlap.
func (t *TopK[V]) Best(indices []int, values []V) int {
	if indices != nil && len(indices) < t.k {
		panicRoom("indices", len(indices), t.k)
	}
	if values != nil && len(values) < t.k {
		panicRoom("values", len(values), t.k)
	}
	mustNotOverlap("Best", vector("indices", indices), vector("values", values))
	best := t.sort()
	for i, c := range best {
		if indices != nil {
			indices[i] = c.index
		}
		if values != nil {
			values[i] = value[V](t.order, c.key)
		}
	}
	return len(best)
}

//go:noinline
func panicRoom(what string, have, want int) {
	panic(fmt.Sprintf("kernels: Best: %s of length %d, want room for %d", what, have, want))
}

// ArgTopK stores the indices of the largest elements of x in dst, the largest first, of
// equal ones the lower index first, and returns how many there are: len(dst) or the
// number of elements that are not NaN, if that is less. It allocates nothing. It panics
// if dst overlaps x.
func ArgTopK(dst []int, x []float32) int {
	mustNotOverlap("ArgTopK", vector("dst", dst), vector("x", x))
	s := newKeepers(1, min(len(dst), len(x)), Largest)
	defer s.free()
	push(&s.each[0], 0, x)
	best := s.each[0].sort()
	for i, c := range best {
		dst[i] = c.index
	}
	return len(best)
}
