package suite

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/blas/blas32"

	"github.com/seed842bec00/argmax/bench/internal/meter"
	"github.com/seed842bec00/argmax/internal/workload"
	"github.com/seed842bec00/argmax/kernels"
)

// A matrix converts to gonum's.
var _ = blas32.General(kernels.Matrix{})

// A benchmark compares the same work: the results of all entrants agree with float64
// within the bound for rounding errors, before a pass and, where that is quick, after it.
func TestEntrantsAgree(t *testing.T) {
	for _, op := range Operations() {
		for _, c := range op.Contests() {
			require.Equal(t, op.Name, c.Op)
			large := c.Work.Loads > 1<<24
			if large && testing.Short() {
				continue
			}
			for _, e := range c.Entrants {
				end := e.Start()
				agree(t, c, e)
				e.Pass()
				if !large {
					agree(t, c, e)
				}
				end()
			}
		}
	}
}

func agree(t *testing.T, c Contest, e Entrant) {
	t.Helper()
	values, got := c.exact(), e.result()
	require.Len(t, got, len(values))
	for i, v := range values {
		if !(math.Abs(float64(got[i])-v.want) <= v.bound) { // NaN does not agree
			t.Errorf("%s/%s, %s: element %d is %v, want %v ± %.2g", c.Op, c.Name(), e.Name, i, got[i], v.want, v.bound)
			return
		}
	}
}

// No two entrants have the same name.
func TestNamesAreUnique(t *testing.T) {
	seen := map[string]bool{}
	for _, op := range Operations() {
		for _, c := range op.Contests() {
			for _, e := range c.Entrants {
				name := c.Op + "/" + c.Name() + "/" + e.Name
				assert.False(t, seen[name], name)
				seen[name] = true
			}
		}
	}
}

func TestFit(t *testing.T) {
	for _, n := range workload.Lengths {
		for _, data := range []meter.Level{meter.L1, meter.L2} {
			bytes := 4 * n * (fit(n, data) + 1)
			assert.LessOrEqual(t, bytes, data.Bytes(), "n=%d %v", n, data)
			if data == meter.L2 {
				assert.Greater(t, bytes, meter.L1.Bytes(), "n=%d", n)
			}
		}
	}
}

func TestFastest(t *testing.T) {
	l := meter.Limits{FMA: 2}
	l.Read[meter.L1], l.Read[meter.L2] = 8, 4
	for _, c := range []struct {
		work Work
		data meter.Level
		want float64
	}{
		{Work{Flops: 10}, meter.L1, 5},
		{Work{Flops: 10, Loads: 80, Far: 40}, meter.L1, 10},
		{Work{Flops: 10, Loads: 80, Far: 60}, meter.L2, 15},
	} {
		assert.Equal(t, c.want, c.work.Fastest(l, c.data))
	}
}
