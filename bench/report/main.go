// Command report compares argmax with its rivals on this machine and writes what
// it finds as Markdown.
//
//	go run [-tags cblas] ./report [-o file] [-raw file] [-duration 1m] [-match regexp] [-threads n]
//
// The entrants of a contest alternate, round after round, so that a change of the
// clock rate or a busy neighbour affects all of them; ratios are taken within a round.
// In every round the entrant that the others are compared with runs twice, first and
// last: the difference of these two is the noise, and smaller differences do not count.
//
// ARGMAX_ISA=avx2 compares the others with the AVX2 kernels instead of the best ones.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"regexp"
	"time"

	"github.com/seed842bec00/argmax/bench/internal/crival"
	"github.com/seed842bec00/argmax/bench/internal/suite"
	"github.com/seed842bec00/argmax/kernels"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("report: ")
	output := flag.String("o", "", "write to this `file` instead of standard output")
	raw := flag.String("raw", "", "write all measurements to this `file`")
	duration := flag.Duration("duration", time.Minute, "how long to measure, approximately")
	match := flag.String("match", "", "run only the contests whose name, such as Dot/n=784/data=L1/chain=false, matches this `regexp`")
	threads := flag.Int("threads", 1, "number of threads for matrix products and C libraries; the limits, and all else, use one")
	flag.Parse()
	if err := run(*raw, *output, *duration, *match, *threads); err != nil {
		log.Fatal(err)
	}
}

func run(raw, output string, duration time.Duration, match string, threads int) error {
	pattern, err := regexp.Compile(match)
	if err != nil {
		return err
	}
	if threads > 1 {
		crival.Threads, suite.Pool = threads, kernels.NewPool(threads)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	measured, text, err := report(ctx, options{duration, pattern, threads})
	if raw != "" {
		err = errors.Join(err, os.WriteFile(raw, measured, 0o666))
	}
	if err != nil {
		return err
	}
	if output == "" {
		_, err = fmt.Print(text)
		return err
	}
	return os.WriteFile(output, []byte(text), 0o666)
}
