package selection

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/metrics"
)

// Trial is what is known of a candidate: the values of the metric on all splits, of models
// that learned from a part of the rows.
type Trial struct {
	Index     int // of the candidate
	Candidate Candidate
	Divisor   int // 1/Divisor of the rows were learned from
	// Values are those on each split, Mean their mean, and StandardError that of the mean:
	// the sample standard deviation of the values divided by the root of their number. That of
	// an accuracy on one split is binomial, of other metrics NaN. NaN stands for no value.
	Values              []float64
	Mean, StandardError float64
	Error               string  // of the first fit that failed, if any
	Seconds             float64 // that the fits took
}

// summary returns the mean of values and its standard error.
func summary(values []float64) (mean, standardError float64) {
	n := float64(len(values))
	for _, v := range values {
		mean += v
	}
	mean /= n
	if len(values) < 2 {
		return mean, math.NaN()
	}
	var squares float64
	for _, v := range values {
		d := v - mean
		squares += float64(d * d)
	}
	return mean, math.Sqrt(squares / (n - 1) / n)
}

// MarshalJSON returns the trial with its candidate in words.
func (t Trial) MarshalJSON() ([]byte, error) {
	values := make([]metrics.Value, len(t.Values))
	for i, v := range t.Values {
		values[i] = metrics.Value(v)
	}
	return json.Marshal(struct {
		Index         int             `json:"index"`
		Candidate     string          `json:"candidate"`
		Divisor       int             `json:"divisor"`
		Values        []metrics.Value `json:"values"`
		Mean          metrics.Value   `json:"mean"`
		StandardError metrics.Value   `json:"standardError"`
		Error         string          `json:"error,omitempty"`
		Seconds       float64         `json:"seconds"`
	}{t.Index, t.Candidate.String(), t.Divisor, values, metrics.Value(t.Mean), metrics.Value(t.StandardError), t.Error, t.Seconds})
}

// rank sorts trials, the best first; of equal ones the first stays first.
func rank(m metrics.Metric, trials []Trial) {
	slices.SortStableFunc(trials, func(a, b Trial) int {
		switch {
		case m.Better(a.Mean, b.Mean):
			return -1
		case m.Better(b.Mean, a.Mean):
			return 1
		}
		return 0
	})
}

// Result is what a search has found.
type Result struct {
	Metric metrics.Metric `json:"metric"`
	// Trials are in the order of brackets, sizes and candidates, those with an error too.
	Trials []Trial `json:"trials"`
	Why    string  `json:"why"` // the search ended, in words
	// Best is the best of the trials with the most rows, the first of equal ones, and
	// Chosen the one chosen: Best, unless OneStandardError chooses another.
	Best   Trial `json:"best"`
	Chosen Trial `json:"chosen"`
	// Members are the indices of the candidates that Model is the average of, the chosen
	// one first; Model and Report, that of the fit of the chosen candidate to all examples, are
	// zero without Refit.
	Members []int              `json:"members,omitempty"`
	Model   *classifier.Linear `json:"-"`
	Report  classifier.Report  `json:"-"`
	Elapsed time.Duration      `json:"elapsed"` // nanoseconds
}

// largest returns the trials with a value that learned from the most rows, the best first.
func (r *Result) largest() (trials []Trial) {
	divisor := math.MaxInt
	for _, t := range r.Trials {
		if t.Mean == t.Mean {
			divisor = min(divisor, t.Divisor)
		}
	}
	for _, t := range r.Trials {
		if t.Mean == t.Mean && t.Divisor == divisor {
			trials = append(trials, t)
		}
	}
	rank(r.Metric, trials)
	return trials
}

// choose sets Best, Chosen and Members.
func (r *Result) choose(s Search) error {
	trials := r.largest()
	if len(trials) == 0 {
		if len(r.Trials) > 0 {
			return fmt.Errorf("selection: no trial succeeded; the first failed: %s", r.Trials[0].Error)
		}
		return fmt.Errorf("selection: no trial was completed: %s", r.Why)
	}
	r.Best, r.Chosen = trials[0], trials[0]
	if s.OneStandardError {
		r.Chosen = r.simplest(trials)
	}
	if !s.Refit {
		return nil
	}
	for _, t := range trials {
		alike := fmt.Sprintf("%T", t.Candidate.Objective.Loss) == fmt.Sprintf("%T", r.Chosen.Candidate.Objective.Loss)
		if alike && len(r.Members) < max(1, s.Members) && (s.Members > 1 || t.Index == r.Chosen.Index) {
			r.Members = append(r.Members, t.Index)
		}
	}
	return nil
}

// simplest returns the trial that is penalized most of those within a standard error of the
// best, the first of equal ones.
func (r *Result) simplest(trials []Trial) Trial {
	bound := r.Best.Mean - r.Best.StandardError
	if r.Metric.Better(0, 1) { // the less, the better
		bound = r.Best.Mean + r.Best.StandardError
	}
	trials = slices.Clone(trials)
	slices.SortStableFunc(trials, func(a, b Trial) int { return cmp.Compare(a.Index, b.Index) })
	chosen := r.Best
	for _, t := range trials {
		if !r.Metric.Better(bound, t.Mean) && t.Candidate.simpler(chosen.Candidate) {
			chosen = t
		}
	}
	return chosen
}

// String returns the trials as a table, those with the most rows first and the best of them
// at the top, with the chosen one and why the search ended.
func (r *Result) String() string {
	trials := slices.Clone(r.Trials)
	rank(r.Metric, trials)
	slices.SortStableFunc(trials, func(a, b Trial) int { return cmp.Compare(a.Divisor, b.Divisor) })
	var b strings.Builder
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "trial\t%v\tstandard error\trows\tseconds\tcandidate\n", r.Metric)
	for _, trial := range trials {
		rows := "all"
		if trial.Divisor > 1 {
			rows = fmt.Sprintf("1/%d", trial.Divisor)
		}
		text := trial.Candidate.String()
		if trial.Error != "" {
			text += ": " + trial.Error
		}
		fmt.Fprintf(t, "%d\t%v\t%v\t%s\t%.2f\t%s\n", trial.Index, metrics.Value(trial.Mean), metrics.Value(trial.StandardError), rows, trial.Seconds, text)
	}
	_ = t.Flush() // to memory: never fails
	fmt.Fprintf(&b, "chosen: %v\n", r.Chosen.Candidate)
	if n := len(r.Members); n > 1 {
		fmt.Fprintf(&b, "the model is the average of those of the %d best trials of this loss\n", n)
	}
	fmt.Fprintf(&b, "%s after %.1f s\n", r.Why, r.Elapsed.Seconds())
	return b.String()
}
