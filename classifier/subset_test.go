package classifier_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/kernels"
)

// copied is the rows of a subset as a table of their own.
func copied(ex *classifier.Table, list []int) *classifier.Table {
	t := &classifier.Table{X: kernels.NewMatrix(len(list), ex.X.Cols), Y: make([]int, len(list)), Names: ex.Names}
	ex.Gather(t.X, list)
	for i, row := range list {
		t.Y[i] = ex.Y[row]
	}
	return t
}

// parameters are the weights and biases of a model.
func parameters(m *classifier.Linear) (all []float32) {
	row := make([]float32, m.Features())
	for k := range m.Classes() {
		m.Template(row, k)
		all = append(append(all, row...), m.Bias(k))
	}
	return all
}

// A subset is the examples that it has, for every model, whether its rows lie in memory,
// follow one another, are bytes, or are themselves a subset.
func TestSubsetIsItsRows(t *testing.T) {
	ex := blobs(400, 20, 3)
	shuffled, some := rand.New(rand.NewPCG(1, 2)).Perm(400), make([]int, 150)
	for i := range some {
		some[i] = i + 30
	}
	every := make([]int, 300)
	for i := range every {
		every[i] = i
	}
	ofSubset := func(ex classifier.Examples) classifier.Examples {
		return classifier.Subset(classifier.Subset(ex, shuffled[100:]), every[50:200])
	}

	for name, c := range map[string]struct {
		list   []int
		subset func(classifier.Examples, []int) classifier.Examples
	}{
		"scattered":   {append([]int{3, 3}, shuffled[:200]...), classifier.Subset},
		"in sequence": {some, classifier.Subset},
		"of a subset": {shuffled[150:300], func(ex classifier.Examples, _ []int) classifier.Examples { return ofSubset(ex) }},
	} {
		want := copied(ex, c.list)
		models := models(t, want)
		predicted := make([]int, want.Len())
		for from, whole := range map[string]classifier.Examples{"floats": ex, "bytes": bytesOf(ex), "gathered": gathered{ex}} {
			subset := c.subset(whole, c.list)
			require.Equal(t, want.Len(), subset.Len())
			assert.Equal(t, want.Y, subset.Labels())
			assert.Equal(t, want.Names, subset.Classes())
			for kind, m := range modelsOf(t, subset, name+" "+from) {
				require.NoError(t, m.PredictAll(context.Background(), predicted, subset, 2))
				for i, p := range predicted {
					require.Equal(t, models[kind].Predict(want.X.Row(i)), p, "%s %s, %s, row %d", name, from, kind, i)
				}
				if linear, ok := m.(*classifier.Linear); ok && from != "bytes" {
					assert.Equal(t, parameters(models[kind].(*classifier.Linear)), parameters(linear), "the same bits")
				}
			}
			for _, scaling := range []classifier.Scaling{classifier.Unscaled, classifier.PerFeature} {
				o := classifier.Objective{Loss: loss.Softmax{}, L2: 0.1, Scaling: scaling}
				a, _, err := classifier.LBFGS{MaxPasses: 20}.Fit(t.Context(), want, o, classifier.Options{})
				require.NoError(t, err)
				b, _, err := classifier.LBFGS{MaxPasses: 20}.Fit(t.Context(), subset, o, classifier.Options{})
				require.NoError(t, err)
				assert.Equal(t, parameters(a), parameters(b), "%s %s: the same bits", name, from)
			}
		}
	}
}

// modelsOf is models, with a name for what fails.
func modelsOf(t *testing.T, ex classifier.Examples, name string) (m map[string]classifier.Predictor) {
	require.NotPanics(t, func() { m = models(t, ex) }, name)
	return m
}

func TestSubsetKeepsTheShapeOfImages(t *testing.T) {
	ex := squares{blobs(30, 16, 3)}
	for _, list := range [][]int{{1, 2, 3, 4, 5, 6, 7}, {9, 0, 7, 5, 3, 4, 1}} {
		model := trained(t, classifier.Subset(ex, list))
		assert.Equal(t, classifier.Shape{Height: 4, Width: 4, Channels: 1}, model.Info().Shape)
	}
	assert.Zero(t, trained(t, classifier.Subset(ex.Table, []int{0, 5, 1, 2})).Info().Shape)
}

// squares are images of 4×4.
type squares struct{ *classifier.Table }

func (squares) ImageShape() (height, width, channels int) { return 4, 4, 1 }

func TestSubsetRefuses(t *testing.T) {
	ex := blobs(5, 2, 2)
	for _, whole := range []classifier.Examples{ex, gathered{ex}, classifier.Subset(ex, []int{0, 1, 2, 3, 4})} {
		assert.Panics(t, func() { classifier.Subset(whole, []int{0, 5}) })
		assert.Panics(t, func() { classifier.Subset(whole, []int{-1}) })
		assert.Zero(t, classifier.Subset(whole, nil).Len())
	}
}

// Rows of two of three images, as they are: bytes that are not copied.
func ExampleSubset() {
	images := &classifier.Labelled[uint8]{
		X:     kernels.Dense[uint8]{Rows: 3, Cols: 2, Stride: 2, Data: []uint8{0, 10, 200, 210, 90, 80}},
		Y:     []int{0, 1, 0},
		Names: []string{"dark", "light"},
	}
	subset := classifier.Subset(images, []int{2, 0})
	x := kernels.NewMatrix(subset.Len(), subset.Features())
	subset.Gather(x, []int{0, 1})
	fmt.Println(x.Data, subset.Labels())
	// Output: [90 80 0 10] [0 0]
}
