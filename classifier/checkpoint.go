package classifier

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"slices"
	"time"
)

// Checkpoint is the state of a fit after an iteration. A fit with the same solver,
// objective, examples and options that goes on from it, see [Options.Resume], ends with
// the model, to the bit, that it would have had without an interruption. It is immutable.
type Checkpoint struct {
	header  checkpointHeader
	vectors [][]float64 // those of the watch, then those of the solver
}

// checkpointHeader says what the vectors are of.
type checkpointHeader struct {
	Settings   string        `json:"settings"` // of solver and objective, in words
	Examples   string        `json:"examples"` // a hash of the problem
	Iterations int           `json:"iterations"`
	Passes     float64       `json:"passes"`
	Elapsed    time.Duration `json:"elapsed_ns"`
	Lengths    []int         `json:"lengths"` // of the vectors
}

// Iterations is how many iterations, or epochs, the fit had made.
func (c *Checkpoint) Iterations() int { return c.header.Iterations }

// Settings describes the solver and the objective of the fit.
func (c *Checkpoint) Settings() string { return c.header.Settings }

// resumable is a minimizer that can go on from a checkpoint.
type resumable interface {
	minimizer
	// settings describes what the steps depend on, but the problem.
	settings() string
}

// identify prepares a problem for the checkpoints that are asked for. It returns an error
// if the minimizer has none, or if the one to resume from is of another fit.
func (p *problem) identify(by minimizer) error {
	if p.saving == nil && p.resume == nil {
		return nil
	}
	r, ok := by.(resumable)
	if !ok {
		return errors.New("classifier: this solver has no checkpoints: SGD and LBFGS do")
	}
	p.identity = checkpointHeader{
		Settings: fmt.Sprintf("%s of %#v, L2 %v, L1 %v, bias %d, %v", r.settings(), p.loss, p.l2, p.l1, p.bias, p.scaling),
		Examples: p.fingerprint(),
	}
	switch c := p.resume; {
	case c == nil:
	case c.header.Settings != p.identity.Settings:
		return fmt.Errorf("classifier: the checkpoint is of another fit: %s, not %s", c.header.Settings, p.identity.Settings)
	case c.header.Examples != p.identity.Examples:
		return errors.New("classifier: the checkpoint is of a fit to other examples, or with other weights, validation examples or patience")
	}
	return nil
}

// fingerprint is a hash of what a fit depends on but the settings: the labels and weights
// of the examples, the means and deviations of their features, and what it is validated
// with.
func (p *problem) fingerprint() string {
	hash := fnv.New64a()
	add := func(v any) { binary.Write(hash, binary.LittleEndian, v) }
	labels := func(labels []int) {
		add(uint64(len(labels)))
		for _, y := range labels {
			add(uint32(y))
		}
	}
	for _, name := range p.names {
		fmt.Fprintf(hash, "%q", name)
	}
	labels(p.labels)
	add(p.weights)
	add(p.moments.mean)
	add(p.moments.deviation)
	if w := p.watch; w != nil && w.held.rows != nil {
		add(uint64(w.patience))
		labels(w.held.labels)
		add(w.weights)
		add(w.held.weights)
	}
	return fmt.Sprintf("%016x", hash.Sum64())
}

// save passes on a checkpoint of the iteration of a report, if one is asked for. state
// returns the vectors of the solver, which save copies.
func (p *problem) save(r Report, state func() [][]float64) {
	if p.saving == nil {
		return
	}
	c := &Checkpoint{header: p.identity}
	c.header.Iterations, c.header.Passes, c.header.Elapsed = r.Iterations, p.passes, r.Elapsed
	for _, v := range append(p.watch.state(r.Validation), state()...) {
		c.vectors = append(c.vectors, slices.Clone(v))
		c.header.Lengths = append(c.header.Lengths, len(v))
	}
	p.saving(c)
}

// restore makes the state of the checkpoint to resume from that of the problem, of its
// watch and of a report. It returns the vectors of the solver, which must have these
// lengths; −1 stands for any.
func (p *problem) restore(r *Report, lengths ...int) ([][]float64, error) {
	c := p.resume
	if err := c.check(append([]int{-1, -1}, lengths...)); err != nil {
		return nil, err
	}
	if w := p.watch; w != nil && w.validation != nil {
		numbers, best := c.vectors[0], c.vectors[1]
		if len(numbers) != 7 || len(best) != 0 && len(best) != p.size() {
			return nil, fmt.Errorf("classifier: the checkpoint has %d numbers of the validation and a best point of %d", len(numbers), len(best))
		}
		w.at, w.stale = Validation{numbers[0], numbers[1], int(numbers[2])}, int(numbers[3])
		r.Validation = Validation{numbers[4], numbers[5], int(numbers[6])}
		if len(best) > 0 {
			w.best = slices.Clone(best)
		}
	}
	p.passes, r.Iterations = c.header.Passes, c.header.Iterations
	return c.vectors[2:], nil
}

// began returns when the fit began, as if it had not been interrupted.
func (p *problem) began() time.Time {
	now := time.Now()
	if p.resume != nil {
		now = now.Add(-p.resume.header.Elapsed)
	}
	return now
}

// check returns an error unless the vectors have these lengths.
func (c *Checkpoint) check(lengths []int) error {
	if len(c.vectors) != len(lengths) {
		return fmt.Errorf("classifier: a checkpoint of %d vectors, want %d", len(c.vectors), len(lengths))
	}
	for i, n := range lengths {
		if n >= 0 && len(c.vectors[i]) != n {
			return fmt.Errorf("classifier: vector %d of the checkpoint has %d elements, want %d", i, len(c.vectors[i]), n)
		}
	}
	return nil
}

// state is what a watch remembers, in two vectors; last is the latest validation.
func (w *watch) state(last Validation) [][]float64 {
	if w == nil || w.validation == nil {
		return [][]float64{nil, nil}
	}
	return [][]float64{
		{w.at.Loss, w.at.Accuracy, float64(w.at.Best), float64(w.stale), last.Loss, last.Accuracy, float64(last.Best)}, w.best,
	}
}

// widened returns x in float64.
func widened(x []float32) []float64 {
	wide := make([]float64, len(x))
	for i, v := range x {
		wide[i] = float64(v)
	}
	return wide
}

// narrowed sets dst to x in float32.
func narrowed(dst []float32, x []float64) {
	for i, v := range x {
		dst[i] = float32(v)
	}
}
