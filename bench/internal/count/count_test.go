package count

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/seed842bec00/argmax/bench/internal/meter"
	"github.com/seed842bec00/argmax/bench/internal/ports"
	"github.com/seed842bec00/argmax/bench/internal/suite"
	"github.com/seed842bec00/argmax/internal/cpu"
)

// A contest is bounded by ports, by reading and, if it is a chain, by latency.
func TestBound(t *testing.T) {
	if !slices.Contains(cpu.Available(), cpu.AVX2) {
		t.Skip("no instruction set whose kernels are counted")
	}
	l := meter.Limits{ISA: cpu.AVX2, Clock: 2}
	l.Read[meter.L1], l.Read[meter.L2] = 100, 10
	c := &Counts{limits: []meter.Limits{l}, processor: ports.Processors[0], known: true, program: ports.Parse([]byte(`
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
	far := contest(meter.L2, false, suite.Work{Loads: 1000, Far: 2000})
	far.Entrants = suite.Entrants{e, {Name: "gonum", ISA: cpu.AVX2}}
	others := ` avx2-haswell-cycles=400 avx2-haswell-by=add avx2-zen2-cycles=200 avx2-zen2-by=add$`
	assert.Regexp(t, `^ avx2-bound=200 avx2-by=reading-L2 avx2-latency=20\d`+others, c.Words(far))
	c.known = false
	assert.Regexp(t, `^`+others, c.Words(far), "the processor is not known")
	chain := contest(meter.L1, true, suite.Work{})
	chain.Entrants = suite.Entrants{e}
	assert.Regexp(t, `avx2-haswell-cycles=60\d avx2-haswell-by=latency`, c.Words(chain), "adds wait three cycles for each other")
	far.Kernels = suite.Kernels{}
	assert.Empty(t, c.Words(far), "not counted")
}
