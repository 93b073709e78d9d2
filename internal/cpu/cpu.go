// Package cpu knows what this processor can do and which instruction set argmax
// uses on it.
package cpu

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
)

// ISA is an instruction set that argmax has kernels for: one fixed set of processor
// features each. The table of them is generated from the one in asm.
type ISA uint8

// A description is what isas has of an ISA.
type description struct {
	name     string // as ARGMAX_ISA takes it
	suffix   string // of the names of its kernels
	base     ISA    // that it extends, or itself
	goarch   string
	features []string // by their names in golang.org/x/sys/cpu
}

// String returns the name that ARGMAX_ISA takes.
func (i ISA) String() string { return isas[i].name }

// Suffix returns what the names of the kernels of i end in; it is empty for Generic.
func (i ISA) Suffix() string { return isas[i].suffix }

// GOARCH returns the architecture that i belongs to; it is empty for Generic.
func (i ISA) GOARCH() string { return isas[i].goarch }

// Base returns the ISA that i extends, whose kernels it runs where it has none of its
// own; i itself if it extends none.
func (i ISA) Base() ISA { return isas[i].base }

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

// available lists the ISAs of this architecture whose features, and those of whose
// base, this processor has. The table goes from the least to the best.
func available() []ISA {
	list := []ISA{Generic}
	for i := range isas {
		missing := func(feature string) bool { return !features[feature] }
		if isas[i].goarch == runtime.GOARCH && !slices.ContainsFunc(isas[i].features, missing) {
			list = slices.Insert(list, 0, ISA(i))
		}
	}
	return list
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
	if slices.ContainsFunc(isas[:], func(d description) bool { return d.name == force }) {
		why = "not available on this processor"
	}
	return best, fmt.Errorf("%s=%s: %s; available here: %s", Variable, force, why, strings.Join(have, ", "))
}
