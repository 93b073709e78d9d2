package kernels

import (
	"context"
	"runtime"
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

// Split cuts 0…n into ranges, a few for each worker, the bounds multiples of
// grain, and runs do on each; it returns when all have.
func (p *Pool) Split(n, grain int, do func(lo, hi int)) {
	split(p.Workers(), fine, n, grain, do)
}

// worth is how many workers so many multiply-adds keep busy.
func (p *Pool) worth(work int) int {
	return max(1, min(p.Workers(), work/current().shareWork))
}

// How many pieces a worker should find: one, where each begins with work that all
// repeat, such as packing, or several, so that nobody waits for the slowest.
const (
	coarse = 1
	fine   = 4
)

// split runs do on the ranges that 0…n is cut into.
func split(workers, pieces, n, grain int, do func(lo, hi int)) {
	units := (n + grain - 1) / grain
	if workers <= 1 || units <= 1 {
		if n > 0 {
			do(0, n)
		}
		return
	}
	pieces = min(workers*pieces, units)
	bound := func(piece int) int { return min(n, units*piece/pieces*grain) }
	together(workers, pieces, func(piece int) { do(bound(piece), bound(piece+1)) })
}
