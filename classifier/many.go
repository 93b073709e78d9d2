package classifier

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"

	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/kernels"
)

// Candidate is one of the fits of [Auto.FitMany].
type Candidate struct {
	Objective Objective
	// Weights of the examples; nil means that all are 1. A weight of 0 is the absence of
	// an example: those that train in a fold of a cross-validation have 1, those that
	// validate 0.
	Weights []float32
}

// Fitted is what the fit of a candidate ended with.
type Fitted struct {
	Objective Objective // that was minimized
	Model     *Linear   // nil if the fit was cancelled before it began
	Report    Report
	Nonzeros  int // the number of weights that are not zero, biases aside
}

// FitMany fits several candidates to the same examples: penalties, folds of a
// cross-validation, class weights. It returns what they end with in their order.
//
// Candidates that differ in their penalties alone are fitted one after the other, from
// the largest penalty to the smallest, each from the minimum of the one before. Such paths
// run side by side: smooth losses are evaluated for all of them in one sweep of the rows,
// where the weights of all are the rows of one wide matrix, and L-BFGS has one preconditioner
// for paths that differ in the weights of their examples. So give all penalties of all folds
// in one call. The model of a candidate depends, within the tolerance, on the others.
//
// The weights of options multiply those of the candidates, its Start is that of the
// largest penalties, and its Progress is called after each candidate. An error names the
// first candidate that has it. When ctx is done FitMany returns what is fitted, the best
// so far of what is not, and the context's error.
func (a Auto) FitMany(ctx context.Context, ex Examples, candidates []Candidate, options Options) ([]Fitted, error) {
	if options.Checkpoint != nil || options.Resume != nil {
		return nil, errors.New("classifier: FitMany has no checkpoints")
	}
	for i, c := range candidates {
		err := c.Objective.check()
		if err == nil {
			_, err = a.minimizer(c.Objective, options.Start)
		}
		if err != nil {
			return nil, fmt.Errorf("candidate %d: %w", i, err)
		}
	}
	indices := tracksOf(candidates)
	m := manyFits{auto: a, ex: ex, candidates: candidates, options: options, fitted: make([]Fitted, len(candidates))}
	m.together = newLockstep(len(indices), kernels.NewPool(options.Workers).WithContext(ctx))
	groups := m.groups(indices)
	tracks := make([]track, len(indices))
	var all sync.WaitGroup
	for i := range tracks {
		tracks[i].place, tracks[i].indices, tracks[i].group = i, indices[i], groups[i]
		all.Go(func() { tracks[i].fit(ctx, &m) })
	}
	all.Wait()
	for _, t := range tracks {
		if t.panicked != nil {
			panic(t.panicked)
		}
	}
	if err := ctx.Err(); err != nil {
		return m.fitted, err
	}
	for _, t := range tracks {
		if t.err != nil {
			return nil, fmt.Errorf("candidate %d: %w", t.failed, t.err)
		}
	}
	return m.fitted, nil
}

// tracksOf groups candidates that differ in their penalties alone, and returns the
// indices of each group in the order of falling penalties.
func tracksOf(candidates []Candidate) (tracks [][]int) {
	for i, c := range candidates {
		at := slices.IndexFunc(tracks, func(t []int) bool { return c.alike(candidates[t[0]]) })
		if at < 0 {
			tracks, at = append(tracks, nil), len(tracks)
		}
		tracks[at] = append(tracks[at], i)
	}
	for _, t := range tracks {
		slices.SortStableFunc(t, func(i, j int) int {
			p, q := candidates[i].Objective, candidates[j].Objective
			return cmp.Or(cmp.Compare(q.L1, p.L1), cmp.Compare(q.L2, p.L2))
		})
	}
	return tracks
}

// alike reports whether two candidates differ in their penalties alone.
func (c Candidate) alike(d Candidate) bool {
	o, q := c.Objective.withDefaults(), d.Objective.withDefaults()
	return reflect.DeepEqual(o.Loss, q.Loss) && o.Bias == q.Bias && o.Scaling == q.Scaling && o.Balanced == q.Balanced &&
		(o.ClassWeights == nil) == (q.ClassWeights == nil) && slices.Equal(o.ClassWeights, q.ClassWeights) &&
		(o.L1 > 0) == (q.L1 > 0) && // other solvers
		(c.Weights == nil) == (d.Weights == nil) && slices.Equal(c.Weights, d.Weights)
}

func (o Objective) withDefaults() Objective {
	if o.Loss == nil {
		o.Loss = loss.Softmax{}
	}
	return o
}

// manyFits is what the fits of a call share.
type manyFits struct {
	auto       Auto
	ex         Examples
	candidates []Candidate
	options    Options
	together   *lockstep

	mu     sync.Mutex // of what follows
	fitted []Fitted
}

// groups returns the group of each track, nil if it is alone: tracks that differ in the
// weights of their examples. They are in the lockstep, too.
func (m *manyFits) groups(tracks [][]int) []*factorGroup {
	groups := make([]*factorGroup, len(tracks))
	for i, t := range tracks {
		c := m.candidates[t[0]]
		for j := range i {
			other := m.candidates[tracks[j][0]]
			other.Weights = c.Weights
			if !c.alike(other) {
				continue
			}
			if groups[j] == nil {
				groups[j] = &factorGroup{leader: j}
				m.together.groups = append(m.together.groups, groups[j])
			}
			groups[i] = groups[j]
			break
		}
	}
	return groups
}

// done stores what candidate i has ended with.
func (m *manyFits) done(i int, f Fitted) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.fitted[i] = f
	if m.options.Progress != nil {
		m.options.Progress(f.Report)
	}
}

// track is a sequence of candidates that differ in their penalties alone.
type track struct {
	place    int
	group    *factorGroup
	indices  []int
	failed   int // the candidate that err is of
	err      error
	panicked any
}

// fit fits the candidates of the track, in turn with the other tracks.
func (t *track) fit(ctx context.Context, m *manyFits) {
	<-m.together.turns
	left := false
	leave := func() {
		if !left {
			m.together.leave()
			left = true
		}
	}
	defer func() {
		t.panicked = recover()
		leave()
		m.together.turns <- struct{}{}
	}()
	t.failed = t.indices[0]
	first := m.candidates[t.failed]
	options := m.options
	options.Progress = nil
	if options.Weights, t.err = product(first.Weights, options.Weights); t.err != nil {
		return
	}
	by, err := m.auto.minimizer(first.Objective, options.Start) // the same for all
	if t.err = err; err != nil {
		return
	}
	p, err := newProblem(m.ex, first.Objective, options)
	if t.err = err; err != nil {
		return
	}
	p.pool, p.place = m.together.pool, t.place
	if warm, ok := by.(*warmLBFGS); ok {
		warm.group = t.group
	}
	left = !m.together.join(p, by)
	at, err := p.start(options.Start)
	if t.err = err; err != nil {
		return
	}
	for _, i := range t.indices {
		o := m.candidates[i].Objective
		p.l2, p.l1, p.passes = o.L2, o.L1, 0
		model, report, err := p.fitFrom(ctx, m.ex, at, by)
		if model != nil {
			m.done(i, Fitted{o, model, report, p.nonzeros(at)})
		}
		if err != nil {
			t.failed, t.err = i, err
			return
		}
	}
}

// minimizer returns the solver of an objective.
func (a Auto) minimizer(o Objective, start *Linear) (minimizer, error) {
	switch s := a.Solver(o).(type) {
	case LBFGS:
		s = s.withDefaults()
		return &warmLBFGS{LBFGS: s}, s.check(o)
	case ProxNewton:
		s = s.withDefaults()
		return &proxSearch{ProxNewton: s}, s.check(o)
	case DualCD:
		s = s.withDefaults()
		if start != nil {
			return nil, errDualStart
		}
		return s, s.check(o)
	}
	return nil, DualCD{}.check(o) // which names SGD: its epochs share nothing among candidates
}

// product returns the products of weights, either of which may be nil for all 1.
func product(a, b []float32) ([]float32, error) {
	switch {
	case a == nil:
		return b, nil
	case b == nil:
		return a, nil
	case len(a) != len(b):
		return nil, fmt.Errorf("classifier: %d weights of a candidate and %d of all", len(a), len(b))
	}
	c := slices.Clone(a)
	for i := range c {
		c[i] *= b[i]
	}
	return c, nil
}

// nonzeros returns the number of weights of a point that are not zero.
func (p *problem) nonzeros(at []float64) (n int) {
	for k := range p.outputs {
		v, _ := p.row(at, k)
		for _, v := range v {
			if v != 0 {
				n++
			}
		}
	}
	return n
}
