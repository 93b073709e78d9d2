package kernels

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// Many callers share the helpers, call from within their own work, and find the
// helpers awake, asleep or busy: every piece is done once, before its caller goes
// on.
func TestCrewUnderStress(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(4))
	var callers sync.WaitGroup
	for c := range 8 {
		callers.Go(func() {
			for round := range 60 {
				var done, nested atomic.Int32
				together(3, 11, func(piece int) {
					if piece%5 == 0 {
						together(2, 3, func(int) { nested.Add(1) })
					}
					done.Add(1)
				})
				assert.EqualValues(t, 11, done.Load())
				assert.EqualValues(t, 9, nested.Load())
				if c == 0 && round%20 == 0 {
					time.Sleep(2 * patience) // the helpers fall asleep if nobody else calls
				}
			}
		})
	}
	callers.Wait()
}

// A helper that is asleep is woken, and one that has nothing to do falls asleep.
func TestHelpersSleepAndWake(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2))
	for range 3 {
		h := helpers(1)[0]
		assert.Eventually(t, h.asleep.Load, 5*time.Second, time.Millisecond)
		var begun atomic.Int32
		var alone atomic.Bool
		together(2, 2, func(int) { // each stays until the other has begun
			begun.Add(1)
			for start := time.Now(); begun.Load() < 2; runtime.Gosched() {
				if time.Since(start) > 5*time.Second {
					alone.Store(true)
					return
				}
			}
		})
		assert.False(t, alone.Load(), "nobody came to help")
	}
}
