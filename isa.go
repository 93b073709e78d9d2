package argmax

import "github.com/seed842bec00/argmax/internal/cpu"

// Active names the instruction set in use: "avx512vnni", "avx512", "avx2",
// "neondot", "neon" or "generic", which is Go without assembly. The best that the processor has is
// chosen when the program starts. The environment variable ARGMAX_ISA forces
// another; see ForceError.
//
// All of them give the same results, to the bit.
func Active() string { return cpu.Active.String() }

// Available names the instruction sets that this processor has kernels for, the
// best first. The last is always "generic".
func Available() []string {
	isas := cpu.Available()
	names := make([]string, len(isas))
	for i, isa := range isas {
		names[i] = isa.String()
	}
	return names
}

// ForceError says why the value of ARGMAX_ISA was not followed: it names no
// instruction set, or one that this processor lacks. It is nil when it was
// followed and when the variable is not set. A program that lets its users set
// the variable should report it.
func ForceError() error { return cpu.ForceErr() }
