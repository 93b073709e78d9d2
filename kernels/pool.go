package kernels

import (
	"context"
	"runtime"
	"sync"
)

// Pool is what a call may use: a number of goroutines, and perhaps a context that
// can end it early. A nil Pool is the caller's goroutine alone. The number never
// changes a result. A Pool may be shared.
type Pool struct {
	workers int
	ctx     context.Context
}

// NewPool returns a pool of workers goroutines; as many as there are processors
// if workers is 0.
func NewPool(workers int) *Pool {
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	return &Pool{workers: workers}
}

// WithContext is the same pool with a context. Calls look at it between blocks of
// their work, and return early once it is done: their results are then incomplete,
// and Err says so.
func (p *Pool) WithContext(ctx context.Context) *Pool {
	return &Pool{p.Workers(), ctx}
}

// Err is the error of the context; nil as long as results are complete.
func (p *Pool) Err() error {
	if p == nil || p.ctx == nil {
		return nil
	}
	return p.ctx.Err()
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
