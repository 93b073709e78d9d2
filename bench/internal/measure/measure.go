// Package measure runs contests: it checks that the entrants compute the same thing,
// alternates between them, watches the machine, and writes every measurement.
//
// The entrants of a contest alternate, round after round, so that a change of the clock
// rate or a busy neighbour affects all of them. In every round the champion, with which
// the others are compared, runs twice, first and last: the difference of these two is
// the noise. Loops of known length run before a contest and after it. A contest that
// met noise is measured again while time remains, which replaces what was measured, and
// marked if the noise stays.
package measure

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/seed842bec00/argmax/bench/internal/fpcontrol"
	"github.com/seed842bec00/argmax/bench/internal/meter"
	"github.com/seed842bec00/argmax/bench/internal/results"
)

// Contest is one operation on one set of data.
type Contest struct {
	Op, Keys  string // "Scores", "batch=256/features=784"
	Threads   int
	Work      string // of one call, as results.Contest.Work
	Entrants  []Entrant
	Champion  int          // the entrant with which the others are compared
	Tolerance string       // what Check verifies
	Check     func() error // nil only if there is one entrant, or every measurement checks itself
	Close     func()       // may be nil
	Unit      string       // by which entrants are judged, such as "p99-ns"; "" stands for the time of a call
}

// Name returns the name of the contest: "Scores/batch=256/features=784/threads=1".
func (c *Contest) Name() string { return fmt.Sprintf("%s/%s/threads=%d", c.Op, c.Keys, c.Threads) }

// Entrant is an implementation.
type Entrant struct {
	Name, ISA string // ISA of argmax alone
	// Run makes a number of passes, and measures them.
	Run func(ctx context.Context, passes int) (Sample, error)
	// Curve returns the points of a curve, which has nothing to do with rounds; may be nil.
	Curve func(ctx context.Context) ([]Point, error)
	// Slow makes an entrant run once a round, and in three rounds only.
	Slow bool
}

// Sample is a measurement.
type Sample struct {
	Calls   int
	Elapsed time.Duration
	Values  []results.Value // besides the time of a call
}

// Point is where a fit was after some time.
type Point struct{ Seconds, Objective float64 }

const (
	rounds   = 21 // at most: the 95 % interval of the median is from the 6th value to the 16th
	few      = 7  // at least, where a round takes no longer than a second: an interval without assumptions
	fewest   = 3
	attempts = 3
	// quiet is the ratio from which noise, or the slowdown of a calibration, disturbs.
	quiet = 1.1
)

// Runner measures contests.
type Runner struct {
	W           *results.Writer
	Deadline    time.Time // after which nothing is measured again
	calibration meter.Calibration
}

// Run measures a contest in about the time given, and longer if a few rounds take
// longer.
func (r *Runner) Run(ctx context.Context, c *Contest, budget time.Duration) error {
	if c.Close != nil {
		defer c.Close()
	}
	if c.Check != nil {
		if err := c.Check(); err != nil {
			return fmt.Errorf("%s: the entrants do not agree: %w", c.Name(), err)
		}
	}
	plan, err := c.plan(ctx, budget)
	if err != nil {
		return err
	}
	for attempt := 1; ; attempt++ {
		before := r.calibration.Measure()
		lines, noise, err := c.measure(ctx, plan)
		if err != nil {
			return err
		}
		after := r.calibration.Measure()
		disturbed := disturbance(before, after, noise)
		if disturbed != "no" && attempt < attempts && time.Now().Add(plan.time).Before(r.Deadline) {
			continue
		}
		r.W.Set("work", c.Work)
		r.W.Set("tolerance", c.Tolerance)
		r.W.Set("unit", c.Unit)
		r.W.Set("attempt", fmt.Sprint(attempt))
		r.W.Set("calibration-before", before.String())
		r.W.Set("calibration-after", after.String())
		r.W.Set("disturbed", disturbed)
		for _, l := range lines {
			if err := r.W.Write(l); err != nil {
				return err
			}
		}
		return c.curves(ctx, r.W)
	}
}

// plan says how often entrants run.
type plan struct {
	passes []int // of a round
	rounds int
	time   time.Duration // that all takes
}

// plan times one pass of every entrant, after another that warms up caches and pages.
func (c *Contest) plan(ctx context.Context, budget time.Duration) (plan, error) {
	p := plan{passes: make([]int, len(c.Entrants)), rounds: rounds}
	slice := budget / time.Duration(rounds*(len(c.Entrants)+1))
	var round, slow time.Duration
	for i, e := range c.Entrants {
		var pass time.Duration
		for n := range 2 {
			begin := time.Now()
			if _, err := c.run(ctx, e, 1); err != nil {
				return p, err
			}
			pass = max(1, time.Since(begin))
			if n == 0 && (e.Slow || pass > time.Second) { // warm by now
				break
			}
		}
		p.passes[i] = max(1, int(slice/pass))
		if e.Slow {
			p.passes[i] = 1
		}
		took := pass * time.Duration(p.passes[i])
		if i == c.Champion {
			took *= 2
		}
		if e.Slow {
			slow += took * fewest
		} else {
			round += took
		}
	}
	if left := int((budget - slow) / max(1, round)); left < p.rounds {
		p.rounds = max(fewest, left)
		if round <= time.Second {
			p.rounds = max(p.rounds, few)
		}
	}
	p.time = slow + round*time.Duration(p.rounds)
	return p, nil
}

// run makes a number of passes, and refuses entrants that change the rounding or the
// denormals of all that come after them.
func (c *Contest) run(ctx context.Context, e Entrant, passes int) (Sample, error) {
	word := fpcontrol.Word()
	s, err := e.Run(ctx, passes)
	if err != nil {
		return s, fmt.Errorf("%s: %s: %w", c.Name(), e.Name, err)
	}
	if now := fpcontrol.Word(); now != word {
		return s, fmt.Errorf("%s: %s changes the floating-point control from %#x to %#x", c.Name(), e.Name, word, now)
	}
	return s, nil
}

// measure returns the lines of all rounds, and the noise: the ratio by which the
// champion differs from itself.
func (c *Contest) measure(ctx context.Context, p plan) (lines []results.Line, noise float64, err error) {
	unit := c.Unit
	if unit == "" {
		unit = perCall
	}
	var log float64
	for round := range p.rounds {
		var first, last float64
		measure := func(i int, again bool) error {
			e := c.Entrants[i]
			s, err := c.run(ctx, e, p.passes[i])
			if err != nil {
				return err
			}
			l := results.Line{Op: c.Op, Entrant: e.Name, ISA: e.ISA, Keys: c.Keys, Threads: c.Threads, Again: again, N: s.Calls}
			l.Values = append(l.Values, results.Value{Number: float64(s.Elapsed.Nanoseconds()) / float64(s.Calls), Unit: perCall})
			l.Values = append(l.Values, s.Values...)
			lines = append(lines, l)
			if v, ok := l.Of(unit); ok && i == c.Champion {
				if again {
					last = v
				} else {
					first = v
				}
			}
			return nil
		}
		for i, e := range c.Entrants {
			if e.Slow && round >= fewest {
				continue
			}
			if err := measure(i, false); err != nil {
				return nil, 0, err
			}
		}
		if err := measure(c.Champion, true); err != nil {
			return nil, 0, err
		}
		log += math.Abs(math.Log(last / first))
	}
	return lines, math.Exp(log / float64(p.rounds)), nil
}

const perCall = "ns/op"

// disturbance says what disturbed a contest, or "no".
func disturbance(before, after meter.Slowdown, noise float64) string {
	switch {
	case max(before.Arithmetic, after.Arithmetic) > quiet:
		return fmt.Sprintf("arithmetic took %.2f times as long", max(before.Arithmetic, after.Arithmetic))
	case max(before.Memory, after.Memory) > quiet:
		return fmt.Sprintf("reading memory took %.2f times as long", max(before.Memory, after.Memory))
	case noise > quiet:
		return fmt.Sprintf("the same code differed %.2f times from itself", noise)
	}
	return "no"
}

func (c *Contest) curves(ctx context.Context, w *results.Writer) error {
	for _, e := range c.Entrants {
		if e.Curve == nil {
			continue
		}
		points, err := e.Curve(ctx)
		if err != nil {
			return fmt.Errorf("%s: %s: %w", c.Name(), e.Name, err)
		}
		for i, p := range points {
			l := results.Line{Op: c.Op, Entrant: e.Name, ISA: e.ISA, Keys: c.Keys, Threads: c.Threads, Point: i + 1, N: 1}
			l.Values = []results.Value{{Number: p.Seconds, Unit: "sec"}, {Number: p.Objective, Unit: "objective"}}
			if err := w.Write(l); err != nil {
				return err
			}
		}
	}
	return nil
}

// Passes returns the Run of an entrant whose pass makes a number of calls; values, which
// may be nil, derives other values from the nanoseconds of a call.
func Passes(calls int, pass func() error, values func(ns float64) []results.Value) func(ctx context.Context, passes int) (Sample, error) {
	return func(ctx context.Context, passes int) (Sample, error) {
		if err := ctx.Err(); err != nil {
			return Sample{}, err
		}
		begin := time.Now()
		for range passes {
			if err := pass(); err != nil {
				return Sample{}, err
			}
		}
		s := Sample{Calls: calls * passes, Elapsed: time.Since(begin)}
		if values != nil {
			s.Values = values(float64(s.Elapsed.Nanoseconds()) / float64(s.Calls))
		}
		return s, nil
	}
}
