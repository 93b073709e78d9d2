//go:build !amd64 && !arm64

package fpcontrol

// There is nothing to check: no rival has assembly for these processors.
const control = 0

func word() uint64 { return 0 }
