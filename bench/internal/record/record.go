// Package record measures: it lets all contests of a suite meet on this machine and
// writes a file of results.
package record

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"time"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/bench/internal/count"
	"github.com/seed842bec00/argmax/bench/internal/crival"
	"github.com/seed842bec00/argmax/bench/internal/machine"
	"github.com/seed842bec00/argmax/bench/internal/measure"
	"github.com/seed842bec00/argmax/bench/internal/meter"
	"github.com/seed842bec00/argmax/bench/internal/models"
	"github.com/seed842bec00/argmax/bench/internal/results"
	"github.com/seed842bec00/argmax/bench/internal/suite"
	"github.com/seed842bec00/argmax/internal/cpu"
	"github.com/seed842bec00/argmax/kernels"
)

// Suites are the names of all suites.
var Suites = []string{"kernels", "models", "neighbours"}

// shared are the operations that use more than one thread.
var shared = []string{"Scores", "Gradient", "Gemm"}

// Options say what is measured.
type Options struct {
	Suite    string
	Duration time.Duration          // about how long
	Op       func(op string) bool   // whether to look for contests of an operation, such as Dot
	Match    func(name string) bool // whether to measure a contest, such as Dot/n=784/data=L1/chain=false/threads=1
	Threads  int                    // of matrix products and C libraries; the limits, and all else, use one
	Data     string                 // a directory of Fashion-MNIST or its like for models; if empty, the part that is embedded
	Rows     int                    // rows that models are fitted to, at most; 0 means 2,000
	Command  string                 // that asks for this run
	// Progress is told which contest comes next, from 1.
	Progress func(number, of int, contest string)
}

// ErrNone is returned if no contest of the suite matches.
var ErrNone = errors.New("no contest matches")

// planned is a contest that is made when it is its turn.
type planned struct {
	name     string
	entrants int
	make     func(ctx context.Context) (*measure.Contest, error)
}

// Run measures all contests that match and writes a file of results. A contest that fails,
// as where its entrants do not agree, is an error in the end, when the others have been
// measured.
func Run(ctx context.Context, out io.Writer, o Options) error {
	if err := errors.Join(cpu.ForceErr(), ctx.Err()); err != nil {
		return err
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(o.Threads))
	if o.Threads > 1 {
		defer func(pool *kernels.Pool) { suite.Pool = pool; crival.SetThreads(1) }(suite.Pool)
		suite.Pool = kernels.NewPool(o.Threads)
		crival.SetThreads(o.Threads)
	}
	w := writer{results.NewWriter(out)}
	var counts *count.Counts // known when the limits are
	contests, close, err := o.plan(w, &counts)
	if err != nil {
		return err
	}
	defer close()
	if len(contests) == 0 {
		return ErrNone
	}
	samples := 0
	for _, c := range contests {
		samples += c.entrants + 1
	}
	w.Set("suite", o.Suite)
	w.Set("command", o.Command)
	w.Set("forced", os.Getenv(cpu.Variable))
	w.Set("threads", fmt.Sprint(o.Threads))
	if o.Data != "" && o.Suite != "kernels" {
		w.Set("data", filepath.Base(o.Data))
	}
	machine.Describe(w.Set)
	versions, missing := crival.Versions(), crival.Missing()
	for _, name := range slices.Sorted(maps.Keys(versions)) {
		w.Set(name, versions[name])
	}
	for _, name := range slices.Sorted(maps.Keys(missing)) {
		w.Set("missing-"+name, missing[name])
	}
	limits := measureLimits()
	if err := writeLimits(w.Writer, "before", limits); err != nil {
		return err
	}
	counts = count.New(limits)
	r := measure.Runner{W: w.Writer, Deadline: time.Now().Add(o.Duration)}
	var failed []error
	for i, p := range contests {
		o.Progress(i+1, len(contests), p.name)
		c, err := p.make(ctx)
		if err == nil {
			// Three quarters of the time, so that some is left for contests that meet noise.
			err = r.Run(ctx, c, o.Duration*3/4*time.Duration(p.entrants+1)/time.Duration(samples))
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			failed = append(failed, err)
		}
	}
	return errors.Join(append(failed, writeLimits(w.Writer, "after", measureLimits()))...)
}

// writer writes no path of this machine: of those in what compilers and interpreters say,
// only the last part.
type writer struct{ *results.Writer }

var directories = regexp.MustCompile(`(^|[\s"'=(:\[])(?:[A-Za-z]:)?[/\\](?:[^\s/\\:"')\]]+[/\\])+`)

func (w writer) Set(key, value string) { w.Writer.Set(key, directories.ReplaceAllString(value, "$1")) }

// plan returns the contests that match. The caller must call close in the end.
func (o Options) plan(w writer, counts **count.Counts) (contests []planned, close func(), err error) {
	if contestsOf, ok := map[string]func(models.Options) ([]models.Contest, func(), error){
		"models": models.Contests, "neighbours": models.Neighbours,
	}[o.Suite]; ok {
		all, close, err := contestsOf(models.Options{
			Data: o.Data, Rows: o.Rows, Threads: o.Threads, Version: w.Set,
			Missing: func(name, why string) { w.Set("missing-"+name, why) },
		})
		for _, c := range all {
			name := fmt.Sprintf("%s/%s/threads=%d", c.Op, c.Keys, o.Threads)
			if o.Op(c.Op) && o.Match(name) {
				contests = append(contests, planned{name, c.Entrants, c.Make})
			}
		}
		return contests, close, err
	}
	for _, op := range suite.Operations() {
		if !o.Op(op.Name) || o.Threads > 1 && !slices.Contains(shared, op.Name) {
			continue // without making its data
		}
		for _, c := range op.Contests() {
			m := c.Measured(o.Threads)
			if !o.Match(m.Name()) {
				continue
			}
			contests = append(contests, planned{m.Name(), len(m.Entrants), func(context.Context) (*measure.Contest, error) {
				m.Work += (*counts).Words(c)
				return m, nil
			}})
		}
	}
	return contests, func() {}, nil
}

// measureLimits measures the limits of one core, with each instruction set.
func measureLimits() (ls []meter.Limits) {
	for _, isa := range meter.Available() {
		ls = append(ls, meter.Measure(isa))
	}
	return ls
}

func writeLimits(w *results.Writer, when string, limits []meter.Limits) error {
	for _, l := range limits {
		values := []results.Value{{Number: l.FMA, Unit: "FMA-GFLOP/s"}, {Number: l.LoadFMA, Unit: "load-FMA-GFLOP/s"}, {Number: l.Clock, Unit: "GHz"}}
		for level, rate := range l.Read {
			values = append(values, results.Value{Number: rate, Unit: meter.Level(level).String() + "-GB/s"})
		}
		restore := cpu.Use(l.ISA)
		values = append(values, results.Value{Number: meter.TilePeak(argmax.DotTile), Unit: "byte-products-G/s"},
			results.Value{Number: meter.TilePeak(argmax.L1DistTile), Unit: "byte-distances-G/s"})
		restore()
		if err := w.Limits(l.ISA.String(), when, values); err != nil {
			return err
		}
	}
	return nil
}
