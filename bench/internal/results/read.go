package results

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/perf/benchfmt"
	"golang.org/x/perf/benchunit"
)

// File is what a run measured.
type File struct {
	Config   map[string]string // of the run, without the lines that belong to contests
	Contests []*Contest        // in the order of measuring
	Limits   []Limits
}

// Limits are the limits of one core with one instruction set.
type Limits struct {
	ISA, When string
	Values    []Value
}

// Limit returns the higher of the limits before and after the contests, because a
// disturbed measurement is too low; unit is "L1-GB/s".
func (f *File) Limit(isa, unit string) (limit float64, ok bool) {
	for _, l := range f.Limits {
		for _, v := range l.Values {
			if l.ISA == isa && v.Unit == unit {
				limit, ok = max(limit, v.Number), true
			}
		}
	}
	return limit, ok
}

// Missing returns the names of the rivals that are not on the machine, sorted, and why.
func (f *File) Missing() (names []string, why map[string]string) {
	why = map[string]string{}
	for key, value := range f.Config {
		if name, ok := strings.CutPrefix(key, missing); ok {
			names, why[name] = append(names, name), value
		}
	}
	slices.Sort(names)
	return names, why
}

const missing = "missing-"

// ofContest are the keys that belong to a contest.
var ofContest = []string{"work", "tolerance", "unit", "attempt", "calibration-before", "calibration-after", "disturbed"}

// Load reads a file.
func Load(name string) (*File, error) {
	r, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return Read(r, name)
}

// Read reads a file. Errors begin with its name and a line.
func Read(r io.Reader, name string) (*File, error) {
	f := &File{Config: map[string]string{}}
	reader := benchfmt.NewReader(r, name)
	for reader.Scan() {
		switch record := reader.Result().(type) {
		case *benchfmt.SyntaxError:
			return nil, record
		case *benchfmt.Result:
			if err := f.add(record); err != nil {
				_, line := record.Pos()
				return nil, fmt.Errorf("%s:%d: %w", name, line, err)
			}
		}
	}
	if err := reader.Err(); err != nil {
		return nil, err
	}
	for _, c := range f.Contests {
		if err := c.check(); err != nil {
			return nil, fmt.Errorf("%s: %s: %w", name, c.Name(), err)
		}
	}
	return f, nil
}

func (f *File) add(r *benchfmt.Result) error {
	l, err := parse(r)
	if err != nil {
		return err
	}
	for _, c := range r.Config {
		if !slices.Contains(ofContest, c.Key) {
			f.Config[c.Key] = string(c.Value)
		}
	}
	if l.Op == "Limits" {
		_, when, _ := strings.Cut(l.Keys, "when=")
		f.Limits = append(f.Limits, Limits{l.ISA, when, l.Values})
		return nil
	}
	if l.Entrant == "" {
		return errors.New("no entrant")
	}
	c, err := f.contest(l, r)
	if err != nil {
		return err
	}
	c.entrant(l).add(l)
	return nil
}

// contest returns the contest of a line. A further attempt replaces an earlier one if
// that was disturbed.
func (f *File) contest(l Line, r *benchfmt.Result) (*Contest, error) {
	attempt := 1
	if text := r.GetConfig("attempt"); text != "" {
		var err error
		if attempt, err = strconv.Atoi(text); err != nil {
			return nil, fmt.Errorf("attempt: %w", err)
		}
	}
	at := slices.IndexFunc(f.Contests, func(c *Contest) bool { return c.Name() == l.contest() })
	if at >= 0 && f.Contests[at].Attempt == attempt {
		return f.Contests[at], nil
	}
	c := &Contest{
		Op: l.Op, Keys: l.Keys, Threads: l.Threads, Unit: Time, Attempt: attempt, Tolerance: r.GetConfig("tolerance"),
		Work: r.GetConfig("work"), Before: r.GetConfig("calibration-before"), After: r.GetConfig("calibration-after"),
	}
	if unit := r.GetConfig("unit"); unit != "" {
		_, c.Unit = benchunit.Tidy(1, unit)
	}
	if d := r.GetConfig("disturbed"); d != "no" {
		c.Disturbed = d
	}
	if at < 0 {
		f.Contests = append(f.Contests, c)
	} else {
		f.Contests[at] = c
	}
	return c, nil
}
