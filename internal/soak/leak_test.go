package soak

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// usage is the number of goroutines and the size of the heap when the service is idle.
type usage struct {
	goroutines int
	heap       uint64 // bytes
}

// settle waits, for at most patience, until no more than the given number of goroutines
// are left, and collects garbage.
func settle(goroutines int, patience time.Duration) usage {
	for end := time.Now().Add(patience); runtime.NumGoroutine() > goroutines && time.Now().Before(end); {
		time.Sleep(time.Millisecond)
	}
	u := usage{goroutines: runtime.NumGoroutine()}
	runtime.GC() // a sync.Pool lets go of what two collections have seen
	debug.FreeOSMemory()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	u.heap = m.HeapAlloc
	return u
}

// slack is how much the heap may grow without a leak: by buffers of the runtime and of
// the testing package.
const slack = 1 << 20

// leaks returns what is in use after that was not in use before.
func leaks(before, after usage) (found []string) {
	if after.goroutines > before.goroutines {
		found = append(found, fmt.Sprintf("%d goroutines, %d before", after.goroutines, before.goroutines))
	}
	if after.heap > before.heap+slack {
		found = append(found, fmt.Sprintf("%d bytes in use, %d before", after.heap, before.heap))
	}
	return found
}

func TestLeaksAreFound(t *testing.T) {
	goroutines := runtime.NumGoroutine()
	now := func() usage { return settle(goroutines, 20*time.Millisecond) }
	before := now()
	assert.Empty(t, leaks(before, now()))

	end := make(chan struct{})
	go func() { <-end }()
	assert.Len(t, leaks(before, now()), 1, "a goroutine")
	close(end)
	assert.Empty(t, leaks(before, settle(goroutines, 10*time.Second)))

	leak := make([]byte, 2*slack)
	assert.Len(t, leaks(before, now()), 1, "memory")
	runtime.KeepAlive(leak)
}
