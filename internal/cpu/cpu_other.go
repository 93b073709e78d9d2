//go:build !amd64 && !arm64

package cpu

var features map[string]bool
