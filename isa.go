package argmax

import "github.com/seed842bec00/argmax/internal/cpu"

// Active returns the name of the instruction set in use: "avx512vnni", "avx512",
// "avx2", "neondot", "neon" or "generic", which is Go without assembly. The best one
// that the processor supports is chosen when the program starts, unless the environment
// variable ARGMAX_ISA names another; see [ForceError]. All give the same bits.
func Active() string { return cpu.Active.String() }

// Available returns the names of the instruction sets that this processor supports, the
// best first. The last is always "generic".
func Available() []string {
	isas := cpu.Available()
	names := make([]string, len(isas))
	for i, isa := range isas {
		names[i] = isa.String()
	}
	return names
}

// ForceError returns an error if the environment variable ARGMAX_ISA is set but was not
// obeyed, because it names no instruction set or one that this processor lacks.
// Programs whose users may set the variable should report it.
func ForceError() error { return cpu.ForceErr() }
