package index

import "sync"

// A freeList keeps memory for the calls to come. Unlike that of a sync.Pool, it is found
// from every processor, and stays: it is large enough to be worth it.
type freeList[T any] struct {
	mutex sync.Mutex
	idle  []*T
}

// take returns memory that no other call uses.
func (l *freeList[T]) take() *T {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	n := len(l.idle)
	if n == 0 {
		return new(T)
	}
	p := l.idle[n-1]
	l.idle = l.idle[:n-1]
	return p
}

func (l *freeList[T]) giveBack(p *T) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.idle = append(l.idle, p)
}
