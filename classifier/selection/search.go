package selection

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/classifier/metrics"
	"github.com/seed842bec00/argmax/kernels"
)

// Search compares candidates by a metric on examples that they have not learned from. The
// zero value compares accuracies on a sixth of the examples.
//
// All but Time gives one result: the same trials and the same model, to the bit, for any
// number of workers, in one run or resumed from a journal. With Time it depends on the
// machine how many trials there are; each of them is the same.
type Search struct {
	Metric metrics.Metric
	// Folds is the number of folds of a stratified cross-validation. 0 means none: HoldOut
	// is the fraction of the examples that are held out, 0 for a sixth.
	Folds   int
	HoldOut float64
	Seed    uint64 // of the folds, and of the rows of small trials
	Halving Halving
	// Time, if not 0, ends the search in about that time: no trial is begun that would end
	// later, and what the last fits to all examples will take is set aside, up to a third of
	// it. If it is too short for a trial of all rows, the best of the largest trials is chosen.
	Time time.Duration
	// OneStandardError chooses, of the candidates whose mean is within one standard error of
	// the best, the one that is penalized most: the largest λ₁, then the largest λ₂, then
	// the first (L. Breiman and others, "Classification and Regression Trees", 1984). It
	// needs folds, or the accuracy.
	OneStandardError bool
	// Refit fits the chosen candidate to all examples. With Members above 1 the model is the
	// [Average] of the models of that number of candidates, the best ones that have the loss of
	// the chosen one: better than the best alone, whose lead is partly luck.
	Refit   bool
	Members int
	// Workers is the number of goroutines, 0 for one on each processor.
	Workers int
	// Journal, if not empty, is a file that has the outcome of each fit as soon as it is
	// known. A search that finds its journal goes on from there; the journal of another is
	// an error.
	Journal string
	// Progress, if not nil, is called after each trial, in the order in which they end.
	Progress func(Trial)
}

// Default returns a search for the candidates of [DefaultSpace], which needs a Time or few
// candidates: brackets of 27 that are halved by 3, and the average of 8 models.
func Default() Search {
	return Search{Halving: Halving{Bracket: 27}, Refit: true, Members: 8}
}

// Halving saves time on candidates that do badly: all of a bracket learn from a small part of
// the rows, the best of them from a part Factor times as large, and so on, up to all rows
// (K. Jamieson and A. Talwalkar, "Non-stochastic best arm identification and hyperparameter
// optimization", AISTATS 2016). One bracket is done after the other.
type Halving struct {
	Bracket int // the number of candidates that begin together; 0 is no halving
	Factor  int // 0 means 3
	Rungs   int // the number of sizes; 0 means 3
}

// withDefaults returns h with what zeros stand for, given the number of candidates.
func (h Halving) withDefaults(candidates int) Halving {
	if h.Bracket == 0 {
		return Halving{candidates, 1, 1}
	}
	return Halving{h.Bracket, cmp.Or(h.Factor, 3), cmp.Or(h.Rungs, 3)}
}

// divisor returns the one that a rung divides the number of rows by.
func (h Halving) divisor(rung int) int {
	d := 1
	for range h.Rungs - 1 - rung {
		d *= h.Factor
	}
	return d
}

// Run tries the candidates. A candidate whose fit fails, as SGD does that diverges, is a
// trial with an error, and is not chosen. What no trial can work with is an error: examples
// that nothing can be learned from, settings out of range, a metric that a candidate does
// not have. When ctx is done Run returns what it has chosen so far with the context's
// error, without a model unless it was fitted before.
func (s Search) Run(ctx context.Context, ex classifier.Examples, candidates []Candidate) (*Result, error) {
	began := time.Now()
	r, err := s.begin(ex, candidates, began)
	if err != nil {
		return nil, err
	}
	why, err := r.tryAll(ctx)
	if err != nil {
		return nil, err
	}
	result := &Result{Metric: s.Metric, Trials: r.trials, Why: why}
	if err := result.choose(s); err != nil {
		return nil, cmp.Or(ctx.Err(), err)
	}
	if s.Refit && ctx.Err() == nil {
		err = r.refit(ctx, result)
	}
	result.Elapsed = time.Since(began)
	return result, cmp.Or(ctx.Err(), err)
}

// run is the state of a search.
type run struct {
	Search
	ex         classifier.Examples
	candidates []Candidate
	splits     []Split
	validate   []classifier.Examples // of each split
	workers    int
	journal    *journal
	trials     []Trial
	began      time.Time

	mutex   sync.Mutex
	known   map[point]outcome
	seconds float64 // that fits have taken
	rows    float64 // that they learned from, in units of all
	stopped string  // why no more jobs are begun
	failure error   // of the journal
}

func (s Search) begin(ex classifier.Examples, candidates []Candidate, began time.Time) (*run, error) {
	if err := s.check(candidates); err != nil {
		return nil, err
	}
	r := &run{Search: s, ex: ex, workers: kernels.NewPool(s.Workers).Workers(), began: began, known: map[point]outcome{}}
	for _, c := range candidates {
		r.candidates = append(r.candidates, c.withDefaults())
	}
	for i, c := range r.candidates {
		if s.Metric.NeedsProbabilities() && c.Objective.Loss.Link() == loss.NoLink {
			return nil, fmt.Errorf("selection: candidate %d: the %v needs probabilities, which the %v loss does not have", i, s.Metric, c.Objective.Loss)
		}
	}
	r.Halving = s.Halving.withDefaults(len(candidates))
	var err error
	if s.Folds > 0 {
		r.splits, err = KFold(ex, s.Folds, s.Seed)
	} else {
		r.splits = make([]Split, 1)
		r.splits[0], err = HoldOut(ex, cmp.Or(s.HoldOut, 1.0/6), s.Seed)
	}
	if err != nil {
		return nil, err
	}
	for _, split := range r.splits {
		r.validate = append(r.validate, classifier.Subset(ex, split.Validate))
	}
	settings := fmt.Sprintf("%v %d %v %d %+v", s.Metric, s.Folds, s.HoldOut, s.Seed, r.Halving)
	r.journal, err = openJournal(s.Journal, digest(settings, r.candidates, ex))
	return r, err
}

func (s Search) check(candidates []Candidate) error {
	switch h := s.Halving; {
	case len(candidates) == 0:
		return errors.New("selection: no candidates")
	case s.Folds < 0 || s.Folds > 0 && s.HoldOut != 0:
		return fmt.Errorf("selection: %d folds and a fraction of %v held out, want one of them", s.Folds, s.HoldOut)
	case h.Bracket < 0 || h.Factor < 0 || h.Factor == 1 || h.Rungs < 0 || h.Rungs > 16 || h.Factor > 1<<16:
		return fmt.Errorf("selection: halving of %d candidates by %d, %d times", h.Bracket, h.Factor, h.Rungs)
	case s.Time < 0:
		return fmt.Errorf("selection: a time of %v", s.Time)
	case s.Members < 0 || s.Members > 1 && s.OneStandardError:
		return fmt.Errorf("selection: %d members, and one standard error: want 0 or 1 with it", s.Members)
	case s.OneStandardError && s.Folds == 0 && s.Metric != metrics.Accuracy:
		return fmt.Errorf("selection: the %v has no standard error without folds", s.Metric)
	case int(s.Metric) >= len(metrics.Metrics):
		return fmt.Errorf("selection: no metric %v", s.Metric)
	}
	return nil
}

// tryAll tries the candidates, bracket by bracket and rung by rung. It returns why it ended.
func (r *run) tryAll(ctx context.Context) (why string, err error) {
	for lo := 0; lo < len(r.candidates); lo += r.Halving.Bracket {
		alive := make([]int, min(r.Halving.Bracket, len(r.candidates)-lo))
		for i := range alive {
			alive[i] = lo + i
		}
		for rung := range r.Halving.Rungs {
			divisor := r.Halving.divisor(rung)
			r.runAll(ctx, r.jobs(alive, divisor))
			if r.failure != nil {
				return "", r.failure
			}
			tried := r.collect(alive, divisor)
			r.trials = append(r.trials, tried...)
			if r.stopped != "" {
				return r.stopped, nil
			}
			alive = r.best(tried)
		}
	}
	return "all candidates are tried", nil
}

// best returns the candidates that go on to the next rung, in ascending order.
func (r *run) best(tried []Trial) (alive []int) {
	tried = slices.DeleteFunc(slices.Clone(tried), func(t Trial) bool { return t.Mean != t.Mean })
	rank(r.Metric, tried)
	for _, t := range tried[:min(len(tried), (len(tried)+r.Halving.Factor-1)/r.Halving.Factor)] {
		alive = append(alive, t.Index)
	}
	slices.Sort(alive)
	return alive
}

// job is the fits of a path of candidates, or of one alone, on one split.
type job struct {
	fold, divisor int
	candidates    []int
}

func (j job) key() string {
	return fmt.Sprintf("fold %d, 1/%d of the rows, %v", j.fold, j.divisor, j.candidates)
}

// point is a candidate on a split, fitted to a part of the rows.
type point struct{ candidate, fold, divisor int }

// jobs returns those of the candidates, the first candidates first.
func (r *run) jobs(alive []int, divisor int) (jobs []job) {
	var paths [][]int
	at := map[string]int{}
	for _, c := range alive {
		path := r.candidates[c].path()
		if i, ok := at[path]; ok && path != "" {
			paths[i] = append(paths[i], c)
			continue
		}
		at[path] = len(paths)
		paths = append(paths, []int{c})
	}
	for _, path := range paths {
		for fold := range r.splits {
			jobs = append(jobs, job{fold, divisor, path})
		}
	}
	return jobs
}

// runAll does jobs until the time is up or ctx is done, in order.
func (r *run) runAll(ctx context.Context, jobs []job) {
	jobs = slices.DeleteFunc(jobs, func(j job) bool {
		o, ok := r.journal.outcomes(j.key(), len(j.candidates))
		if ok {
			r.learn(j, o)
		}
		return ok
	})
	workers := min(r.workers, len(jobs))
	if workers == 0 {
		return
	}
	each, next := r.workers/workers, 0
	take := func() (j job, ok bool) {
		r.mutex.Lock()
		defer r.mutex.Unlock()
		if next == len(jobs) || r.stopped != "" || r.failure != nil {
			return j, false
		}
		j = jobs[next]
		if ctx.Err() != nil {
			r.stopped = "cancelled"
		} else if r.late(j.divisor) {
			r.stopped = "the time is up"
		}
		next++
		return j, r.stopped == ""
	}
	kernels.NewPool(workers).Split(workers, 1, func(_, _ int) {
		for j, ok := take(); ok; j, ok = take() {
			r.finish(ctx, j, r.fit(ctx, j, each))
		}
	})
}

// late reports whether a fit of a part of the rows, and what follows it, would end too late.
func (r *run) late(divisor int) bool {
	if r.Time == 0 {
		return false
	}
	if r.rows == 0 {
		return false
	}
	each := r.seconds / r.rows // of a fit of all rows that are learned from, on average
	left := each / float64(divisor)
	if r.Refit {
		rounds := (max(1, r.Members) + r.workers - 1) / r.workers
		refit := each * float64(rounds) * float64(r.ex.Len()) / float64(len(r.splits[0].Learn))
		left += min(refit, r.Time.Seconds()/3)
	}
	return time.Since(r.began).Seconds()+left > r.Time.Seconds()
}

// finish records the outcomes of a job, unless ctx has ended it.
func (r *run) finish(ctx context.Context, j job, o []outcome) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if ctx.Err() != nil {
		r.stopped = "cancelled"
		return
	}
	r.learn(j, o)
	if err := r.journal.record(j.key(), o); err != nil {
		r.failure = err
		return
	}
	if r.Progress == nil {
		return
	}
	for _, c := range j.candidates {
		if t, ok := r.trial(c, j.divisor); ok {
			r.Progress(t)
		}
	}
}

// learn notes the outcomes of a job.
func (r *run) learn(j job, outcomes []outcome) {
	for i, o := range outcomes {
		r.known[point{j.candidates[i], j.fold, j.divisor}] = o
		r.seconds += o.Seconds
		r.rows += 1 / float64(j.divisor)
	}
}

// fit fits the candidates of a job and evaluates them.
func (r *run) fit(ctx context.Context, j job, workers int) []outcome {
	split := r.splits[j.fold]
	learn := classifier.Subset(r.ex, thin(r.ex.Labels(), split.Learn, j.divisor, r.Seed))
	outcomes := make([]outcome, len(j.candidates))
	if len(j.candidates) > 1 {
		var path []classifier.Candidate
		for _, c := range j.candidates {
			path = append(path, classifier.Candidate{Objective: r.candidates[c].Objective})
		}
		auto := r.candidates[j.candidates[0]].Solver.(classifier.Auto)
		began := time.Now()
		fitted, err := auto.FitMany(ctx, learn, path, classifier.Options{Workers: workers})
		each := time.Since(began).Seconds() / float64(len(path))
		if err == nil {
			for i, f := range fitted {
				outcomes[i] = r.evaluate(ctx, f.Model, j.fold, workers)
				outcomes[i].Seconds = each
			}
			return outcomes
		} // one of them cannot be fitted: each alone, to find which
	}
	for i, c := range j.candidates {
		candidate, began := r.candidates[c], time.Now()
		m, _, err := candidate.Solver.Fit(ctx, learn, candidate.Objective, classifier.Options{Workers: workers})
		took := time.Since(began).Seconds()
		if err != nil {
			outcomes[i] = outcome{Error: err.Error()}
		} else {
			outcomes[i] = r.evaluate(ctx, m, j.fold, workers)
		}
		outcomes[i].Seconds = took
	}
	return outcomes
}

func (r *run) evaluate(ctx context.Context, m *classifier.Linear, fold, workers int) outcome {
	report, err := classifier.Evaluate(ctx, m, r.validate[fold], metrics.Options{Areas: r.Metric.NeedsAreas()}, workers)
	if err != nil {
		return outcome{Error: err.Error()}
	}
	v := r.Metric.Of(report)
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return outcome{Error: fmt.Sprintf("the %v is %v", r.Metric, v)}
	}
	return outcome{Value: &v}
}

// collect returns the complete trials of candidates on parts of the rows.
func (r *run) collect(candidates []int, divisor int) (trials []Trial) {
	for _, c := range candidates {
		if t, ok := r.trial(c, divisor); ok {
			trials = append(trials, t)
		}
	}
	return trials
}

// trial returns that of a candidate, if it is complete.
func (r *run) trial(candidate, divisor int) (Trial, bool) {
	t := Trial{Index: candidate, Candidate: r.candidates[candidate], Divisor: divisor}
	for fold := range r.splits {
		o, ok := r.known[point{candidate, fold, divisor}]
		if !ok {
			return t, false
		}
		t.Values = append(t.Values, o.value())
		t.Error = cmp.Or(t.Error, o.Error)
		t.Seconds += o.Seconds
	}
	t.Mean, t.StandardError = summary(t.Values)
	if n := len(r.splits[0].Validate); len(r.splits) == 1 && r.Metric == metrics.Accuracy {
		t.StandardError = math.Sqrt(t.Mean * (1 - t.Mean) / float64(n))
	}
	return t, true
}
