// Package compare makes the report: from files of results alone, without the machine they
// were measured on, it finds where argmax wins and where it loses, and writes that as a
// page of HTML and as Markdown.
package compare

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/perf/benchmath"

	"github.com/seed842bec00/argmax/bench/internal/results"
)

// Report is what a page says.
type Report struct {
	Machine     []Fact
	Rivals      []Fact // with their versions; those that are missing, with the reason
	Comparisons []Comparison
	Figures     []Figure
	Tables      []Table

	Picture Figure // the first figure, which also is a file beside the page
}

// Fact is a name and what there is to say about it.
type Fact struct{ Name, Text string }

// Comparison is one contest: argmax against the fastest of its rivals.
type Comparison struct {
	Suite   string
	Contest *results.Contest
	Rival   *results.Entrant
	Ratio   benchmath.Summary // of the rival's time to that of argmax
	Noise   benchmath.Summary // of argmax to itself
	Verdict results.Verdict
}

// Name describes the contest: "Scores batch=256 features=784 classes=10, L2".
func (c Comparison) Name() string { return name(c.Contest) }

// Ours returns the time of argmax in nanoseconds, or another that the contest is judged by.
func (c Comparison) Ours() float64 { return judged(c.Contest, c.Contest.Champion()) }

// Theirs returns the time of the rival in nanoseconds, as Ours does.
func (c Comparison) Theirs() float64 { return judged(c.Contest, c.Rival) }

func judged(c *results.Contest, e *results.Entrant) float64 { return 1e9 * e.Median(c.Unit) }

func nanoseconds(e *results.Entrant) float64 { return 1e9 * e.Median(results.Time) }

// Score is the outcome of some of the contests.
type Score struct {
	Name             string
	Lost, Level, Won int
	Behind           int // of Level, those in which the median of the rival is lower
	Plain            int // of Won, those with plain rivals alone
	Mean             float64
}

// Scores returns the outcome of each suite, and of all.
func (r *Report) Scores() (scores []Score) {
	of := func(name string, cs []Comparison) (s Score) {
		s.Name, s.Mean = name, mean(serious(cs))
		for _, c := range cs {
			switch {
			case c.Verdict == results.Lost:
				s.Lost++
			case c.Verdict == results.Won:
				s.Won++
				if c.Plain() {
					s.Plain++
				}
			default:
				s.Level++
				if c.Ratio.Center < 1 {
					s.Behind++
				}
			}
		}
		return s
	}
	var names []string
	suites := map[string][]Comparison{}
	for _, c := range r.Comparisons {
		name := c.Suite
		if c.Contest.Threads > 1 {
			name += fmt.Sprintf(", %d threads", c.Contest.Threads)
		}
		if suites[name] == nil {
			names = append(names, name)
		}
		suites[name] = append(suites[name], c)
	}
	for _, name := range names {
		scores = append(scores, of(name, suites[name]))
	}
	return append(scores, of("all", r.Comparisons))
}

// New makes a report from the files of one machine: suite by suite, one thread first.
func New(files []*results.File) *Report {
	files = slices.Clone(files)
	slices.SortStableFunc(files, func(a, b *results.File) int {
		threads := func(f *results.File) int { n, _ := strconv.Atoi(f.Config["threads"]); return n }
		return cmp.Or(cmp.Compare(a.Config["suite"], b.Config["suite"]), cmp.Compare(threads(a), threads(b)))
	})
	r := &Report{Machine: machine(files), Rivals: rivals(files)}
	for _, f := range files {
		for _, c := range f.Contests {
			if comparison, ok := against(c); ok {
				comparison.Suite = f.Config["suite"]
				r.Comparisons = append(r.Comparisons, comparison)
			}
		}
	}
	r.figures(files)
	r.tables(files)
	return r
}

// against compares argmax with the fastest rival of a contest, if it has a rival.
func against(c *results.Contest) (fastest Comparison, ok bool) {
	champion := c.Champion()
	for _, e := range c.Entrants {
		if e.Ours() || math.IsNaN(e.Median(c.Unit)) {
			continue
		}
		ratio := c.Ratio(e, c.Unit)
		if !ok || ratio.Center < fastest.Ratio.Center {
			fastest = Comparison{Contest: c, Rival: e, Ratio: ratio, Noise: c.Noise(c.Unit), Verdict: c.Verdict(e, c.Unit)}
			ok = true
		}
	}
	return fastest, ok && !math.IsNaN(champion.Median(c.Unit))
}

// Count returns the number of comparisons with a verdict.
func (r *Report) Count(v results.Verdict) (n int) {
	for _, c := range r.Comparisons {
		if c.Verdict == v {
			n++
		}
	}
	return n
}

// Of returns the comparisons with a verdict, those that are best for rivals first.
func (r *Report) Of(v results.Verdict) []Comparison {
	of := slices.DeleteFunc(slices.Clone(r.Comparisons), func(c Comparison) bool { return c.Verdict != v })
	slices.SortStableFunc(of, func(a, b Comparison) int { return cmp.Compare(a.Ratio.Center, b.Ratio.Center) })
	return of
}

// plain are the entrants that are loops in Go or its standard library, as anybody would
// write them: to be faster is no merit.
var plain = []string{"loop", "heap", "sort", "go"}

// Plain reports whether all rivals of the contest are plain.
func (c Comparison) Plain() bool {
	return !slices.ContainsFunc(c.Contest.Entrants, func(e *results.Entrant) bool { return !e.Ours() && !slices.Contains(plain, e.Name) })
}

// serious returns the comparisons that are not plain.
func serious(cs []Comparison) []Comparison {
	return slices.DeleteFunc(slices.Clone(cs), Comparison.Plain)
}

// mean returns the geometric mean of the ratios, 0 if there are none.
func mean(cs []Comparison) float64 {
	if len(cs) == 0 {
		return 0
	}
	var sum float64
	for _, c := range cs {
		sum += math.Log(c.Ratio.Center)
	}
	return math.Exp(sum / float64(len(cs)))
}

// Sentence says the outcome in words that stand by themselves.
func (r *Report) Sentence() string {
	if len(r.Comparisons) == 0 {
		return "argmax met no rival."
	}
	said := map[string]string{}
	for _, f := range r.Machine {
		said[f.Name] = f.Text
	}
	var names []string
	for _, c := range r.Comparisons {
		for _, e := range c.Contest.Entrants {
			if !e.Ours() && !slices.Contains(names, e.Name) {
				names = append(names, e.Name)
			}
		}
	}
	slices.Sort(names)
	rivals := names[0]
	if last := len(names) - 1; last > 0 {
		rivals = "the fastest of " + strings.Join(names[:last], ", ") + " and " + names[last]
	}
	text := fmt.Sprintf("On %s with %s, argmax lost %d of %d contests with %s, won %d, and in %d the difference was within the noise",
		said["Processor"], said["In use"], r.Count(results.Lost), len(r.Comparisons), rivals, r.Count(results.Won), r.Count(results.WithinNoise))
	if cs := serious(r.Comparisons); len(cs) > 0 {
		text += fmt.Sprintf("; where the rival was more than a plain loop in Go, it took %.2f times as long as argmax on the geometric mean", mean(cs))
	}
	return text + "."
}

// Disturbed returns the contests during which the machine was disturbed.
func (r *Report) Disturbed() (names []string) {
	for _, c := range r.Comparisons {
		if c.Contest.Disturbed != "" {
			names = append(names, c.Name()+": "+c.Contest.Disturbed)
		}
	}
	return names
}

// name describes a contest in words, without what is the same for most.
func name(c *results.Contest) string {
	text, after := c.Op, ""
	for _, k := range keys(c) {
		switch {
		case k.Name == "data":
			after += ", " + k.Text
		case k.Name == "chain" && k.Text == "true":
			after += ", chained"
		case k.Name == "chain":
		default:
			text += " " + k.Name + "=" + k.Text
		}
	}
	if c.Unit != results.Time { // "p99-sec"
		after += ", " + strings.TrimSuffix(c.Unit, "-sec")
	}
	if c.Threads > 1 {
		after += fmt.Sprintf(", %d threads", c.Threads)
	}
	return text + after
}

func keys(c *results.Contest) (facts []Fact) {
	for part := range strings.SplitSeq(c.Keys, "/") {
		if key, value, ok := strings.Cut(part, "="); ok {
			facts = append(facts, Fact{key, value})
		}
	}
	return facts
}

// work is the least that a call has to do.
type work struct{ flops, loads, far, stores float64 }

func workOf(c *results.Contest) (w work, ok bool) {
	w = work{c.Amount("flops"), c.Amount("loads"), c.Amount("far"), c.Amount("stores")}
	return w, w != work{}
}

// fastest returns the time in nanoseconds that the work would take at the limits of an
// instruction set, and which of them is the longest.
func (w work) fastest(f *results.File, isa, level string) (ns float64, by string) {
	for _, limit := range []struct {
		amount float64
		unit   string
		by     string
	}{{w.flops, "FMA-GFLOP/s", "arithmetic"}, {w.loads, "L1-GB/s", "reading L1"}, {w.far, level + "-GB/s", "reading " + level}} {
		if rate, ok := f.Limit(isa, limit.unit); ok && rate > 0 && limit.amount/rate > ns {
			ns, by = limit.amount/rate, limit.by
		}
	}
	return ns, by
}

// share returns the fraction of the limit that an entrant reaches, if it is known: of what
// was counted from instructions, or of arithmetic and reading.
func share(f *results.File, c *results.Contest, e *results.Entrant) (fraction float64, by string, ok bool) {
	w, ok := workOf(c)
	if !ok || !e.Ours() {
		return 0, "", false
	}
	ns, by := w.fastest(f, base(e.ISA), c.Key("data"))
	counted := c.Amount(e.ISA + "-bound")
	if counted == 0 && w.flops == 0 {
		return 0, "", false // it does more than to read, and nobody knows how much
	}
	if counted > ns {
		ns, by = counted, setBy(c, e)
	}
	return ns / nanoseconds(e), by, ns > 0
}

// setBy returns what sets the bound that was counted.
func setBy(c *results.Contest, e *results.Entrant) string {
	return word(c, e.ISA+"-by")
}

// word returns the words of a key in the work of a contest.
func word(c *results.Contest, key string) string {
	_, value, _ := strings.Cut(" "+c.Work+" ", " "+key+"=")
	value, _, _ = strings.Cut(value, " ")
	return strings.ReplaceAll(value, "-", " ")
}

// base returns the instruction set whose limits were measured: extensions share those of
// what they extend.
func base(isa string) string {
	isa = strings.TrimSuffix(isa, "vnni")
	return strings.TrimSuffix(isa, "dot")
}
