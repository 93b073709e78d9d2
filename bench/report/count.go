package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/seed842bec00/argmax/bench/internal/meter"
	"github.com/seed842bec00/argmax/bench/internal/ports"
	"github.com/seed842bec00/argmax/bench/internal/suite"
	"github.com/seed842bec00/argmax/internal/cpu"
)

// counts knows the least times of contests by the instructions that they execute.
type counts struct {
	program   *ports.Program
	processor ports.Processor
	known     bool // the processor that this runs on
	limits    limits
}

// assemblyOf reads the kernels of a kind of processor; false where the source of the
// library cannot be found.
func assemblyOf(arch string) ([]byte, bool) {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/seed842bec00/argmax").Output()
	if err != nil {
		return nil, false
	}
	assembly, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "kernels_"+arch+".s"))
	return assembly, err == nil
}

func newCounts(best limits) *counts {
	c := &counts{limits: best}
	if assembly, ok := assemblyOf("amd64"); ok {
		c.program = ports.Parse(assembly)
		c.processor, c.known = ports.Here()
	}
	return c
}

// calls are what entrant e calls, and their count; false if it is not counted.
func (c *counts) calls(contest suite.Contest, e suite.Entrant) ([]ports.Call, ports.Tally, bool) {
	// The kernels are those for float32.
	if c.program == nil || contest.Kernels.Calls == nil || e.ISA.GOARCH() != "amd64" || !e.Ours || strings.HasSuffix(e.Name, "-bytes") {
		return nil, ports.Tally{}, false
	}
	end := e.Start()
	calls := contest.Kernels.Calls()
	end()
	tally, err := c.program.Count(e.ISA.Suffix(), calls)
	return calls, tally, err == nil
}

// bound is the least time that something allows, and the latency of the calls: how
// long they take if each waits for the one before and nothing else limits; 0 where
// that is not known.
type bound struct {
	ns      float64
	by      string
	latency float64
}

func (b bound) or(ns float64, by string) bound {
	if ns > b.ns {
		b.ns, b.by = ns, by
	}
	return b
}

// bound is that of entrant e: of ports, of where its data is and, of a chain, of
// latencies.
func (c *counts) bound(contest suite.Contest, e suite.Entrant) (b bound, counted bool) {
	calls, tally, counted := c.calls(contest, e)
	l, measured := c.limits.of(e.ISA)
	if !counted || !measured || !c.known || l.Clock == 0 {
		return b, false
	}
	throughput := c.processor.Throughput(tally)
	b = bound{ns: throughput.Cycles / l.Clock, by: throughput.By}.
		or(float64(contest.Work.Loads)/l.Read[meter.L1], "reading L1").
		or(float64(contest.Work.Far)/l.Read[contest.Data], "reading "+contest.Data.String())
	if cycles, known, err := c.program.Latency(c.processor, e.ISA.Suffix(), calls); known && err == nil {
		b.latency = cycles / l.Clock
	}
	if contest.Chain {
		b = b.or(b.latency, "latency")
	}
	return b, true
}

// times is how many times the bound a result takes, and which bound that is; beside
// it a latency that is longer. Empty if it is not counted.
func (c *counts) times(r result, entrant int) string {
	b, counted := c.bound(r.Contest, r.Entrants[entrant])
	if !counted {
		return ""
	}
	ns := r.time[entrant].Center
	text := fmt.Sprintf("%.2f × %s", ns/b.ns, b.by)
	if b.latency > b.ns {
		text += fmt.Sprintf(", %.2f × latency", ns/b.latency)
	}
	return text
}

// counted is the section on all that is counted.
func (t *text) counted(results []result, c *counts) {
	var bounds, operations [][]string
	seen := map[string]bool{}
	for _, r := range results {
		for i, e := range r.Entrants {
			_, tally, ok := c.calls(r.Contest, e)
			if !ok {
				continue
			}
			if b, ok := c.bound(r.Contest, e); ok {
				latency := ""
				if b.latency > 0 {
					latency = seconds(b.latency)
				}
				bounds = append(bounds, []string{
					r.Op, r.Size, r.Data.String(), map[bool]string{true: "yes"}[r.Chain], e.Name,
					seconds(r.time[i].Center), seconds(b.ns), b.by, fmt.Sprintf("%.2f", r.time[i].Center/b.ns), latency,
				})
			}
			if name := r.Op + " " + r.Size + " " + e.Name; !seen[name] {
				seen[name] = true
				operations = append(operations, c.operations(r.Contest, e, tally))
			}
		}
	}
	if len(operations) == 0 {
		return
	}
	t.line("## By count\n")
	t.line("Operations that the calls of assembly of one call of a contest execute, followed through the code, tails and reductions " +
		"included; copies of operands, what Go does and mispredicted branches are not counted. " +
		"The least time is that of the busiest ports, of decoding, or of reading the data, whichever is longest; " +
		"of a chain, also the latency: the longest chain of operations in registers, if each call of assembly waits for the one before. " +
		"Where calls are short, or what they do is one chain, the processor sees too few of them at once to hide it, and the time is nearer to the latency.\n")
	if len(bounds) > 0 {
		t.clock(c)
		t.header("operation", "size", "data", "chain", "entrant", "time", "at least", "because of", "time ÷ least", "latency")
		for _, row := range bounds {
			t.row(row...)
		}
		t.line("")
	}
	t.line("### Operations of a block\n")
	t.line("For each 16 elements of the data, or multiply-adds of a product; at the right the least cycles for them by ports and decoding.\n")
	cells := []string{"operation", "size", "entrant"}
	for _, g := range ports.Groups {
		cells = append(cells, g.Name)
	}
	for _, p := range ports.Processors {
		cells = append(cells, p.Name)
	}
	t.header(cells...)
	for _, row := range operations {
		t.row(row...)
	}
	t.line("")
	for _, p := range ports.Processors {
		t.line("- %s: %s.", p.Name, p.Source)
	}
	t.line("")
}

// clock says what a cycle is, and checks the table of ports by the loop of FMA.
func (t *text) clock(c *counts) {
	for _, l := range c.limits {
		lanes := 8.
		if l.ISA == cpu.AVX512 {
			lanes = 16
		}
		t.line("%s, %s: %.2f GHz, from a chain of multiplications of integers, three cycles each; that makes %.2f FMA in a cycle.\n",
			c.processor.Name, l.ISA, l.Clock, l.FMA/(2*lanes*l.Clock))
	}
}

const block = 16

// operations is the row of one entrant.
func (c *counts) operations(contest suite.Contest, e suite.Entrant, tally ports.Tally) []string {
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
