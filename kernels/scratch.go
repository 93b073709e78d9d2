package kernels

import "sync"

// scratch is memory that one call works in.
type scratch struct{ data []float32 }

var scratches = sync.Pool{New: func() any { return new(scratch) }}

// newScratch returns n elements, whose values are undefined.
func newScratch(n int) *scratch {
	s := scratches.Get().(*scratch)
	if cap(s.data) < n {
		s.data = make([]float32, n)
	}
	s.data = s.data[:n]
	return s
}

func (s *scratch) free() { scratches.Put(s) }

// keepers are several that share what only one at a time needs.
type keepers struct {
	each       []keeper
	candidates []candidate
	positions  [longestPiece]int32
}

var keeperPool = sync.Pool{New: func() any { return new(keepers) }}

// newKeepers returns n keepers of the k best.
func newKeepers(n, k int, order Order) *keepers {
	s, room := keeperPool.Get().(*keepers), room(k)
	if cap(s.each) < n {
		s.each = make([]keeper, n)
	}
	if cap(s.candidates) < n*room {
		s.candidates = make([]candidate, n*room)
	}
	s.each = s.each[:n]
	for i := range s.each {
		s.each[i] = keeper{k: k, order: order, candidates: s.candidates[i*room : i*room : (i+1)*room], positions: s.positions[:]}
	}
	return s
}

func (s *keepers) free() { keeperPool.Put(s) }
