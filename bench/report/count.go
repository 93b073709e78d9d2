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

// counts computes lower bounds for the times of contests from the instructions that
// they execute.
type counts struct {
	program   *ports.Program
	processor ports.Processor
	known     bool // whether the ports of this processor are known
	limits    limits
}

// assemblyOf returns the kernels for an architecture. It returns false if the source
// of the library cannot be found.
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

// calls returns the calls of assembly that entrant e makes, and the tally of their
// operations. It returns false if they cannot be counted.
func (c *counts) calls(contest suite.Contest, e suite.Entrant) ([]ports.Call, ports.Tally, bool) {
	// A contest names its kernels for float32 only.
	if c.program == nil || contest.Kernels.Calls == nil || e.ISA.GOARCH() != "amd64" || !e.Ours || strings.HasSuffix(e.Name, "-bytes") {
		return nil, ports.Tally{}, false
	}
	end := e.Start()
	calls := contest.Kernels.Calls()
	end()
	tally, err := c.program.Count(e.ISA.Suffix(), calls)
	return calls, tally, err == nil
}

// bound is a lower bound of a time, what sets it, and the latency of the calls: how
// long they take if each waits for the previous one and nothing else is a limit. The
// latency is 0 if it is not known.
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

// bound returns the bound of entrant e: the largest of those set by the ports, by
// reading the data and, for a chain, by latency.
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

// times returns the time of a result as a multiple of its bound, with what sets the
// bound, and as a multiple of the latency if that is longer. It is empty if the
// entrant is not counted.
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

// counted writes the section on all entrants that can be counted.
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
	t.line("Operations that the assembly executes in one call of a contest, found by following the code, including tails and reductions; " +
		"copies of operands, Go code and mispredicted branches are not counted. " +
		"The lower bound is the time of the busiest ports, of decoding, or of reading the data, whichever is longest; " +
		"for a chain, also the latency: the longest chain of dependent operations in registers, if each call of assembly waits for the previous one. " +
		"Where calls are long chains, or too short for several to overlap in the processor, the time is nearer to the latency.\n")
	if len(bounds) > 0 {
		t.clock(c)
		t.header("operation", "size", "data", "chain", "entrant", "time", "lower bound", "set by", "time ÷ bound", "latency")
		for _, row := range bounds {
			t.row(row...)
		}
		t.line("")
	}
	t.line("### Operations per block\n")
	t.line("For each 16 elements of the data, or each 16 multiply-adds of a product; on the right, the fewest cycles that ports and decoding allow.\n")
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

// clock writes the length of a cycle, and the measured FMA per cycle as a check of the
// table of ports.
func (t *text) clock(c *counts) {
	for _, l := range c.limits {
		lanes := 8.
		if l.ISA == cpu.AVX512 {
			lanes = 16
		}
		t.line("%s, %s: %.2f GHz, from a chain of integer multiplications of three cycles each; that is %.2f FMA per cycle.\n",
			c.processor.Name, l.ISA, l.Clock, l.FMA/(2*lanes*l.Clock))
	}
}

const block = 16

// operations returns the row of one entrant.
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
