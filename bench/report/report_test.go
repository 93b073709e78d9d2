package main

import (
	"os"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/perf/benchmath"

	"github.com/seed842bec00/argmax/bench/internal/meter"
	"github.com/seed842bec00/argmax/bench/internal/ports"
	"github.com/seed842bec00/argmax/bench/internal/suite"
	"github.com/seed842bec00/argmax/internal/cpu"
)

func TestReport(t *testing.T) {
	raw, text, err := report(t.Context(), options{10 * time.Millisecond, regexp.MustCompile("(Dot|Axpy)/n=128/data=L1"), 1})
	require.NoError(t, err)
	assert.Contains(t, string(raw), "\nBenchmarkDot/entrant=argmax/isa=generic/n=128/data=L1/chain=true/threads=1 ")
	for _, part := range []string{
		"\n## Limits of one core\n", "\n## Times of a call\n", "\n| Dot | n=128 | L1 | yes |", "\n| Axpy | n=128 | L1 |  |",
		"\n## Where argmax loses\n", "gonum v",
	} {
		assert.Contains(t, text, part)
	}
	if runtime.GOARCH == "amd64" && cpu.Available()[0] != cpu.Generic {
		assert.Contains(t, text, "\n## By count\n")
		assert.Contains(t, text, "\n| Dot | n=128 | argmax-avx2 | 2.00 |")
	}
	assertTables(t, text)
	for _, absent := range []string{"n=784", "| SqDist |", "NaN", "+Inf", "%!"} {
		assert.NotContains(t, text, absent)
	}
}

// assertTables checks that the rows of every table have as many cells as its header.
func assertTables(t *testing.T, text string) {
	t.Helper()
	columns := 0
	for line := range strings.Lines(text) {
		n := strings.Count(line, "|")
		if n > 0 && columns > 0 {
			assert.Equal(t, columns, n, line)
		}
		columns = n
	}
}

func TestReportOfNothing(t *testing.T) {
	_, _, err := report(t.Context(), options{time.Millisecond, regexp.MustCompile("^$"), 1})
	assert.EqualError(t, err, "no contest matches")
}

func around(lo, center, hi float64) benchmath.Summary {
	return benchmath.Summary{Lo: lo, Center: center, Hi: hi}
}

func TestWrite(t *testing.T) {
	contest := suite.Contest{
		Op: "Dot", Size: "n=784", Data: meter.L1, Work: suite.Work{Flops: 2 * 784, Loads: 8 * 784},
		Entrants: suite.Entrants{
			{Name: "argmax-avx512", ISA: cpu.AVX512, Ours: true},
			{Name: "gonum", ISA: cpu.AVX512},
			{Name: "vek", ISA: cpu.AVX512},
		},
	}
	r := result{
		Contest: contest,
		time:    []benchmath.Summary{around(19, 20, 21), around(59, 60, 61), around(15, 16, 17)},
		ratio:   []benchmath.Summary{around(1, 1, 1), around(2.9, 3, 3.1), around(0.75, 0.8, 0.85)},
		noise:   around(0.98, 1, 1.02),
	}
	l := meter.Limits{ISA: cpu.AVX512, FMA: 200}
	l.Read[meter.L1] = 392
	var out text
	out.times([]result{r}, limits{l}, &counts{limits: limits{l}})
	out.losses([]result{r}, &counts{limits: limits{l}})
	assert.Contains(t, out.String(),
		"| Dot | n=784 | L1 |  | 20.00ns | 60.00ns | 16.00ns | **0.80 (0.75–0.85)** vek | 1.00 (0.98–1.02) | 314 GB/s | 0.80 |  |\n")
	assert.Contains(t, out.String(), "- Dot n=784, L1: vek takes 0.80 (0.75–0.85) of the time of argmax-avx512.\n")
	assert.Contains(t, out.String(), "Of 2 comparisons, 1 are won, 1 lost, and in 0 the difference is within the noise.")
	assertTables(t, out.String())
}

func TestBetter(t *testing.T) {
	x, y := meter.Limits{FMA: 1, LoadFMA: 4}, meter.Limits{FMA: 2, LoadFMA: 3}
	x.Read[meter.Memory], y.Read[meter.Memory] = 5, 6
	best := better(limits{x}, limits{y})[0]
	assert.Equal(t, []float64{2, 4, 6}, []float64{best.FMA, best.LoadFMA, best.Read[meter.Memory]})
}

// A contest is bounded by ports, by reading and, if it is a chain, by latency.
func TestBound(t *testing.T) {
	if !slices.Contains(cpu.Available(), cpu.AVX2) {
		t.Skip("no instruction set whose kernels are counted")
	}
	l := meter.Limits{ISA: cpu.AVX2, Clock: 2}
	l.Read[meter.L1], l.Read[meter.L2] = 100, 10
	c := &counts{limits: limits{l}, processor: ports.Processors[0], known: true, program: ports.Parse([]byte(`
TEXT ·addAVX2(SB), NOSPLIT, $0-0
	MOVQ n+0(FP), AX
again1:
	VADDPS Y0, Y1, Y0
	VADDPS Y2, Y3, Y2
	DECQ AX
	CMPQ AX, $0
	JNE again1
	RET
`))}
	e := suite.Entrant{Name: "argmax-avx2", ISA: cpu.AVX2, Ours: true}
	contest := func(data meter.Level, chain bool, work suite.Work) suite.Contest {
		return suite.Contest{Op: "Add", Data: data, Chain: chain, Work: work, Kernels: suite.Kernels{Elements: 160, Calls: func() []ports.Call {
			return []ports.Call{{Op: "add", Times: 2, Args: ports.Args{"n": 100}}}
		}}}
	}
	for _, test := range []struct {
		contest suite.Contest
		want    bound
	}{
		{contest(meter.L1, false, suite.Work{}), bound{100, "add", 200}},
		{contest(meter.L1, true, suite.Work{}), bound{200, "latency", 200}},
		{contest(meter.L1, false, suite.Work{Loads: 40000}), bound{400, "reading L1", 200}},
		{contest(meter.L2, false, suite.Work{Loads: 1000, Far: 2000}), bound{200, "reading L2", 200}},
	} {
		got, counted := c.bound(test.contest, e)
		assert.True(t, counted)
		assert.Equal(t, test.want.by, got.by)
		assert.InEpsilon(t, test.want.ns, got.ns, 0.02)
		assert.InEpsilon(t, test.want.latency, got.latency, 0.02)
	}
	r := result{Contest: contest(meter.L1, true, suite.Work{}), time: []benchmath.Summary{around(399, 400, 410)}}
	r.Entrants = suite.Entrants{e}
	assert.Equal(t, "2.00 × latency", c.times(r, 0))
	r.Chain = false
	assert.Equal(t, "4.00 × add, 2.00 × latency", c.times(r, 0))
	r.Kernels = suite.Kernels{}
	assert.Empty(t, c.times(r, 0), "not counted")
	var out text
	out.counted([]result{r}, c)
	assert.Empty(t, out.String())
}

// The targets name contests that exist.
func TestTargetsExist(t *testing.T) {
	names := map[string]bool{}
	for _, op := range suite.Operations() {
		for _, c := range op.Contests() {
			names[c.Op+" "+c.Size] = true
		}
	}
	for _, g := range targets {
		assert.True(t, names[g.op+" "+g.size], "%s %s", g.op, g.size)
	}
}

// The test cache does not notice variables that are read while packages are
// initialized, so this reads ARGMAX_ISA again: a cached run for another ISA fails.
func TestEnvironmentIsObeyed(t *testing.T) {
	if force := os.Getenv(cpu.Variable); force != "" {
		require.NoError(t, cpu.ForceErr())
		require.Equal(t, force, cpu.Active.String())
	}
}
