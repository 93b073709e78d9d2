package classifier

import (
	"cmp"
	"slices"
	"sync"

	"github.com/seed842bec00/argmax/internal/cholesky"
	"github.com/seed842bec00/argmax/kernels"
)

// lockstep evaluates the points of several problems over the same rows together: their
// weights are the rows of one wide matrix, and the data are read once for all. A problem
// that wants to be evaluated waits until all that take part do, or have left: rounds, and so
// the bits of all, do not depend on the number of goroutines.
type lockstep struct {
	pool     *kernels.Pool
	elements int           // of the points of all problems
	turns    chan struct{} // one for each goroutine that may work

	mu      sync.Mutex
	running int // problems that take part
	waiting []request
	round   chan struct{} // closed when those that wait are evaluated
	groups  []*factorGroup
	failure any // what an evaluation has panicked with
}

// request is a point of a problem to evaluate; without a problem, a round to wait for.
type request struct {
	p       *problem
	weights *kernels.Weights
	kept    kernels.Matrix
}

// newLockstep returns a lockstep of n problems, which take turns on the goroutines of a pool.
func newLockstep(n int, pool *kernels.Pool) *lockstep {
	l := &lockstep{pool: pool, running: n, round: make(chan struct{}), turns: make(chan struct{}, pool.Workers())}
	for range cap(l.turns) {
		l.turns <- struct{}{}
	}
	return l
}

// wait returns at the end of the round, in which a request is met.
func (l *lockstep) wait(r request) {
	l.turns <- struct{}{}
	l.mu.Lock()
	done := l.round
	l.waiting = append(l.waiting, r)
	l.meet()
	l.mu.Unlock()
	<-done
	<-l.turns
	if l.failure != nil {
		panic(l.failure)
	}
}

// join lets a problem take part if its rows lie as they come and its solver evaluates it
// often. It leaves otherwise.
func (l *lockstep) join(p *problem, by minimizer) bool {
	warm, often := by.(*warmLBFGS)
	if _, ok := by.(*proxSearch); (ok || often) && p.folded {
		l.mu.Lock()
		defer l.mu.Unlock()
		p.together = l
		l.elements += p.size()
		return true
	}
	if often && warm.group != nil {
		if warm.group.leader == p.place {
			warm.group.abandoned = true
		}
		warm.group = nil
	}
	l.leave()
	return false
}

// leave is called for a problem that takes part no more.
func (l *lockstep) leave() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.running--
	l.meet()
}

// meet ends the round if all that take part wait.
func (l *lockstep) meet() {
	if len(l.waiting) == 0 || len(l.waiting) < l.running {
		return
	}
	defer func() {
		if r := recover(); r != nil {
			l.failure = r
		}
		l.waiting = l.waiting[:0]
		close(l.round)
		l.round = make(chan struct{})
	}()
	for _, g := range l.groups {
		g.factors = g.next
	}
	requests := slices.DeleteFunc(l.waiting, func(r request) bool { return r.p == nil })
	slices.SortFunc(requests, func(a, b request) int { return cmp.Compare(a.p.place, b.p.place) })
	if len(requests) > 0 {
		l.sweep(requests)
	}
}

// sweep evaluates all requests.
func (l *lockstep) sweep(requests []request) {
	wide, first := 0, requests[0].p
	for _, r := range requests {
		r.p.prepare()
		wide += r.p.outputs
	}
	w, b := kernels.NewMatrix(wide, first.features), make([]float32, wide)
	at := 0
	for _, r := range requests {
		for k := range r.p.outputs {
			copy(w.Row(at), r.weights.Matrix().Row(k))
			b[at] = r.weights.Bias()[k]
			at++
		}
	}
	weights := kernels.NewWeights(w, b)
	l.pool.Split(len(first.parts), 1, func(lo, hi int) {
		scores := kernels.NewMatrix(min(blockRows(first.features), first.rows()), wide)
		gradient := kernels.NewMatrix(wide, first.features)
		for i := lo; i < hi && l.pool.Err() == nil; i++ {
			sweepTogether(requests, i, weights, scores, gradient)
		}
	})
}

// sweepTogether computes the losses and the sums of the gradients of all requests over the
// rows of part i.
func sweepTogether(requests []request, i int, w *kernels.Weights, scores, gradient kernels.Matrix) {
	first := &requests[0].p.parts[i]
	for _, r := range requests {
		t := &r.p.parts[i]
		t.loss, t.exact, t.slack, t.correct = 0, 0, 0, 0
		clear(t.sums)
	}
	for lo := first.lo; lo < first.hi; lo += pieceRows {
		end := min(lo+pieceRows, first.hi)
		for from := lo; from < end; from += scores.Rows {
			to := min(from+scores.Rows, end)
			block := scores.Slice(0, to-from)
			first.reader.load(from, to)
			first.reader.scores(block, w)
			at := 0
			for _, r := range requests {
				own := block.Columns(at, at+r.p.outputs)
				t := &r.p.parts[i]
				t.differentiate(r.p, own, r.kept, from, to)
				t.addBias(r.p, own)
				at += r.p.outputs
			}
			first.reader.gradient(gradient, block, from > lo)
		}
		at := 0
		for _, r := range requests {
			r.p.parts[i].addPiece(r.p, gradient.Slice(at, at+r.p.outputs))
			at += r.p.outputs
		}
	}
}

// factorGroup are problems so much alike, folds of the same examples, that the
// preconditioner of one of them serves all.
type factorGroup struct {
	leader    int                // its place
	abandoned bool               // by the leader, which takes no part
	next      []*cholesky.Factor // the leader's; those of all from the next round on
	factors   []*cholesky.Factor
}

// ready returns the factors of the group, after a round if there are none.
func (g *factorGroup) ready(p *problem) []*cholesky.Factor {
	if g.factors == nil {
		p.together.wait(request{})
	}
	return g.factors
}
