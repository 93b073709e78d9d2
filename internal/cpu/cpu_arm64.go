package cpu

import "golang.org/x/sys/cpu"

// features holds, for the features named in isas, whether this processor has them. Where
// x/sys/cpu cannot ask the system, it reports no dot products; every arm64 has NEON.
var features = map[string]bool{
	"ASIMD":   true,
	"ASIMDDP": cpu.ARM64.HasASIMDDP,
}
