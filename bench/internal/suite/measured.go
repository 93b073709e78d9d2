package suite

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/seed842bec00/argmax/bench/internal/measure"
	"github.com/seed842bec00/argmax/bench/internal/results"
	"github.com/seed842bec00/argmax/internal/cpu"
)

// Measured returns a contest to be measured on a number of threads, which those of its
// entrants that use Pool and crival have. Instruction sets of argmax above the active one,
// which rivals are held to, take no part, nor does the generic one, which takes a hundred
// times as long and competes with nobody.
func (c Contest) Measured(threads int) *measure.Contest {
	all := cpu.Available()
	active := slices.Index(all, cpu.Active)
	c.Entrants = slices.DeleteFunc(slices.Clone(c.Entrants), func(e Entrant) bool {
		return e.Ours && (slices.Index(all, e.ISA) < active && e.ISA != cpu.Active.Base() || e.ISA == cpu.Generic && cpu.Active != cpu.Generic)
	})
	m := &measure.Contest{
		Op: c.Op, Keys: c.Name(), Threads: threads, Check: c.check,
		Work:      fmt.Sprintf("flops=%d loads=%d far=%d stores=%d", c.Work.Flops, c.Work.Loads, c.Work.Far, c.Work.Stores),
		Tolerance: "every element within the bound for its rounding errors of the result in float64",
		Champion:  c.Champion(),
	}
	values := func(ns float64) (vs []results.Value) {
		if c.Work.Flops > 0 {
			vs = append(vs, results.Value{Number: float64(c.Work.Flops) / ns, Unit: "GFLOP/s"})
		}
		return append(vs, results.Value{Number: float64(c.Work.Loads+c.Work.Stores) / ns, Unit: "GB/s"})
	}
	for _, e := range c.Entrants {
		run := measure.Passes(c.Calls, func() error { e.Pass(); return nil }, values)
		entrant := measure.Entrant{Name: e.Name, Run: func(ctx context.Context, passes int) (measure.Sample, error) {
			defer e.Start()()
			return run(ctx, passes)
		}}
		if e.Ours {
			entrant.Name, entrant.ISA = strings.Replace(e.Name, "-"+e.ISA.String(), "", 1), e.ISA.String()
		}
		m.Entrants = append(m.Entrants, entrant)
	}
	return m
}

// Champion returns the entrant with which the others are compared: that of argmax with
// the active instruction set, or with the one that it extends if the extension has no
// kernel for the contest.
func (c Contest) Champion() int {
	for _, isa := range []cpu.ISA{cpu.Active, cpu.Active.Base()} {
		if i := slices.IndexFunc(c.Entrants, func(e Entrant) bool { return e.Ours && e.ISA == isa }); i >= 0 {
			return i
		}
	}
	panic("suite: " + c.Name() + " has no entrant of " + cpu.Active.String())
}

// check compares the results of all entrants with those in float64.
func (c Contest) check() error {
	values := c.exact()
	for _, e := range c.Entrants {
		if err := e.check(values); err != nil {
			return fmt.Errorf("%s: %w", e.Name, err)
		}
	}
	return nil
}

func (e Entrant) check(values []value) error {
	defer e.Start()()
	got := e.result()
	if len(got) != len(values) {
		return fmt.Errorf("%d results, want %d", len(got), len(values))
	}
	for i, v := range values {
		if !(math.Abs(float64(got[i])-v.want) <= v.bound) { // NaN does not agree
			return fmt.Errorf("element %d is %v, want %v ± %.2g", i, got[i], v.want, v.bound)
		}
	}
	return nil
}
