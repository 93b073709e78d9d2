//go:build unix

package workload

import (
	"syscall"
	"time"
)

// processorTime returns the time that this process has spent on processors, of all its
// threads together. ok is false where the system does not say.
func processorTime() (t time.Duration, ok bool) {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0, false
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()), true
}
