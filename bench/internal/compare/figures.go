package compare

import (
	"cmp"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/seed842bec00/argmax/bench/internal/picture"
	"github.com/seed842bec00/argmax/bench/internal/results"
)

// Figure is a picture, with what a reader needs to check it.
type Figure struct {
	ID      string
	Title   string
	Reading string // how to read it
	Panels  []Panel
	Folded  bool // shown when asked for
}

// Panel is one chart of a figure.
type Panel struct {
	Title   string // if there are others in the figure
	Command string // that makes it again
	Chart   picture.Chart
}

// figure adds a figure, if it has something to show.
func (r *Report) figure(f Figure) {
	if len(f.Panels) > 0 {
		r.Figures = append(r.Figures, f)
	}
}

func single(command string, chart picture.Chart) []Panel {
	return []Panel{{Command: command, Chart: chart}}
}

func (r *Report) figures(files []*results.File) {
	r.ratios(files)
	for _, f := range files {
		r.roofline(f)
	}
	for _, figure := range []Figure{
		{ID: "objective", Title: "Time to objective", Reading: "Each dot is where a fit was after a time: the distance of its objective from the least that any entrant found, as a part of that; lower is better. " +
			"A line to the left of another reaches the same objective sooner. The axis ends at a ten-millionth, where the rounding of float32 begins."},
		{ID: "latency", Title: "Latency of one call", Reading: "Of all calls, half took no longer than p50, 99 in 100 no longer than p99, and none longer than max; further to the left is better. " +
			"Dots are medians over the rounds, bars their 95% intervals."},
	} {
		for _, f := range files {
			for _, c := range f.Contests {
				draw := map[string]func(*results.Contest) (picture.Chart, bool){"objective": curve, "latency": latency}[figure.ID]
				if chart, ok := draw(c); ok {
					figure.Panels = append(figure.Panels, Panel{name(c), remake(f, pattern(c)), chart})
				}
			}
		}
		r.figure(figure)
	}
	for _, s := range sweeps {
		r.figure(Figure{ID: "over-" + s.key, Title: s.title, Reading: s.reading, Panels: s.panels(files)})
	}
	for _, f := range files {
		r.shares(f)
	}
}

// remake is the command that measures contests of a file again, those whose name matches.
func remake(f *results.File, pattern string) string {
	command := "cd bench && "
	if f.Config["forced"] != "" {
		command += "ARGMAX_ISA=" + f.Config["forced"] + " "
	}
	command += "go run "
	if slices.ContainsFunc(f.Contests, func(c *results.Contest) bool { return slices.ContainsFunc(c.Entrants, inC) }) {
		command += "-tags cblas "
	}
	command += "./report -suite " + f.Config["suite"]
	if t := f.Config["threads"]; t != "" && t != "1" {
		command += " -threads " + t
	}
	if data := f.Config["data"]; data != "" {
		command += " -data DIRECTORY/" + data
	}
	if pattern != "" {
		command += " -match '" + pattern + "'"
	}
	return command
}

// inC reports whether an entrant is there only with the build tag cblas. OpenBLAS says
// in its name which kernels it chose.
func inC(e *results.Entrant) bool {
	return slices.ContainsFunc([]string{"openblas", "blis", "onednn", "onnxruntime", "faiss", "gcc"}, func(library string) bool { return strings.HasPrefix(e.Name, library) })
}

var verdicts = map[results.Verdict]picture.Ink{results.Won: picture.Won, results.Lost: picture.Lost, results.WithinNoise: picture.Level}

// ratios draws all comparisons: those that are not won first, and the others, which may
// be very many, folded.
func (r *Report) ratios(files []*results.File) {
	if len(r.Comparisons) == 0 {
		return
	}
	var commands []string
	for _, f := range files {
		commands = append(commands, remake(f, ""))
	}
	command := strings.Join(commands, "\n")
	reading := "Each line is one contest. The dot is the median of the fastest rival's time divided by that of argmax in the same round, the bar its 95% interval, " +
		"on a logarithmic scale: to the right of 1×, argmax is faster. Grey dots cannot be told from what argmax differs from itself."
	rows := func(comparisons []Comparison) picture.Rows {
		chart := picture.Rows{
			X:    picture.Axis{Label: "time of the fastest rival ÷ time of argmax", Log: true, Format: picture.Times},
			From: 1, Lines: true,
		}
		inks := map[picture.Ink]bool{}
		for _, c := range comparisons {
			inks[verdicts[c.Verdict]] = true
			chart.Rows = append(chart.Rows, picture.Row{Label: c.Name(), Note: fmt.Sprintf("%s %s", ratio(c.Ratio.Center), c.Rival.Name), Marks: []picture.Mark{mark(c)}})
		}
		for _, k := range []picture.Key{{Ink: picture.Lost, Text: "argmax is slower"}, {Ink: picture.Level, Text: "within the noise"}, {Ink: picture.Won, Text: "argmax is faster"}} {
			if inks[k.Ink] {
				chart.Keys = append(chart.Keys, k)
			}
		}
		return chart
	}
	if open := append(r.Of(results.Lost), r.Of(results.WithinNoise)...); len(open) > 0 {
		r.figure(Figure{ID: "open", Title: "What argmax does not win", Reading: reading, Panels: single(command, rows(open))})
	}
	if won := r.Of(results.Won); len(won) > 0 {
		r.figure(Figure{ID: "won", Title: fmt.Sprintf("The %d that argmax wins", len(won)), Reading: reading, Panels: single(command, rows(won)), Folded: len(won) > 40})
	}
	if chosen := r.Headlines(); len(chosen) > 0 {
		var comparisons []Comparison
		for _, h := range chosen {
			comparisons = append(comparisons, h.Comparison)
		}
		chart := rows(comparisons)
		for i, h := range chosen {
			chart.Rows[i].Label = h.Phrase
		}
		r.Picture = Figure{ID: "ratios", Title: "How much longer the fastest rival takes", Reading: reading, Panels: single(command, chart)}
		r.Figures = append([]Figure{r.Picture}, r.Figures...)
	}
}

func mark(c Comparison) picture.Mark {
	m := picture.Mark{Value: c.Ratio.Center, Ink: verdicts[c.Verdict],
		Title: fmt.Sprintf("%s: %s takes %s, argmax %s; %s, %v", c.Name(), c.Rival.Name, duration(c.Theirs()), duration(c.Ours()), interval(c.Ratio), c.Verdict)}
	if finite(c.Ratio.Lo) && finite(c.Ratio.Hi) {
		m.Lo, m.Hi = c.Ratio.Lo, c.Ratio.Hi
	}
	return m
}

func finite(v float64) bool { return !math.IsInf(v, 0) && !math.IsNaN(v) }

var levels = []string{"L1", "L2", "L3", "memory"}

// roofline draws the champions of a file that do arithmetic beneath the limits of a core.
func (r *Report) roofline(f *results.File) {
	isa := base(f.Config["active"])
	peak, ok := f.Limit(isa, "FMA-GFLOP/s")
	if !ok {
		return
	}
	chart := picture.Roofline{Peak: peak}
	for i, level := range levels {
		rate, _ := f.Limit(isa, level+"-GB/s")
		chart.Roofs = append(chart.Roofs, picture.Roof{Name: level, Rate: rate, Ink: picture.Series(i)})
	}
	for _, c := range f.Contests {
		e := c.Champion()
		w, known := workOf(c)
		level := slices.Index(levels, c.Key("data"))
		if !known || w.flops == 0 || level < 0 || c.Key("chain") == "true" || c.Threads > 1 || base(e.ISA) != isa {
			continue
		}
		bytes := w.far
		if level == 0 {
			bytes = w.loads
		}
		if bytes == 0 {
			continue
		}
		rate := w.flops / nanoseconds(e)
		chart.Kernels = append(chart.Kernels, picture.Kernel{Roof: level, X: w.flops / bytes, Y: rate,
			Title: fmt.Sprintf("%s: %.3g GFLOP/s, %.3g operations for each byte from %s", name(c), rate, w.flops/bytes, levels[level])})
	}
	if len(chart.Kernels) == 0 {
		return
	}
	r.figure(Figure{
		ID: "roofline-" + f.Config["suite"], Title: "Roofline of one core, " + isa,
		Reading: "Each dot is a contest of argmax on one core. Its colour is the level of memory that its data comes from, and the line of that colour, or the horizontal one, is the most that this core can do: " +
			"the nearer a dot is to its line, the less there is to gain. Contests whose work is no arithmetic, such as searches, and chains of calls are left out.",
		Panels: single(remake(f, ""), chart),
	})
}

// curve draws how far the fits of a contest were from the least objective of all of them
// after some time.
func curve(c *results.Contest) (picture.Chart, bool) {
	least, most := math.Inf(1), 0.
	for _, e := range c.Entrants {
		for _, p := range e.Curve {
			if v, ok := p.Of("objective"); ok {
				least, most = min(least, v), max(most, v)
			}
		}
	}
	chart := picture.Lines{
		X: picture.Axis{Label: "seconds", Log: true},
		Y: picture.Axis{Label: "relative distance from the least", Log: true},
	}
	for i, e := range c.Entrants {
		l := picture.Line{Name: e.Label(), Ink: picture.Series(i), Dashed: !e.Ours()}
		for _, p := range e.Curve {
			seconds, timed := p.Of("sec")
			objective, known := p.Of("objective")
			if timed && known && seconds > 0 && least > 0 {
				l.Points = append(l.Points, picture.Point{X: seconds, Y: max((objective-least)/least, 1e-7),
					Title: fmt.Sprintf("objective %.6g after %s", objective, duration(1e9*seconds))})
			}
		}
		if len(l.Points) > 0 {
			chart.Lines = append(chart.Lines, l)
		}
	}
	return chart, least < most && len(chart.Lines) > 0
}

// percentiles are the units of the distribution of latencies.
var percentiles = []struct{ unit, name string }{
	{"p50-sec", "p50"}, {"p90-sec", "p90"}, {"p99-sec", "p99"}, {"p99.9-sec", "p99.9"}, {"max-sec", "max"},
}

func latency(c *results.Contest) (picture.Chart, bool) {
	chart := picture.Rows{X: picture.Axis{Label: "time of one call", Log: true, Format: picture.Nanoseconds}}
	rows := make([]picture.Row, len(percentiles))
	for at, e := range c.Entrants {
		has := false
		for i, p := range percentiles {
			s, ok := e.Summary(p.unit)
			if !ok || s.Center <= 0 {
				continue
			}
			has = true
			m := picture.Mark{Value: 1e9 * s.Center, Ink: picture.Series(at), Title: fmt.Sprintf("%s, %s: %s", e.Label(), p.name, duration(1e9*s.Center))}
			if finite(s.Lo) && finite(s.Hi) {
				m.Lo, m.Hi = 1e9*s.Lo, 1e9*s.Hi
			}
			rows[i].Label = p.name
			rows[i].Marks = append(rows[i].Marks, m)
		}
		if has {
			chart.Keys = append(chart.Keys, picture.Key{Ink: picture.Series(at), Text: e.Label()})
		}
	}
	chart.Rows = slices.DeleteFunc(rows, func(r picture.Row) bool { return len(r.Marks) == 0 })
	return chart, len(chart.Rows) > 0
}

// sweep is a figure of contests that differ in one key alone.
type sweep struct {
	key     string
	op      string // of all operations if empty
	title   string
	x, y    string
	least   int // points
	reading string
	value   func(n float64, c *results.Contest) float64 // how much a call does
}

func queriesOf(_ float64, c *results.Contest) float64 {
	n, _ := strconv.ParseFloat(c.Key("queries"), 64)
	return n
}

func itself(n float64, _ *results.Contest) float64 { return n }

var sweeps = []sweep{
	{"queries", "Search", "Queries per second against batch size", "queries at once", "queries per second", 3,
		"Neighbour search with more and more queries in one call; higher is better. A drop from one dot to the next is a cliff: there, asking for more at once makes every answer slower.", itself},
	{"k", "Search", "Queries per second against k", "neighbours asked for", "queries per second", 3,
		"The same search for more and more neighbours of each query; higher is better.", queriesOf},
	{"features", "Search", "Queries per second against dimensions", "features of a row", "queries per second", 3,
		"The same search among rows of more and more features; higher is better.", queriesOf},
	{"rows", "", "Rows per second against their number", "rows in a call", "rows per second", 3,
		"The same work over more and more rows in one call; higher is better. Where a line is flat, a caller gains nothing by collecting more; it falls where the rows no longer fit into a cache. For searches, the rows are those of the base, with one query.", itself},
	{"threads", "", "Scaling over threads", "threads", "calls per second", 2,
		"The same work on more threads; higher is better. Twice the threads give twice the height if all of them can be used and nothing else limits. Threads of a rented machine may share a core.",
		func(float64, *results.Contest) float64 { return 1 }},
}

func (s sweep) panels(files []*results.File) (panels []Panel) {
	for _, group := range groups(files, s.key) {
		if len(group.contests) < s.least || s.op != "" && group.contests[0].Op != s.op {
			continue
		}
		chart := picture.Lines{X: picture.Axis{Label: s.x, Log: true}, Y: picture.Axis{Label: s.y, Log: true}}
		for i, label := range labels(group.contests) {
			if l := s.line(group, label, picture.Series(i)); len(l.Points) > 1 {
				chart.Lines = append(chart.Lines, l)
			}
		}
		if len(chart.Lines) > 0 {
			panels = append(panels, Panel{group.name, remake(group.files[len(group.files)-1], group.pattern(s.key)), chart})
		}
	}
	return panels
}

// line returns the times of one entrant in all contests of a group.
func (s sweep) line(g *group, label string, ink picture.Ink) picture.Line {
	l := picture.Line{Name: label, Ink: ink}
	for i, c := range g.contests {
		e := c.Entrant(label)
		if e == nil {
			continue
		}
		l.Dashed = !e.Ours()
		t, ok := e.Summary(results.Time)
		if !ok {
			continue
		}
		n := g.at[i]
		work := s.value(n, c)
		p := picture.Point{X: n, Y: work / t.Center, Title: fmt.Sprintf("%s, %s", name(c), duration(1e9*t.Center))}
		if finite(t.Lo) && finite(t.Hi) && t.Lo > 0 {
			p.Lo, p.Hi = work/t.Hi, work/t.Lo
		}
		l.Points = append(l.Points, p)
	}
	return l
}

// group is contests that differ in one key.
type group struct {
	name     string
	contests []*results.Contest
	files    []*results.File // of the contests
	at       []float64       // the values of the key
}

// pattern matches the contests of the group.
func (g *group) pattern(key string) string {
	parts := []string{"^" + g.contests[0].Op + "$"}
	for _, k := range keys(g.contests[0]) {
		part := "^" + regexp.QuoteMeta(k.Name+"="+k.Text) + "$"
		switch {
		case k.Name == key, k.Name == "data":
			part = "^" + k.Name + "="
		case k.Name == "base" && key == "features":
			part = "^base=" + regexp.QuoteMeta(strings.TrimRight(k.Text, "0123456789"))
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, "/")
}

func groups(files []*results.File, key string) (all []*group) {
	found := map[string]*group{}
	for _, f := range files {
		for _, c := range f.Contests {
			value := c.Key(key)
			if key == "threads" {
				value = strconv.Itoa(c.Threads)
			}
			n, err := strconv.ParseFloat(value, 64)
			if err != nil || n <= 0 || c.Key("chain") == "true" {
				continue
			}
			rest := c.Op
			for _, k := range keys(c) {
				switch {
				case k.Name == key, k.Name == "chain":
				case k.Name == "data" && key == "threads":
					rest += ", " + k.Text
				case k.Name == "data":
				case k.Name == "base" && key == "features": // which names the features, too
					rest += " base=" + strings.TrimRight(k.Text, "0123456789")
				default:
					rest += " " + k.Name + "=" + k.Text
				}
			}
			if key != "threads" && c.Threads > 1 {
				rest += fmt.Sprintf(", %d threads", c.Threads)
			}
			g := found[rest]
			if g == nil {
				g = &group{name: rest}
				found[rest] = g
				all = append(all, g)
			}
			if !slices.Contains(g.at, n) { // the first, if data is in more than one place
				g.contests, g.files, g.at = append(g.contests, c), append(g.files, f), append(g.at, n)
			}
		}
	}
	for _, g := range all {
		order := make([]int, len(g.at))
		for i := range order {
			order[i] = i
		}
		slices.SortFunc(order, func(i, j int) int { return cmp.Compare(g.at[i], g.at[j]) })
		contests, files, at := g.contests, g.files, g.at
		g.contests, g.files, g.at = nil, nil, nil
		for _, i := range order {
			g.contests, g.files, g.at = append(g.contests, contests[i]), append(g.files, files[i]), append(g.at, at[i])
		}
	}
	return all
}

// labels returns the entrants of contests, argmax first.
func labels(contests []*results.Contest) (names []string) {
	for _, ours := range []bool{true, false} {
		for _, c := range contests {
			for _, e := range c.Entrants {
				if e.Ours() == ours && !slices.Contains(names, e.Label()) {
					names = append(names, e.Label())
				}
			}
		}
	}
	return names
}

// shares draws the fraction of the limit that each instruction set reaches.
func (r *Report) shares(f *results.File) {
	chart := picture.Rows{X: picture.Axis{Label: "fraction of the limit", Max: 1, Format: picture.Percent}}
	var isas []string
	rows := map[string]*picture.Row{}
	var order []string
	for _, c := range f.Contests {
		if c.Key("chain") == "true" || c.Threads > 1 {
			continue
		}
		for _, e := range c.Entrants {
			fraction, by, ok := share(f, c, e)
			if !ok {
				continue
			}
			i := slices.Index(isas, e.ISA)
			if i < 0 {
				i = len(isas)
				isas = append(isas, e.ISA)
				chart.Keys = append(chart.Keys, picture.Key{Ink: picture.Series(i), Text: e.ISA})
			}
			row := rows[c.Op]
			if row == nil {
				row = &picture.Row{Label: c.Op}
				rows[c.Op] = row
				order = append(order, c.Op)
			}
			chart.X.Max = max(chart.X.Max, fraction)
			row.Marks = append(row.Marks, picture.Mark{Value: fraction, Ink: picture.Series(i), Title: fmt.Sprintf("%s, %s: %.0f%% of %s", name(c), e.ISA, 100*fraction, by)})
		}
	}
	if len(order) == 0 {
		return
	}
	for _, op := range order {
		chart.Rows = append(chart.Rows, *rows[op])
	}
	r.figure(Figure{
		ID: "share-" + f.Config["suite"], Title: "Fraction of the limit, by instruction set",
		Reading: "Each dot is one contest on one core: the time that arithmetic, reading L1, reading the level that holds the data, or the busiest port of the processor takes at least, divided by the time that argmax takes. " +
			"At 100% nothing could be gained. The limits of arithmetic and of reading are measured in the same run with loops that do nothing else, by instruction set, so that avx2 is held to what avx2 can do; those of ports are counted from the instructions, where the ports of the processor are known.",
		Panels: single(remake(f, ""), chart),
	})
}
