package main

import (
	"fmt"
	"maps"
	"slices"

	"github.com/seed842bec00/argmax/bench/internal/ports"
)

// neon writes upper bounds for the NEON kernels on cores that cannot be measured here,
// from the instructions of their inner loops. The section is omitted if the source of
// the library cannot be found.
func (t *text) neon() {
	assembly, ok := assemblyOf("arm64")
	if !ok {
		return
	}
	t.line("## NEON by count\n")
	t.line("Instructions of one iteration of the innermost loop with the most multiply-adds, counted in the assembly; for each core " +
		"the fewest cycles that they take, and the fraction of those that the multiply-adds alone would take. Counted, not measured.\n")
	cells := []string{"kernel", "multiply-adds", "other vector", "loads", "stores", "integer"}
	for _, core := range ports.Cores {
		cells = append(cells, core.Name)
	}
	t.header(cells...)
	loops := ports.InnerLoops(assembly)
	for _, name := range slices.Sorted(maps.Keys(loops)) {
		c := loops[name]
		cells := []string{name, fmt.Sprint(c.FMA), fmt.Sprint(c.Vector), fmt.Sprint(c.Loads), fmt.Sprint(c.Stores), fmt.Sprint(c.Integer)}
		for _, core := range ports.Cores {
			cycles, share := core.Cycles(c)
			cells = append(cells, fmt.Sprintf("%.1f, %.2f", cycles, share))
		}
		t.row(cells...)
	}
	t.line("")
}
