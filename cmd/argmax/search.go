package main

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/classifier/metrics"
	"github.com/seed842bec00/argmax/classifier/selection"
)

type searchFlags struct {
	dataFlags
	out  modelFile
	test bool

	metric   metrics.Metric
	time     time.Duration
	trials   int
	folds    int
	holdOut  float64
	members  int
	simple   bool
	halve    bool
	journal  string
	seed     uint64
	workers  int
	losses   []string
	l2, l1   interval
	scalings []string
	exact    bool
}

func newSearch() *cobra.Command {
	var f searchFlags
	cmd := &cobra.Command{
		Use:   "search DATA -o MODEL",
		Short: "Find the loss, the penalty and the solver that do best, and train with them",
		Long: `search draws candidates, each with a loss, penalties, a scaling and a solver, and trains
models with them on a part of the examples. It compares them on the rest, or by a
cross-validation, and trains the best on all examples. The test set is not looked at, unless
--test asks for the accuracy of the chosen model.

With --time the number of candidates depends on the machine; with --trials alone the result
is the same everywhere. --journal keeps what has been tried: the same command goes on from
there.`,
		Example: `  argmax search photos/ -o photos.safetensors --time 60s
  argmax search emb.npy --labels y.npy -o probe.safetensors --exact --trials 20 --folds 5`,
		Args: wantArguments(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args[0]) },
	}
	d, space := selection.Default(), selection.DefaultSpace()
	f.metric, f.members = d.Metric, d.Members
	f.l2, f.l1 = interval(space.L2), interval(space.L1)
	addFlags(cmd, "Output", func(flags *pflag.FlagSet) {
		flags.StringVarP(&f.out.name, "out", "o", "", "model `file` to write; - is the standard output")
		flags.BoolVar(&f.out.force, "force", false, "overwrite a file that is not a model")
		flags.BoolVar(&f.test, "test", false, "evaluate the chosen model on the test set of DATA, too")
	})
	f.dataFlags.add(cmd)
	addFlags(cmd, "Search", func(flags *pflag.FlagSet) {
		flags.Var(duration(&f.time), "time", "end after about this time (default 60s without --trials)")
		flags.Var(count(&f.trials, 1), "trials", "number of candidates")
		flags.Var(count(&f.folds, 2), "folds", "folds of a cross-validation, instead of held-out examples")
		flags.Var(fraction(&f.holdOut), "hold-out", "part of the examples that candidates are compared on (default a sixth)")
		flags.Var(value[metrics.Metric]{&f.metric, "name", parseScore}, "metric", "what is compared: "+either(metricNamesOf(metrics.Metrics[:])))
		flags.Var(count(&f.members, 1), "members", "average this many of the best models into one")
		flags.BoolVar(&f.simple, "one-standard-error", false, "choose the most penalized candidate within one standard error of the best")
		flags.BoolVar(&f.halve, "halve", true, "try most candidates on a part of the examples only")
		flags.StringVar(&f.journal, "journal", "", "`file` that keeps what has been tried, to go on from")
		flags.Uint64Var(&f.seed, "seed", 0, "seed of the candidates and of the held-out examples")
		flags.Var(count(&f.workers, 0), "workers", "threads; 0 means one per processor")
	})
	addFlags(cmd, "Candidates", func(flags *pflag.FlagSet) {
		flags.Var(listOf(&f.losses, lossNames()...), "loss", "losses: some of "+either(lossNames())+" (default several)")
		flags.Var(value[interval]{&f.l2, "low:high", parseInterval}, "l2", "range of λ of the penalty λ ΣW²")
		flags.Var(value[interval]{&f.l1, "low:high", parseInterval}, "l1", "range of λ of the penalty λ Σ|W|")
		flags.Var(listOf(&f.scalings, scalingNames...), "scale", "scalings: some of "+either(scalingNames))
		flags.BoolVar(&f.exact, "exact", false, "fit to the minimum, instead of a few epochs of gradient descent")
	})
	return cmd
}

// interval is a range of λ.
type interval selection.Range

func (i interval) String() string { return number(i.Low) + ":" + number(i.High) }

func parseInterval(text string) (interval, error) {
	low, high, found := strings.Cut(text, ":")
	if !found {
		high = low
	}
	a, err := strconv.ParseFloat(low, 64)
	b, err2 := strconv.ParseFloat(high, 64)
	if err != nil || err2 != nil || !(a >= 0 && a <= b) || math.IsInf(b, 0) || a == 0 && b > 0 {
		return interval{}, errors.New("want a number, or a range of numbers above 0 such as 1e-6:1e-2")
	}
	return interval{a, b}, nil
}

func parseScore(text string) (metrics.Metric, error) {
	m, err := metrics.ParseMetric(text)
	if err != nil {
		names := metricNamesOf(metrics.Metrics[:])
		return m, fmt.Errorf("want %s%s", either(names), didYouMean(text, names))
	}
	return m, nil
}

func metricNamesOf(all []metrics.Metric) []string {
	var names []string
	for _, m := range all {
		names = append(names, strings.ReplaceAll(m.String(), " ", "-"))
	}
	return names
}

// searched is what search says about its work.
type searched struct {
	Model    string             `json:"model"`
	Data     string             `json:"data"`
	Search   *selection.Result  `json:"search"`
	Report   fitReport          `json:"fit"`
	Accuracy map[string]float64 `json:"accuracy,omitempty"`
}

func (f *searchFlags) run(cmd *cobra.Command, path string) error {
	if f.folds > 0 && f.holdOut > 0 {
		return usage("--folds and --hold-out contradict each other")
	}
	if err := f.out.check(); err != nil {
		return err
	}
	if f.out.name == stdin {
		cmd.SetOut(cmd.ErrOrStderr())
	}
	candidates, err := f.candidates()
	if err != nil {
		return err
	}
	data, err := f.load(cmd, path)
	if err != nil {
		return err
	}
	defer data.Close()
	train, test := data.Train, data.Test
	if train == nil {
		return fmt.Errorf("%s has no training set", path)
	}
	if f.test && test == nil {
		return usage("--test: %s has no test set", path)
	}
	say(cmd, "%s: %s, %d classes", train.Name(), content(train), len(train.Classes()))
	s := f.search()
	bar := newProgress(cmd, "searching", -1)
	tried := 0
	s.Progress = func(t selection.Trial) {
		tried++
		bar.describe(tried, fmt.Sprintf("%d trials, the last %.4f", tried, t.Mean))
	}
	result, err := s.Run(cmd.Context(), train, candidates)
	bar.end()
	if err != nil {
		if result != nil && len(result.Trials) > 0 {
			say(cmd, "%v", result)
		}
		return err
	}
	model, err := result.Model.With(f.info(result, train.Name()))
	if err != nil {
		return err
	}
	if err := f.out.write(model, cmd.Root().OutOrStdout()); err != nil {
		return err
	}
	summary := searched{Model: f.out.name, Data: train.Name(), Search: result, Report: newFitReport(result.Report)}
	say(cmd, "%v", result)
	say(cmd, "%s", summary.Report)
	if f.test {
		e, err := classifier.Evaluate(cmd.Context(), model, test, metrics.Options{}, f.workers)
		if err != nil {
			return err
		}
		summary.Accuracy = map[string]float64{"test": e.Accuracy}
		say(cmd, "%s: accuracy %.2f %% (%d of %d)", test.Name(), 100*e.Accuracy, e.Correct, e.Examples)
	}
	say(cmd, "wrote %s", f.out.name)
	if isSet(cmd, jsonFlag) {
		return writeJSON(cmd.OutOrStdout(), summary)
	}
	return nil
}

func (f *searchFlags) search() selection.Search {
	s := selection.Default()
	s.Metric, s.Folds, s.HoldOut, s.Seed = f.metric, f.folds, f.holdOut, f.seed
	s.Time, s.OneStandardError, s.Members = f.time, f.simple, f.members
	s.Refit, s.Workers, s.Journal = true, f.workers, f.journal
	if !f.halve {
		s.Halving = selection.Halving{}
	}
	if f.time == 0 && f.trials == 0 {
		s.Time = time.Minute
	}
	return s
}

// mostTrials are drawn when only the time limits the search.
const mostTrials = 10_000

func (f *searchFlags) candidates() ([]selection.Candidate, error) {
	space := selection.DefaultSpace()
	space.L2, space.L1 = selection.Range(f.l2), selection.Range(f.l1)
	if f.exact {
		space.SGD, space.LearningRate = nil, selection.Range{}
	}
	if f.losses != nil {
		space.Losses = nil
		for _, name := range f.losses {
			for _, l := range losses {
				if l.name == name {
					space.Losses = append(space.Losses, l.of(0, 0))
				}
			}
		}
	}
	if f.losses == nil && needsProbabilities(f.metric) {
		space.Losses = slices.DeleteFunc(space.Losses, func(l loss.Loss) bool { return l.Link() == loss.NoLink })
	}
	if f.scalings != nil {
		space.Scalings = nil
		for _, name := range f.scalings {
			space.Scalings = append(space.Scalings, scalings[name])
		}
	}
	n := f.trials
	if n == 0 {
		n = mostTrials
	}
	return space.Sample(n, f.seed)
}

func needsProbabilities(m metrics.Metric) bool {
	return m == metrics.LogLoss || m == metrics.Brier || m == metrics.CalibrationError
}

// info returns the metadata of the model file.
func (f *searchFlags) info(r *selection.Result, data string) classifier.Info {
	info := r.Model.Info()
	info.Notes = f.dataFlags.notes()
	info.Notes["data"], info.Notes["version"] = data, version()
	info.Notes["chosen"] = r.Chosen.Candidate.String()
	info.Notes["chosen_by"] = fmt.Sprintf("%v %.4f of %d trials", r.Metric, r.Chosen.Mean, len(r.Trials))
	if len(r.Members) > 1 {
		info.Notes["average_of"] = strconv.Itoa(len(r.Members))
	}
	return info
}
