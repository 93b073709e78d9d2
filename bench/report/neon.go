package main

import (
	"fmt"
	"maps"
	"slices"

	"github.com/seed842bec00/argmax/bench/internal/ports"
)

// neon says what the NEON kernels could do at most on cores that are not here, by
// counting the instructions of their inner loops. It is left out where the source
// of the library cannot be found.
func (t *text) neon() {
	assembly, ok := assemblyOf("arm64")
	if !ok {
		return
	}
	t.line("## NEON by count\n")
	t.line("Instructions of one turn of the innermost loop with the most multiply-adds, counted in the assembly; for each core " +
		"the least cycles that they take, and the share of them that the multiply-adds alone would. Not measured: no such core is here.\n")
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
