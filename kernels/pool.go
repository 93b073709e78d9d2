package kernels

import (
	"context"
	"fmt"
	"math"
	"math/bits"
	"runtime"

	"github.com/seed842bec00/argmax/internal/blocks"
)

// Pool is what a call may use: a number of goroutines, and perhaps a context that
// can end it early. A nil Pool is the caller's goroutine alone. The number never
// changes a result. A Pool may be shared.
//
// The goroutines end by themselves when there is no more work. A Pool must not be used
// inside and outside of a bubble of testing/synctest at the same time.
type Pool struct {
	workers int
	crew    *crew
	ctx     context.Context
}

// NewPool returns a pool of workers goroutines, or of one for each processor if
// workers is 0 or less.
func NewPool(workers int) *Pool {
	if workers <= 0 {
		workers = math.MaxInt
	}
	return &Pool{workers: workers, crew: new(crew)}
}

// WithContext returns the same pool with a context. Calls check it between blocks of
// their work and return early once it is done: their results are then incomplete, and
// [Pool.Err] returns an error.
func (p *Pool) WithContext(ctx context.Context) *Pool {
	if p == nil {
		return &Pool{workers: 1, ctx: ctx}
	}
	return &Pool{p.workers, p.crew, ctx}
}

// Err returns the error of the context, which is nil as long as results are complete.
func (p *Pool) Err() error {
	if p == nil || p.ctx == nil {
		return nil
	}
	return p.ctx.Err()
}

// Workers returns the number of goroutines that work at once: that of the pool, or of
// processors (GOMAXPROCS) if these are fewer.
func (p *Pool) Workers() int {
	if p == nil || p.workers <= 1 {
		return 1
	}
	return min(p.workers, runtime.GOMAXPROCS(0))
}

// Split cuts 0…n into ranges, a few for each worker, the bounds multiples of
// grain, calls do for each, and returns when all calls have ended.
//
// If a call panics, Split panics with a [*PanicError]; if it calls runtime.Goexit, as
// t.FailNow does, so does Split. Ranges that have not started by then are skipped. It
// panics if n is negative or grain less than 1.
func (p *Pool) Split(n, grain int, do func(lo, hi int)) {
	if n < 0 || grain < 1 {
		panic(fmt.Sprintf("kernels: Split: n %d with grain %d", n, grain))
	}
	workers := p.Workers()
	p.split(share{workers, fine * workers}, n, grain, do)
}

// A share is how a loop is cut: into a number of pieces, for a number of workers.
type share struct{ workers, pieces int }

// The most pieces for each worker, so that none waits long for the slowest; and the least
// work of a piece, as a multiple of blocks.ShareWork, unless each worker has but one: a
// piece costs 0.2 to 0.7 µs, since it reads again what all of them read.
const (
	fine      = 4
	leastWork = 8
)

// worth returns the share of a loop whose number of multiply-adds is the product of
// dimensions: as many workers as it can keep busy.
func (p *Pool) worth(dimensions ...int) share {
	if p == nil || p.workers <= 1 {
		return share{1, 1}
	}
	work := product(dimensions...) / blocks.Current().ShareWork
	if work <= 1 {
		return share{1, 1}
	}
	workers := min(p.Workers(), work)
	return share{workers, max(workers, min(fine*workers, work/leastWork))}
}

// whole returns a share with one piece for each worker: every piece repeats some work
// first, such as packing.
func (s share) whole() share { return share{s.workers, s.workers} }

// part returns the length of the longest piece of n with one piece for each worker.
func (s share) part(n int) int { return (n-1)/s.workers + 1 }

// busiest returns how long the busiest worker takes for n in units of grain, relative to
// an even share.
func (s share) busiest(n, grain int) float64 {
	units := (n-1)/grain + 1
	return float64((units+s.workers-1)/s.workers*s.workers) / float64(units)
}

// product returns the product of numbers that are not negative, at most MaxInt.
func product(numbers ...int) int {
	p := uint(1)
	for _, n := range numbers {
		high, low := bits.Mul(p, uint(n))
		if high != 0 || low > math.MaxInt {
			low = math.MaxInt
		}
		p = low
	}
	return int(p)
}

// split runs do on the ranges that 0…n is cut into.
func (p *Pool) split(s share, n, grain int, do func(lo, hi int)) {
	if n == 0 {
		return
	}
	units := (n-1)/grain + 1
	if s.workers <= 1 || units == 1 {
		call(do, 0, n)
		return
	}
	pieces := min(s.pieces, units)
	size, larger := units/pieces, units%pieces // the first pieces have a unit more
	bound := func(piece int) int {
		if piece == pieces {
			return n
		}
		return (piece*size + min(piece, larger)) * grain
	}
	p.crew.together(s.workers, pieces, func(piece int) { do(bound(piece), bound(piece+1)) })
}
