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

// rounds is the number of measurements of each entrant: enough for a 95 % interval
// around the median that excludes the extremes.
const rounds = 11

// result holds the measurements of a contest. The slices are indexed by entrant.
type result struct {
	suite.Contest
	champion int // the entrant that the others are compared with
	time     []benchmath.Summary
	ratio    []benchmath.Summary // of the time to the champion's in the same round
	noise    benchmath.Summary   // of the champion's last time in a round to its first
}

// run measures a contest. Every measurement takes about slice.
func run(c suite.Contest, slice time.Duration) (result, error) {
	r := result{Contest: c, champion: slices.IndexFunc(c.Entrants, func(e suite.Entrant) bool {
		return e.Ours && e.ISA == cpu.Active
	})}
	if r.champion < 0 { // the extension adds no kernel here
		r.champion = slices.IndexFunc(c.Entrants, func(e suite.Entrant) bool { return e.Ours && e.ISA == cpu.Active.Base() })
	}
	champion := c.Entrants[r.champion]
	passes := make([]int, len(c.Entrants))
	for i, e := range c.Entrants {
		turn(e, 1) // warms up caches and pages
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

// slower returns 1 if entrant i is slower than the champion by more than the noise, −1
// if it is faster by more than the noise, and 0 otherwise.
func (r result) slower(i int) int {
	switch ratio := r.ratio[i]; {
	case ratio.Lo > max(1, r.noise.Hi):
		return 1
	case ratio.Hi < min(1, r.noise.Lo):
		return -1
	}
	return 0
}
