package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/seed842bec00/argmax/bench/internal/compare"
	"github.com/seed842bec00/argmax/bench/internal/picture"
	"github.com/seed842bec00/argmax/bench/internal/record"
	"github.com/seed842bec00/argmax/bench/internal/results"
	"github.com/seed842bec00/argmax/internal/cpu"
)

// Suites returns the names of all suites of contests.
func Suites() []string { return slices.Clone(record.Suites) }

// Options say what Measure measures.
type Options struct {
	Suites   []string      // all if empty
	Headline bool          // only the contests of the README's table
	Match    string        // the contests, as for go test -bench: "^Dot$/n=784"; all if empty
	Duration time.Duration // about how long; half of it may be added where contests meet noise
	Threads  int           // of contests that share their work; 0 stands for 1
	Data     string        // a directory of Fashion-MNIST or its like; if empty, models are of the part that package fashion embeds
	Rows     int           // rows that models are fitted to, at most; 0 means 2,000
	// Progress is told which contest of a suite comes next, from 1; may be nil.
	Progress func(number, of int, contest string)
}

// Measure measures contests of argmax and its rivals on this machine and writes a file of
// results for each suite to directory dir, which it makes if there is none. It returns
// their names. A suite of which no contest matches has no file; if none has one, that is
// an error. If ctx ends, the files hold what was measured until then. Contests that failed, as where the entrants do not agree, are an error beside
// the files of all others.
func Measure(ctx context.Context, dir string, o Options) (files []string, err error) {
	suites := o.Suites
	if len(suites) == 0 {
		suites = Suites()
	}
	for _, s := range suites {
		if !slices.Contains(record.Suites, s) {
			return nil, fmt.Errorf("bench: no suite %s; there are %s", s, strings.Join(record.Suites, ", "))
		}
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, err
	}
	match, err := compile(o.Match)
	if err != nil {
		return nil, err
	}
	threads := max(1, o.Threads)
	var failed []error
	for _, s := range suites {
		var out bytes.Buffer
		err := record.Run(ctx, &out, record.Options{
			Suite: s, Duration: o.Duration / time.Duration(len(suites)), Threads: threads, Data: o.Data, Rows: o.Rows, Progress: o.progress,
			Command: o.command(s, threads),
			Op:      match.op, Match: func(name string) bool { return match.name(name) && (!o.Headline || compare.IsHeadline(name)) },
		})
		if errors.Is(err, record.ErrNone) {
			continue
		}
		if err != nil && out.Len() == 0 {
			return files, err
		}
		failed = append(failed, err)
		name := s + ".txt"
		if threads > 1 {
			name = s + "-" + strconv.Itoa(threads) + ".txt"
		}
		name = filepath.Join(dir, name)
		if err := os.WriteFile(name, out.Bytes(), 0o666); err != nil {
			return files, err
		}
		files = append(files, name)
		if ctx.Err() != nil {
			break
		}
	}
	if len(files) == 0 {
		return nil, errors.New("bench: no contest matches")
	}
	return files, errors.Join(failed...)
}

// command returns the command that measures a suite again.
func (o Options) command(suite string, threads int) string {
	text := ""
	if isa := os.Getenv(cpu.Variable); isa != "" {
		text = cpu.Variable + "=" + isa + " "
	}
	text += "go run ./report -suite " + suite
	if o.Headline {
		text += " -headline"
	}
	if o.Match != "" {
		text += " -match '" + o.Match + "'"
	}
	text += fmt.Sprintf(" -duration %v", o.Duration)
	if threads > 1 {
		text += fmt.Sprintf(" -threads %d", threads)
	}
	if o.Data != "" {
		text += " -data DIRECTORY/" + filepath.Base(o.Data)
	}
	if o.Rows > 0 {
		text += fmt.Sprintf(" -rows %d", o.Rows)
	}
	return text
}

// pattern matches the names of contests by their parts between slashes.
type pattern []*regexp.Regexp

func compile(text string) (p pattern, err error) {
	for part := range strings.SplitSeq(text, "/") {
		r, err := regexp.Compile(part)
		if err != nil {
			return nil, fmt.Errorf("bench: match: %w", err)
		}
		p = append(p, r)
	}
	return p, nil
}

// op reports whether any contest of an operation may match.
func (p pattern) op(name string) bool { return p[0].MatchString(name) }

func (p pattern) name(name string) bool {
	parts := strings.Split(name, "/")
	for i, r := range p {
		if i >= len(parts) || !r.MatchString(parts[i]) {
			return false
		}
	}
	return true
}

func (o Options) progress(number, of int, contest string) {
	if o.Progress != nil {
		o.Progress(number, of, contest)
	}
}

// Outcome is what a report says in short.
type Outcome struct {
	Page     string `json:"page"` // the name of its file
	Won      int    `json:"won"`  // contests
	Lost     int    `json:"lost"`
	Level    int    `json:"withinNoise"`
	Sentence string `json:"sentence"` // all of it, to be quoted
}

// Write writes a report of files of results, which must be of one machine, to the
// directory of the first: report.html, report.md, and ratios.svg, the picture of the
// README's table, if its contests are among them.
func Write(files []string) (Outcome, error) {
	if len(files) == 0 {
		return Outcome{}, errors.New("bench: no file of results")
	}
	var read []*results.File
	var names []string
	dir := filepath.Dir(files[0])
	for _, name := range files {
		f, err := results.Load(name)
		if err != nil {
			return Outcome{}, err
		}
		if len(read) > 0 && f.Config["cpu"] != read[0].Config["cpu"] {
			return Outcome{}, fmt.Errorf("bench: %s is of a %s, %s of a %s", files[0], read[0].Config["cpu"], name, f.Config["cpu"])
		}
		beside, err := filepath.Rel(dir, name)
		if err != nil {
			return Outcome{}, err
		}
		read, names = append(read, f), append(names, filepath.ToSlash(beside))
	}
	r := compare.New(read)
	var page, markdown, svg bytes.Buffer
	if err := errors.Join(r.HTML(&page, names), r.Markdown(&markdown, names)); err != nil {
		return Outcome{}, err
	}
	out := map[string][]byte{"report.html": page.Bytes(), "report.md": markdown.Bytes()}
	if p := r.Picture; len(p.Panels) > 0 {
		if err := picture.File(&svg, p.Panels[0].Chart, picture.Wide, p.Title); err != nil {
			return Outcome{}, err
		}
		out[p.ID+".svg"] = svg.Bytes()
	}
	for name, content := range out {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o666); err != nil {
			return Outcome{}, err
		}
	}
	return Outcome{
		Page: filepath.Join(dir, "report.html"),
		Won:  r.Count(results.Won), Lost: r.Count(results.Lost), Level: r.Count(results.WithinNoise), Sentence: r.Sentence(),
	}, nil
}
