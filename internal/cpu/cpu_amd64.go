package cpu

import "golang.org/x/sys/cpu"

func available() []ISA {
	x := &cpu.X86
	if !(x.HasAVX2 && x.HasFMA && x.HasBMI1 && x.HasBMI2 && x.HasPOPCNT) {
		return []ISA{Generic}
	}
	isas := []ISA{AVX2, Generic}
	if x.HasAVX512F && x.HasAVX512BW && x.HasAVX512DQ && x.HasAVX512VL {
		isas = append([]ISA{AVX512}, isas...)
		if x.HasAVX512VNNI {
			isas = append([]ISA{AVX512VNNI}, isas...)
		}
	}
	return isas
}
