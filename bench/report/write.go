package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/klauspost/cpuid/v2"
	"golang.org/x/perf/benchmath"
	"golang.org/x/perf/benchunit"

	"github.com/seed842bec00/argmax/bench/internal/crival"
	"github.com/seed842bec00/argmax/bench/internal/meter"
	"github.com/seed842bec00/argmax/internal/cpu"
)

// text is a document in Markdown.
type text struct{ strings.Builder }

func (t *text) line(format string, args ...any) { fmt.Fprintf(t, format+"\n", args...) }

func (t *text) row(cells ...string) { t.line("| %s |", strings.Join(cells, " | ")) }

func (t *text) header(cells ...string) {
	t.row(cells...)
	t.row(slices.Repeat([]string{"---"}, len(cells))...)
}

// write writes the report.
func write(results []result, before, after limits) string {
	var t text
	best := better(before, after)
	counts := newCounts(best)
	t.line("# argmax and its rivals\n")
	t.machine()
	t.limits(before, after)
	t.times(results, best, counts)
	t.losses(results, counts)
	t.targets(results, best, counts)
	t.counted(results, counts)
	t.neon()
	return t.String()
}

func (t *text) machine() {
	name := cpuid.CPU.BrandName
	if name == "" {
		name = runtime.GOARCH
	}
	t.line("%s, %d logical CPUs, %d in use; L1 %d KiB, L2 %d KiB, L3 %d KiB. %s, %s/%s%s. %s.\n",
		name, runtime.NumCPU(), runtime.GOMAXPROCS(0), meter.L1.Bytes()>>10, meter.L2.Bytes()>>10, meter.L3.Bytes()>>10,
		runtime.Version(), runtime.GOOS, runtime.GOARCH, rivalVersions(), time.Now().Format(time.DateOnly))
}

func rivalVersions() string {
	versions := ""
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			if name, known := map[string]string{"gonum.org/v1/gonum": "gonum", "github.com/viterin/vek": "vek"}[m.Path]; known {
				versions += fmt.Sprintf("; %s %s", name, m.Version)
			}
		}
	}
	for _, name := range crival.Missing() {
		versions += fmt.Sprintf("; no %s", name)
	}
	return versions
}

func (t *text) limits(before, after limits) {
	if len(before) == 0 {
		return // there is no assembly for this processor
	}
	t.line("## Limits of one core\n")
	t.line("Measured before the contests and again after them.\n")
	t.header("instruction set", "FMA, GFLOP/s", "FMA with a load", "L1, GB/s", "L2", "L3", "memory")
	for i := range before {
		b, a := before[i], after[i]
		cells := []string{b.ISA.String(), fmt.Sprintf("%.0f, %.0f", b.FMA, a.FMA), fmt.Sprintf("%.0f, %.0f", b.LoadFMA, a.LoadFMA)}
		for level := range b.Read {
			cells = append(cells, fmt.Sprintf("%.0f, %.0f", b.Read[level], a.Read[level]))
		}
		t.row(cells...)
	}
	t.line("")
}

// better returns the higher of the limits: a disturbed measurement is too low.
func better(x, y limits) limits {
	best := slices.Clone(x)
	for i := range best {
		best[i].FMA, best[i].LoadFMA = max(x[i].FMA, y[i].FMA), max(x[i].LoadFMA, y[i].LoadFMA)
		best[i].Clock = max(x[i].Clock, y[i].Clock)
		for level := range best[i].Read {
			best[i].Read[level] = max(x[i].Read[level], y[i].Read[level])
		}
	}
	return best
}

// of returns the limits of an instruction set, which are those of the one that it
// extends, and whether they were measured.
func (ls limits) of(isa cpu.ISA) (meter.Limits, bool) {
	i := slices.IndexFunc(ls, func(l meter.Limits) bool { return l.ISA == isa.Base() })
	if i < 0 {
		return meter.Limits{}, false
	}
	return ls[i], true
}

func (t *text) times(results []result, best limits, c *counts) {
	var champions []string // more than one where an extension has kernels of its own
	for _, r := range results {
		if name := r.name(r.champion); !slices.Contains(champions, name) {
			champions = append(champions, name)
		}
	}
	t.line("## Times of a call\n")
	t.line("Medians of alternating rounds. The ratio is the time of the fastest rival to that of %s, with its 95 %% interval; "+
		"**bold** where it differs from 1 by more than the noise, which is %[1]s against itself. "+
		"Rate and fraction of the limit are those of %[1]s. "+
		"By count: its time as a multiple of the lower bound from its instructions, with what sets that bound, and as a multiple of the latency where that is longer. "+
		"chain: each call waits for the previous one, including the few cycles from a result to an address.\n", strings.Join(champions, " or "))
	var names []string
	for _, r := range results {
		for _, e := range r.Entrants {
			if !slices.Contains(names, e.Name) {
				names = append(names, e.Name)
			}
		}
	}
	t.header(slices.Concat([]string{"operation", "size", "data", "chain"}, names, []string{"rival ÷ argmax", "noise", "rate", "of limit", "by count"})...)
	for _, r := range results {
		cells := []string{r.Op, r.Size, r.Data.String(), map[bool]string{true: "yes"}[r.Chain]}
		for _, name := range names {
			cells = append(cells, r.cell(name))
		}
		t.row(append(cells, r.fastestRival(), interval(r.noise), r.rate(best), r.share(best), c.times(r, r.champion))...)
	}
	t.line("")
}

func (r result) name(i int) string { return r.Entrants[i].Name }

// cell returns the time of an entrant, or "" if it has none.
func (r result) cell(name string) string {
	for i := range r.Entrants {
		if r.name(i) == name {
			return seconds(r.time[i].Center)
		}
	}
	return ""
}

func seconds(ns float64) string { return benchunit.Scale(ns/1e9, benchunit.Decimal) + "s" }

func interval(s benchmath.Summary) string {
	return fmt.Sprintf("%.2f (%.2f–%.2f)", s.Center, s.Lo, s.Hi)
}

func (r result) fastestRival() string {
	fastest := -1
	for i, e := range r.Entrants {
		if !e.Ours && (fastest < 0 || r.ratio[i].Center < r.ratio[fastest].Center) {
			fastest = i
		}
	}
	s := interval(r.ratio[fastest])
	if r.slower(fastest) != 0 {
		s = "**" + s + "**"
	}
	return s + " " + r.name(fastest)
}

// rate returns the rate of the champion, in the unit of what limits it.
func (r result) rate(best limits) string {
	ns := r.time[r.champion].Center
	l, ok := best.of(r.Entrants[r.champion].ISA)
	if ok && float64(r.Work.Flops)/l.FMA >= r.Work.Fastest(l, r.Data) {
		return fmt.Sprintf("%.0f GFLOP/s", float64(r.Work.Flops)/ns)
	}
	return fmt.Sprintf("%.0f GB/s", float64(r.Work.Loads+r.Work.Stores)/ns)
}

func (r result) share(best limits) string {
	l, ok := best.of(r.Entrants[r.champion].ISA)
	if !ok {
		return ""
	}
	return fmt.Sprintf("%.2f", r.Work.Fastest(l, r.Data)/r.time[r.champion].Center)
}

// losses lists the contests in which another entrant, argmax's own included, is faster,
// with the champion's distance from its bound.
func (t *text) losses(results []result, c *counts) {
	t.line("## Where argmax loses\n")
	var ahead, level, behind int
	for _, r := range results {
		for i, e := range r.Entrants {
			if i == r.champion || strings.HasSuffix(e.Name, "-bytes") { // which reads other data
				continue
			}
			switch s := r.slower(i); {
			case s < 0:
				count := c.times(r, r.champion)
				if count != "" {
					count = ", by count " + count
				}
				t.line("- %s %s, %v%s: %s takes %s of the time of %s%s.", r.Op, r.Size, r.Data,
					map[bool]string{true: ", chained"}[r.Chain], e.Name, interval(r.ratio[i]), r.name(r.champion), count)
				behind++
			case s > 0:
				ahead++
			default:
				level++
			}
		}
	}
	if behind > 0 {
		t.line("")
	}
	t.line("Of %d comparisons, %d are won, %d lost, and in %d the difference is within the noise.\n", ahead+level+behind, ahead, behind, level)
}
