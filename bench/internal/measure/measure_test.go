package measure

import (
	"bytes"
	"context"
	"errors"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/bench/internal/meter"
	"github.com/seed842bec00/argmax/bench/internal/results"
)

// fixed is an entrant that claims to take a fixed time for a pass of two calls.
func fixed(name, isa string, pass time.Duration, ran *int) Entrant {
	return Entrant{Name: name, ISA: isa, Run: func(_ context.Context, passes int) (Sample, error) {
		*ran++
		return Sample{2 * passes, pass * time.Duration(passes), []results.Value{{Number: 0.25, Unit: "objective"}}}, nil
	}}
}

func measured(t *testing.T, c *Contest, deadline time.Time) *results.Contest {
	t.Helper()
	var b bytes.Buffer
	r := Runner{W: results.NewWriter(&b), Deadline: deadline}
	require.NoError(t, r.Run(t.Context(), c, time.Minute))
	f, err := results.Read(&b, "raw")
	require.NoError(t, err)
	require.Len(t, f.Contests, 1)
	return f.Contests[0]
}

func TestRun(t *testing.T) {
	var ours, rivals, slow, closed int
	c := &Contest{
		Op: "Fit", Keys: "task=softmax", Threads: 2, Work: "flops=8", Tolerance: "equal", Champion: 1,
		Entrants: []Entrant{fixed("gonum", "", 6*time.Microsecond, &rivals), fixed("argmax", "avx2", 2*time.Microsecond, &ours), fixed("saga", "", time.Second, &slow)},
		Close:    func() { closed++ },
	}
	c.Entrants[2].Slow = true
	c.Entrants[2].Curve = func(context.Context) ([]Point, error) { return []Point{{0.5, 2}, {1, 1}}, nil }
	got := measured(t, c, time.Time{})
	assert.Equal(t, "Fit/task=softmax/threads=2", got.Name())
	assert.Equal(t, "equal", got.Tolerance)
	assert.Equal(t, 8., got.Amount("flops"))
	assert.Equal(t, 1, closed)
	assert.Equal(t, 2+rounds, rivals, "two to plan")
	assert.Equal(t, 2+2*rounds, ours, "twice a round")
	assert.Equal(t, 1+fewest, slow, "one to plan")
	assert.Equal(t, "argmax-avx2", got.Champion().Label())
	assert.InDelta(t, 1e-6, got.Champion().Median(results.Time), 1e-12)
	assert.InDelta(t, 3, got.Ratio(got.Entrant("gonum"), results.Time).Center, 1e-9)
	assert.Equal(t, results.Won, got.Verdict(got.Entrant("saga"), results.Time))
	assert.Equal(t, 0.25, got.Entrant("saga").Median("objective"))
	require.Len(t, got.Entrant("saga").Curve, 2)
	objective, _ := got.Entrant("saga").Curve[1].Of("objective")
	assert.Equal(t, 1., objective)
}

// A contest that meets noise is measured again while there is time, and then marked.
func TestNoise(t *testing.T) {
	ran := 0
	noisy := Entrant{Name: "argmax", Run: func(context.Context, int) (Sample, error) {
		ran++
		return Sample{1, time.Duration(1+ran%2) * time.Microsecond, nil}, nil
	}}
	for deadline, want := range map[time.Time]int{time.Now().Add(time.Hour): attempts, time.Now(): 1} {
		got := measured(t, &Contest{Op: "Dot", Threads: 1, Entrants: []Entrant{noisy}}, deadline)
		assert.Equal(t, want, got.Attempt)
		assert.NotEmpty(t, got.Disturbed)
	}
}

func TestDisturbance(t *testing.T) {
	still := meter.Slowdown{Arithmetic: 1, Memory: 1.05}
	assert.Equal(t, "no", disturbance(still, still, 1.02))
	assert.Equal(t, "arithmetic took 1.30 times as long", disturbance(still, meter.Slowdown{Arithmetic: 1.3, Memory: 1}, 1))
	assert.Equal(t, "reading memory took 2.00 times as long", disturbance(meter.Slowdown{Arithmetic: 1, Memory: 2}, still, 1))
	assert.Equal(t, "the same code differed 1.20 times from itself", disturbance(still, still, 1.2))
}

func TestEntrantsMustAgree(t *testing.T) {
	ran := 0
	c := &Contest{Op: "Dot", Keys: "n=8", Threads: 1, Entrants: []Entrant{fixed("argmax", "", 1, &ran)}, Check: func() error { return errors.New("vek: element 3") }}
	r := Runner{W: results.NewWriter(&bytes.Buffer{})}
	assert.EqualError(t, r.Run(t.Context(), c, time.Millisecond), "Dot/n=8/threads=1: the entrants do not agree: vek: element 3")
	assert.Zero(t, ran, "nothing is timed")
}

func TestPasses(t *testing.T) {
	passes := 0
	run := Passes(4, func() error { passes++; return nil }, func(ns float64) []results.Value { return []results.Value{{Number: ns, Unit: "x"}} })
	s, err := run(t.Context(), 3)
	require.NoError(t, err)
	assert.Equal(t, 3, passes)
	assert.Equal(t, 12, s.Calls)
	assert.InDelta(t, float64(s.Elapsed)/12, s.Values[0].Number, 1e-9)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = run(ctx, 1)
	assert.ErrorIs(t, err, context.Canceled)
	_, err = Passes(1, func() error { return errors.New("gone") }, nil)(t.Context(), 1)
	assert.EqualError(t, err, "gone")
}

// A contest that is judged by another unit is disturbed by noise in that, and says so.
func TestUnit(t *testing.T) {
	ran := 0
	e := Entrant{Name: "argmax", Run: func(context.Context, int) (Sample, error) {
		ran++
		return Sample{1, time.Microsecond, []results.Value{{Number: float64(100 * (1 + ran%2)), Unit: "p99-ns"}}}, nil
	}}
	got := measured(t, &Contest{Op: "Latency", Threads: 1, Unit: "p99-ns", Entrants: []Entrant{e}}, time.Now())
	assert.Equal(t, "p99-sec", got.Unit)
	assert.NotEmpty(t, got.Disturbed)
	assert.InDelta(t, 1, math.Abs(math.Log2(got.Noise(got.Unit).Center)), 1e-9)
}
