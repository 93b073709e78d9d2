package cpu

import "golang.org/x/sys/cpu"

// Where x/sys/cpu cannot ask the system, it knows of no dot products.
func available() []ISA {
	if cpu.ARM64.HasASIMDDP {
		return []ISA{NEONDot, NEON, Generic}
	}
	return []ISA{NEON, Generic}
}
