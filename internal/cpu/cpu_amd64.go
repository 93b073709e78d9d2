package cpu

import "golang.org/x/sys/cpu"

// features holds, for the features named in isas, whether this processor has them.
var features = map[string]bool{
	"AVX2":       cpu.X86.HasAVX2,
	"AVX512BW":   cpu.X86.HasAVX512BW,
	"AVX512DQ":   cpu.X86.HasAVX512DQ,
	"AVX512F":    cpu.X86.HasAVX512F,
	"AVX512VL":   cpu.X86.HasAVX512VL,
	"AVX512VNNI": cpu.X86.HasAVX512VNNI,
	"BMI1":       cpu.X86.HasBMI1,
	"BMI2":       cpu.X86.HasBMI2,
	"F16C":       cpu.X86.HasF16C,
	"FMA":        cpu.X86.HasFMA,
	"POPCNT":     cpu.X86.HasPOPCNT,
}
