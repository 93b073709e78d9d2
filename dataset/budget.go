package dataset

import "sync"

// budget is shared by goroutines, of which each takes a part and gives it back. A
// nil budget is without end.
type budget struct {
	mutex sync.Mutex
	given sync.Cond
	left  int
}

func newBudget(n int) *budget {
	b := &budget{left: n}
	b.given.L = &b.mutex
	return b
}

// take waits until n are left. There must have been as many at first.
func (b *budget) take(n int) {
	if b == nil {
		return
	}
	b.mutex.Lock()
	defer b.mutex.Unlock()
	for b.left < n {
		b.given.Wait()
	}
	b.left -= n
}

func (b *budget) give(n int) {
	if b == nil {
		return
	}
	b.mutex.Lock()
	defer b.mutex.Unlock()
	b.left += n
	b.given.Broadcast()
}
