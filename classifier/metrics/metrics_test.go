package metrics_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/classifier/metrics"
	"github.com/seed842bec00/argmax/kernels"
)

func matrix(cols int, data ...float32) kernels.Matrix {
	return kernels.Matrix{Rows: len(data) / cols, Cols: cols, Stride: cols, Data: data}
}

// Classes in another order are the same classes.
func TestClassesAreMatchedByName(t *testing.T) {
	p := metrics.Predictions{Classes: []string{"cat", "dog", "ship"}, Labels: []int{0, 1, 2, 2}}
	r, err := metrics.Evaluate(p, metrics.Labels{Names: []string{"ship", "dog", "cat"}, Y: []int{2, 1, 0, 1}}, metrics.Options{})
	require.NoError(t, err)
	assert.Equal(t, 0.75, r.Accuracy)
	assert.Equal(t, [][]int{{1, 0, 0}, {0, 1, 1}, {0, 0, 1}}, r.Confusion)
	assert.Equal(t, "ship", r.Classes[2].Name)
}

// Names of classes that no example has say nothing.
func TestClassesWithoutExamplesDoNotMatter(t *testing.T) {
	p := metrics.Predictions{Classes: []string{"0", "1"}, Labels: []int{0, 1}}
	digits := metrics.Labels{Names: strings.Split("0123456789", ""), Y: []int{0, 1}}
	r, err := metrics.Evaluate(p, digits, metrics.Options{})
	require.NoError(t, err)
	assert.Equal(t, 1.0, r.Accuracy)
	assert.Len(t, r.Classes, 2)
}

// A class that the model does not know is named, or counted when asked.
func TestUnknownClasses(t *testing.T) {
	p := metrics.Predictions{
		Classes: []string{"a", "b"}, Labels: []int{0, 1, 1, -1},
		Probabilities: matrix(2, 1, 0, 0.25, 0.75, 0.5, 0.5, 0.5, 0.5),
	}
	truth := metrics.Labels{Names: []string{"é", "b", "a", "x"}, Y: []int{2, 1, 0, 3}}
	_, err := metrics.Evaluate(p, truth, metrics.Options{})
	assert.EqualError(t, err, `metrics: examples of the classes "é", "x", which the model does not know; it knows "a", "b"`)

	r, err := metrics.Evaluate(p, truth, metrics.Options{CountUnknown: true, Top: []int{1, 2}, Areas: true})
	require.NoError(t, err)
	assert.Equal(t, 0.5, r.Accuracy)
	assert.Equal(t, []metrics.TopK{{1, 0.5}, {2, 0.5}}, r.Top)
	assert.Equal(t, [][]int{{1, 0, 0, 0}, {0, 1, 0, 0}, {0, 1, 0, 0}, {0, 0, 0, 0}}, r.Confusion)
	assert.Equal(t, []int{0, 0, 0, 1}, r.Unclassified)
	assert.Equal(t, "é", r.Classes[2].Name)
	assert.InDelta(t, (0-math.Log(0.75)+2*52*math.Ln2)/4, float64(r.LogLoss), 1e-12)
	assert.InDelta(t, (0+0.125+1.5+1.5)/4, float64(r.Brier), 1e-12)
}

func TestEvaluateRefuses(t *testing.T) {
	ab := []string{"a", "b"}
	two := metrics.Labels{Names: ab, Y: []int{0, 1}}
	nan := float32(math.NaN())
	for _, c := range []struct {
		p       metrics.Predictions
		truth   metrics.Labels
		o       metrics.Options
		message string
	}{
		{metrics.Predictions{Classes: ab, Labels: []int{0, 2}}, two, metrics.Options{}, "metrics: row 1: prediction 2, with 2 classes"},
		{metrics.Predictions{Classes: ab, Labels: []int{0, 1}}, metrics.Labels{Names: ab, Y: []int{0, 2}}, metrics.Options{}, "metrics: row 1: label 2, with 2 classes"},
		{metrics.Predictions{Classes: ab, Scores: matrix(2, 0, 1, 1, nan)}, two, metrics.Options{}, `metrics: row 1: the score of "b" is NaN`},
		{metrics.Predictions{Classes: ab, Probabilities: matrix(2, 0, 1, nan, 1)}, two, metrics.Options{}, `metrics: row 1: the probability of "a" is NaN`},
		{metrics.Predictions{Classes: ab, Probabilities: matrix(2, 0, 1, -0.5, 1)}, two, metrics.Options{}, `metrics: row 1: the probability of "a" is -0.5`},
		{metrics.Predictions{Classes: ab, Probabilities: matrix(2, 0.5, 0, 0, 1)}, two, metrics.Options{}, "metrics: row 0: the sum of the probabilities is 0.5"},
		{metrics.Predictions{Classes: []string{"a", "a"}, Labels: []int{0, 1}}, two, metrics.Options{}, `metrics: the model has two classes, 0 and 1, of the name "a"`},
		{metrics.Predictions{Classes: ab, Labels: []int{0, 1}}, metrics.Labels{Names: []string{"a", "a"}, Y: []int{0, 1}}, metrics.Options{}, `metrics: the examples have two classes, 0 and 1, of the name "a"`},
		{metrics.Predictions{Classes: ab, Labels: []int{0, 1}}, two, metrics.Options{Top: []int{0}}, "metrics: top 0, want 1 or more"},
		{metrics.Predictions{Classes: ab, Labels: []int{0, 1}}, two, metrics.Options{Bins: -1}, "metrics: -1 bins"},
		{metrics.Predictions{Classes: ab, Labels: []int{0, 1}}, two, metrics.Options{Confidence: 1}, "metrics: confidence 1, want one between 0 and 1"},
	} {
		_, err := metrics.Evaluate(c.p, c.truth, c.o)
		assert.EqualError(t, err, c.message)
	}
	assert.PanicsWithValue(t, "metrics: Evaluate: 1 predictions for 2 examples", func() {
		_, _ = metrics.Evaluate(metrics.Predictions{Classes: ab, Labels: []int{0}}, two, metrics.Options{})
	})
	assert.PanicsWithValue(t, "metrics: Evaluate: scores of 1 rows and 2 columns for 2 examples and 2 classes", func() {
		_, _ = metrics.Evaluate(metrics.Predictions{Classes: ab, Scores: matrix(2, 0, 1)}, two, metrics.Options{})
	})
	assert.PanicsWithValue(t, "metrics: Evaluate: neither labels, scores nor probabilities", func() {
		_, _ = metrics.Evaluate(metrics.Predictions{Classes: ab}, two, metrics.Options{})
	})
}

// Infinite scores have their place: only NaN has none.
func TestInfiniteScoresAreRanked(t *testing.T) {
	inf := float32(math.Inf(1))
	p := metrics.Predictions{Classes: []string{"a", "b"}, Scores: matrix(2, -inf, inf, 0, -inf, inf, 3)}
	r, err := metrics.Evaluate(p, metrics.Labels{Names: p.Classes, Y: []int{1, 0, 0}}, metrics.Options{Areas: true})
	require.NoError(t, err)
	assert.Equal(t, 1.0, r.Accuracy)
	assert.Equal(t, metrics.Value(1), r.Macro.ROCArea)
	assert.NotEqual(t, r.LogLoss, r.LogLoss, "NaN without probabilities")
}

// Without examples nothing is known: numbers are null, and nothing fails.
func TestNoExamples(t *testing.T) {
	p := metrics.Predictions{Classes: []string{"a", "b"}, Probabilities: kernels.NewMatrix(0, 2)}
	r, err := metrics.Evaluate(p, metrics.Labels{Names: p.Classes}, metrics.Options{Top: []int{1}, Areas: true})
	require.NoError(t, err)
	assert.Equal(t, metrics.Interval{Low: 0, High: 1}, r.Interval)
	content, err := json.Marshal(r)
	require.NoError(t, err)
	assert.Contains(t, string(content), `"macro":{"precision":null,"recall":null,"f1":null,"rocArea":null,"averagePrecision":null}`)
}

// Reports are for reading, as text and as JSON.
func TestReportIsReadable(t *testing.T) {
	p := metrics.Predictions{Classes: []string{"cat", "dog", "ship"}, Labels: []int{0, 0, 1, 1, 1, -1}}
	r, err := metrics.Evaluate(p, metrics.Labels{Names: p.Classes, Y: []int{0, 0, 0, 1, 1, 1}}, metrics.Options{})
	require.NoError(t, err)
	assert.Equal(t, strings.TrimLeft(`
accuracy 66.67 % (4 of 6), interval 30.00 to 90.32 %

class             examples  precision  recall  F1      most often mistaken for
cat               3         100.0 %    66.7 %  80.0 %  dog 1
dog               3         66.7 %     66.7 %  66.7 %  no class 1
ship              0         –          –       –
macro average     6         83.3 %     66.7 %  73.3 %
weighted average  6         83.3 %     66.7 %  73.3 %

  predicted     0  1  2
        cat  0  2  1  ·
        dog  1  ·  2  ·
       ship  2  ·  ·  ·
`, "\n"), r.String())

	content, err := json.MarshalIndent(r, "", " ")
	require.NoError(t, err)
	var back struct {
		Accuracy float64
		Interval struct{ Low, High float64 }
		LogLoss  *float64
		Classes  []struct {
			Name               string
			Support, Predicted int
			Precision, Recall  *float64
		}
		Confusion    [][]int
		Unclassified []int
	}
	require.NoError(t, json.Unmarshal(content, &back))
	assert.Equal(t, r.Accuracy, back.Accuracy)
	assert.Nil(t, back.LogLoss)
	assert.Equal(t, 2.0/3, *back.Classes[1].Precision)
	assert.Nil(t, back.Classes[2].Precision)
	assert.Equal(t, []int{0, 1, 0}, back.Unclassified)
}

// The intervals are those of R's prop.test(correct = FALSE).
func TestWilson(t *testing.T) {
	for _, c := range []struct {
		successes, trials int
		low, high         float64
	}{
		{0, 10, 0, 0.27753279},
		{5, 10, 0.23659309, 0.76340691},
		{10, 10, 0.72246721, 1},
		{8446, 10000, 0.83736714, 0.85156821},
		{0, 0, 0, 1},
	} {
		i := metrics.Wilson(c.successes, c.trials, 0.95)
		assert.InDelta(t, c.low, i.Low, 1e-8, "%+v", c)
		assert.InDelta(t, c.high, i.High, 1e-8, "%+v", c)
	}
	assert.PanicsWithValue(t, "metrics: Wilson: 3 successes in 2 trials", func() { metrics.Wilson(3, 2, 0.95) })
	assert.PanicsWithValue(t, "metrics: Wilson: confidence 1, want one between 0 and 1", func() { metrics.Wilson(1, 2, 1) })
}

// A well calibrated model is right as often as it says.
func TestCalibration(t *testing.T) {
	p := metrics.Predictions{Classes: []string{"a", "b"}, Probabilities: matrix(2, 0.75, 0.25, 0.75, 0.25, 0.75, 0.25, 0.75, 0.25)}
	truth := metrics.Labels{Names: p.Classes, Y: []int{0, 0, 1, 0}}
	r, err := metrics.Evaluate(p, truth, metrics.Options{Bins: 4})
	require.NoError(t, err)
	assert.Equal(t, metrics.Value(0), r.CalibrationError)
	assert.Equal(t, metrics.Bin{Low: 0.5, High: 0.75, Examples: 4, Confidence: 0.75, Accuracy: 0.75}, r.Calibration[2])
	truth.Y = []int{1, 1, 1, 0}
	r, err = metrics.Evaluate(p, truth, metrics.Options{Bins: 4})
	require.NoError(t, err)
	assert.Equal(t, metrics.Value(0.5), r.CalibrationError)
}

func TestMetrics(t *testing.T) {
	p := metrics.Predictions{Classes: []string{"a", "b"}, Probabilities: matrix(2, 1, 0, 0.25, 0.75, 0.5, 0.5)}
	r, err := metrics.Evaluate(p, metrics.Labels{Names: p.Classes, Y: []int{0, 1, 1}}, metrics.Options{Areas: true})
	require.NoError(t, err)
	seen := map[float64]bool{}
	for _, m := range metrics.Metrics {
		v := m.Of(r)
		assert.False(t, math.IsNaN(v), m)
		seen[v] = true
		parsed, err := metrics.ParseMetric(strings.ReplaceAll(strings.ToUpper(m.String()), " ", "-"))
		require.NoError(t, err)
		assert.Equal(t, m, parsed)
		content, err := json.Marshal(map[string]metrics.Metric{"by": m})
		require.NoError(t, err)
		var back map[string]metrics.Metric
		require.NoError(t, json.Unmarshal(content, &back))
		assert.Equal(t, m, back["by"])
		loss := m == metrics.LogLoss || m == metrics.Brier || m == metrics.CalibrationError
		assert.Equal(t, loss, m.Better(1, 2), m)
		assert.Equal(t, !loss, m.Better(2, 1), m)
		assert.True(t, m.Better(1, math.NaN()))
		assert.False(t, m.Better(math.NaN(), 1))
		assert.False(t, m.Better(1, 1))
	}
	assert.Greater(t, len(seen), 5)
	_, err = metrics.ParseMetric("accurate")
	assert.ErrorContains(t, err, `metrics: no metric "accurate"; there are accuracy, `)
	_, err = json.Marshal(metrics.Metric(99))
	assert.ErrorContains(t, err, "metrics: no metric 99")
}

func TestRankRefuses(t *testing.T) {
	_, err := metrics.Rank([]float32{1, float32(math.NaN())}, []bool{true, false})
	assert.EqualError(t, err, "metrics: row 1: the score is NaN")
	assert.PanicsWithValue(t, "metrics: Rank: 1 scores for 2 examples", func() { _, _ = metrics.Rank(make([]float32, 1), make([]bool, 2)) })
	r, err := metrics.Rank([]float32{1, 2}, []bool{true, true})
	require.NoError(t, err)
	assert.True(t, math.IsNaN(r.ROCArea()), "no negative examples")
	assert.Equal(t, 1.0, r.AveragePrecision())
}

func TestRankMicroRefuses(t *testing.T) {
	_, err := metrics.RankMicro(matrix(2, 1, 2, 3, float32(math.NaN())), []int{0, 1})
	assert.ErrorContains(t, err, "row 1: the score of class 1 is NaN")
	_, err = metrics.RankMicro(matrix(2, 1, 2, 3, 4), []int{0, 2})
	assert.ErrorContains(t, err, "row 1: the label 2 is none of 2 classes")
	assert.PanicsWithValue(t, "metrics: RankMicro: 1 labels for 2 rows", func() {
		_, _ = metrics.RankMicro(matrix(2, 1, 2, 3, 4), []int{0})
	})
}

// A curve that is a point of a step for one ranking is a point on a line for another.
func TestMacroROC(t *testing.T) {
	perfect, err := metrics.Rank([]float32{2, 1, 0}, []bool{true, false, false})
	require.NoError(t, err)
	tied, err := metrics.Rank([]float32{1, 1}, []bool{true, false})
	require.NoError(t, err)
	none, err := metrics.Rank([]float32{1, 2}, []bool{false, false})
	require.NoError(t, err)
	assert.Equal(t, []metrics.CurvePoint{{X: 0, Y: 0}, {X: 0, Y: 0.5}, {X: 0.5, Y: 0.75}, {X: 1, Y: 1}},
		metrics.MacroROC([]metrics.Ranking{perfect, tied, none}))
	assert.Empty(t, metrics.MacroROC([]metrics.Ranking{none}))
}
