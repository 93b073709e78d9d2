//go:build race

// Package race reports whether the race detector is enabled. With it, sync.Pool drops
// items at random, so that tests cannot count allocations.
package race

// Enabled reports whether the race detector is enabled.
const Enabled = true
