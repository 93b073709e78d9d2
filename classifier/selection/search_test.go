package selection

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/classifier/metrics"
	"github.com/seed842bec00/argmax/kernels"
)

// blobs are normal deviates about a mean of each class, some of them close together.
func blobs(rows, features, classes int) *classifier.Table {
	r := rand.New(rand.NewPCG(uint64(rows), uint64(classes)))
	centres := kernels.NewMatrix(classes, features)
	for i := range centres.Data {
		centres.Data[i] = float32(r.NormFloat64())
	}
	t := &classifier.Table{X: kernels.NewMatrix(rows, features), Y: make([]int, rows)}
	for y := range classes {
		t.Names = append(t.Names, fmt.Sprint("class ", y))
	}
	for i := range rows {
		t.Y[i] = i % classes
		for f, c := range centres.Row(t.Y[i]) {
			t.X.Row(i)[f] = c + float32(1.5*r.NormFloat64())
		}
	}
	return t
}

// mixed are candidates of each kind: a path, two hinges by dual coordinate descent, and
// SGD, one of which diverges.
func mixed() []Candidate {
	all := Grid{L2: []float64{1, 1e-1, 1e-2, 1e-3}}.Candidates()
	all = append(all, Grid{Losses: []loss.Loss{loss.CrammerSinger{}}, L2: []float64{1e-1, 1e-2}}.Candidates()...)
	return append(all, Grid{Losses: []loss.Loss{loss.Softmax{}, loss.Softmax{Smoothing: 0.1}}, Solvers: []classifier.Solver{
		classifier.SGD{Epochs: 3, LearningRate: 0.01}, classifier.SGD{Epochs: 3, LearningRate: 1e9},
	}}.Candidates()...)
}

// same compares what does not depend on the time that was taken.
func same(t *testing.T, want, got *Result) {
	t.Helper()
	strip := func(r *Result) (trials []Trial) {
		for _, trial := range append([]Trial{r.Best, r.Chosen}, r.Trials...) {
			trial.Seconds = 0
			for i, v := range trial.Values {
				if v != v {
					trial.Values[i] = -1 // NaN is not equal to itself
				}
			}
			if trial.Mean != trial.Mean {
				trial.Mean, trial.StandardError = -1, -1
			}
			if trial.StandardError != trial.StandardError {
				trial.StandardError = -1
			}
			trials = append(trials, trial)
		}
		return trials
	}
	assert.Equal(t, strip(want), strip(got))
	assert.Equal(t, want.Why, got.Why)
	assert.Equal(t, want.Members, got.Members)
	if want.Model == nil {
		assert.Nil(t, got.Model)
		return
	}
	assert.Equal(t, weights(want.Model), weights(got.Model), "the same bits")
}

func weights(m *classifier.Linear) (all []float32) {
	row := make([]float32, m.Features())
	for k := range m.Classes() {
		m.Template(row, k)
		all = append(append(all, row...), m.Bias(k))
	}
	return all
}

// searches are some of each kind.
func searches() map[string]Search {
	return map[string]Search{
		"folds":   {Folds: 3, Refit: true},
		"halving": {HoldOut: 0.3, Seed: 1, Halving: Halving{Bracket: 6, Factor: 2}, Refit: true, Members: 3},
		"simple":  {Folds: 4, OneStandardError: true, Refit: true},
		"F1":      {Folds: 2, Metric: metrics.MacroF1},
	}
}

// One search, one result, with any number of workers, in one run or in many: interrupted
// after each trial and resumed from the journal.
func TestSearchOneResult(t *testing.T) {
	ex := blobs(240, 6, 3)
	for name, s := range searches() {
		t.Run(name, func(t *testing.T) {
			s.Workers = 1
			want, err := s.Run(t.Context(), ex, mixed())
			require.NoError(t, err)
			assert.Equal(t, "all candidates are tried", want.Why)
			for _, workers := range []int{2, 5} {
				s.Workers = workers
				got, err := s.Run(t.Context(), ex, mixed())
				require.NoError(t, err)
				same(t, want, got)
			}

			s.Journal = filepath.Join(t.TempDir(), "journal")
			runs := 0
			for ; ; runs++ {
				require.Less(t, runs, 100)
				ctx, cancel := context.WithCancel(t.Context())
				tried := 0
				s.Progress = func(Trial) {
					if tried++; tried == 2 {
						cancel()
					}
				}
				got, err := s.Run(ctx, ex, mixed())
				cancel()
				if err == nil {
					same(t, want, got)
					break
				}
				require.ErrorIs(t, err, context.Canceled)
				if got != nil {
					assert.Nil(t, got.Model)
				}
			}
			assert.Greater(t, runs, 2)

			s.Progress = func(Trial) { t.Error("a search that has ended has nothing to try") }
			got, err := s.Run(t.Context(), ex, mixed())
			require.NoError(t, err)
			same(t, want, got)
		})
	}
}

// A journal is that of one search alone.
func TestJournalOfAnotherSearch(t *testing.T) {
	ex, path := blobs(60, 4, 2), filepath.Join(t.TempDir(), "journal")
	candidates := Grid{L2: []float64{1, 2}}.Candidates()
	s := Search{Journal: path}
	_, err := s.Run(t.Context(), ex, candidates)
	require.NoError(t, err)

	other, seed, metric, loss := blobs(60, 4, 2), s, s, Grid{L2: []float64{1, 2.5}}.Candidates()
	other.X.Data[17]++
	seed.Seed, metric.Metric = 9, metrics.LogLoss
	for i, run := range []func() (*Result, error){
		func() (*Result, error) { return s.Run(t.Context(), other, candidates) },
		func() (*Result, error) { return seed.Run(t.Context(), ex, candidates) },
		func() (*Result, error) { return metric.Run(t.Context(), ex, candidates) },
		func() (*Result, error) { return s.Run(t.Context(), ex, loss) },
	} {
		_, err := run()
		assert.EqualError(t, err, "selection: "+path+": the journal of another search, of other examples, candidates or settings", "%d", i)
	}

	require.NoError(t, os.WriteFile(path, []byte(`{"format":"argmax search","version":2}`), 0o644))
	_, err = s.Run(t.Context(), ex, candidates)
	assert.EqualError(t, err, "selection: "+path+": version 2 of the journal, want 1")
	require.NoError(t, os.WriteFile(path, []byte(`{"format":"another"}`), 0o644))
	_, err = s.Run(t.Context(), ex, candidates)
	assert.EqualError(t, err, "selection: "+path+": not a journal of a search")
	s.Journal = t.TempDir()
	_, err = s.Run(t.Context(), ex, candidates)
	assert.ErrorContains(t, err, "a directory, not a regular file")
	s.Journal = filepath.Join(s.Journal, "none", "journal")
	_, err = s.Run(t.Context(), ex, candidates)
	assert.ErrorIs(t, err, os.ErrNotExist, "it cannot be written")
}

// The best third of each rung goes on to three times the rows.
func TestHalving(t *testing.T) {
	var penalties []float64
	for i := range 12 {
		penalties = append(penalties, math.Pow(2, float64(i-9)))
	}
	s := Search{Halving: Halving{Bracket: 9}, Seed: 2}
	r, err := s.Run(t.Context(), blobs(400, 8, 3), Grid{L2: penalties}.Candidates())
	require.NoError(t, err)
	tried := map[int][]int{} // candidates by divisor
	for _, trial := range r.Trials {
		tried[trial.Divisor] = append(tried[trial.Divisor], trial.Index)
	}
	assert.Equal(t, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, tried[9], "two brackets")
	assert.Len(t, tried[3], 3+1)
	assert.Len(t, tried[1], 1+1)
	assert.Equal(t, 1, r.Best.Divisor)
	for divisor, better := range map[int]int{9: 3, 3: 1} {
		var in, out float64 = 1, 0
		for _, trial := range r.Trials {
			if trial.Divisor != divisor || trial.Index >= 9 {
				continue
			}
			if assert.ObjectsAreEqual(true, contains(tried[better], trial.Index)) {
				in = min(in, trial.Mean)
			} else {
				out = max(out, trial.Mean)
			}
		}
		assert.GreaterOrEqual(t, in, out, "rung 1/%d", divisor)
	}
}

func contains(list []int, x int) bool {
	for _, v := range list {
		if v == x {
			return true
		}
	}
	return false
}

// Candidates of one path have the values of single fits, up to the tolerance.
func TestPathsAreSingleFits(t *testing.T) {
	ex := blobs(300, 6, 3)
	path := Grid{L2: []float64{1e-3, 1e-1, 1e-2}}.Candidates()
	s := Search{Folds: 3, Metric: metrics.LogLoss}
	together, err := s.Run(t.Context(), ex, path)
	require.NoError(t, err)
	for i, c := range path {
		alone, err := s.Run(t.Context(), ex, []Candidate{c})
		require.NoError(t, err)
		assert.InDeltaSlice(t, alone.Trials[0].Values, together.Trials[i].Values, 2e-3)
	}
}

// Of equally good candidates the first is the best; the rule of one standard error takes
// the one that is penalized most.
func TestChoice(t *testing.T) {
	trial := func(index int, l2, mean float64) Trial {
		return Trial{Index: index, Candidate: Candidate{Objective: classifier.Objective{L2: l2}}.withDefaults(), Divisor: 1, Mean: mean, StandardError: 0.02}
	}
	trials := []Trial{trial(0, 1e-3, 0.89), trial(1, 1e-2, 0.90), trial(2, 1e-4, 0.90), trial(3, 1e-1, 0.881), trial(4, 1, 0.879), {Index: 5, Divisor: 1, Mean: math.NaN()}}
	r := &Result{Metric: metrics.Accuracy, Trials: trials}
	require.NoError(t, r.choose(Search{Refit: true, Members: 3}))
	assert.Equal(t, 1, r.Chosen.Index)
	assert.Equal(t, []int{1, 2, 0}, r.Members)
	r = &Result{Metric: metrics.Accuracy, Trials: trials}
	require.NoError(t, r.choose(Search{OneStandardError: true, Refit: true}))
	assert.Equal(t, 1, r.Best.Index)
	assert.Equal(t, 3, r.Chosen.Index)
	assert.Equal(t, []int{3}, r.Members)
	for i := range trials {
		trials[i].Mean = 1 - trials[i].Mean
	}
	r = &Result{Metric: metrics.LogLoss, Trials: trials}
	require.NoError(t, r.choose(Search{OneStandardError: true}))
	assert.Equal(t, 3, r.Chosen.Index)
	assert.Empty(t, r.Members)
}

// A candidate that fails is a trial with an error, and is not chosen.
func TestCandidatesThatFail(t *testing.T) {
	ex := blobs(90, 4, 3)
	diverges := Candidate{Solver: classifier.SGD{Epochs: 2, LearningRate: 1e9}}
	// On a path, the others are fitted nevertheless.
	candidates := []Candidate{diverges, {Objective: classifier.Objective{L2: 1}}, {Objective: classifier.Objective{L2: -1}}, {Objective: classifier.Objective{L2: 0.5}}}
	r, err := Search{}.Run(t.Context(), ex, candidates)
	require.NoError(t, err)
	require.Len(t, r.Trials, 4)
	assert.Contains(t, r.Trials[0].Error, "diverged")
	assert.NotEqual(t, r.Trials[0].Mean, r.Trials[0].Mean, "NaN")
	assert.Contains(t, r.Trials[2].Error, "penalty -1")
	assert.Contains(t, []int{1, 3}, r.Best.Index)
	assert.Contains(t, r.String(), "diverged")
	_, err = Search{}.Run(t.Context(), ex, candidates[:1])
	assert.ErrorContains(t, err, "selection: no trial succeeded; the first failed: classifier: epoch ")
}

// Without time for a trial of all rows the best of the largest is chosen; without time for
// any, or with a context that is done, there is none.
func TestTime(t *testing.T) {
	ex := blobs(200, 5, 3)
	candidates := Grid{L2: []float64{1, 0.1, 0.01}, Solvers: []classifier.Solver{classifier.SGD{Epochs: 3}}}.Candidates()
	_, err := Search{Time: 1}.Run(t.Context(), ex, candidates)
	require.NoError(t, err, "the first trial is made in any case")

	s := Search{Halving: Halving{Bracket: 3}, Workers: 1, Refit: true}
	s.Time = time.Hour
	all, err := s.Run(t.Context(), ex, candidates)
	require.NoError(t, err)
	assert.Equal(t, "all candidates are tried", all.Why)
	s.Progress = func(Trial) { time.Sleep(30 * time.Millisecond) }
	s.Time = 50 * time.Millisecond
	some, err := s.Run(t.Context(), ex, candidates)
	require.NoError(t, err)
	assert.Equal(t, "the time is up", some.Why)
	assert.Equal(t, 9, some.Best.Divisor)
	assert.NotNil(t, some.Model)
	for i, trial := range some.Trials {
		assert.Equal(t, all.Trials[i].Values, trial.Values, "the trials that there are are the same")
	}

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = s.Run(ctx, ex, candidates)
	assert.ErrorIs(t, err, context.Canceled)
}

func TestSearchRefuses(t *testing.T) {
	ex := blobs(30, 2, 3)
	one := []Candidate{{}}
	hinge := append(one, Candidate{Objective: classifier.Objective{Loss: loss.Hinge{}}})
	for _, c := range []struct {
		s          Search
		candidates []Candidate
		message    string
	}{
		{Search{}, nil, "selection: no candidates"},
		{Search{Folds: 1}, one, "selection: 1 folds of 30 examples, want 2 or more, and no more than examples"},
		{Search{Folds: 2, HoldOut: 0.5}, one, "selection: 2 folds and a fraction of 0.5 held out, want one of them"},
		{Search{HoldOut: 2}, one, "selection: a fraction of 2 is held out, want one between 0 and 1"},
		{Search{Halving: Halving{Bracket: 3, Factor: 1}}, one, "selection: halving of 3 candidates by 1, 0 times"},
		{Search{Time: -1}, one, "selection: a time of -1ns"},
		{Search{Members: 2, OneStandardError: true}, one, "selection: 2 members, and one standard error: want 0 or 1 with it"},
		{Search{Metric: metrics.MacroF1, OneStandardError: true}, one, "selection: the macro F1 has no standard error without folds"},
		{Search{Metric: 99}, one, "selection: no metric Metric(99)"},
		{Search{Metric: metrics.LogLoss}, hinge, "selection: candidate 1: the log loss needs probabilities, which the hinge loss does not have"},
	} {
		_, err := c.s.Run(t.Context(), ex, c.candidates)
		assert.EqualError(t, err, c.message)
	}
}

func TestResultIsReadable(t *testing.T) {
	r, err := Search{Folds: 3, Refit: true, Members: 2}.Run(t.Context(), blobs(120, 4, 3), Grid{L2: []float64{10, 0.01, 0.1}}.Candidates())
	require.NoError(t, err)
	text := r.String()
	assert.Regexp(t, `^trial +accuracy +standard error +rows +seconds +candidate\n`, text)
	assert.Regexp(t, `(?m)^0 +0\.\d{4} +0\.\d{4} +all +\d+\.\d\d +softmax, λ₂ 10, automatic$`, text)
	assert.Contains(t, text, "\nthe model is the average of those of the 2 best trials of this loss\nall candidates are tried after ")
	content, err := json.Marshal(r)
	require.NoError(t, err)
	var back struct {
		Metric string
		Trials []struct {
			Candidate string
			Values    []float64
			Mean      float64
		}
		Members []int
	}
	require.NoError(t, json.Unmarshal(content, &back))
	assert.Equal(t, "accuracy", back.Metric)
	assert.Equal(t, r.Trials[1].Values, back.Trials[1].Values)
	assert.Equal(t, r.Members, back.Members)
	assert.True(t, strings.HasPrefix(back.Trials[0].Candidate, "softmax"))
}
