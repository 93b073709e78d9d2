package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"regexp"
	"runtime"
	"strings"
	"time"

	"golang.org/x/perf/benchmath"

	"github.com/seed842bec00/argmax/bench/internal/crival"
	"github.com/seed842bec00/argmax/bench/internal/machine"
	"github.com/seed842bec00/argmax/bench/internal/measure"
	"github.com/seed842bec00/argmax/bench/internal/meter"
	"github.com/seed842bec00/argmax/bench/internal/results"
	"github.com/seed842bec00/argmax/bench/internal/suite"
	"github.com/seed842bec00/argmax/internal/cpu"
)

// options say what is measured.
type options struct {
	duration time.Duration
	match    *regexp.Regexp
	threads  int
}

// record measures all contests that match and writes a file of results.
func record(ctx context.Context, out io.Writer, o options) error {
	if err := cpu.ForceErr(); err != nil {
		return err
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(o.threads))
	var contests []*measure.Contest
	samples := 0
	for _, op := range suite.Operations() {
		for _, c := range op.Contests() {
			if m := c.Measured(o.threads); o.match.MatchString(m.Name()) {
				contests = append(contests, m)
				samples += len(m.Entrants) + 1
			}
		}
	}
	if len(contests) == 0 {
		return errors.New("no contest matches")
	}
	w := results.NewWriter(out)
	w.Set("suite", "kernels")
	w.Set("command", strings.Join(append([]string{"go run ./report"}, os.Args[1:]...), " "))
	w.Set("threads", fmt.Sprint(o.threads))
	machine.Describe(w.Set)
	for _, name := range crival.Missing() {
		w.Set("missing-"+name, "not installed, or built without the tag cblas")
	}
	if err := writeLimits(w, "before"); err != nil {
		return err
	}
	r := measure.Runner{W: w, Deadline: time.Now().Add(o.duration)}
	for i, c := range contests {
		log.Printf("%d of %d: %s", i+1, len(contests), c.Name())
		// Three quarters of the time, so that some is left for contests that meet noise.
		share := o.duration * 3 / 4 * time.Duration(len(c.Entrants)+1) / time.Duration(samples)
		if err := r.Run(ctx, c, share); err != nil {
			return err
		}
	}
	return writeLimits(w, "after")
}

// limits holds the limits of all instruction sets, best first.
type limits []meter.Limits

func measureLimits() limits {
	var ls limits
	for _, isa := range meter.Available() {
		ls = append(ls, meter.Measure(isa))
	}
	return ls
}

// writeLimits measures the limits of one core.
func writeLimits(w *results.Writer, when string) error {
	for _, l := range measureLimits() {
		values := []results.Value{{Number: l.FMA, Unit: "FMA-GFLOP/s"}, {Number: l.LoadFMA, Unit: "load-FMA-GFLOP/s"}, {Number: l.Clock, Unit: "GHz"}}
		for level, rate := range l.Read {
			values = append(values, results.Value{Number: rate, Unit: meter.Level(level).String() + "-GB/s"})
		}
		if err := w.Limits(l.ISA.String(), when, values); err != nil {
			return err
		}
	}
	return nil
}

// readLimits returns the limits of a file that were measured before or after.
func readLimits(f *results.File, when string) (ls limits) {
	for _, isa := range meter.Available() {
		for _, from := range f.Limits {
			if from.ISA != isa.String() || from.When != when {
				continue
			}
			line := results.Line{Values: from.Values}
			l := meter.Limits{ISA: isa}
			l.FMA, _ = line.Of("FMA-GFLOP/s")
			l.LoadFMA, _ = line.Of("load-FMA-GFLOP/s")
			l.Clock, _ = line.Of("GHz")
			for level := range l.Read {
				l.Read[level], _ = line.Of(meter.Level(level).String() + "-GB/s")
			}
			ls = append(ls, l)
		}
	}
	return ls
}

// result holds the measurements of a contest. The slices are indexed by entrant.
type result struct {
	suite.Contest
	champion int                 // the entrant that the others are compared with
	time     []benchmath.Summary // in nanoseconds
	ratio    []benchmath.Summary // of the time to the champion's in the same round
	noise    benchmath.Summary   // of the champion's last time in a round to its first
}

// resultsOf joins what was measured with the contests of the suite.
func resultsOf(f *results.File) (rs []result) {
	for _, op := range suite.Operations() {
		for _, c := range op.Contests() {
			m := c.Measured(1)
			for _, in := range f.Contests {
				if in.Op != m.Op || in.Keys != m.Keys {
					continue
				}
				r := result{Contest: c, champion: c.Champion(), noise: in.Noise(results.Time)}
				for _, e := range in.Entrants {
					time, _ := e.Summary(results.Time)
					time.Center, time.Lo, time.Hi = time.Center*1e9, time.Lo*1e9, time.Hi*1e9
					r.time, r.ratio = append(r.time, time), append(r.ratio, in.Ratio(e, results.Time))
				}
				rs = append(rs, r)
			}
		}
	}
	return rs
}

// slower returns 1 if entrant i is slower than the champion by more than the noise, −1
// if it is faster by more than the noise, and 0 otherwise.
func (r result) slower(i int) int {
	switch results.Judge(r.ratio[i], r.noise) {
	case results.Won:
		return 1
	case results.Lost:
		return -1
	}
	return 0
}

// report measures and returns the raw file and the report.
func report(ctx context.Context, o options) (raw []byte, text string, err error) {
	var b bytes.Buffer
	if err := record(ctx, &b, o); err != nil {
		return b.Bytes(), "", err
	}
	f, err := results.Read(bytes.NewReader(b.Bytes()), "raw file")
	if err != nil {
		return b.Bytes(), "", err
	}
	return b.Bytes(), write(resultsOf(f), readLimits(f, "before"), readLimits(f, "after")), nil
}
