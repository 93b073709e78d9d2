package main

import (
	"fmt"
	"slices"
	"time"

	"golang.org/x/perf/benchmath"

	"github.com/seed842bec00/argmax/bench/internal/fpcontrol"
	"github.com/seed842bec00/argmax/bench/internal/suite"
	"github.com/seed842bec00/argmax/internal/cpu"
)

// rounds is how often everyone has a turn: enough for an interval of 95 % around
// the median that leaves out the extremes.
const rounds = 11

// result is what a contest brought. The slices go with its entrants.
type result struct {
	suite.Contest
	champion int // the entrant that the others are compared with
	time     []benchmath.Summary
	ratio    []benchmath.Summary // of the time to the champion's in the same round
	noise    benchmath.Summary   // of the champion's last time in a round to its first
}

// run gives every turn about slice.
func run(c suite.Contest, slice time.Duration) (result, error) {
	r := result{Contest: c, champion: slices.IndexFunc(c.Entrants, func(e suite.Entrant) bool {
		return e.Ours && e.ISA == cpu.Active
	})}
	if r.champion < 0 { // where the extension adds no kernel
		r.champion = slices.IndexFunc(c.Entrants, func(e suite.Entrant) bool { return e.Ours && e.ISA == cpu.Active.Base() })
	}
	champion := c.Entrants[r.champion]
	passes := make([]int, len(c.Entrants))
	for i, e := range c.Entrants {
		turn(e, 1) // brings caches and pages to where they stay
		passes[i] = max(1, int(slice/max(1, turn(e, 1))))
	}
	times, ratios := make([][]float64, len(c.Entrants)), make([][]float64, len(c.Entrants))
	var noise []float64
	for range rounds {
		perCall := make([]float64, len(c.Entrants))
		for i, e := range c.Entrants {
			word := fpcontrol.Word()
			perCall[i] = float64(turn(e, passes[i])) / float64(passes[i]*c.Calls)
			if now := fpcontrol.Word(); now != word {
				return r, fmt.Errorf("%s in %s/%s changes the floating-point control from %#x to %#x", e.Name, c.Op, c.Name(), word, now)
			}
		}
		again := float64(turn(champion, passes[r.champion])) / float64(passes[r.champion]*c.Calls)
		noise = append(noise, again/perCall[r.champion])
		perCall[r.champion] = (perCall[r.champion] + again) / 2
		for i, t := range perCall {
			times[i] = append(times[i], t)
			ratios[i] = append(ratios[i], t/perCall[r.champion])
		}
	}
	for i := range c.Entrants {
		r.time = append(r.time, summarize(times[i]))
		r.ratio = append(r.ratio, summarize(ratios[i]))
	}
	r.noise = summarize(noise)
	return r, nil
}

func turn(e suite.Entrant, passes int) time.Duration {
	defer e.Start()()
	start := time.Now()
	for range passes {
		e.Pass()
	}
	return time.Since(start)
}

func summarize(values []float64) benchmath.Summary {
	return benchmath.AssumeNothing.Summary(benchmath.NewSample(values, &benchmath.DefaultThresholds), 0.95)
}

// slower tells whether entrant i takes longer than the champion: 1, or less: −1, by
// more than the noise; 0 if that cannot be told.
func (r result) slower(i int) int {
	switch ratio := r.ratio[i]; {
	case ratio.Lo > max(1, r.noise.Hi):
		return 1
	case ratio.Hi < min(1, r.noise.Lo):
		return -1
	}
	return 0
}
