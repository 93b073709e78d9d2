// Command report compares argmax with its rivals on this machine, and writes what it finds
// as a page of HTML and as Markdown:
//
//	go run [-tags cblas] ./report [-o directory] [-suite names] [-duration 4m] [-match pattern] [-threads n] [-data directory]
//	go run ./report -from file[,file...]
//
// The directory, out if there is no -o, also gets the raw files, one for each suite, in
// Go's benchmark format. With -from it measures nothing and writes the report of such
// files beside the first.
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
	"strings"
	"time"

	"github.com/seed842bec00/argmax/bench"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("report: ")
	output := flag.String("o", "out", "write to this `directory`")
	from := flag.String("from", "", "measure nothing, and write the report of these raw `files`, separated by commas")
	suites := flag.String("suite", "", "measure only these suites, separated by commas, of "+strings.Join(bench.Suites(), ", "))
	headline := flag.Bool("headline", false, "measure only the contests of the README's table")
	match := flag.String("match", "", "measure only the contests whose name, such as Dot/n=784/data=L1/chain=false/threads=1, matches this `pattern`, as for go test -bench")
	duration := flag.Duration("duration", 4*time.Minute, "how long to measure, approximately")
	threads := flag.Int("threads", 1, "number of threads, if more than one only of the contests that share their work")
	data := flag.String("data", "", "`directory` of Fashion-MNIST or its like for models; if empty, a part of it")
	rows := flag.Int("rows", 0, "number of rows that models are fitted to, at most (default 2,000)")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	o := bench.Options{Suites: list(*suites), Match: *match, Headline: *headline, Duration: *duration, Threads: *threads, Data: *data, Rows: *rows}
	o.Progress = func(number, of int, contest string) { log.Printf("%d of %d: %s", number, of, contest) }
	if err := run(ctx, *output, list(*from), o); err != nil {
		log.Fatal(err)
	}
}

func list(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == ',' })
}

func run(ctx context.Context, dir string, files []string, o bench.Options) (err error) {
	if len(files) == 0 {
		if files, err = bench.Measure(ctx, dir, o); len(files) == 0 {
			return err
		}
	}
	outcome, failed := bench.Write(files)
	if failed != nil {
		return errors.Join(err, failed)
	}
	fmt.Printf("%s\n\n%s\n", outcome.Sentence, outcome.Page)
	return err
}
