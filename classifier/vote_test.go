package classifier_test

import (
	"context"
	"math"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/index"
	"github.com/seed842bec00/argmax/kernels"
)

// The votes of examples at distances 1, 2, 2, 4 from 0, whose classes are a, b, b, c.
func TestVotes(t *testing.T) {
	ex := line([]float32{1, -2, 2, 4}, []int{0, 1, 1, 2}, "a", "b", "c", "unseen")
	for _, c := range []struct {
		config classifier.KNNConfig
		want   []float64
		class  int
	}{
		{classifier.KNNConfig{K: 4, Metric: classifier.L1}, []float64{0.25, 0.5, 0.25, 0}, 1},
		{classifier.KNNConfig{K: 3, Metric: classifier.L1, Vote: classifier.InverseVote}, []float64{0.5, 0.5, 0, 0}, 0},
		{classifier.KNNConfig{K: 4, Metric: classifier.L1, Vote: classifier.InverseVote}, []float64{1 / 2.25, 1 / 2.25, 0.25 / 2.25, 0}, 0},
		{classifier.KNNConfig{K: 4, Metric: classifier.L2, Vote: classifier.InverseVote}, []float64{1 / 2.25, 1 / 2.25, 0.25 / 2.25, 0}, 0},
		{classifier.KNNConfig{K: 2, Metric: classifier.L1, Vote: classifier.SoftmaxVote}, []float64{1 / (1 + math.Exp(-1)), 1 / (1 + math.E), 0, 0}, 0},
		{classifier.KNNConfig{K: 3, Metric: classifier.L1, Vote: classifier.SoftmaxVote, Temperature: 10}, []float64{1 / (1 + 2*math.Exp(-0.1)), 2 / (2 + math.Exp(0.1)), 0, 0}, 1},
		{classifier.KNNConfig{K: 2, Metric: classifier.L2, Vote: classifier.SoftmaxVote}, []float64{1 / (1 + math.Exp(-3)), 1 / (1 + math.Exp(3)), 0, 0}, 0},
	} {
		m, err := classifier.NewKNN(ex, c.config)
		require.NoError(t, err)
		p := make([]float32, 4)
		require.NoError(t, m.Probabilities(p, []float32{0}))
		for class, want := range c.want {
			assert.InDelta(t, want, p[class], 1e-7, "%+v, class %d", c.config, class)
		}
		assert.Equal(t, c.class, m.Predict([]float32{0}), "%+v", c.config)
		all := kernels.NewMatrix(2, 4)
		require.NoError(t, m.ProbabilitiesAll(context.Background(), all, classifier.Batch[float32]{Rows: 2, Cols: 1, Stride: 1, Data: []float32{9, 0}}, 2))
		assert.Equal(t, p, all.Row(1), "all rows give what each gives")
	}
}

// Examples equal to the query have all the votes of InverseVote.
func TestInverseVoteOfEqualExamples(t *testing.T) {
	ex := line([]float32{1, 1, 1.5, 1.5, 1.5}, []int{0, 1, 1, 1, 1}, "a", "b")
	m, err := classifier.NewKNN(ex, classifier.KNNConfig{K: 5, Vote: classifier.InverseVote})
	require.NoError(t, err)
	p := make([]float32, 2)
	require.NoError(t, m.Probabilities(p, []float32{1}))
	assert.Equal(t, []float32{0.5, 0.5}, p)
	assert.Equal(t, 0, m.Predict([]float32{1}))
}

func TestVotesAtInfinity(t *testing.T) {
	ex := line([]float32{3e38, -3e38, -3e38}, []int{0, 1, 1}, "a", "b")
	nan := float32(math.NaN())
	for vote := classifier.UniformVote; vote <= classifier.SoftmaxVote; vote++ {
		m, err := classifier.NewKNN(ex, classifier.KNNConfig{K: 3, Vote: vote})
		require.NoError(t, err)
		p := make([]float32, 2)
		require.NoError(t, m.Probabilities(p, []float32{0})) // the squares overflow
		assert.InDeltaSlice(t, []float32{1. / 3, 2. / 3}, p, 1e-7, vote)
		require.NoError(t, m.Probabilities(p, []float32{nan}))
		assert.True(t, p[0] != p[0] && p[1] != p[1], "no neighbour, no probabilities")
	}
}

func TestNewKNNRefusesVotes(t *testing.T) {
	ex := line([]float32{1}, []int{0}, "a")
	for want, c := range map[string]classifier.KNNConfig{
		"classifier: unknown vote Vote(9)":                                       {Vote: 9},
		"classifier: votes by the inverse of InnerProduct, which is no distance": {Vote: classifier.InverseVote, Metric: classifier.InnerProduct},
		"classifier: temperature -1":                                             {Temperature: -1},
		"classifier: temperature NaN":                                            {Temperature: math.NaN()},
		"classifier: temperature +Inf":                                           {Temperature: math.Inf(1)},
	} {
		_, err := classifier.NewKNN(ex, c)
		assert.EqualError(t, err, want)
	}
}

func TestNeighboursHaveLabels(t *testing.T) {
	ex := line([]float32{0, 5, 9}, []int{1, 0, 1}, "even", "odd")
	m, err := classifier.NewKNN(ex, classifier.KNNConfig{Metric: classifier.L1})
	require.NoError(t, err)
	want := []classifier.Neighbour{{1, 1, 0, "even"}, {2, 3, 1, "odd"}}
	got := make([]classifier.Neighbour, 2)
	require.Equal(t, 2, m.Neighbours(got, []float32{6}))
	assert.Equal(t, want, got)
	all, count := make([]classifier.Neighbour, 4), make([]int, 2)
	require.NoError(t, m.NeighboursAll(context.Background(), all, count, classifier.Batch[float32]{Rows: 2, Cols: 1, Stride: 1, Data: []float32{6, float32(math.NaN())}}, 2, 1))
	assert.Equal(t, want, all[:2])
	assert.Equal(t, []int{2, 0}, count)
	assert.Panics(t, func() { _ = m.NeighboursAll(context.Background(), all, count, ex, 2, 1) })
}

// without is examples without those for which drop is true.
func without(ex *classifier.Table, drop func(row int) bool) *classifier.Table {
	kept := &classifier.Table{X: kernels.NewMatrix(len(ex.Y), ex.X.Cols), Names: ex.Names}
	kept.X.Rows = 0
	for i, y := range ex.Y {
		if !drop(i) {
			kept.X.Rows++
			copy(kept.X.Row(kept.X.Rows-1), ex.X.Row(i))
			kept.Y = append(kept.Y, y)
		}
	}
	return kept
}

// Each example is predicted as by a model of the others, with any metric and any vote,
// of floats and of bytes; many examples are equal.
func TestLeaveOneOutAndCrossPredict(t *testing.T) {
	ex := blobs(90, 3, 3)
	for i := range ex.X.Data {
		ex.X.Data[i] = float32(int(ex.X.Data[i]) / 40)
	}
	ks, fold := []int{4, 1, 1000}, make([]int, 90)
	for i := range fold {
		fold[i] = i * i % 7 // 0, 1, 2 and 4
	}
	for metric := classifier.L2; metric <= classifier.Cosine; metric++ {
		for vote := classifier.UniformVote; vote <= classifier.SoftmaxVote; vote++ {
			if metric == classifier.InnerProduct && vote == classifier.InverseVote {
				continue
			}
			c := classifier.KNNConfig{Metric: metric, Vote: vote}
			for _, examples := range []classifier.Examples{ex, bytesOf(ex)} {
				m, err := classifier.NewKNN(examples, c)
				require.NoError(t, err)
				one, cross := [][]int{make([]int, 90), make([]int, 90), make([]int, 90)}, [][]int{make([]int, 90), make([]int, 90), make([]int, 90)}
				var done []int
				require.NoError(t, m.LeaveOneOut(context.Background(), one, ks, 2, nil))
				require.NoError(t, m.CrossPredict(context.Background(), cross, fold, ks, 2, func(n int) { done = append(done, n) }))
				assert.IsNonDecreasing(t, done)
				assert.Equal(t, 90, done[len(done)-1])
				for row := 0; row < 90; row += 13 {
					for i, k := range ks {
						c.K = k
						others, err := classifier.NewKNN(without(ex, func(r int) bool { return r == row }), c)
						require.NoError(t, err)
						require.Equal(t, others.Predict(ex.X.Row(row)), one[i][row], "%v, %v, k %d, row %d", metric, vote, k, row)
						others, err = classifier.NewKNN(without(ex, func(r int) bool { return fold[r] == fold[row] }), c)
						require.NoError(t, err)
						require.Equal(t, others.Predict(ex.X.Row(row)), cross[i][row], "%v, %v, k %d, row %d", metric, vote, k, row)
					}
				}
			}
		}
	}
	m, err := classifier.NewKNN(ex, classifier.KNNConfig{})
	require.NoError(t, err)
	dst := [][]int{make([]int, 90)}
	assert.EqualError(t, m.LeaveOneOut(context.Background(), dst, []int{0}, 1, nil), "classifier: 0 neighbours")
	fold[5] = -1
	assert.EqualError(t, m.CrossPredict(context.Background(), dst, fold, []int{1}, 1, nil), "classifier: row 5: fold -1 of 90 examples")
	assert.Panics(t, func() { _ = m.CrossPredict(context.Background(), dst, fold[1:], []int{1}, 1, nil) })
	assert.Panics(t, func() { _ = m.LeaveOneOut(context.Background(), dst, ks, 1, nil) })
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	assert.ErrorIs(t, m.LeaveOneOut(ctx, dst, []int{1}, 1, nil), context.Canceled)
}

func TestKNNFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "knn")
	ex, queries := blobs(60, 4, 3), blobs(30, 4, 3)
	for _, examples := range []classifier.Examples{ex, bytesOf(ex)} {
		c := classifier.KNNConfig{K: 5, Metric: classifier.Cosine, Vote: classifier.SoftmaxVote, Temperature: 0.25}
		m, err := classifier.NewKNN(examples, c)
		require.NoError(t, err)
		require.NoError(t, m.WriteFile(path))
		opened, err := classifier.OpenKNN(path, index.OpenOptions{})
		require.NoError(t, err)
		assert.Equal(t, c, opened.Config())
		assert.Equal(t, m.Classes(), opened.Classes())
		want, got := kernels.NewMatrix(30, 3), kernels.NewMatrix(30, 3)
		require.NoError(t, m.ProbabilitiesAll(context.Background(), want, queries, 1))
		require.NoError(t, opened.ProbabilitiesAll(context.Background(), got, queries, 1))
		assert.Equal(t, want, got)
		require.NoError(t, opened.Close())
		require.NoError(t, m.Close(), "nothing to release")
	}
}

func TestOpenKNNRefuses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "knn")
	rows := kernels.NewMatrix(2, 1)
	good := `{"version":1,"classes":["a","b"],"k":1,"vote":"uniform","temperature":1}`
	for want, attached := range map[string]index.Attachments{
		`no attachment "knn": the index has no labels`:                 nil,
		`attachment "knn": unexpected end of JSON input`:               {"knn": []byte("{")},
		`attachment "knn": version 2, want 1`:                          {"knn": []byte(`{"version":2}`)},
		`attachment "knn": unknown vote "x"`:                           {"knn": []byte(`{"version":1,"vote":"x"}`)},
		`classifier: -3 neighbours`:                                    {"knn": []byte(`{"version":1,"vote":"uniform","k":-3}`)},
		`attachment "knn": classes 0 and 1 have the name "a"`:          {"knn": []byte(`{"version":1,"vote":"uniform","classes":["a","a"]}`)},
		`attachment "labels" has 3 bytes for 2 rows`:                   {"knn": []byte(good), "labels": {0, 0, 0}},
		`attachment "labels": row 1: label 2, with 2 classes`:          {"knn": []byte(good), "labels": {0, 0, 0, 0, 2, 0, 0, 0}},
		`attachment "labels": row 0: label 4294967295, with 2 classes`: {"knn": []byte(good), "labels": {255, 255, 255, 255, 2, 0, 0, 0}},
	} {
		require.NoError(t, index.New(rows, index.L2, index.Options{}).WriteFile(path, attached))
		_, err := classifier.OpenKNN(path, index.OpenOptions{})
		require.ErrorContains(t, err, path)
		require.ErrorContains(t, err, want)
	}
	_, err := classifier.OpenKNN(path+"2", index.OpenOptions{})
	assert.Error(t, err)
}
