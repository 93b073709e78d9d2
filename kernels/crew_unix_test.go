//go:build unix

package kernels

import (
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Neither the caller nor an idle helper burns time while a piece takes long.
func TestWaitingCostsNothing(t *testing.T) {
	pool, wait := NewPool(4), meet(2)
	before := processorTime(t)
	pool.Split(2, 1, func(lo, _ int) {
		wait()
		if lo == 1 {
			time.Sleep(time.Second)
		}
	})
	assert.Less(t, processorTime(t)-before, 300*time.Millisecond)
}

func processorTime(t *testing.T) time.Duration {
	t.Helper()
	var usage syscall.Rusage
	require.NoError(t, syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
