package count

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/seed842bec00/argmax/bench/internal/ports"
	"github.com/seed842bec00/argmax/bench/internal/suite"
	"github.com/seed842bec00/argmax/internal/cpu"
)

// table is a document in Markdown.
type table struct{ strings.Builder }

func (t *table) line(format string, args ...any) { fmt.Fprintf(t, format+"\n", args...) }

func (t *table) row(cells ...string) { t.line("| %s |", strings.Join(cells, " | ")) }

func (t *table) header(cells ...string) {
	t.row(cells...)
	t.row(slices.Repeat([]string{"---"}, len(cells))...)
}

// Write writes, as Markdown, what is counted and not measured: the operations of the
// contests on the instruction sets of this machine, with the fewest cycles that they take
// on the known processors, and the inner loops of NEON. The operations are those whose
// names match. A section is omitted if the
// source of the library cannot be found.
func Write(w io.Writer, match func(op string) bool) error {
	var t table
	New(nil).operations(&t, match)
	neon(&t)
	_, err := io.WriteString(w, t.String())
	return err
}

func (c *Counts) operations(t *table, match func(op string) bool) {
	var rows [][]string
	seen := map[string]bool{}
	for _, op := range suite.Operations() {
		if !match(op.Name) {
			continue
		}
		for _, contest := range op.Contests() {
			for _, e := range contest.Entrants {
				name := contest.Op + " " + contest.Size + " " + e.Name
				if _, tally, ok := c.calls(contest, e); ok && !seen[name] {
					seen[name] = true
					rows = append(rows, perBlock(contest, e, tally))
				}
			}
		}
	}
	if len(rows) == 0 {
		return
	}
	t.line("# Operations per block\n")
	t.line("Operations that the assembly executes in one call of a contest, found by following the code, including tails and reductions; " +
		"copies of operands, Go code and mispredicted branches are not counted. " +
		"For each 16 elements of the data, or each 16 multiply-adds of a product; on the right, the fewest cycles that ports and decoding allow.\n")
	cells := []string{"operation", "size", "entrant"}
	for _, g := range ports.Groups {
		cells = append(cells, g.Name)
	}
	for _, p := range ports.Processors {
		cells = append(cells, p.Name)
	}
	t.header(cells...)
	for _, row := range rows {
		t.row(row...)
	}
	t.line("")
	for _, p := range ports.Processors {
		t.line("- %s: %s.", p.Name, p.Source)
	}
	t.line("")
}

// perBlock returns the row of one entrant.
func perBlock(contest suite.Contest, e suite.Entrant, tally ports.Tally) []string {
	const block = 16
	blocks := float64(contest.Kernels.Elements) / block
	cells := []string{contest.Op, contest.Size, e.Name}
	for _, g := range ports.Groups {
		cells = append(cells, fmt.Sprintf("%.2f", tally.Of(g.Kinds...)/blocks))
	}
	for _, p := range ports.Processors {
		cell := ""
		if e.ISA != cpu.AVX512 || p.Wide() {
			cell = fmt.Sprintf("%.2f", p.Throughput(tally).Cycles/blocks)
		}
		cells = append(cells, cell)
	}
	return cells
}

// neon writes upper bounds for the NEON kernels on cores that cannot be measured here,
// from the instructions of their inner loops. The section is omitted if the source of
// the library cannot be found.
func neon(t *table) {
	assembly, ok := assemblyOf("arm64")
	if !ok {
		return
	}
	t.line("# NEON by count\n")
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
