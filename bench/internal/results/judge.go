package results

import (
	"math"

	"golang.org/x/perf/benchmath"
)

// Time is the unit of the time of a call, as a Reader converts it.
const Time = "sec/op"

// Confidence is that of all intervals.
const Confidence = 0.95

// Verdict is the outcome of a comparison, for the champion.
type Verdict int

const (
	WithinNoise Verdict = iota // the difference is none
	Won
	Lost
)

func (v Verdict) String() string { return [...]string{"within the noise", "won", "lost"}[v] }

// Summary returns the median of a unit over all rounds, and its interval. ok is false if
// the entrant has no such unit.
func (e *Entrant) Summary(unit string) (s benchmath.Summary, ok bool) {
	values := e.values(unit)
	if len(values) == 0 {
		return s, false
	}
	return summarize(values), true
}

// Median returns the median of a unit over all rounds; NaN if the entrant has no such
// unit.
func (e *Entrant) Median(unit string) float64 {
	s, ok := e.Summary(unit)
	if !ok {
		return math.NaN()
	}
	return s.Center
}

func (e *Entrant) values(unit string) []float64 {
	var values []float64
	for i := range e.Rounds {
		if v, ok := e.value(i, unit); ok {
			values = append(values, v)
		}
	}
	return values
}

// value returns what was measured in a round: of a champion the mean of both times.
func (e *Entrant) value(round int, unit string) (float64, bool) {
	v, ok := e.Rounds[round].Of(unit)
	if ok && len(e.Again) > 0 {
		again, both := e.Again[round].Of(unit)
		return (v + again) / 2, both
	}
	return v, ok
}

// Ratio returns the ratio of an entrant's value to the champion's in the same round. It
// is above 1 where the entrant is slower, if unit is a time.
func (c *Contest) Ratio(e *Entrant, unit string) benchmath.Summary {
	champion := c.Champion()
	var ratios []float64
	for i := range e.Rounds {
		v, ok := e.value(i, unit)
		if of, both := champion.value(i, unit); ok && both {
			ratios = append(ratios, v/of)
		}
	}
	return summarize(ratios)
}

// Noise returns the ratio of the champion's second value in a round to its first.
func (c *Contest) Noise(unit string) benchmath.Summary {
	champion := c.Champion()
	var ratios []float64
	for i := range champion.Again {
		first, ok := champion.Rounds[i].Of(unit)
		if second, both := champion.Again[i].Of(unit); ok && both {
			ratios = append(ratios, second/first)
		}
	}
	return summarize(ratios)
}

// Verdict compares an entrant with the champion by a unit of which less is better.
func (c *Contest) Verdict(e *Entrant, unit string) Verdict {
	return Judge(c.Ratio(e, unit), c.Noise(unit))
}

// Judge compares a ratio with the noise. The whole interval of the ratio must lie farther
// from 1 than any end of the noise's, on either side: a drift within rounds that slows
// down the last entrant flatters the first.
func Judge(ratio, noise benchmath.Summary) Verdict {
	least := max(1, noise.Hi)
	if noise.Lo > 0 {
		least = max(least, 1/noise.Lo)
	}
	switch {
	case ratio.Lo > least:
		return Won
	case ratio.Hi < 1/least:
		return Lost
	}
	return WithinNoise
}

// summarize returns the median with an interval that assumes no distribution. That needs
// six values; fewer, of fits that take minutes, are taken to be log-normal, and give
// their geometric mean and its t-interval. One value has no interval: it is infinite.
func summarize(values []float64) benchmath.Summary {
	sample := benchmath.NewSample(values, &benchmath.DefaultThresholds)
	switch n := len(values); {
	case n == 0:
		return benchmath.Summary{Center: math.NaN(), Lo: math.Inf(-1), Hi: math.Inf(1)}
	case n == 1:
		return benchmath.Summary{Center: values[0], Lo: math.Inf(-1), Hi: math.Inf(1)}
	case n >= 6:
		return benchmath.AssumeNothing.Summary(sample, Confidence)
	}
	logs := make([]float64, len(values))
	for i, v := range values {
		logs[i] = math.Log(v)
	}
	s := benchmath.AssumeNormal.Summary(benchmath.NewSample(logs, &benchmath.DefaultThresholds), Confidence)
	s.Center, s.Lo, s.Hi = math.Exp(s.Center), math.Exp(s.Lo), math.Exp(s.Hi)
	return s
}
