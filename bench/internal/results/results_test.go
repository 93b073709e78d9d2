package results

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/perf/benchmath"
)

// synthetic is a contest of a champion that takes 100 ns and of rivals with known ratios
// to it. Every time is off by a normal error, and a round is slower as a whole.
func synthetic(rounds int, noise float64, random *rand.Rand, ratios ...float64) *Contest {
	c := &Contest{Op: "Dot", Threads: 1, Entrants: []*Entrant{{Name: "argmax", ISA: "avx2"}}}
	for i := range ratios {
		c.Entrants = append(c.Entrants, &Entrant{Name: fmt.Sprint("rival", i)})
	}
	for range rounds {
		slow := 1 + random.Float64() // the machine, not the entrant
		time := func(ratio float64) Line {
			return Line{Values: []Value{{100e-9 * ratio * slow * (1 + noise*random.NormFloat64()), Time}}}
		}
		c.Entrants[0].Rounds = append(c.Entrants[0].Rounds, time(1))
		for i, ratio := range ratios {
			c.Entrants[1+i].Rounds = append(c.Entrants[1+i].Rounds, time(ratio))
		}
		c.Entrants[0].Again = append(c.Entrants[0].Again, time(1))
	}
	return c
}

// Intervals cover the true ratio as often as they claim, with many rounds and with few,
// although rounds differ twofold.
func TestIntervalsCoverTheTrueRatio(t *testing.T) {
	for _, rounds := range []int{3, 11} {
		random := rand.New(rand.NewPCG(1, uint64(rounds)))
		const trials = 2000
		covered := 0
		for range trials {
			c := synthetic(rounds, 0.01, random, 1.3)
			if s := c.Ratio(c.Entrants[1], Time); s.Lo <= 1.3 && 1.3 <= s.Hi {
				covered++
			}
		}
		assert.GreaterOrEqual(t, float64(covered)/trials, Confidence-0.015, "%d rounds", rounds)
	}
}

// A difference well beyond the noise is found, and equal entrants are not told apart.
func TestVerdicts(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 3))
	const trials = 500
	counts := map[string]int{}
	for range trials {
		c := synthetic(11, 0.02, random, 1.2, 0.8, 1)
		for i, name := range []string{"slower", "faster", "equal"} {
			counts[name+" "+c.Verdict(c.Entrants[1+i], Time).String()]++
		}
	}
	assert.GreaterOrEqual(t, counts["slower won"], trials*99/100)
	assert.GreaterOrEqual(t, counts["faster lost"], trials*99/100)
	assert.Zero(t, counts["slower lost"]+counts["faster won"])
	assert.LessOrEqual(t, counts["equal won"]+counts["equal lost"], trials*5/100)
}

// A difference of the size of the noise is none, however certain.
func TestNothingBelowTheNoiseIsADifference(t *testing.T) {
	c := synthetic(11, 0, rand.New(rand.NewPCG(4, 5)), 1.05, 1.2)
	for i := range c.Entrants[0].Again { // a drift of 12 % within each round
		c.Entrants[0].Again[i].Values[0].Number = 1.12 * c.Entrants[0].Rounds[i].Values[0].Number
	}
	assert.InDelta(t, 1.12, c.Noise(Time).Center, 1e-9)
	assert.Equal(t, WithinNoise, c.Verdict(c.Entrants[1], Time))
	assert.Equal(t, Won, c.Verdict(c.Entrants[2], Time))
}

func TestJudge(t *testing.T) {
	around := func(lo, hi float64) benchmath.Summary { return benchmath.Summary{Lo: lo, Hi: hi} }
	for _, c := range []struct {
		ratio, noise benchmath.Summary
		want         Verdict
	}{
		{around(1.05, 1.07), around(0.99, 1.01), Won},
		{around(1.05, 1.07), around(0.99, 1.06), WithinNoise},
		{around(1.05, 1.07), around(0.94, 1.01), WithinNoise}, // noise has two sides
		{around(0.99, 1.07), around(1, 1), WithinNoise},
		{around(0.93, 0.95), around(0.99, 1.01), Lost},
		{around(0.93, 0.95), around(0.94, 1.01), WithinNoise},
		{around(0.93, 0.95), around(0.99, 1.06), WithinNoise},
		{around(1.05, 1.07), around(math.Inf(-1), math.Inf(1)), WithinNoise}, // unknown
	} {
		assert.Equal(t, c.want, Judge(c.ratio, c.noise), "%v against %v", c.ratio, c.noise)
	}
}

// One measurement decides nothing.
func TestOneRoundDecidesNothing(t *testing.T) {
	c := synthetic(1, 0, rand.New(rand.NewPCG(6, 7)), 5)
	s := c.Ratio(c.Entrants[1], Time)
	assert.InDelta(t, 5, s.Center, 1e-9)
	assert.True(t, math.IsInf(s.Lo, -1) && math.IsInf(s.Hi, 1))
	assert.Equal(t, WithinNoise, c.Verdict(c.Entrants[1], Time))
}

// An entrant that runs in some rounds only is compared within these.
func TestFewerRounds(t *testing.T) {
	c := synthetic(7, 0, rand.New(rand.NewPCG(8, 9)), 2)
	c.Entrants[1].Rounds = c.Entrants[1].Rounds[:3]
	assert.InDelta(t, 2, c.Ratio(c.Entrants[1], Time).Center, 1e-9)
	assert.Equal(t, Won, c.Verdict(c.Entrants[1], Time))
	assert.Equal(t, WithinNoise, c.Verdict(c.Entrants[1], "p99-sec"), "not measured")
}

func line(entrant, isa string, ns float64) Line {
	return Line{
		Op: "Scores", Entrant: entrant, ISA: isa, Keys: "batch=256/features=784/data=L2", Threads: 2, N: 48,
		Values: []Value{{ns, "ns/op"}, {1e3 / ns, "GFLOP/s"}, {2 * ns, "p99.9-ns"}},
	}
}

func TestRoundTrip(t *testing.T) {
	var file bytes.Buffer
	w := NewWriter(&file)
	w.Set("cpu", "AMD EPYC 9B45: 2 cores")
	w.Set("missing-faiss", "libfaiss.so: not found")
	w.Set("missing-blis", "libblis.so.4: not found")
	require.NoError(t, w.Limits("avx2", "before", []Value{{100, "L1-GB/s"}, {50, "FMA-GFLOP/s"}}))
	require.NoError(t, w.Limits("avx2", "after", []Value{{90, "L1-GB/s"}, {60, "FMA-GFLOP/s"}}))
	measure := func(attempt, disturbed string, slower float64) {
		w.Set("attempt", attempt)
		w.Set("disturbed", disturbed)
		w.Set("unit", "p99.9-ns")
		w.Set("tolerance", "equal\nbits") // a line, whatever is in it
		for range 7 {
			again := line("argmax", "avx2", 100)
			again.Again = true
			for _, l := range []Line{line("argmax", "avx2", 100), line("openblas", "", 100*slower), again} {
				require.NoError(t, w.Write(l))
			}
		}
	}
	measure("1", "calibration 1.31", 7)
	measure("2", "no", 2)
	require.NoError(t, w.Write(Line{Op: "Scores", Entrant: "openblas", Keys: "batch=256/features=784/data=L2", Threads: 2, Point: 1, N: 1, Values: []Value{{0.5, "sec"}, {0.7, "objective"}}}))

	name := filepath.Join(t.TempDir(), "raw.txt")
	require.NoError(t, os.WriteFile(name, file.Bytes(), 0o666))
	f, err := Load(name)
	require.NoError(t, err)
	assert.Equal(t, "AMD EPYC 9B45: 2 cores", f.Config["cpu"])
	assert.NotContains(t, f.Config, "disturbed")
	names, why := f.Missing()
	assert.Equal(t, []string{"blis", "faiss"}, names)
	assert.Equal(t, "libfaiss.so: not found", why["faiss"])
	for unit, want := range map[string]float64{"L1-GB/s": 100, "FMA-GFLOP/s": 60} {
		limit, ok := f.Limit("avx2", unit)
		assert.True(t, ok)
		assert.Equal(t, want, limit)
	}
	_, ok := f.Limit("avx512", "L1-GB/s")
	assert.False(t, ok)

	require.Len(t, f.Contests, 1)
	c := f.Contests[0]
	assert.Equal(t, "Scores/batch=256/features=784/data=L2/threads=2", c.Name())
	assert.Equal(t, "784", c.Key("features"))
	assert.Empty(t, c.Key("feat"))
	assert.Equal(t, "equal bits", c.Tolerance)
	assert.Equal(t, 2, c.Attempt)
	assert.Equal(t, "p99.9-sec", c.Unit)
	assert.NotContains(t, f.Config, "unit")
	assert.Empty(t, c.Disturbed)
	assert.Equal(t, "argmax-avx2", c.Champion().Label())
	assert.True(t, c.Champion().Ours())
	rival := c.Entrant("openblas")
	require.Len(t, rival.Rounds, 7)
	assert.False(t, rival.Ours())
	assert.InDelta(t, 200e-9, rival.Median(Time), 1e-15)
	assert.InDelta(t, 400e-9, rival.Median("p99.9-sec"), 1e-15)
	assert.InDelta(t, 5, rival.Median("GFLOP/s"), 1e-9)
	assert.True(t, math.IsNaN(rival.Median("accuracy")))
	assert.InDelta(t, 2, c.Ratio(rival, Time).Center, 1e-9)
	assert.Equal(t, 48, rival.Rounds[0].N)
	require.Len(t, rival.Curve, 1)
	seconds, _ := rival.Curve[0].Of("sec")
	objective, _ := rival.Curve[0].Of("objective")
	assert.Equal(t, []float64{0.5, 0.7}, []float64{seconds, objective})
}

// A damaged file is refused, with its name and the place.
func TestDamagedFiles(t *testing.T) {
	const champion = "BenchmarkDot/entrant=argmax/isa=avx2/n=8/threads=1 1 5 ns/op\n"
	again := strings.Replace(champion, "threads=1", "threads=1/again=true", 1)
	for content, want := range map[string]string{
		"BenchmarkDot/entrant=argmax 1 fast ns/op\n":         "raw:1: parsing measurement",
		"\nBenchmarkDot/n=8/threads=1 1 5 ns/op\n":           "raw:2: no entrant",
		"BenchmarkDot/entrant=gonum/threads=two 1 5 ns/op\n": "raw:1: strconv.Atoi",
		"attempt: x\n" + champion:                            "raw:2: attempt: strconv.Atoi",
		champion:                                             "raw: Dot/n=8/threads=1: not one entrant was measured twice a round",
		champion + champion + again:                          "raw: Dot/n=8/threads=1: argmax-avx2: 2 rounds, 1 second times",
		champion + again + strings.Repeat(strings.Replace(champion, "argmax/isa=avx2", "vek", 1), 2): "raw: Dot/n=8/threads=1: vek: 2 rounds of 1",
	} {
		_, err := Read(strings.NewReader(content), "raw")
		assert.ErrorContains(t, err, want)
	}
	_, err := Load(filepath.Join(t.TempDir(), "none"))
	assert.ErrorIs(t, err, os.ErrNotExist)
}

func FuzzRead(f *testing.F) {
	f.Add("cpu: x\nBenchmarkDot/entrant=argmax/isa=avx2/n=8/threads=1 1 5 ns/op\nBenchmarkDot/entrant=argmax/isa=avx2/n=8/threads=1/again=true 1 5 ns/op\n")
	f.Add("BenchmarkLimits/isa=avx2/when=before 1 5 L1-GB/s\n")
	f.Fuzz(func(t *testing.T, content string) {
		file, err := Read(strings.NewReader(content), "raw")
		if err != nil {
			return
		}
		for _, c := range file.Contests { // what is read can be judged
			for _, e := range c.Entrants {
				c.Verdict(e, Time)
			}
		}
	})
}
