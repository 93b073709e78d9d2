package main

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/bench/internal/results"
)

// synthetic returns samples of benchmarks whose head takes ratio times as long, with a
// drift of the whole machine and noise of each run.
func synthetic(r *rand.Rand, ratios []float64, noise float64) (all []*samples) {
	for i, ratio := range ratios {
		s := &samples{function: "f", name: string(rune('a' + i))}
		for round := range 11 {
			drift := 1 + 0.1*float64(round)
			for turn, factor := range []float64{1, ratio, 1} {
				s.times[turn] = append(s.times[turn], 1e-6*drift*factor*(1+noise*r.Float64()))
			}
		}
		all = append(all, s)
	}
	return all
}

func verdicts(comparisons []comparison) (vs []results.Verdict) {
	for _, c := range comparisons {
		vs = append(vs, c.verdict)
	}
	return vs
}

// A drift of the machine does not matter; differences beyond the noise do.
func TestJudge(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	of := func(noise float64, ratios ...float64) []results.Verdict {
		return verdicts(judge(synthetic(r, ratios, noise), 0))
	}
	assert.Equal(t, []results.Verdict{results.WithinNoise, results.Lost, results.Won}, of(0.02, 1, 1.1, 0.9))
	assert.Equal(t, []results.Verdict{results.WithinNoise, results.WithinNoise, results.Lost}, of(0.2, 1, 1.05, 1.5))
}

// Of many comparisons of equal programs hardly one is wrong, before it is repeated.
func TestEqualProgramsAreEqual(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	wrong := 0
	for range 100 {
		for _, v := range verdicts(judge(synthetic(r, make1(100), 0.05), 0)) {
			if v != results.WithinNoise {
				wrong++
			}
		}
	}
	assert.LessOrEqual(t, wrong, 10, "of 10,000")
}

// What the command says about its sensitivity: how often a benchmark that became slower is
// found, in one measurement, by the noise of its runs.
func TestSensitivity(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	for _, c := range []struct{ noise, slower, found float64 }{{0.01, 1.02, 0.99}, {0.05, 1.08, 0.99}} {
		found := 0
		for range 20 {
			for _, v := range verdicts(judge(synthetic(r, append(make1(50), slices.Repeat([]float64{c.slower}, 50)...), c.noise), 0))[50:] {
				if v == results.Lost {
					found++
				}
			}
		}
		t.Logf("noise of %v, %v times as long: found %d of 1000", c.noise, c.slower, found)
		assert.GreaterOrEqual(t, float64(found)/1000, c.found)
	}
}

func make1(n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = 1
	}
	return x
}

// What is typical of all benchmarks is not taken for a difference of one.
func TestTypicalNoiseCounts(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	all := synthetic(r, []float64{1.05, 1.2}, 0.001)
	assert.Equal(t, []results.Verdict{results.Lost, results.Lost}, verdicts(judge(all, 0)))
	assert.Equal(t, []results.Verdict{results.WithinNoise, results.Lost}, verdicts(judge(all, 0.1)))
	shifted := synthetic(r, make1(20), 0.001)
	for i := range shifted[0].times[2] { // two of 20 differ from themselves, the same in all rounds
		shifted[0].times[2][i] *= 1.1
		shifted[1].times[2][i] *= 1.1
	}
	assert.Equal(t, []results.Verdict{results.WithinNoise, results.Lost}, verdicts(judge(append(shifted, all...), 0))[20:])
}

// Only what was lost is replaced.
func TestConfirm(t *testing.T) {
	first := []comparison{{name: "a", verdict: results.Lost}, {name: "b", verdict: results.Lost}, {name: "c"}}
	second := []comparison{{name: "b", verdict: results.Lost, base: 1}, {name: "c", base: 1}, {name: "a", base: 1}}
	assert.Equal(t, []comparison{{name: "a", base: 1}, {name: "b", verdict: results.Lost, base: 1}, {name: "c"}}, confirm(first, second))
}

func TestWrite(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	var out strings.Builder
	require.NoError(t, write(&out, judge(synthetic(r, []float64{1, 2, 0.5}, 0), 0)))
	lines := strings.Split(out.String(), "\n")
	assert.Contains(t, lines[1], "2.00 (2.00–2.00)  1.00 (1.00–1.00)  SLOWER")
	assert.Contains(t, lines[2], "1.00 (1.00–1.00)  1.00 (1.00–1.00)")
	assert.Contains(t, lines[3], "faster")
	assert.Contains(t, out.String(), "Of 3 benchmarks 1 are slower, 1 faster, and 1 differ by no more than the noise, which is typically 0.0 %.")
}

func TestParse(t *testing.T) {
	times, order, err := parse(strings.NewReader(
		"goos: linux\nBenchmarkA/n=1-2 10 1500 ns/op 3 B/op\nBenchmarkB-2 1 2 queries/s\nBenchmarkC-2 1 9000 ns/op 50 cpu-ns/op\nPASS\n"), "f")
	require.NoError(t, err)
	assert.Equal(t, []string{"A/n=1-2", "C-2"}, order)
	assert.InEpsilon(t, 1.5e-6, times["A/n=1-2"], 1e-9)
	assert.InEpsilon(t, 50e-9, times["C-2"], 1e-9, "time of the processor")
}
