//go:build !amd64

package cpu

// processorCaches returns nothing: only amd64 has an instruction that programs may use to
// ask for the sizes of caches.
func processorCaches() Caches { return Caches{} }
