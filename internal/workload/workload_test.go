package workload

import (
	"flag"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestNumbers(t *testing.T) {
	const period, n = 1 << 16, 1<<16 + 100
	pixels, signed, bytes := Pixels(n), Signed(n), Bytes(n)
	assert.Equal(t, pixels, Pixels(n))
	assert.Equal(t, pixels[:n-period], pixels[period:])
	for i, v := range pixels[:1000] {
		assert.True(t, 0 <= v && v < 1)
		assert.Equal(t, 2*v-1, signed[i])
		assert.Equal(t, uint8(256*v), bytes[i])
	}
}

func TestLabels(t *testing.T) {
	seen := map[int]bool{}
	for _, label := range Labels(1000, Classes) {
		assert.True(t, 0 <= label && label < Classes)
		seen[label] = true
	}
	assert.Len(t, seen, Classes)
}

// The time is that of a call and not of a pass, and the rate is that of the work.
func TestMeasure(t *testing.T) {
	duration := flag.Lookup("test.benchtime").Value
	defer duration.Set(duration.String())
	require.NoError(t, duration.Set("1000x"))
	of := func(w Work) testing.BenchmarkResult {
		return testing.Benchmark(func(b *testing.B) { measure(b, w, func() {}) })
	}
	r := of(Work{Calls: 4, Flops: 10})
	assert.InEpsilon(t, 10, r.Extra["GFLOP/s"]*r.Extra["ns/op"], 1e-9)
	assert.InEpsilon(t, float64(r.T.Nanoseconds())/float64(4*r.N), r.Extra["ns/op"], 1e-9)
	r = of(Work{Calls: 1, Bytes: 8})
	assert.InEpsilon(t, 8, r.Extra["GB/s"]*r.Extra["ns/op"], 1e-9)
	assert.NotContains(t, r.Extra, "GFLOP/s")
}

// Processor time is reported if asked. A benchmark that sleeps uses little.
func TestCPUTime(t *testing.T) {
	if _, ok := processorTime(); !ok {
		t.Skip("the system does not say")
	}
	duration := flag.Lookup("test.benchtime").Value
	defer duration.Set(duration.String())
	require.NoError(t, duration.Set("10x"))
	of := func() testing.BenchmarkResult {
		return testing.Benchmark(func(b *testing.B) { measure(b, Work{Calls: 2}, func() { time.Sleep(5 * time.Millisecond) }) })
	}
	assert.NotContains(t, of().Extra, "cpu-ns/op")
	t.Setenv(CPUTimeVariable, "1")
	r := of()
	require.Contains(t, r.Extra, "cpu-ns/op")
	assert.Less(t, r.Extra["cpu-ns/op"], r.Extra["ns/op"])
}
