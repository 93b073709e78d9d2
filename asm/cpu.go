package main

import (
	"bytes"
	"fmt"
	"go/format"
	"strings"
)

// cpuTable returns the Go file in which internal/cpu has the instruction sets.
func cpuTable() ([]byte, error) {
	var out bytes.Buffer
	fmt.Fprintf(&out, "// %s\n\npackage cpu\n\nconst (\nGeneric ISA = iota // Go without assembly; every processor\n", header)
	for _, i := range isas {
		fmt.Fprintf(&out, "%s // %s: %s\n", i.name, i.goarch, i.about)
	}
	fmt.Fprint(&out, ")\n\nvar isas = [...]description{\nGeneric: {name: \"generic\", base: Generic},\n")
	for _, i := range isas {
		base := i.base
		if base == "" {
			base = i.name
		}
		fmt.Fprintf(&out, "%s: {name: %q, suffix: %q, base: %s, goarch: %q, features: %#v},\n", i.name, strings.ToLower(i.name), i.name, base, i.goarch, i.features)
	}
	fmt.Fprint(&out, "}\n")
	return format.Source(out.Bytes())
}
