package classifier_test

import (
	"context"
	"math"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/index"
	"github.com/seed842bec00/argmax/kernels"
)

// line is examples at places on a line.
func line(places []float32, labels []int, classes ...string) *classifier.Table {
	return &classifier.Table{X: kernels.Matrix{Rows: len(places), Cols: 1, Stride: 1, Data: places}, Y: labels, Names: classes}
}

func TestKNNVotes(t *testing.T) {
	ex := line([]float32{0, 1, 2, 3, 10}, []int{1, 0, 0, 1, 1}, "a", "b")
	for _, c := range []struct {
		k     int
		x     float32
		class int
		why   string
	}{
		{1, 0.2, 1, "the nearest"},
		{3, 0.2, 0, "two of three"},
		{5, 0.2, 1, "all: three of five"},
		{99, 0.2, 1, "more than there are: all"},
		{2, 0.5, 0, "one vote each, equally near: the lowest class"},
		{2, 0.4, 1, "one vote each: the nearer, not the lowest class"},
		{4, 1.6, 0, "two votes each: the class of the nearest"},
		{1, 0.5, 1, "equally near: the lower row"},
		{1, 1e30, 1, "equal after rounding: the lower row"},
	} {
		for _, metric := range []classifier.Metric{classifier.L2, classifier.L1, classifier.LInf} { // the same on a line
			m, err := classifier.NewKNN(ex, classifier.KNNConfig{K: c.k, Metric: metric})
			require.NoError(t, err)
			assert.Equal(t, c.class, m.Predict([]float32{c.x}), "%v, k=%d, x=%v: %s", metric, c.k, c.x, c.why)
		}
	}
}

func TestKNNWithoutNeighbours(t *testing.T) {
	m, err := classifier.NewKNN(line([]float32{1}, []int{0}, "a"), classifier.KNNConfig{})
	require.NoError(t, err)
	assert.Equal(t, -1, m.Predict([]float32{float32(math.NaN())}))
	assert.Equal(t, []string{"a"}, m.Classes())
}

func TestMetricsDiffer(t *testing.T) {
	ex := &classifier.Table{
		X: kernels.Matrix{Rows: 5, Cols: 2, Stride: 2, Data: []float32{
			3, 0,
			2, 2,
			-2.5, -1.75,
			0, 8,
			0.25, 10,
		}},
		Y:     []int{0, 1, 2, 3, 4},
		Names: []string{"along one axis", "between", "behind", "upwards", "farther upwards"},
	}
	for metric, want := range map[classifier.Metric][2]classifier.Neighbour{ // of 0, 0.5 and of 0, 20
		classifier.L1:           {{0, 3.5, 0, "along one axis"}, {4, 10.25, 4, "farther upwards"}},
		classifier.L2:           {{1, 6.25, 1, "between"}, {4, 100.0625, 4, "farther upwards"}},
		classifier.LInf:         {{1, 2, 1, "between"}, {4, 10, 4, "farther upwards"}},
		classifier.InnerProduct: {{4, -5, 4, "farther upwards"}, {4, -200, 4, "farther upwards"}},
		classifier.Cosine:       {{3, 0, 3, "upwards"}, {3, 0, 3, "upwards"}},
	} {
		m, err := classifier.NewKNN(ex, classifier.KNNConfig{Metric: metric})
		require.NoError(t, err)
		for i, q := range [][]float32{{0, 0.5}, {0, 20}} {
			nearest := make([]classifier.Neighbour, 1)
			require.Equal(t, 1, m.Neighbours(nearest, q))
			assert.Equal(t, want[i], nearest[0], "%v of %v", metric, q)
			assert.Equal(t, want[i].Row, m.Predict(q), "%v of %v", metric, q)
		}
	}
}

// Distances of bytes are integers, which float32 could not tell apart: two images
// of white pixels, one of them a grey level darker in the last pixel.
func TestKNNOfBytesIsExact(t *testing.T) {
	const pixels = 100_000
	base := &classifier.Labelled[uint8]{X: kernels.NewDense[uint8](2, pixels), Y: []int{0, 1}, Names: []string{"nearly white", "white"}}
	for i := range base.X.Data {
		base.X.Data[i] = 255
	}
	base.X.Row(0)[pixels-1] = 254
	black := make([]float32, pixels)
	for _, metric := range []classifier.Metric{classifier.L2, classifier.L1} {
		m, err := classifier.NewKNN(base, classifier.KNNConfig{Metric: metric})
		require.NoError(t, err)
		assert.Equal(t, 0, m.Predict(black), metric)
		nearest := make([]classifier.Neighbour, 2)
		require.Equal(t, 2, m.Neighbours(nearest, black))
		assert.Equal(t, 0, nearest[0].Row, metric)
		predicted := make([]int, 1)
		query := classifier.Batch[float32]{Rows: 1, Cols: pixels, Stride: pixels, Data: black}
		require.NoError(t, m.PredictAll(context.Background(), predicted, query, 1))
		assert.Equal(t, []int{0}, predicted, metric)
	}
}

// Queries that are no bytes are compared as float32, alone and among others.
func TestKNNOfBytesTakesAnyQuery(t *testing.T) {
	ex, queries := blobs(200, 7, 3), blobs(80, 7, 3)
	nan := float32(math.NaN())
	for name, change := range map[string]func(i int, x []float32){
		"fractions":             func(i int, x []float32) { x[i%7] += 0.25 },
		"fractions among bytes": func(i int, x []float32) { x[i%7] += 0.25 * float32(i%2) },
		"negative":              func(i int, x []float32) { x[i%7] = -3 },
		"more than bytes":       func(i int, x []float32) { x[i%7] = 256 },
		"NaN among bytes, once in 10": func(i int, x []float32) {
			if i%10 == 0 {
				x[0] = nan
			}
		},
	} {
		q := &classifier.Table{X: kernels.NewMatrix(80, 7), Y: queries.Y, Names: queries.Names}
		kernels.Convert(q.X, queries.X)
		for i := range 80 {
			change(i, q.X.Row(i))
		}
		for metric := classifier.L2; metric <= classifier.Cosine; metric++ {
			ofBytes, err := classifier.NewKNN(bytesOf(ex), classifier.KNNConfig{K: 3, Metric: metric})
			require.NoError(t, err)
			ofFloats, err := classifier.NewKNN(ex, classifier.KNNConfig{K: 3, Metric: metric})
			require.NoError(t, err)
			for _, workers := range []int{1, 2, 7} {
				got := make([]int, 80)
				require.NoError(t, ofBytes.PredictAll(context.Background(), got, q, workers))
				for i, p := range got {
					require.Equal(t, ofFloats.Predict(q.X.Row(i)), p, "%s: %v", name, metric)
					require.Equal(t, ofBytes.Predict(q.X.Row(i)), p, "%s: %v", name, metric)
				}
			}
		}
	}
}

func TestKNNKeepsExamplesInPlace(t *testing.T) {
	ex := bytesOf(blobs(50, 4, 2))
	m, err := classifier.NewKNN(ex, classifier.KNNConfig{})
	require.NoError(t, err)
	ex.Y[0] = 99 // the labels are copied, and stay in range
	nearest := make([]classifier.Neighbour, 1)
	m.Neighbours(nearest, []float32{200, 200, 200, 200})
	copy(ex.X.Row(7), []uint8{200, 200, 200, 200})
	m.Neighbours(nearest, []float32{200, 200, 200, 200})
	assert.Equal(t, 7, nearest[0].Row, "the rows are those of the caller")
	assert.Zero(t, nearest[0].Distance)
	assert.NotPanics(t, func() { m.Predict([]float32{1, 2, 3, 4}) })
}

func TestPredictEachReportsProgress(t *testing.T) {
	ex := blobs(700, 4, 3)
	m, err := classifier.NewKNN(ex, classifier.KNNConfig{K: 2})
	require.NoError(t, err)
	for _, workers := range []int{1, 2, manyWorkers} {
		var done []int
		require.NoError(t, m.PredictEach(context.Background(), [][]int{make([]int, 700)}, ex, []int{2}, workers,
			func(n int) { done = append(done, n) }))
		assert.IsIncreasing(t, append([]int{0}, done...))
		assert.Equal(t, 700, done[len(done)-1])
	}
	assert.PanicsWithValue(t, "classifier: PredictEach: 1 slices of predictions for 2 numbers of neighbours",
		func() { _ = m.PredictEach(context.Background(), [][]int{make([]int, 700)}, ex, []int{1, 2}, 1, nil) })
	assert.PanicsWithValue(t, "classifier: a query of 3 features, the examples have 4", func() {
		m, err := classifier.NewKNN(bytesOf(ex), classifier.KNNConfig{})
		require.NoError(t, err)
		m.Predict(make([]float32, 3))
	})
}

func TestPredictEachIsOnePassForSeveralK(t *testing.T) {
	base, queries := blobs(60, 5, 3), blobs(40, 5, 3)
	ks := []int{3, 1, 500}
	each := [][]int{make([]int, 40), make([]int, 40), make([]int, 40)}
	m, err := classifier.NewKNN(base, classifier.KNNConfig{})
	require.NoError(t, err)
	require.NoError(t, m.PredictEach(context.Background(), each, queries, ks, 2, nil))
	for i, k := range ks {
		alone, err := classifier.NewKNN(base, classifier.KNNConfig{K: k})
		require.NoError(t, err)
		want := make([]int, 40)
		require.NoError(t, alone.PredictAll(context.Background(), want, queries, 1))
		assert.Equal(t, want, each[i], "k=%d", k)
	}
	assert.EqualError(t, m.PredictEach(context.Background(), each[:1], queries, []int{0}, 1, nil), "classifier: 0 neighbours")
}

func TestNewKNNRefuses(t *testing.T) {
	_, err := classifier.NewKNN(line([]float32{1, float32(math.Inf(1))}, []int{0, 0}, "a"), classifier.KNNConfig{})
	assert.EqualError(t, err, "classifier: row 1: feature 0 is +Inf")
	_, err = classifier.NewKNN(line([]float32{1}, []int{0}, "a"), classifier.KNNConfig{K: -1})
	assert.EqualError(t, err, "classifier: -1 neighbours")
	_, err = classifier.NewKNN(line([]float32{1}, []int{0}, "a"), classifier.KNNConfig{Metric: 7})
	assert.EqualError(t, err, "classifier: unknown metric Metric(7)")
}

// The order is the true one where float32 overflows, underflows or cancels.
func TestKNNIsExact(t *testing.T) {
	for _, c := range []struct {
		metric  classifier.Metric
		base, q []float32
		nearest int
	}{
		{classifier.L2, []float32{1e20, 2e19, 1e20, 1e19}, []float32{0, 0}, 1},
		{classifier.L2, []float32{3e-40, 0, 0, 3e-40}, []float32{0, 2.9e-40}, 1},
		{classifier.Cosine, []float32{3e19, 0, 0, 3e19}, []float32{0, 2.9e19}, 1},
		{classifier.Cosine, []float32{10000, 10001, 10001, 10000, 10001, 10001}, []float32{10001, 10001}, 2},
		{classifier.InnerProduct, []float32{1e38, 1e38, 3e38, 3e38}, []float32{1e38, 1e38}, 1},
	} {
		n := len(c.base) / 2
		table := &classifier.Table{X: kernels.Matrix{Rows: n, Cols: 2, Stride: 2, Data: c.base}, Y: []int{0, 1, 2}[:n], Names: []string{"a", "b", "c"}[:n]}
		m, err := classifier.NewKNN(table, classifier.KNNConfig{Metric: c.metric})
		require.NoError(t, err)
		assert.Equal(t, c.nearest, m.Predict(c.q), "%v of %v and %v", c.metric, c.base, c.q)
	}
}

// What a model says about itself is in its file.
func TestInformationOfKNN(t *testing.T) {
	ex := &classifier.Table{
		X: kernels.Matrix{Rows: 2, Cols: 4, Stride: 4, Data: []float32{0, 0, 0, 0, 1, 1, 1, 1}}, Y: []int{0, 1}, Names: []string{"a", "b"},
	}
	m, err := classifier.NewKNN(ex, classifier.KNNConfig{})
	require.NoError(t, err)
	info := m.Info()
	assert.Equal(t, classifier.Info{Classes: []string{"a", "b"}}, info)
	assert.Equal(t, []int{0, 1}, []int{m.Label(0), m.Label(1)})

	info.Shape, info.Notes = classifier.Shape{Height: 2, Width: 2, Channels: 1}, map[string]string{"data": "squares"}
	described, err := m.With(info)
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "squares")
	require.NoError(t, described.WriteFile(path))
	back, err := classifier.OpenKNN(path, index.OpenOptions{})
	require.NoError(t, err)
	defer back.Close()
	assert.Equal(t, info, back.Info())
	assert.Empty(t, m.Info().Notes)

	info.Shape.Height = 3
	_, err = m.With(info)
	assert.EqualError(t, err, "classifier: images of 3x2x1 for 4 features")
	_, err = m.With(classifier.Info{Classes: []string{"a", "b"}, Link: loss.SoftmaxLink})
	assert.ErrorContains(t, err, "votes are their probabilities")
}
