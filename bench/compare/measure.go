package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/perf/benchfmt"

	"github.com/seed842bec00/argmax/bench/internal/results"
)

// meter runs the benchmarks of two commits in turns.
type meter struct {
	ctx        context.Context
	options    options
	base, head []program
	raw        [2]bytes.Buffer // what base and head wrote
}

// A function is a benchmark function of a package of both commits.
type function struct {
	base, head program
	name       string // "BenchmarkDot"
	pattern    string // of it and of its sub-benchmarks
}

// label returns a name with that of the package, unless it is the root.
func (f function) label(name string) string {
	if f.base.pkg == "." {
		return name
	}
	return strings.TrimPrefix(f.base.pkg, "./") + " " + name
}

// functions returns the functions that match, and a line for each that only one has. What
// follows the name of a function in a pattern is rest.
func (m *meter) functions(matches *regexp.Regexp, rest string) (all []function, lone []string, err error) {
	for i := range m.base {
		names, err := m.list(m.base[i], matches)
		if err != nil {
			return nil, nil, err
		}
		now, err := m.list(m.head[i], matches)
		if err != nil {
			return nil, nil, err
		}
		for _, name := range names {
			if !slices.Contains(now, name) {
				lone = append(lone, fmt.Sprintf("only the base has %s in %s", name, m.base[i].pkg))
				continue
			}
			all = append(all, function{m.base[i], m.head[i], name, "^" + name + "$" + rest})
		}
		for _, name := range now {
			if !slices.Contains(names, name) {
				lone = append(lone, fmt.Sprintf("only the head has %s in %s", name, m.head[i].pkg))
			}
		}
	}
	return all, lone, nil
}

func (m *meter) list(p program, matches *regexp.Regexp) (names []string, err error) {
	out, err := output(m.ctx, p.dir, p.path, "-test.list", "^Benchmark")
	if err != nil {
		return nil, err
	}
	for _, name := range strings.Fields(out) {
		if strings.HasPrefix(name, "Benchmark") && matches.MatchString(name) {
			names = append(names, name)
		}
	}
	return names, nil
}

// samples are the times of a benchmark in seconds, one for each round: of the base, of
// the head, and of the base again.
type samples struct {
	function string // that it belongs to, with its package
	name     string
	times    [3][]float64
}

// measure runs functions in rounds.
func (m *meter) measure(functions []function) ([]*samples, error) {
	var all []*samples
	known := map[string]*samples{}
	for round := range m.options.rounds {
		m.options.log("round %d of %d", round+1, m.options.rounds)
		for _, f := range functions {
			for turn := range 3 {
				p, raw := f.base, &m.raw[0]
				if turn == 1 {
					p, raw = f.head, &m.raw[1]
				}
				out, err := m.run(p, f.pattern)
				if err != nil {
					return nil, err
				}
				raw.WriteString(out + "\n")
				times, order, err := parse(strings.NewReader(out), f.name)
				if err != nil {
					return nil, err
				}
				for _, name := range order {
					key := f.label(name)
					s := known[key]
					if s == nil {
						s = &samples{function: f.label(f.name), name: key}
						known[key] = s
						all = append(all, s)
					}
					s.times[turn] = append(s.times[turn], times[name])
				}
			}
		}
	}
	// What only one side has, such as a shape that was added, cannot be compared.
	all = slices.DeleteFunc(all, func(s *samples) bool {
		return len(s.times[0]) != m.options.rounds || len(s.times[1]) != m.options.rounds || len(s.times[2]) != m.options.rounds
	})
	if len(all) == 0 {
		return nil, errors.New("base and head have no benchmark in common")
	}
	return all, nil
}

func (m *meter) run(p program, pattern string) (string, error) {
	args := []string{"-test.run", "^$", "-test.bench", pattern, "-test.benchtime", m.options.benchtime}
	if !m.options.all {
		args = append(args, "-test.short")
	}
	return output(m.ctx, p.dir, p.path, args...)
}

// cpuTime is the unit of processor time.
const cpuTime = "cpu-sec/op"

// parse returns the times of benchmarks, of the processor where they are reported, and
// their names in order.
func parse(r io.Reader, file string) (times map[string]float64, order []string, err error) {
	times = map[string]float64{}
	for reader := benchfmt.NewReader(r, file); reader.Scan(); {
		switch rec := reader.Result().(type) {
		case *benchfmt.Result:
			v, ok := rec.Value(cpuTime)
			if !ok {
				v, ok = rec.Value(results.Time)
			}
			if ok {
				name := string(rec.Name.Full())
				times[name] = v
				order = append(order, name)
			}
		case *benchfmt.SyntaxError:
			return nil, nil, rec
		}
	}
	return times, order, nil
}

// keep writes the results to files in dir, which it makes.
func (m *meter) keep(dir string) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	return errors.Join(
		os.WriteFile(filepath.Join(dir, "base.txt"), m.raw[0].Bytes(), 0o666),
		os.WriteFile(filepath.Join(dir, "head.txt"), m.raw[1].Bytes(), 0o666),
	)
}

// functionsOf returns the functions that have some of the comparisons.
func functionsOf(functions []function, some []comparison) []function {
	return slices.DeleteFunc(slices.Clone(functions), func(f function) bool {
		return !slices.ContainsFunc(some, func(c comparison) bool { return c.function == f.label(f.name) })
	})
}
