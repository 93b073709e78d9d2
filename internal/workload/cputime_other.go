//go:build !unix

package workload

import "time"

// processorTime returns the time that this process has spent on processors, of all its
// threads together. ok is false where the system does not say.
func processorTime() (t time.Duration, ok bool) { return 0, false }
