package cpu

import "golang.org/x/sys/cpu"

// features tells which of the features in isas this processor has. Where x/sys/cpu
// cannot ask the system, it knows of no dot products; every arm64 has NEON.
var features = map[string]bool{
	"ASIMD":   true,
	"ASIMDDP": cpu.ARM64.HasASIMDDP,
}
