//go:build !amd64 && !arm64

package cpu

func available() []ISA { return []ISA{Generic} }
