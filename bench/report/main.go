// Command report compares argmax with its rivals on this machine and writes what
// it finds as Markdown.
//
//	go run [-tags cblas] ./report [-o file] [-duration 1m] [-match regexp] [-threads n]
//
// The entrants of a contest alternate, round after round, so that a change of the
// clock rate or a busy neighbour affects all of them; ratios are taken within a round.
// In every round the entrant that the others are compared with runs twice, first and
// last: the difference of these two is the noise, and smaller differences do not count.
//
// ARGMAX_ISA=avx2 compares the others with the AVX2 kernels instead of the best ones.
package main

import (
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"regexp"
	"runtime"
	"time"

	"github.com/seed842bec00/argmax/bench/internal/crival"
	"github.com/seed842bec00/argmax/bench/internal/meter"
	"github.com/seed842bec00/argmax/bench/internal/suite"
	"github.com/seed842bec00/argmax/internal/cpu"
	"github.com/seed842bec00/argmax/kernels"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("report: ")
	output := flag.String("o", "", "write to this `file` instead of standard output")
	duration := flag.Duration("duration", time.Minute, "how long to measure, approximately")
	match := flag.String("match", "", "run only the contests whose name, such as Dot/n=784/data=L1/chain=false, matches this `regexp`")
	threads := flag.Int("threads", 1, "number of threads for matrix products and C libraries; the limits, and all else, use one")
	flag.Parse()
	if *threads > 1 {
		crival.Threads, suite.Pool = *threads, kernels.NewPool(*threads)
	}
	pattern, err := regexp.Compile(*match)
	if err != nil {
		log.Fatal(err)
	}
	text, err := report(*duration, pattern, *threads)
	if err != nil {
		log.Fatal(err)
	}
	if *output == "" {
		fmt.Print(text)
	} else if err := os.WriteFile(*output, []byte(text), 0o666); err != nil {
		log.Fatal(err)
	}
}

func report(duration time.Duration, pattern *regexp.Regexp, threads int) (string, error) {
	if err := cpu.ForceErr(); err != nil {
		return "", err
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(threads))
	var contests []suite.Contest
	samples := 0
	for _, op := range suite.Operations() {
		for _, c := range op.Contests() {
			if pattern.MatchString(c.Op + "/" + c.Name()) {
				contests = append(contests, c)
				samples += rounds * (len(c.Entrants) + 1)
			}
		}
	}
	if len(contests) == 0 {
		return "", errors.New("no contest matches")
	}
	before := measureLimits()
	var results []result
	for _, c := range contests {
		r, err := run(c, duration/time.Duration(samples))
		if err != nil {
			return "", err
		}
		results = append(results, r)
	}
	return write(results, before, measureLimits()), nil
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
