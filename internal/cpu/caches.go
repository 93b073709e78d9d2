package cpu

import "runtime"

// Caches are the sizes in bytes of the caches that the data of one core goes through.
type Caches struct {
	L1, L2 int
	L3     int // which cores share; 0 if there is none
}

// fallbacks are what is assumed where nothing is known, or nothing plausible: the smallest
// caches that are common among processors with the kernels of an architecture. On amd64
// these are Intel's desktop processors from Haswell to Skylake, on arm64 Cortex-A53 to A72.
var fallbacks = map[string]Caches{
	"amd64": {32 << 10, 256 << 10, 8 << 20},
	"arm64": {32 << 10, 512 << 10, 0},
}

// fallback is for architectures without kernels.
var fallback = Caches{32 << 10, 256 << 10, 0}

// DetectCaches asks the processor, or else the system, for the sizes of its caches.
//
// On a processor whose cores differ, the sizes are those of the core that answers. A
// virtual machine may report what its host has, shared by all that run on it, or what
// another processor has. A size that no core has is replaced.
func DetectCaches() Caches {
	c := processorCaches()
	if c == (Caches{}) {
		c = systemCaches()
	}
	assumed, ok := fallbacks[runtime.GOARCH]
	if !ok {
		assumed = fallback
	}
	return c.plausible(assumed)
}

// plausible returns c with assumed sizes in place of those that cannot be: an L1 outside of
// 8 KB to 512 KB, an L2 smaller than that or larger than 128 MB. An L3 smaller than the L2
// or larger than 1 GB is taken for none; if nothing was reported, it is assumed as well.
func (c Caches) plausible(assumed Caches) Caches {
	if c == (Caches{}) {
		return assumed
	}
	if c.L1 < 8<<10 || c.L1 > 512<<10 {
		c.L1 = assumed.L1
	}
	if c.L2 < c.L1 || c.L2 > 128<<20 {
		c.L2 = max(c.L1, assumed.L2)
	}
	if c.L3 < c.L2 || c.L3 > 1<<30 {
		c.L3 = 0
	}
	return c
}

// set sets the size of a level, unless c has no such level.
func (c *Caches) set(level, bytes int) {
	switch level {
	case 1:
		c.L1 = bytes
	case 2:
		c.L2 = bytes
	case 3:
		c.L3 = bytes
	}
}
