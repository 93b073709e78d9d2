// Package count computes lower bounds for the times of contests from the instructions that
// the kernels execute.
package count

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/seed842bec00/argmax/bench/internal/meter"
	"github.com/seed842bec00/argmax/bench/internal/ports"
	"github.com/seed842bec00/argmax/bench/internal/suite"
	"github.com/seed842bec00/argmax/internal/cpu"
)

// Counts computes bounds on one machine.
type Counts struct {
	program   *ports.Program
	processor ports.Processor
	known     bool // whether the ports of this processor are known
	limits    []meter.Limits
}

// assembly returns the kernels. It returns false if the program was not built in a
// checkout that is still there.
func assembly() ([]byte, bool) {
	_, file, _, _ := runtime.Caller(0)
	kernels, err := os.ReadFile(filepath.Join(filepath.Dir(file), "..", "..", "..", "kernels_amd64.s"))
	return kernels, err == nil
}

// New returns Counts for a core with the given limits.
func New(limits []meter.Limits) *Counts {
	c := &Counts{limits: limits}
	if kernels, ok := assembly(); ok {
		c.program = ports.Parse(kernels)
		c.processor, c.known = ports.Here()
	}
	return c
}

// calls returns the calls of assembly that entrant e makes, and the tally of their
// operations. It returns false if they cannot be counted.
func (c *Counts) calls(contest suite.Contest, e suite.Entrant) ([]ports.Call, ports.Tally, bool) {
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
func (c *Counts) bound(contest suite.Contest, e suite.Entrant) (b bound, counted bool) {
	calls, tally, counted := c.calls(contest, e)
	l, measured := c.of(e.ISA)
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

// Words returns the bounds of the entrants of argmax, as words for the work of a contest
// in a file of results: avx2-bound=30.1 avx2-by=add avx2-latency=28.4, in nanoseconds.
// Those that cannot be counted are left out, and the latency if it is not known. For AVX2
// there are those of other processors, which have nothing wider, in cycles:
// avx2-zen2-cycles=61 avx2-zen2-by=load.
func (c *Counts) Words(contest suite.Contest) string {
	var words strings.Builder
	for _, e := range contest.Entrants {
		if b, ok := c.bound(contest, e); ok {
			fmt.Fprintf(&words, " %s-bound=%.4g %[1]s-by=%[3]s", e.ISA, b.ns, strings.ReplaceAll(b.by, " ", "-"))
			if b.latency > 0 {
				fmt.Fprintf(&words, " %s-latency=%.4g", e.ISA, b.latency)
			}
		}
		if calls, tally, ok := c.calls(contest, e); ok && e.ISA == cpu.AVX2 {
			for _, p := range ports.Processors {
				if p.Wide() || c.known && p.Name == c.processor.Name {
					continue
				}
				l := p.Throughput(tally)
				if cycles, known, err := c.program.Latency(p, e.ISA.Suffix(), calls); contest.Chain && known && err == nil && cycles > l.Cycles {
					l = ports.Limit{Cycles: cycles, By: "latency"}
				}
				fmt.Fprintf(&words, " %s-%s-cycles=%.4g %[1]s-%[2]s-by=%[4]s", e.ISA, p.Key(), l.Cycles, strings.ReplaceAll(l.By, " ", "-"))
			}
		}
	}
	return words.String()
}

// of returns the limits of an instruction set, which are those of the one that it
// extends, and whether they were measured.
func (c *Counts) of(isa cpu.ISA) (meter.Limits, bool) {
	i := slices.IndexFunc(c.limits, func(l meter.Limits) bool { return l.ISA == isa.Base() })
	if i < 0 {
		return meter.Limits{}, false
	}
	return c.limits[i], true
}
