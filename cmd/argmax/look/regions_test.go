package look_test

import (
	"context"
	"fmt"
	"image/color"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/plot"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/cmd/argmax/look"
	"github.com/seed842bec00/argmax/kernels"
)

// blobs are points of three classes around the corners of a triangle.
func blobs(n int) *classifier.Table {
	random := rand.New(rand.NewPCG(1, 2))
	t := &classifier.Table{X: kernels.NewMatrix(n, 2), Y: make([]int, n), Names: []string{"a", "b", "c"}}
	for i := range n {
		t.Y[i] = i % 3
		t.X.Row(i)[0] = float32([]float64{-2, 2, 0}[i%3] + random.NormFloat64())
		t.X.Row(i)[1] = float32([]float64{0, 0, 3}[i%3] + random.NormFloat64())
	}
	return t
}

func fitted(t testing.TB, ex classifier.Examples, l loss.Loss) *classifier.Linear {
	t.Helper()
	m, _, err := classifier.Auto{}.Fit(context.Background(), ex, classifier.Objective{Loss: l, L2: 1e-3}, classifier.Options{})
	require.NoError(t, err)
	return m
}

func TestPlane(t *testing.T) {
	points := kernels.Matrix{Rows: 3, Cols: 2, Stride: 2, Data: []float32{0, 10, 40, 10, 20, 30}}
	p := look.PlaneAround(points, 4, 2)
	assert.Equal(t, look.Plane{Left: -2, Right: 42, Bottom: 9, Top: 31, Columns: 4, Rows: 2}, p)
	assert.Equal(t, look.Plane{Left: -2, Right: 42, Bottom: 9, Top: 31, Columns: 4, Rows: 2}, p.Squared(), "cells of 11×11")
	p.Columns = 2
	assert.Equal(t, look.Plane{Left: -2, Right: 42, Bottom: -2, Top: 42, Columns: 2, Rows: 2}, p.Squared())
	assert.Equal(t, []float32{9, 25.5, 31, 25.5, 9, 14.5, 31, 14.5}, p.Points().Data)

	same := look.PlaneAround(points.Slice(0, 1), 1, 1)
	assert.Equal(t, look.Plane{Left: -1, Right: 1, Bottom: 9, Top: 11, Columns: 1, Rows: 1}, same)
	assert.PanicsWithValue(t, "look: PlaneAround: a matrix of 2×3, want points of 2 columns", func() {
		look.PlaneAround(kernels.NewMatrix(2, 3), 1, 1)
	})
}

// Regions are what the model predicts, cell by cell.
func TestRegions(t *testing.T) {
	ex, ctx := blobs(60), context.Background()
	plane := look.PlaneAround(ex.X, 13, 9)
	linear := fitted(t, ex, loss.Softmax{})
	regions, err := plane.Regions(ctx, linear, 2)
	require.NoError(t, err)
	points := plane.Points().Dense()
	require.Len(t, regions, 13*9)
	for i := range points.Rows {
		assert.Equal(t, linear.Predict(points.Row(i)), regions[i])
	}

	wide, err := classifier.NewLinear(kernels.NewMatrix(2, 3), make([]float32, 2), classifier.Info{Classes: []string{"a", "b"}})
	require.NoError(t, err)
	_, err = plane.Regions(ctx, wide, 0)
	assert.EqualError(t, err, "classifier: rows of 2 features, the model has 3")
}

// Regions of neighbours are what the classifier of all points predicts, cell by cell, for
// each metric and vote, also where many points are the same and distances are equal.
func TestRegionsOfNeighbours(t *testing.T) {
	ctx := context.Background()
	ties := blobs(90)
	for i := range ties.X.Data {
		ties.X.Data[i] = float32(math.Round(float64(ties.X.Data[i])))
	}
	for name, ex := range map[string]*classifier.Table{"blobs": blobs(90), "ties": ties} {
		plane := look.PlaneAround(ex.X, 37, 19)
		points := plane.Points()
		for _, c := range []classifier.KNNConfig{
			{}, {Metric: classifier.L1}, {Metric: classifier.LInf}, {Metric: classifier.Cosine}, {Metric: classifier.InnerProduct},
			{Vote: classifier.SoftmaxVote}, {Vote: classifier.InverseVote},
		} {
			for _, k := range []int{1, 4, 15} {
				c.K = k
				regions, err := plane.RegionsOfNeighbours(ctx, ex, c, 2)
				require.NoError(t, err)
				all, err := classifier.NewKNN(ex, c)
				require.NoError(t, err)
				want := make([]int, points.Len())
				require.NoError(t, all.PredictAll(ctx, want, points, 1))
				assert.Equal(t, want, regions, "%s: %+v", name, c)
			}
		}
	}
	odd := blobs(91) // the first class has an example more
	all, err := look.PlaneAround(odd.X, 9, 9).RegionsOfNeighbours(ctx, odd, classifier.KNNConfig{K: 200}, 1)
	require.NoError(t, err)
	for _, class := range all {
		assert.Zero(t, class, "all examples vote everywhere")
	}

	ex := blobs(3)
	ex.X.Row(1)[0] = float32(math.NaN())
	plane := look.Plane{Left: 0, Right: 1, Bottom: 0, Top: 1, Columns: 1, Rows: 1}
	_, err = plane.RegionsOfNeighbours(ctx, ex, classifier.KNNConfig{}, 1)
	assert.ErrorContains(t, err, "row 1: feature 0 is NaN")
	_, err = plane.RegionsOfNeighbours(ctx, blobs(3), classifier.KNNConfig{K: -1}, 1)
	assert.EqualError(t, err, "classifier: -1 neighbours")
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	_, err = plane.RegionsOfNeighbours(cancelled, blobs(3), classifier.KNNConfig{}, 1)
	assert.ErrorIs(t, err, context.Canceled)
}

// score returns the score of a class where a model is linear: without rounding to float32.
func score(m *classifier.Linear, class int, at [2]float64) float64 {
	w := make([]float32, 2)
	m.Template(w, class)
	return float64(w[0])*at[0] + float64(w[1])*at[1] + float64(m.Bias(class))
}

// On a boundary the two scores are equal, on a margin they differ by it, and no other is
// above either, from one end of the line to the other; the ends are on the edge of the
// plane or where a third class has the same score.
func TestBoundaries(t *testing.T) {
	ex := blobs(60)
	plane := look.PlaneAround(ex.X, 10, 10)
	m := fitted(t, ex, loss.WestonWatkins{})
	for margin, lines := range map[float64]int{0: 3, 1: 6} {
		all := plane.Boundaries(m, margin)
		require.Len(t, all, lines, "margin %v", margin)
		for _, b := range all {
			assert.Equal(t, margin, b.Margin)
			third := 3 - b.Class - b.Against
			for _, at := range [][2]float64{b.From, b.To, {(b.From[0] + b.To[0]) / 2, (b.From[1] + b.To[1]) / 2}} {
				assert.InDelta(t, margin, score(m, b.Class, at)-score(m, b.Against, at), 1e-9)
				assert.GreaterOrEqual(t, score(m, b.Against, at), score(m, third, at)-1e-9)
			}
			for _, end := range [][2]float64{b.From, b.To} {
				edge := min(end[0]-plane.Left, plane.Right-end[0], end[1]-plane.Bottom, plane.Top-end[1])
				assert.GreaterOrEqual(t, edge, -1e-9)
				if edge > 1e-9 {
					assert.InDelta(t, score(m, b.Against, end), score(m, third, end), 1e-9)
				}
			}
		}
	}
	for _, b := range plane.Levels(m, -1) {
		assert.Equal(t, -1, b.Against)
		assert.InDelta(t, -1, score(m, b.Class, b.From), 1e-9)
		assert.InDelta(t, -1, score(m, b.Class, b.To), 1e-9)
	}
}

// The lines of a model that prepares its features first are those of the features as they come.
func TestBoundariesOfInputs(t *testing.T) {
	ex := &classifier.Table{X: kernels.NewMatrix(8, 2), Y: []int{0, 0, 0, 0, 1, 1, 1, 1}, Names: []string{"before", "after"}}
	for i := range 8 {
		ex.X.Row(i)[0], ex.X.Row(i)[1] = float32(1_700_000_000+128*i), float32(i%2)
	}
	m := fitted(t, ex, loss.Softmax{})
	pivot, _ := m.Inputs()
	require.NotNil(t, pivot, "the model has inputs")
	plane := look.PlaneAround(ex.X, 4, 4)
	lines := plane.Boundaries(m, 0)
	require.Len(t, lines, 1)
	middle := (lines[0].From[0] + lines[0].To[0]) / 2
	assert.InDelta(t, 1_700_000_000+128*3.5, middle, 30)
}

// The image of the regions has a pixel for each cell, in the pale colour of its class.
func TestRegionPlot(t *testing.T) {
	figure := func(s look.Style) look.Figure {
		r := look.RegionPlot{
			Title: "three cells", X: "x", Y: "y",
			Plane:   look.Plane{Left: 0, Right: 3, Bottom: 0, Top: 1, Columns: 3, Rows: 1},
			Regions: []int{0, 1, -1},
			Points:  kernels.Matrix{Rows: 2, Cols: 2, Stride: 2, Data: []float32{0.5, 0.5, 1.5, 0.5}}, Labels: []int{0, 0}, Predicted: []int{0, 1},
			Boundaries: []look.Boundary{{Class: 0, Against: 1, From: [2]float64{1, 0}, To: [2]float64{1, 1}}},
		}
		return look.Figure{Title: "Regions", Blocks: []look.Block{
			look.ClassLegend{"red", "blue"},
			look.Plots{Plots: []*plot.Plot{r.Plot(s)}},
		}}
	}
	d := svg(t, figure)
	d.shows(t, "Regions", "red", "blue", "three cells")
	require.Len(t, d.images, 1)
	m := d.images[0]
	require.Equal(t, 3, m.Bounds().Dx())
	require.Equal(t, 1, m.Bounds().Dy())
	for x, want := range []color.Color{
		look.ColorMap{look.Light.Background, look.Light.Class(0)}.At(0.28),
		look.ColorMap{look.Light.Background, look.Light.Class(1)}.At(0.28),
		look.Light.Background,
	} {
		assert.Equal(t, color.RGBAModel.Convert(want), color.RGBAModel.Convert(m.At(x, 0)), "cell %d", x)
	}
	// In the raster, too: a third of the plot each, with the point of class 0 in two of them.
	s := look.Style{Theme: look.Light, Width: 400 * look.Pixel}
	found := map[color.Color]int{}
	pixels := raster(t, figure(s), s)
	for y := range pixels.Bounds().Dy() {
		for x := range pixels.Bounds().Dx() {
			found[color.RGBAModel.Convert(pixels.At(x, y))]++
		}
	}
	for class := range 2 {
		assert.Greater(t, found[look.ColorMap{look.Light.Background, look.Light.Class(class)}.At(0.28)], 5000)
	}
	assert.InDelta(t, 3*25, found[color.RGBAModel.Convert(look.Light.Class(0))], 30, "two points and that of the legend")
}

// argmax play computes regions after each change of a point: ten times a second, at 200×200
// with 500 points.
func BenchmarkRegions(b *testing.B) {
	ex, ctx := blobs(500), context.Background()
	plane := look.PlaneAround(ex.X, 200, 200)
	linear := fitted(b, ex, loss.WestonWatkins{})
	b.Run("linear", func(b *testing.B) {
		for b.Loop() {
			_, err := plane.Regions(ctx, linear, 0)
			require.NoError(b, err)
		}
	})
	for _, k := range []int{1, 5, 15, 50} {
		b.Run(fmt.Sprintf("neighbours=%d", k), func(b *testing.B) {
			for b.Loop() {
				_, err := plane.RegionsOfNeighbours(ctx, ex, classifier.KNNConfig{K: k}, 0)
				require.NoError(b, err)
			}
		})
	}
}
