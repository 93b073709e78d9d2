// Package soak has one test: everything that a service does with argmax happens at
// the same time, for as long as asked.
//
//	go test -race -timeout 0 ./internal/soak -soak 10m
package soak

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var duration = flag.Duration("soak", time.Second, "how long TestSoak runs")

// mostProcessors is the highest GOMAXPROCS that disturb sets, and the highest number of
// workers that an activity uses.
var mostProcessors = 2*runtime.NumCPU() + 1

// TestSoak predicts, searches, trains, cancels, saves, loads and swaps models at
// once, while the garbage collector runs all the time and GOMAXPROCS changes. Every
// answer must be the one that a single goroutine gave before. At the end, all
// goroutines must have ended, and no more memory be in use than after the first
// tenth.
func TestSoak(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	defer debug.SetGCPercent(debug.SetGCPercent(100))
	const patience = 10 * time.Second // others may keep the processors busy
	goroutines := runtime.NumGoroutine()
	s := newService(t)
	s.run(t, *duration/10)
	before := settle(goroutines, patience)
	s.run(t, *duration-*duration/10)
	for _, leak := range leaks(before, settle(goroutines, patience)) {
		t.Error(leak)
	}
}

// run repeats all activities of the service for a duration and at least once, each in a
// goroutine of its own, and fails the test at the first wrong result.
func (s *service) run(t *testing.T, d time.Duration) {
	ctx, cancel := context.WithTimeout(context.Background(), d)
	defer cancel()
	var (
		group   sync.WaitGroup
		failure atomic.Pointer[error]
		counts  = map[string]*atomic.Int64{}
	)
	for name, activity := range s.activities() {
		count := new(atomic.Int64)
		counts[name] = count
		group.Go(func() {
			r := rand.New(rand.NewPCG(rand.Uint64(), 0))
			for once := true; once || ctx.Err() == nil; once = false {
				if err := activity(r); err != nil {
					err = fmt.Errorf("%s: %w", name, err)
					failure.CompareAndSwap(nil, &err)
					cancel()
				}
				count.Add(1)
			}
		})
	}
	group.Wait()
	if err := failure.Load(); err != nil {
		require.NoError(t, *err)
	}
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		t.Logf("%s: %d times", name, counts[name].Load())
	}
}

// disturb collects garbage, of which it makes some, and changes how often that is
// done and how many threads run Go code.
func disturb(r *rand.Rand) error {
	runtime.GOMAXPROCS(1 + r.IntN(mostProcessors))
	debug.SetGCPercent(5 + r.IntN(100))
	garbage = make([]byte, 1<<r.IntN(20))
	switch r.IntN(20) {
	case 0:
		debug.FreeOSMemory()
	default:
		runtime.GC()
	}
	time.Sleep(time.Duration(r.IntN(2000)) * time.Microsecond)
	return nil
}

var garbage []byte // escapes
