package cpu

// cpuid executes CPUID.
func cpuid(leaf, subleaf uint32) (eax, ebx, ecx, edx uint32)

// processorCaches returns the sizes that CPUID reports: in leaf 4 on processors of Intel,
// in leaf 0x8000001D, which has the same form, on those of AMD.
func processorCaches() (c Caches) {
	if highest, _, _, _ := cpuid(0, 0); highest >= 4 {
		c = cachesOf(func(subleaf uint32) (eax, ebx, ecx uint32) {
			eax, ebx, ecx, _ = cpuid(4, subleaf)
			return eax, ebx, ecx
		})
	}
	if c != (Caches{}) {
		return c
	}
	const leaf = 0x8000001d
	if highest, _, _, _ := cpuid(0x80000000, 0); highest >= leaf {
		c = cachesOf(func(subleaf uint32) (eax, ebx, ecx uint32) {
			eax, ebx, ecx, _ = cpuid(leaf, subleaf)
			return eax, ebx, ecx
		})
	}
	return c
}

// cachesOf returns the sizes in a leaf that has a subleaf for each cache, and then one of
// type 0: Intel, Software Developer's Manual, CPUID, "Deterministic Cache Parameters". It
// does not ask further once it has an L3: in a virtual machine, CPUID takes 60 µs.
func cachesOf(leaf func(subleaf uint32) (eax, ebx, ecx uint32)) (c Caches) {
	const (
		none        = 0
		instruction = 2
		most        = 16 // subleaves of a processor that ends its list
	)
	for subleaf := uint32(0); subleaf < most && c.L3 == 0; subleaf++ {
		eax, ebx, ecx := leaf(subleaf)
		switch eax & 31 {
		case none:
			return c
		case instruction:
			continue
		}
		ways, partitions, line, sets := uint64(ebx>>22+1), uint64(ebx>>12&1023+1), uint64(ebx&4095+1), min(uint64(ecx), 1<<30)+1
		c.set(int(eax>>5&7), int(min(ways*partitions*line*sets, 1<<31-1)))
	}
	return c
}
