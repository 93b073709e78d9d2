package classifier_test

import (
	"cmp"
	"context"
	"math"
	"math/rand/v2"
	"runtime/debug"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/internal/cpu"
	"github.com/seed842bec00/argmax/internal/race"
	"github.com/seed842bec00/argmax/kernels"
)

// randomModel has weights from −4 to 4 in steps of ½, so that scores are equal now and
// then, and a calibration of each class.
func randomModel(t testing.TB, classes, features int, link loss.Link) *classifier.Linear {
	r := rand.New(rand.NewPCG(uint64(classes), uint64(features)))
	small := func(n int) []float32 {
		v := make([]float32, n)
		for i := range v {
			v[i] = float32(r.IntN(17)-8) / 2
		}
		return v
	}
	info := classifier.Info{Classes: make([]string, classes), Link: link}
	if link != loss.NoLink {
		info.Calibration = classifier.Calibration{Slope: small(classes), Offset: small(classes)}
	}
	m, err := classifier.NewLinear(kernels.Matrix{Rows: classes, Cols: features, Stride: features, Data: small(classes * features)}, small(classes), info)
	require.NoError(t, err)
	return m
}

// What a batch gives is what a single row gives, from float32 and from bytes, with any
// number of workers, on every instruction set.
func TestBatchesAreSingleRows(t *testing.T) {
	isas := cpu.Available()
	if race.Enabled || testing.Short() {
		isas = isas[:1] // slow
	}
	const n, features, k = 131, 21, 4
	r := rand.New(rand.NewPCG(1, 1))
	bytes := kernels.NewDense[uint8](n, features)
	for i := range bytes.Data {
		bytes.Data[i] = uint8(r.IntN(3))
	}
	floats := kernels.NewMatrix(n, features)
	kernels.Convert(floats, bytes)
	batches := map[string]classifier.Rows{
		"bytes": classifier.Batch[uint8](bytes), "floats": classifier.Batch[float32](floats), "gathered": rowsOf{classifier.Batch[float32](floats)},
	}
	accepted, rejected := 0, 0
	for _, classes := range []int{1, 2, 10, 32, 33, 70} {
		for _, link := range loss.Links {
			m := randomModel(t, classes, features, link)
			demand := classifier.Confidence{Margin: 1.5}
			if link != loss.NoLink {
				demand.Probability = 0.2
			}
			scores, probabilities := kernels.NewMatrix(n, classes), kernels.NewMatrix(n, classes)
			top, predictions, decisions := make([]classifier.Ranked, n*k), make([]int, n), make([]int, n)
			for i := range n {
				x, s, p := floats.Row(i), scores.Row(i), probabilities.Row(i)
				m.Scores(s, x)
				haveProbabilities := m.Probabilities(p, x) == nil
				assert.Equal(t, link != loss.NoLink, haveProbabilities)
				count := m.TopK(top[i*k:][:k], x)
				predictions[i] = m.Predict(x)
				var err error
				decisions[i], err = m.Decide(x, demand)
				require.NoError(t, err)

				// By their definitions.
				order := make([]int, classes)
				for j := range order {
					order[j] = j
				}
				slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(s[b], s[a]) })
				require.Equal(t, order[0], predictions[i])
				require.Equal(t, min(k, classes), count)
				for j, c := range top[i*k:][:k] {
					if j >= count {
						require.Equal(t, -1, c.Class)
						continue
					}
					require.Equal(t, order[j], c.Class)
					require.Equal(t, s[c.Class], c.Score)
					require.True(t, haveProbabilities && c.Probability == p[c.Class] || !haveProbabilities && c.Probability != c.Probability)
				}
				confident := classes == 1 || s[order[0]]-s[order[1]] >= demand.Margin
				if confident = confident && (!haveProbabilities || p[order[0]] >= demand.Probability); confident {
					accepted++
					require.Equal(t, order[0], decisions[i])
				} else {
					rejected++
					require.Equal(t, -1, decisions[i])
				}

				b := m.Bytes()
				require.Equal(t, predictions[i], b.Predict(bytes.Row(i)))
				again, ranked := make([]float32, classes), make([]classifier.Ranked, k)
				b.Scores(again, bytes.Row(i))
				require.Equal(t, s, again)
				require.Equal(t, haveProbabilities, b.Probabilities(again, bytes.Row(i)) == nil)
				if haveProbabilities {
					require.Equal(t, p, again)
				}
				require.Equal(t, count, b.TopK(ranked, bytes.Row(i)))
				require.True(t, slices.EqualFunc(top[i*k:][:k], ranked, sameRank))
				decision, err := b.Decide(bytes.Row(i), demand)
				require.NoError(t, err)
				require.Equal(t, decisions[i], decision)
			}
			for _, isa := range isas {
				restore := cpu.Use(isa)
				for kind, rows := range batches {
					for _, workers := range []int{1, 3} {
						ctx := context.Background()
						s, p := kernels.NewMatrix(n, classes), kernels.NewMatrix(n, classes)
						ranked, predicted, decided := make([]classifier.Ranked, n*k), make([]int, n), make([]int, n)
						require.NoError(t, m.ScoresAll(ctx, s, rows, workers))
						require.Equal(t, scores, s, "%s, %v", kind, isa)
						if link == loss.NoLink {
							require.ErrorIs(t, m.ProbabilitiesAll(ctx, p, rows, workers), classifier.ErrNoProbabilities)
						} else {
							require.NoError(t, m.ProbabilitiesAll(ctx, p, rows, workers))
							require.Equal(t, probabilities, p, "%s, %v", kind, isa)
						}
						require.NoError(t, m.TopKAll(ctx, ranked, rows, k, workers))
						require.True(t, slices.EqualFunc(top, ranked, sameRank), "%s, %v", kind, isa)
						require.NoError(t, m.PredictAll(ctx, predicted, rows, workers))
						require.Equal(t, predictions, predicted)
						require.NoError(t, m.DecideAll(ctx, decided, rows, demand, workers))
						require.Equal(t, decisions, decided)
					}
				}
				restore()
			}
		}
	}
	assert.Greater(t, accepted, 100)
	assert.Greater(t, rejected, 100)
}

// rowsOf are rows that can only be gathered.
type rowsOf struct{ classifier.Rows }

func sameRank(a, b classifier.Ranked) bool {
	same := func(x, y float32) bool { return x == y || x != x && y != y }
	return a.Class == b.Class && same(a.Score, b.Score) && same(a.Probability, b.Probability)
}

func TestScoresThatAreNaN(t *testing.T) {
	nan := float32(math.NaN())
	inf := float32(math.Inf(1))
	for _, c := range []struct {
		bias  []float32
		order []int
	}{
		{[]float32{nan, nan, nan}, nil},
		{[]float32{nan, -inf, nan}, []int{1}},
		{[]float32{nan, -inf, -3}, []int{2, 1}},
		{[]float32{-2, -1, inf}, []int{2, 1, 0}},
		{[]float32{-1, float32(math.Copysign(0, -1)), 0}, []int{1, 2, 0}}, // zeros are equal
		{[]float32{0, float32(math.Copysign(0, -1)), 0}, []int{0, 1, 2}},
	} {
		m, err := classifier.NewLinear(kernels.NewMatrix(3, 1), c.bias, animal)
		require.NoError(t, err)
		x, top := []float32{0}, make([]classifier.Ranked, 3)
		want := append(slices.Clone(c.order), -1)[0]
		assert.Equal(t, want, m.Predict(x), "%v", c.bias)
		class, err := m.Decide(x, classifier.Confidence{})
		require.NoError(t, err)
		assert.Equal(t, want, class, "%v", c.bias)
		n := m.TopK(top, x)
		var got []int
		for _, r := range top[:n] {
			got = append(got, r.Class)
			assert.Equal(t, c.bias[r.Class], r.Score)
		}
		assert.Equal(t, c.order, got, "%v", c.bias)
		for _, r := range top[n:] {
			assert.Equal(t, -1, r.Class)
			assert.True(t, r.Score != r.Score && r.Probability != r.Probability)
		}
		if len(c.order) < 3 {
			class, err := m.Decide(x, classifier.Confidence{Margin: 1e-9})
			require.NoError(t, err)
			assert.Equal(t, -1, class, "%v: a margin to a score that is NaN", c.bias)
		}
	}
}

func TestInferenceThatDoesNotFit(t *testing.T) {
	m, ctx := randomModel(t, 3, 4, loss.NoLink), context.Background()
	rows := classifier.Batch[float32](kernels.NewMatrix(2, 4))
	_, err := m.Decide(make([]float32, 4), classifier.Confidence{Probability: 0.5})
	assert.ErrorIs(t, err, classifier.ErrNoProbabilities)
	assert.ErrorIs(t, m.DecideAll(ctx, make([]int, 2), rows, classifier.Confidence{Probability: 0.5}, 1), classifier.ErrNoProbabilities)
	short := classifier.Batch[float32](kernels.NewMatrix(2, 3))
	for _, err := range []error{
		m.ScoresAll(ctx, kernels.NewMatrix(2, 3), short, 1), m.TopKAll(ctx, make([]classifier.Ranked, 2), short, 1, 1),
		m.DecideAll(ctx, make([]int, 2), short, classifier.Confidence{}, 1),
	} {
		assert.EqualError(t, err, "classifier: rows of 3 features, the model has 4")
	}
	for message, call := range map[string]func(){
		"classifier: Predict: x has 3 elements, the model has 4 features": func() { m.Predict(make([]float32, 3)) },
		"classifier: ScoresAll: dst is 2×4, want 2×3":                     func() { _ = m.ScoresAll(ctx, kernels.NewMatrix(2, 4), rows, 1) },
		"classifier: ScoresAll: dst is 3×3, want 2×3":                     func() { _ = m.ScoresAll(ctx, kernels.NewMatrix(3, 3), rows, 1) },
		"classifier: ScoresAll: dst: kernels: matrix of 2×3 has stride 2": func() {
			_ = m.ScoresAll(ctx, kernels.Matrix{Rows: 2, Cols: 3, Stride: 2, Data: make([]float32, 9)}, rows, 1)
		},
		"classifier: TopKAll: 3 elements for 2 of each of 2 rows":  func() { _ = m.TopKAll(ctx, make([]classifier.Ranked, 3), rows, 2, 1) },
		"classifier: TopKAll: 0 elements for -1 of each of 2 rows": func() { _ = m.TopKAll(ctx, nil, rows, -1, 1) },
		"classifier: DecideAll: 1 decisions for 2 rows":            func() { _ = m.DecideAll(ctx, make([]int, 1), rows, classifier.Confidence{}, 1) },
	} {
		assert.PanicsWithValue(t, message, call)
	}
	for _, call := range []func(){
		func() { m.TopK(nil, make([]float32, 3)) }, func() { _, _ = m.Decide(make([]float32, 5), classifier.Confidence{}) },
		func() { m.Bytes().Predict(make([]uint8, 3)) }, func() { m.Bytes().Scores(make([]float32, 3), make([]uint8, 5)) },
	} {
		assert.Panics(t, call)
	}
}

func TestBatchesStopWhenCancelled(t *testing.T) {
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	m := randomModel(t, 3, 4, loss.SoftmaxLink)
	rows := classifier.Batch[float32](kernels.NewMatrix(200, 4))
	for _, err := range []error{
		m.ScoresAll(cancelled, kernels.NewMatrix(200, 3), rows, 1), m.ProbabilitiesAll(cancelled, kernels.NewMatrix(200, 3), rows, 1),
		m.TopKAll(cancelled, make([]classifier.Ranked, 200), rows, 1, 1), m.DecideAll(cancelled, make([]int, 200), rows, classifier.Confidence{}, 1),
	} {
		assert.ErrorIs(t, err, context.Canceled)
	}
}

func TestInferenceAllocatesNothing(t *testing.T) {
	if race.Enabled {
		t.Skip("the race detector makes sync.Pool forget")
	}
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // so does a collection
	for _, classes := range []int{3, 32, 33, 1025} {
		m := randomModel(t, classes, 50, loss.SoftmaxLink)
		x, pixels, p, top := make([]float32, 50), make([]uint8, 50), make([]float32, classes), make([]classifier.Ranked, 5)
		demand := classifier.Confidence{Probability: 0.5, Margin: 1}
		for name, call := range map[string]func(){
			"Predict":             func() { m.Predict(x) },
			"Scores":              func() { m.Scores(p, x) },
			"Probabilities":       func() { _ = m.Probabilities(p, x) },
			"TopK":                func() { m.TopK(top, x) },
			"Decide":              func() { _, _ = m.Decide(x, demand) },
			"Bytes.Predict":       func() { m.Bytes().Predict(pixels) },
			"Bytes.Scores":        func() { m.Bytes().Scores(p, pixels) },
			"Bytes.Probabilities": func() { _ = m.Bytes().Probabilities(p, pixels) },
			"Bytes.TopK":          func() { m.Bytes().TopK(top, pixels) },
			"Bytes.Decide":        func() { _, _ = m.Bytes().Decide(pixels, demand) },
			"Classes":             func() { m.Classes() },
		} {
			assert.Zero(t, testing.AllocsPerRun(50, call), "%s, %d classes", name, classes)
		}
	}
}
