package kernels

import (
	"runtime"
	"sync"
)

// Pool is how many goroutines a call may use. A nil Pool is one, the caller's.
// The number never changes a result. A Pool holds no state: it may be shared.
type Pool struct{ workers int }

// NewPool returns a pool of workers goroutines; as many as there are processors
// if workers is 0.
func NewPool(workers int) *Pool {
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	return &Pool{workers}
}

// Workers is the number of goroutines.
func (p *Pool) Workers() int {
	if p == nil {
		return 1
	}
	return p.workers
}

// Split cuts 0…n into one range for each worker, the bounds multiples of grain,
// and runs do on each; it returns when all have.
func (p *Pool) Split(n, grain int, do func(lo, hi int)) {
	split(p.Workers(), n, grain, do)
}

// worth is how many workers so many multiply-adds keep busy.
func (p *Pool) worth(work int) int {
	return max(1, min(p.Workers(), work/current().shareWork))
}

func split(workers, n, grain int, do func(lo, hi int)) {
	pieces := (n + grain - 1) / grain
	workers = min(workers, pieces)
	if workers <= 1 {
		if n > 0 {
			do(0, n)
		}
		return
	}
	var others sync.WaitGroup
	bound := func(w int) int { return min(n, pieces*w/workers*grain) }
	for w := 1; w < workers; w++ {
		others.Go(func() { do(bound(w), bound(w+1)) })
	}
	do(0, bound(1))
	others.Wait()
}
