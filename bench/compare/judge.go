package main

import (
	"fmt"
	"io"
	"math"
	"slices"
	"text/tabwriter"

	"golang.org/x/perf/benchmath"
	"golang.org/x/perf/benchunit"

	"github.com/seed842bec00/argmax/bench/internal/results"
)

// leastRounds is the number of rounds that an interval for the median needs.
const leastRounds = 6

// A comparison is the outcome for one benchmark.
type comparison struct {
	function, name string
	base, head     float64           // median times in seconds
	ratio          benchmath.Summary // of the time of the head to that of the base
	noise          benchmath.Summary // of the base to itself
	verdict        results.Verdict   // of the head
}

// judge compares the samples of benchmarks. The noise of each is at least noise, such as
// 0.01, and at least what is typical of them.
func judge(all []*samples, noise float64) []comparison {
	comparisons := make([]comparison, len(all))
	for i, s := range all {
		n := len(s.times[0])
		ratios, noises, bases := make([]float64, n), make([]float64, n), make([]float64, n)
		for r := range n {
			bases[r] = (s.times[0][r] + s.times[2][r]) / 2
			ratios[r], noises[r] = s.times[1][r]/bases[r], s.times[2][r]/s.times[0][r]
		}
		comparisons[i] = comparison{
			function: s.function, name: s.name,
			base: summary(bases).Center, head: summary(s.times[1]).Center,
			ratio: summary(ratios), noise: summary(noises),
		}
	}
	noise = max(noise, typicalNoise(comparisons))
	for i, c := range comparisons {
		rival := benchmath.Summary{Lo: 1 / c.ratio.Hi, Center: 1 / c.ratio.Center, Hi: 1 / c.ratio.Lo} // the base is the rival
		least := benchmath.Summary{Lo: min(c.noise.Lo, 1/(1+noise)), Center: c.noise.Center, Hi: max(c.noise.Hi, 1+noise)}
		comparisons[i].verdict = results.Judge(rival, least)
	}
	return comparisons
}

// typicalNoise returns what 19 in 20 of the benchmarks differ by from themselves, at
// most: code and data at other addresses make differences that no interval of one
// benchmark shows.
func typicalNoise(comparisons []comparison) float64 {
	var ns []float64
	for _, c := range comparisons {
		ns = append(ns, math.Abs(c.noise.Center-1))
	}
	if len(ns) == 0 {
		return 0
	}
	slices.Sort(ns)
	return ns[len(ns)*19/20]
}

func summary(values []float64) benchmath.Summary {
	return benchmath.AssumeNothing.Summary(benchmath.NewSample(values, &benchmath.DefaultThresholds), results.Confidence)
}

// slower returns the comparisons that the head loses.
func slower(comparisons []comparison) []comparison {
	return slices.DeleteFunc(slices.Clone(comparisons), func(c comparison) bool { return c.verdict != results.Lost })
}

// confirm returns the comparisons with those that were lost replaced by a second
// measurement.
func confirm(first, second []comparison) []comparison {
	confirmed := slices.Clone(first)
	for i, c := range confirmed {
		at := slices.IndexFunc(second, func(s comparison) bool { return s.name == c.name })
		if c.verdict == results.Lost && at >= 0 {
			confirmed[i] = second[at]
		}
	}
	return confirmed
}

// write writes a table, the largest ratio first.
func write(w io.Writer, comparisons []comparison) error {
	sorted := slices.Clone(comparisons)
	slices.SortStableFunc(sorted, func(x, y comparison) int {
		switch {
		case x.ratio.Center > y.ratio.Center:
			return -1
		case x.ratio.Center < y.ratio.Center:
			return 1
		}
		return 0
	})
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "benchmark\tbase\thead\thead ÷ base\tbase ÷ itself\t")
	for _, c := range sorted {
		verdict := map[results.Verdict]string{results.Lost: "SLOWER", results.Won: "faster"}[c.verdict]
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\n", c.name, seconds(c.base), seconds(c.head), interval(c.ratio), interval(c.noise), verdict)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	lost := len(slower(comparisons))
	won := len(slices.DeleteFunc(slices.Clone(comparisons), func(c comparison) bool { return c.verdict != results.Won }))
	_, err := fmt.Fprintf(w, "\nOf %d benchmarks %d are slower, %d faster, and %d differ by no more than the noise, which is typically %.1f %%.\n",
		len(comparisons), lost, won, len(comparisons)-lost-won, 100*typicalNoise(comparisons))
	return err
}

func seconds(s float64) string { return benchunit.Scale(s, benchunit.Decimal) + "s" }

func interval(s benchmath.Summary) string {
	return fmt.Sprintf("%.2f (%.2f–%.2f)", s.Center, s.Lo, s.Hi)
}
