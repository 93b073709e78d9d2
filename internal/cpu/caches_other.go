//go:build !linux && !darwin

package cpu

// systemCaches returns nothing; on amd64 the processor is asked.
func systemCaches() Caches { return Caches{} }
