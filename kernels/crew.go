package kernels

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// Waking a goroutine takes as long as a small product does, in a virtual machine a
// hundred times as long. So the goroutines that share work stay, and look out for
// more of it a little while before they sleep; and whoever has work begins it at
// once, piece by piece, and waits only for pieces that another has begun. A helper
// that comes late finds less to do, or nothing, and nobody has waited for it.

// patience is how long a helper looks out for work: longer than what lies between
// two products of a training step.
const patience = 200 * time.Microsecond

// job is work in pieces that anybody may take, in any order.
type job struct {
	do     func(piece int)
	pieces int32
	next   atomic.Int32 // the next piece that nobody has taken
	left   atomic.Int32 // pieces that are not done
}

func (j *job) work() {
	for {
		piece := j.next.Add(1) - 1
		if piece >= j.pieces {
			return
		}
		j.do(int(piece))
		j.left.Add(-1)
	}
}

// helper is a goroutine. Its slot holds nil, or the job it is offered, or taken
// while it works.
type helper struct {
	slot   atomic.Pointer[job]
	asleep atomic.Bool
	wake   chan struct{}
}

var taken job

// offer gives the helper a job if it has none.
func (h *helper) offer(j *job) bool {
	if !h.slot.CompareAndSwap(nil, j) {
		return false
	}
	if h.asleep.CompareAndSwap(true, false) {
		h.wake <- struct{}{}
	}
	return true
}

// withdraw takes back what the helper has not begun.
func (h *helper) withdraw(j *job) { h.slot.CompareAndSwap(j, nil) }

func (h *helper) run() {
	for {
		idle := time.Now()
		for tries := 0; h.slot.Load() == nil; tries++ {
			if tries%64 != 63 {
				continue
			}
			if runtime.Gosched(); time.Since(idle) < patience {
				continue
			}
			h.asleep.Store(true)
			if h.slot.Load() == nil || !h.asleep.CompareAndSwap(true, false) {
				<-h.wake
			}
			idle = time.Now()
		}
		if j := h.slot.Load(); j != nil && h.slot.CompareAndSwap(j, &taken) {
			j.work()
			h.slot.Store(nil)
		}
	}
}

var crew struct {
	sync.Mutex
	helpers atomic.Pointer[[]*helper]
}

// helpers are at least n.
func helpers(n int) []*helper {
	if have := crew.helpers.Load(); have != nil && len(*have) >= n {
		return *have
	}
	crew.Lock()
	defer crew.Unlock()
	var list []*helper
	if have := crew.helpers.Load(); have != nil {
		list = append(list, *have...)
	}
	for len(list) < n {
		h := &helper{wake: make(chan struct{}, 1)}
		list = append(list, h)
		go h.run()
	}
	crew.helpers.Store(&list)
	return list
}

// together does pieces of work on as many goroutines as there are workers and
// processors, the caller's among them.
func together(workers, pieces int, do func(piece int)) {
	others := min(workers, pieces, runtime.GOMAXPROCS(0)) - 1
	if others <= 0 {
		for piece := range pieces {
			do(piece)
		}
		return
	}
	j := &job{do: do, pieces: int32(pieces)}
	j.left.Store(j.pieces)
	list, hired := helpers(others), 0
	for i := 0; i < len(list) && hired < others; i++ {
		if list[i].offer(j) {
			hired++
		}
	}
	j.work()
	for _, h := range list {
		h.withdraw(j)
	}
	for j.left.Load() != 0 {
		runtime.Gosched()
	}
}
