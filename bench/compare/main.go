// Command compare tells whether this checkout is slower than another commit.
//
//	go run ./compare -base commit [-head commit] [-packages list] [-bench regexp] [-rounds n] [-benchtime d] [-all] [-o dir]
//
// It builds the benchmarks of both, the base in a work tree of its own, and runs each
// function of them in turns: base, head, base again, so that a change of the clock rate
// or a busy neighbour meets all three. Ratios are taken within a round. The two runs of
// the base are the noise: the same program, and what it differs by from itself. A
// benchmark is slower if the interval of its ratio lies beyond that of the noise and
// beyond what most benchmarks differ by from themselves; one that seems to be is measured
// again, and only that counts. Then the exit status is 1. Times are those of the
// processor, where the system and the benchmark tell them: they do not grow while
// another process runs.
//
// Where runs of a program differ by up to 1 %, a benchmark that takes 2 % longer is found 99
// times in 100; where they differ by 5 %, one that takes 8 % longer (TestSensitivity).
//
// Benchmarks run with -short, on the smaller shapes, unless -all is given. ARGMAX_ISA
// chooses the instruction set of both. With -o, the results stay in base.txt and head.txt
// of that directory, in the format that benchstat reads.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"regexp"
	"strings"

	"github.com/seed842bec00/argmax/internal/workload"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("compare: ")
	o := options{log: log.Printf}
	packages := flag.String("packages", ".,./kernels,./index,./classifier", "comma-separated `list` of packages, relative to the top of the repository")
	flag.StringVar(&o.base, "base", "", "the `commit` to compare with")
	flag.StringVar(&o.head, "head", "", "the `commit` to compare; this checkout as it is if empty")
	flag.StringVar(&o.bench, "bench", ".", "run only the benchmarks that match this `regexp`, as with go test")
	flag.IntVar(&o.rounds, "rounds", 11, "number of rounds, at least 6")
	flag.StringVar(&o.benchtime, "benchtime", "30ms", "`duration` of a benchmark in each run, or a count as 100x")
	flag.BoolVar(&o.all, "all", false, "measure all shapes, not only those of -short")
	flag.StringVar(&o.output, "o", "", "keep the results in this `directory`")
	flag.Parse()
	o.packages = strings.Split(*packages, ",")
	if err := os.Setenv(workload.CPUTimeVariable, "1"); err != nil { // of all programs that are run
		log.Fatal(err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout, o); err != nil {
		stop()
		log.Fatal(err)
	}
}

type options struct {
	dir        string // in the repository; the current directory if empty
	base, head string
	packages   []string
	bench      string
	rounds     int
	benchtime  string
	all        bool
	output     string
	log        func(format string, args ...any)
}

// errSlower is the error of run if a benchmark has become slower.
var errSlower = errors.New("slower than the base")

// run compares two commits and writes a table to w.
func run(ctx context.Context, w io.Writer, o options) (err error) {
	if o.base == "" {
		return errors.New("no -base commit")
	}
	if o.rounds < leastRounds {
		return fmt.Errorf("%d rounds: an interval needs at least %d", o.rounds, leastRounds)
	}
	first, rest, _ := strings.Cut(o.bench, "/")
	matches, err := regexp.Compile(first)
	if err != nil {
		return err
	}
	if rest != "" {
		rest = "/" + rest
	}
	temporary, err := os.MkdirTemp("", "compare")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(temporary)) }()
	b := builder{ctx: ctx, dir: o.dir, temporary: temporary}
	defer func() { err = errors.Join(err, b.close()) }()
	base, err := b.build("base", o.base, o.packages)
	if err != nil {
		return err
	}
	head, err := b.build("head", o.head, o.packages)
	if err != nil {
		return err
	}
	m := meter{ctx: ctx, options: o, base: base, head: head}
	functions, lone, err := m.functions(matches, rest)
	if err != nil {
		return err
	}
	for _, l := range lone {
		o.log("%s", l)
	}
	if len(functions) == 0 {
		return errors.New("base and head have no benchmark in common that matches")
	}
	all, err := m.measure(functions)
	if err != nil {
		return err
	}
	if o.output != "" {
		if err := m.keep(o.output); err != nil {
			return err
		}
	}
	comparisons := judge(all, 0)
	if suspects := slower(comparisons); len(suspects) > 0 {
		o.log("%d seem to be slower, and are measured again", len(suspects))
		again, err := m.measure(functionsOf(functions, suspects))
		if err != nil {
			return err
		}
		comparisons = confirm(comparisons, judge(again, typicalNoise(comparisons)))
	}
	if err := write(w, comparisons); err != nil {
		return err
	}
	if n := len(slower(comparisons)); n > 0 {
		return fmt.Errorf("%d of %d benchmarks: %w", n, len(comparisons), errSlower)
	}
	return nil
}
