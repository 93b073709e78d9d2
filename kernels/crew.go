package kernels

import (
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// A crew holds the goroutines that help the callers of a pool.
//
// Waking a processor takes as long as a small product, in a virtual machine a hundred
// times as long. So an idle helper polls for more work for a while before it ends; and
// a caller starts its work at once, piece by piece, and waits only for pieces that a
// helper has started. A late helper finds less to do, or nothing, and delays no caller.
//
// Helpers are started by the goroutine that has work, and so belong to its bubble in a
// test with testing/synctest. All of them end soon after the last work.
type crew struct {
	mu      sync.Mutex
	jobs    []*job       // those that more helpers may join
	open    atomic.Int32 // what idle helpers watch: len(jobs), or for a moment less
	seats   int          // the sum of the jobs' seats
	helpers int          // goroutines that exist
	idle    int          // those of them that have no job
}

// job is work in pieces that any goroutine may take, in any order.
type job struct {
	do      func(piece int)
	pieces  int32
	next    atomic.Int32 // the next piece to take
	left    atomic.Int32 // pieces that have not ended
	failure atomic.Pointer[failure]

	seats  int              // how many more helpers may join; guarded by the crew's lock
	joined []chan struct{}  // of each helper that has: closed when it leaves; guarded likewise
	room   [3]chan struct{} // for those of a few helpers
}

// together does pieces of work on at most workers goroutines, of which the caller's is
// one, and returns when all have ended. If one panics or calls runtime.Goexit, those
// that have not started are skipped, and the caller panics, or exits, in the end.
func (c *crew) together(workers, pieces int, do func(piece int)) {
	j := &job{do: do, pieces: int32(pieces)}
	j.joined = j.room[:0]
	j.left.Store(j.pieces)
	c.offer(j, min(workers, pieces)-1, workers-1)
	c.work(j)
	if f := j.failure.Load(); f != nil {
		f.raise()
	}
}

// offer lets helpers join a job, and starts some if those that exist, at most limit,
// have other work.
func (c *crew) offer(j *job, seats, limit int) {
	c.mu.Lock()
	j.seats = seats
	c.seats += seats
	c.jobs = append(c.jobs, j)
	more := max(0, min(c.seats-c.idle, limit-c.helpers))
	c.helpers += more
	c.idle += more
	c.mu.Unlock()
	// A helper that watches takes the lock at once. If the lock were not free yet, the
	// helper would pause for a microsecond, or sleep.
	c.open.Add(1)
	for range more {
		go c.help()
	}
}

// close lets no more helpers join.
func (c *crew) close(j *job) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seats -= j.seats
	j.seats = 0
	c.forget(j)
}

// forget removes a job without seats from the list.
func (c *crew) forget(j *job) {
	if i := slices.Index(c.jobs, j); i >= 0 {
		c.jobs = slices.Delete(c.jobs, i, i+1)
		c.open.Add(-1)
	}
}

// work is the caller's part of a job. It waits even if the caller's own piece has
// called runtime.Goexit.
func (c *crew) work(j *job) {
	defer func() {
		c.close(j)
		j.wait()
	}()
	j.work()
}

// wait returns when all pieces have ended.
func (j *job) wait() {
	for w := watch(); j.left.Load() > 0; {
		if w.again() {
			continue
		}
		for _, left := range j.joined { // no helper joins any more
			<-left
		}
		return
	}
}

// help is a helper's life.
func (c *crew) help() {
	for {
		j, left := c.next()
		if j == nil {
			return
		}
		c.join(j, left)
	}
}

// next waits for a job with a seat and takes the seat. It returns nil if there was none
// for a while; the helper must end then.
func (c *crew) next() (j *job, left chan struct{}) {
	left = make(chan struct{}) // before there is a job, which it would delay
	for w := watch(); ; {
		patient := true
		for c.open.Load() <= 0 && patient {
			patient = w.again()
		}
		c.mu.Lock()
		if len(c.jobs) > 0 {
			j = c.jobs[0]
			j.joined = append(j.joined, left)
			c.idle--
			c.seats--
			if j.seats--; j.seats == 0 {
				c.forget(j)
			}
			c.mu.Unlock()
			return j, left
		}
		if !patient {
			c.idle--
			c.helpers--
			c.mu.Unlock()
			return nil, nil
		}
		c.mu.Unlock()
	}
}

// join is a helper's part of a job. A piece that calls runtime.Goexit ends the helper.
func (c *crew) join(j *job, left chan struct{}) {
	exits := true
	defer func() {
		c.mu.Lock()
		if exits {
			c.helpers--
		} else {
			c.idle++
		}
		c.mu.Unlock()
		close(left)
	}()
	j.work()
	exits = false
}

func (j *job) work() {
	for {
		piece := j.next.Add(1) - 1
		if piece >= j.pieces {
			return
		}
		j.run(int(piece))
	}
}

// run does a piece, unless another has failed.
func (j *job) run(piece int) {
	returned := false
	defer func() {
		if !returned {
			j.failure.CompareAndSwap(nil, failed(recover()))
		}
		j.left.Add(-1)
	}()
	if j.failure.Load() == nil {
		j.do(piece)
	}
	returned = true
}

// patience is how long a goroutine polls before it gives up its processor: longer than
// the time between two products of a training step.
const patience = 200 * time.Microsecond

// looks is how often a goroutine looks before it lets others run, in about a microsecond.
// Letting them run takes a lock that callers need as well, and 200 ns without a look.
const looks = 512

// A watcher polls.
type watcher struct {
	start time.Time
	looks int
}

func watch() watcher { return watcher{start: time.Now()} }

// again reports whether it is worthwhile to look again. Others may have run meanwhile.
//
// In a bubble of testing/synctest clocks stand still while anybody looks out: there it
// soon is not.
func (w *watcher) again() bool {
	if w.looks++; w.looks%looks != 0 {
		return true
	}
	runtime.Gosched()
	waited := time.Since(w.start)
	return waited < patience && (waited > 0 || w.looks < 32*looks)
}
