package classifier_test

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/dataset/fashion"
	"github.com/seed842bec00/argmax/index"
	"github.com/seed842bec00/argmax/kernels"
)

// With a recall of 1, clusters predict what all examples predict.
func TestClusteredKNN(t *testing.T) {
	path := filepath.Join(t.TempDir(), "knn")
	ex, queries := blobs(120, 4, 3), blobs(40, 4, 3)
	for _, examples := range []classifier.Examples{ex, bytesOf(ex)} {
		for _, metric := range []classifier.Metric{classifier.L2, classifier.L1, classifier.Cosine} {
			c := classifier.KNNConfig{K: 5, Metric: metric, Vote: classifier.InverseVote}
			exact, err := classifier.NewKNN(examples, c)
			require.NoError(t, err)
			assert.Zero(t, exact.Clusters())
			m, err := classifier.NewClusteredKNN(t.Context(), examples, c, classifier.ClusterConfig{Recall: 1, Lists: 6, Seed: 2})
			require.NoError(t, err)
			in := m.Clusters()
			assert.Equal(t, 6, in.Lists)
			assert.Equal(t, 1.0, in.Recall)
			require.NoError(t, m.WriteFile(path))
			opened, err := classifier.OpenKNN(path, index.OpenOptions{})
			require.NoError(t, err)
			assert.Equal(t, in, opened.Clusters())
			for _, rows := range []classifier.Rows{examples, queries} {
				n := rows.Len()
				want, got := kernels.NewMatrix(n, 3), kernels.NewMatrix(n, 3)
				require.NoError(t, exact.ProbabilitiesAll(context.Background(), want, rows, 1))
				require.NoError(t, m.ProbabilitiesAll(context.Background(), got, rows, 2))
				same := 0
				for i := range n {
					if assert.ObjectsAreEqual(want.Row(i), got.Row(i)) {
						same++
					}
				}
				assert.Greater(t, same, n*9/10, "%v: all neighbours of all examples were found, of others most", metric)
				require.NoError(t, opened.ProbabilitiesAll(context.Background(), want, rows, 1))
				assert.Equal(t, got, want)
				for i := range 5 {
					require.NoError(t, m.Probabilities(want.Row(0), floatsOf(rows, i)))
					assert.Equal(t, got.Row(i), want.Row(0))
				}
			}
			fold, dst, other := make([]int, 120), [][]int{make([]int, 120)}, [][]int{make([]int, 120)}
			for row := range fold {
				fold[row] = row % 3
			}
			require.NoError(t, exact.LeaveOneOut(context.Background(), dst, []int{5}, 1, nil))
			require.NoError(t, m.LeaveOneOut(context.Background(), other, []int{5}, 1, nil))
			assert.Equal(t, dst, other, "%v: the recall is that of leaving one out", metric)
			require.NoError(t, m.CrossPredict(context.Background(), other, fold, []int{5}, 1, nil))
			require.NoError(t, opened.CrossPredict(context.Background(), dst, fold, []int{5}, 1, nil))
			assert.Equal(t, dst, other)
			require.NoError(t, opened.Close())
		}
	}
}

func floatsOf(rows classifier.Rows, i int) []float32 {
	x := kernels.NewMatrix(1, rows.Features())
	rows.Gather(x, []int{i})
	return x.Row(0)
}

// Fewer clusters are compared where fewer neighbours have to be found.
func TestRecallOfClusters(t *testing.T) {
	train, _, err := fashion.Load()
	require.NoError(t, err)
	ex := classifier.Subset(train, numbers(600))
	probes := 0
	for _, recall := range []float64{0.3, 0.9, 1} {
		m, err := classifier.NewClusteredKNN(t.Context(), ex, classifier.KNNConfig{K: 10}, classifier.ClusterConfig{Recall: recall})
		require.NoError(t, err)
		in := m.Clusters()
		assert.Equal(t, 24, in.Lists, "√600")
		assert.GreaterOrEqual(t, in.Recall, recall)
		assert.Greater(t, in.Probes, probes)
		probes = in.Probes
	}
}

func numbers(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	return list
}

func TestNewClusteredKNNRefuses(t *testing.T) {
	ex := blobs(30, 4, 3)
	for want, c := range map[string]classifier.ClusterConfig{
		"classifier: a recall of 0 with 0 clusters":    {},
		"classifier: a recall of 1.5 with 0 clusters":  {Recall: 1.5},
		"classifier: a recall of 0.5 with -1 clusters": {Recall: 0.5, Lists: -1},
	} {
		_, err := classifier.NewClusteredKNN(t.Context(), ex, classifier.KNNConfig{}, c)
		assert.EqualError(t, err, want)
	}
	_, err := classifier.NewClusteredKNN(t.Context(), ex, classifier.KNNConfig{K: -1}, classifier.ClusterConfig{Recall: 1})
	assert.EqualError(t, err, "classifier: -1 neighbours")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = classifier.NewClusteredKNN(ctx, ex, classifier.KNNConfig{}, classifier.ClusterConfig{Recall: 1})
	assert.ErrorIs(t, err, context.Canceled)

	path, rows := filepath.Join(t.TempDir(), "knn"), kernels.NewMatrix(2, 1)
	x, err := index.NewIVF(rows, index.L2, index.IVFOptions{Lists: 2})
	require.NoError(t, err)
	knn := func(recall string) []byte {
		return []byte(`{"version":1,"classes":["a"],"k":1,"vote":"uniform","temperature":1,"recall":` + recall + `}`)
	}
	for want, attached := range map[string]index.Attachments{
		`attachment "probes" has 0 bytes, want 4`: {"knn": knn("1"), "labels": make([]byte, 8)},
		`attachment "probes": 0 of 2 clusters`:    {"knn": knn("1"), "labels": make([]byte, 8), "probes": make([]byte, 4)},
		`attachment "probes": 3 of 2 clusters`:    {"knn": knn("1"), "labels": make([]byte, 8), "probes": {3, 0, 0, 0}},
		`attachment "knn": a recall of 2`:         {"knn": knn("2"), "labels": make([]byte, 8), "probes": {2, 0, 0, 0}},
	} {
		require.NoError(t, x.WriteFile(path, attached))
		_, err := classifier.OpenKNN(path, index.OpenOptions{})
		require.ErrorContains(t, err, path)
		require.ErrorContains(t, err, want)
	}
}
