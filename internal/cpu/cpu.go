// Package cpu detects the instruction sets of this processor and selects the one that
// argmax uses.
package cpu

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
)

// ISA is an instruction set that argmax has kernels for, which stands for a fixed set of
// processor features. The table of them is generated from the one in asm.
type ISA uint8

// A description is an entry of isas.
type description struct {
	name     string // the value of ARGMAX_ISA
	suffix   string // of the names of its kernels
	base     ISA    // the ISA that it extends, or itself
	goarch   string
	features []string // their names in golang.org/x/sys/cpu
}

// String returns the name of i, which is a value of ARGMAX_ISA.
func (i ISA) String() string { return isas[i].name }

// Suffix returns the suffix of the names of i's kernels; it is empty for Generic.
func (i ISA) Suffix() string { return isas[i].suffix }

// GOARCH returns the architecture that i belongs to; it is empty for Generic.
func (i ISA) GOARCH() string { return isas[i].goarch }

// Base returns the ISA that i extends, whose kernels it uses where it has none of its
// own, or i itself if it extends none.
func (i ISA) Base() ISA { return isas[i].base }

// Variable is the environment variable that forces an ISA.
const Variable = "ARGMAX_ISA"

// Active is the ISA in use. It is set when the program starts; only tests and
// benchmarks change it, through Use.
var Active, forceErr = choose(os.Getenv(Variable), available())

// Available lists the instruction sets of this processor, best first. The last one is
// always Generic.
func Available() []ISA { return available() }

// ForceErr returns why the value of ARGMAX_ISA was ignored, or nil if it was not.
func ForceErr() error { return forceErr }

// Use makes isa active and returns a function that restores the previous one. It panics
// if the processor lacks isa. It is not safe for concurrent use.
func Use(isa ISA) (restore func()) {
	if !slices.Contains(available(), isa) {
		panic("argmax/internal/cpu: this processor lacks " + isa.String())
	}
	before := Active
	Active = isa
	return func() { Active = before }
}

// available lists the ISAs of this architecture for which the processor has all
// features, best first. The table is in the reverse order.
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

// choose returns the ISA that force, the value of ARGMAX_ISA, names. If that is not
// available it returns the best one, and an error unless force is empty.
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
