package cpu

import "golang.org/x/sys/cpu"

func available() []ISA {
	x := &cpu.X86
	switch avx2 := x.HasAVX2 && x.HasFMA && x.HasBMI1 && x.HasBMI2 && x.HasPOPCNT; {
	case avx2 && x.HasAVX512F && x.HasAVX512BW && x.HasAVX512DQ && x.HasAVX512VL:
		return []ISA{AVX512, AVX2, Generic}
	case avx2:
		return []ISA{AVX2, Generic}
	}
	return []ISA{Generic}
}
