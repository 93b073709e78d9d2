package kernels

import "sync"

// scratch is memory that a call needs for a while.
type scratch struct{ data []float32 }

var scratches = sync.Pool{New: func() any { return new(scratch) }}

// newScratch returns n elements of whatever they held before.
func newScratch(n int) *scratch {
	s := scratches.Get().(*scratch)
	if cap(s.data) < n {
		s.data = make([]float32, n)
	}
	s.data = s.data[:n]
	return s
}

func (s *scratch) free() { scratches.Put(s) }
