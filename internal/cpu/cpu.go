// Package cpu knows what this processor can do and which instruction set argmax
// uses on it.
package cpu

import (
	"fmt"
	"os"
	"slices"
	"strings"
)

// ISA is an instruction set that argmax has kernels for: one fixed set of
// processor features each.
type ISA uint8

const (
	Generic    ISA = iota // Go without assembly; every processor
	NEON                  // arm64: Advanced SIMD, which every arm64 has
	NEONDot               // arm64: that of NEON and the dot products of bytes
	AVX2                  // amd64: AVX2, FMA, BMI1, BMI2
	AVX512                // amd64: those of AVX2 and AVX-512 F, BW, DQ, VL
	AVX512VNNI            // amd64: those of AVX512 and AVX-512 VNNI
)

var names = [...]string{"generic", "neon", "neondot", "avx2", "avx512", "avx512vnni"}

// String is the name that ARGMAX_ISA takes.
func (i ISA) String() string { return names[i] }

// Base is the ISA that i extends, whose kernels it runs where it has none of its
// own; i itself if it extends none.
func (i ISA) Base() ISA {
	switch i {
	case NEONDot:
		return NEON
	case AVX512VNNI:
		return AVX512
	}
	return i
}

// Variable is the environment variable that forces an ISA.
const Variable = "ARGMAX_ISA"

// Active is the ISA in use. It is set when the program starts; only tests and
// benchmarks change it, through Use.
var Active, forceErr = choose(os.Getenv(Variable), available())

// Available lists what this processor runs, the best first. Generic is last and
// always there.
func Available() []ISA { return available() }

// ForceErr says why the value of ARGMAX_ISA was not followed, or nil.
func ForceErr() error { return forceErr }

// Use makes isa active and returns a function that restores what was. It panics
// if the processor lacks isa. Not for concurrent use.
func Use(isa ISA) (restore func()) {
	if !slices.Contains(available(), isa) {
		panic("argmax/internal/cpu: this processor lacks " + isa.String())
	}
	before := Active
	Active = isa
	return func() { Active = before }
}

// choose returns the ISA that the value of ARGMAX_ISA forces; the best one, and
// an error if the value was not empty, otherwise.
func choose(force string, available []ISA) (ISA, error) {
	best := available[0]
	if force == "" {
		return best, nil
	}
	have := make([]string, len(available))
	for i, isa := range available {
		if have[i] = isa.String(); have[i] == force {
			return isa, nil
		}
	}
	why := "unknown"
	if slices.Contains(names[:], force) {
		why = "not available on this processor"
	}
	return best, fmt.Errorf("%s=%s: %s; available here: %s", Variable, force, why, strings.Join(have, ", "))
}
