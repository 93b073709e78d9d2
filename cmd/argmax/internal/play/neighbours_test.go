package play

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/kernels"
)

func askNeighbours(t *testing.T, q neighboursRequest) neighboursAnswer {
	t.Helper()
	a, err := newServer(Config{}).neighbours(t.Context(), &q)
	require.NoError(t, err)
	return a
}

// The picture shows what the neighbours of each pixel vote for, and where they are at
// odds.
func TestRegionsAreVotes(t *testing.T) {
	const side = 25
	places := pixels(side)
	lattice := Points{} // whose pixels have many neighbours at the same distance, and none twice
	for i := range 49 {
		lattice.add(float64(i%7-3)/2, float64(i/7-3)/2, i*i%3)
	}
	twice := Points{} // points at the same place, of different classes
	for i := range 30 {
		twice.add(float64(i/2%5)-2, float64(i/2/5)-1, i%2)
	}
	away := Points{X: []float32{0, 0, 1e6, -1e6, 1e6, 1e-30}, Y: []float32{0, -1, 1e6, 0, 999999, 0}, Labels: []int{0, 1, 2, 1, 0, 2}, Classes: 3}
	for name, p := range map[string]Points{"overlap": Examples()[1].Points, "spiral": Examples()[3].Points, "lattice": lattice, "twice": twice, "away": away} {
		for metricName, metric := range metrics {
			for _, k := range []int{1, 2, 5, 16, 50} {
				a := askNeighbours(t, neighboursRequest{Points: p, K: k, Metric: metricName, Side: side})
				m, err := classifier.NewKNN(p.table(), classifier.KNNConfig{K: k, Metric: metric})
				require.NoError(t, err)
				classes, shares := make([]int, side*side), kernels.NewMatrix(side*side, p.Classes)
				require.NoError(t, m.PredictAll(t.Context(), classes, classifier.Batch[float32](places), 0))
				require.NoError(t, m.ProbabilitiesAll(t.Context(), shares, classifier.Batch[float32](places), 0))
				ties := 0
				for i, got := range a.Regions {
					most := slices.Max(shares.Row(i))
					want := classes[i]
					if winners := slices.DeleteFunc(slices.Clone(shares.Row(i)), func(s float32) bool { return s < most }); len(winners) > 1 {
						want |= tied
						ties++
					}
					require.Equal(t, want, int(got), "%s, %s, k %d: at %v", name, metricName, k, places.Row(i))
				}
				assert.Equal(t, ties, a.Ties)
			}
		}
	}
}

func TestQuery(t *testing.T) {
	p := Points{X: []float32{0, 1, 0, -2}, Y: []float32{0, 0, 1, 0}, Labels: []int{2, 1, 1, 0}, Classes: 3}
	a := askNeighbours(t, neighboursRequest{Points: p, K: 2, Metric: "l2", Query: [2]float32{0.25, 0}})
	assert.Equal(t, vote{Class: 2, Tied: true, Shares: []float32{0, 0.5, 0.5}, Neighbours: []neighbour{{0, 0.0625}, {1, 0.5625}}}, a.Query)
	a = askNeighbours(t, neighboursRequest{Points: p, K: 3, Metric: "l1", Query: [2]float32{0.25, 0}})
	assert.Equal(t, 1, a.Query.Class)
	assert.False(t, a.Query.Tied)
	assert.Equal(t, []neighbour{{0, 0.25}, {1, 0.75}, {2, 1.25}}, a.Query.Neighbours)
	assert.Empty(t, a.Regions)
	a = askNeighbours(t, neighboursRequest{Points: p, K: 9, Metric: "linf"})
	assert.Len(t, a.Query.Neighbours, 4, "all points")
}

func TestLeaveOneOut(t *testing.T) {
	p := Points{X: []float32{0, 0.1, 0.2, 5, 5.1, 2}, Y: make([]float32, 6), Labels: []int{0, 0, 0, 1, 1, 1}, Classes: 2}
	assert.Equal(t, 5, askNeighbours(t, neighboursRequest{Points: p, K: 1, Metric: "l2"}).Correct)
}

// The page asks again at each move of a pointer: ten times a second, with 500 points, on two
// cores.
func BenchmarkRegions(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	var p Points
	for i := range 500 {
		label := i % 3
		p.add(float64(label-1)+0.6*r.NormFloat64(), float64(label%2)+0.6*r.NormFloat64(), label)
	}
	s := newServer(Config{})
	for _, metric := range []string{"l2", "l1", "linf", "cosine"} {
		for _, k := range []int{1, 5, 15, 50} {
			b.Run(fmt.Sprintf("metric=%s/k=%d", metric, k), func(b *testing.B) {
				for b.Loop() {
					_, err := s.neighbours(b.Context(), &neighboursRequest{Points: p, K: k, Metric: metric, Side: 200})
					require.NoError(b, err)
				}
			})
		}
	}
}
