package compare

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/seed842bec00/argmax/bench/internal/ports"
	"github.com/seed842bec00/argmax/bench/internal/results"
)

// Table is numbers, with what a reader needs to know about them. The first column is text.
type Table struct {
	Title, Text string
	Header      []string
	Rows        []Row
}

// Row is a line of a table.
type Row struct {
	Verdict results.Verdict // of the contest that the line is about, if there is one
	Cells   []string
}

func (t *Table) row(cells ...string) { t.Rows = append(t.Rows, Row{Cells: cells}) }

func (r *Report) tables(files []*results.File) {
	for _, f := range files {
		r.add(r.times(f))
	}
	for _, f := range files {
		r.add(percentilesTable(f))
	}
	for _, f := range files {
		r.add(fits(f))
	}
	for _, f := range files {
		r.add(counted(f))
	}
	for _, f := range files {
		r.add(goals(f))
	}
	for _, f := range files {
		r.add(limits(f))
	}
	r.add(agreement(files))
}

func (r *Report) add(t Table) {
	if len(t.Rows) > 0 {
		r.Tables = append(r.Tables, t)
	}
}

func of(f *results.File) string {
	if s := f.Config["suite"]; s != "" {
		return ": " + s
	}
	return ""
}

// times lists all contests of a file.
func (r *Report) times(f *results.File) Table {
	t := Table{
		Title: "Times of a call" + of(f),
		Text: "Medians over alternating rounds. The ratio is the median of the fastest rival's time divided by that of argmax in the same round, with its 95% interval; " +
			"noise is what argmax differs from itself, measured first and last in every round. Chained: each call waits for the one before. p99: the time that 99 in 100 calls do not exceed. †: the machine was disturbed.",
		Header: []string{"contest", "argmax", "fastest rival", "ratio", "noise", "verdict", "of the limit", "others"},
	}
	for _, c := range f.Contests {
		champion := c.Champion()
		row := Row{Cells: []string{name(c), duration(judged(c, champion)), "", "", interval(c.Noise(c.Unit)), "no rival", "", ""}}
		best, ok := against(c)
		if ok {
			row.Verdict = best.Verdict
			row.Cells[2] = duration(best.Theirs()) + " " + best.Rival.Name
			row.Cells[3], row.Cells[5] = interval(best.Ratio), best.Verdict.String()
		}
		if c.Disturbed != "" {
			row.Cells[5] += " †"
		}
		if fraction, _, ok := share(f, c, champion); ok {
			row.Cells[6] = fmt.Sprintf("%.0f%%", 100*fraction)
		}
		var others []string
		for _, e := range c.Entrants {
			if e != champion && e != best.Rival && !math.IsNaN(e.Median(c.Unit)) {
				others = append(others, e.Label()+" "+duration(judged(c, e)))
			}
		}
		row.Cells[7] = strings.Join(others, ", ")
		t.Rows = append(t.Rows, row)
	}
	return t
}

// percentilesTable lists the distributions of latencies.
func percentilesTable(f *results.File) Table {
	t := Table{Title: "Latency of one call" + of(f), Text: "Medians over the rounds.", Header: []string{"contest", "entrant"}}
	for _, p := range percentiles {
		t.Header = append(t.Header, p.name)
	}
	for _, c := range f.Contests {
		for _, e := range c.Entrants {
			cells, has := []string{name(c), e.Label()}, false
			for _, p := range percentiles {
				cell := ""
				if v := e.Median(p.unit); !math.IsNaN(v) {
					cell, has = duration(1e9*v), true
				}
				cells = append(cells, cell)
			}
			if has {
				t.row(cells...)
			}
		}
	}
	return t
}

// fits lists what the fits of all entrants reached.
func fits(f *results.File) Table {
	t := Table{
		Title:  "What fits reach" + of(f),
		Text:   "Objectives of a Fit or a Path are computed by the same code from the weights of every entrant, on the rows that they were fitted to; lower is better. Accuracies are those on the test set. What ends lower has done more.",
		Header: []string{"contest", "entrant", "time", "objective", "accuracy"},
	}
	for _, c := range f.Contests {
		for _, e := range c.Entrants {
			objective, accuracy := e.Median("objective"), e.Median("accuracy")
			if math.IsNaN(objective) && math.IsNaN(accuracy) {
				continue
			}
			t.row(name(c), e.Label(), duration(nanoseconds(e)), number("%.6g", objective), number("%.4f", accuracy))
		}
	}
	return t
}

func number(format string, v float64) string {
	if math.IsNaN(v) {
		return ""
	}
	return fmt.Sprintf(format, v)
}

// limits lists what a core can do.
func limits(f *results.File) Table {
	t := Table{
		Title:  "Limits of one core" + of(f),
		Text:   "From loops that do nothing else, measured before the contests and again after them; the higher counts, since a disturbance only slows.",
		Header: []string{"instruction set"},
	}
	var isas []string
	for _, l := range f.Limits {
		if !slices.Contains(isas, l.ISA) {
			isas = append(isas, l.ISA)
		}
		for _, v := range l.Values {
			if !slices.Contains(t.Header[1:], v.Unit) {
				t.Header = append(t.Header, v.Unit)
			}
		}
	}
	for _, isa := range isas {
		cells := []string{isa}
		for _, unit := range t.Header[1:] {
			cell := ""
			if v, ok := f.Limit(isa, unit); ok {
				cell = fmt.Sprintf("%.4g", v)
			}
			cells = append(cells, cell)
		}
		t.row(cells...)
	}
	return t
}

// agreement lists how the results of the entrants were compared.
func agreement(files []*results.File) Table {
	t := Table{
		Title:  "How the results were compared",
		Text:   "Before a contest, all entrants compute the same thing and their results are compared.",
		Header: []string{"check", "contests"},
	}
	var checks []string
	names := map[string][]string{}
	for _, f := range files {
		for _, c := range f.Contests {
			if c.Tolerance == "" {
				continue
			}
			if names[c.Tolerance] == nil {
				checks = append(checks, c.Tolerance)
			}
			if !slices.Contains(names[c.Tolerance], c.Op) {
				names[c.Tolerance] = append(names[c.Tolerance], c.Op)
			}
		}
	}
	for _, check := range checks {
		t.row(check, strings.Join(names[check], ", "))
	}
	return t
}

// counted lists the lower bounds that were counted from instructions.
func counted(f *results.File) Table {
	t := Table{
		Title: "By count" + of(f),
		Text: "The lower bound is the time of the busiest ports of this processor, of decoding, or of reading the data, whichever is longest, for the instructions that the kernels execute; " +
			"copies of operands, Go code and mispredicted branches are not counted. The latency is the longest chain of dependent operations in registers, if each call of assembly waits for the one before; " +
			"it bounds chained calls, and where calls are long chains, or too short for several to overlap in the processor, the time is nearer to it.",
		Header: []string{"contest", "entrant", "time", "lower bound", "set by", "time ÷ bound", "latency"},
	}
	others := slices.DeleteFunc(slices.Clone(ports.Processors), func(p ports.Processor) bool {
		return !slices.ContainsFunc(f.Contests, func(c *results.Contest) bool { return elsewhere(c, p) != "" })
	})
	for _, p := range others {
		t.Header = append(t.Header, "avx2 on "+p.Name)
	}
	if len(others) > 0 {
		t.Text += " Of processors with AVX2 alone, the last columns have the cycles by the ports or by the chain, without reading."
	}
	for _, c := range f.Contests {
		for _, e := range c.Entrants {
			bound := c.Amount(e.ISA + "-bound")
			if bound == 0 || !e.Ours() {
				continue
			}
			latency := ""
			if l := c.Amount(e.ISA + "-latency"); l > 0 {
				latency = duration(l)
			}
			cells := []string{name(c), e.Label(), duration(nanoseconds(e)), duration(bound), setBy(c, e), fmt.Sprintf("%.2f", nanoseconds(e)/bound), latency}
			for _, p := range others {
				cell := ""
				if e.ISA == "avx2" {
					cell = elsewhere(c, p)
				}
				cells = append(cells, cell)
			}
			t.row(cells...)
		}
	}
	return t
}

// elsewhere returns the bound of kernels with AVX2 on another processor, and what sets it,
// or nothing if the file has none.
func elsewhere(c *results.Contest, p ports.Processor) string {
	key := "avx2-" + p.Key()
	if cycles := c.Amount(key + "-cycles"); cycles > 0 {
		return fmt.Sprintf("%.4g cycles, %s", cycles, word(c, key+"-by"))
	}
	return ""
}
