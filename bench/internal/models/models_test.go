package models

import (
	"context"
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/index"
	"github.com/seed842bec00/argmax/kernels"
)

func options(t *testing.T, missing map[string]string) Options {
	return Options{
		Rows: 100, Threads: 1,
		Missing: func(name, why string) { missing[name] = why },
		Version: func(name, version string) { t.Log(name, version) },
	}
}

// Where no rival is installed the contests take place among those in Go, whose results
// agree, and the others are reported with the reason.
func TestMissingRivals(t *testing.T) {
	if testing.Short() || os.Getenv("ARGMAX_EMULATED") != "" {
		t.Skip("predicts with all entrants")
	}
	t.Setenv("PATH", t.TempDir())
	missing := map[string]string{}
	contests, close, err := Contests(options(t, missing))
	require.NoError(t, err)
	defer close()
	for _, c := range contests {
		if c.Op != "Step" && c.Op != "Predict" && c.Op != "Latency" && !strings.Contains(c.Keys, "format=idx") {
			continue
		}
		m, err := c.Make(t.Context())
		require.NoError(t, err)
		assert.Equal(t, c.Op, m.Op)
		assert.Equal(t, c.Keys, m.Keys)
		require.NoError(t, m.Check(), c.Op)
		assert.Equal(t, "argmax", m.Entrants[m.Champion].Name)
		names := map[string]bool{}
		for _, e := range m.Entrants {
			assert.False(t, names[e.Name+e.ISA], "twice: %s", e.Name)
			names[e.Name+e.ISA] = true
			s, err := e.Run(t.Context(), 1)
			require.NoError(t, err, e.Name)
			assert.Positive(t, s.Calls)
			assert.Positive(t, s.Elapsed)
		}
		if c.Op != "Read" {
			assert.True(t, names["gonum"] && names["vek"], c.Op)
		}
		if m.Close != nil {
			m.Close()
		}
	}
	r := &rivals{options: options(t, missing), data: &data{}}
	r.dir = t.TempDir()
	assert.Nil(t, r.glmnet(t.Context()))
	assert.Nil(t, r.compiled(t.Context()))
	assert.Empty(t, r.liblinear())
	assert.Contains(t, missing["glmnet"], "Rscript")
	assert.Contains(t, missing["onednn-c++"], "g++")
	assert.Contains(t, missing["liblinear"], "liblinear-train")
}

// A rival that computes something else is found out.
func TestWrongResultsAreFound(t *testing.T) {
	x := kernels.NewMatrix(3, 2)
	copy(x.Data, []float32{1, 0, 0, 1, 1, 1})
	w := kernels.NewMatrix(2, 2)
	copy(w.Data, []float32{2, 0, 0, 2})
	bias := []float32{0, 0}
	assert.NoError(t, sameClasses([]int{0, 1, 1}, x, w, bias), "the last is a tie")
	assert.NoError(t, sameClasses([]int{0, 1, 0}, x, w, bias))
	assert.EqualError(t, sameClasses([]int{0, 0, 0}, x, w, bias), "row 1 is predicted to be of class 0, want 1")
	assert.EqualError(t, sameClasses([]int{0, 2, 0}, x, w, bias), "row 1 is predicted to be of class 2, want 1")
	assert.EqualError(t, sameClasses([]int{0}, x, w, bias), "1 classes of 3 rows")

	batch := kernels.NewMatrix(4, 3)
	for i := range batch.Data {
		batch.Data[i] = float32(i%5) / 4
	}
	labels := []int{0, 1, 1, 0}
	for _, step := range []stepper{gonumStep, vekStep, ourStep(nil)} {
		assert.NoError(t, agree(step, batch, labels, 2))
		assert.ErrorContains(t, agree(func(s *state, x kernels.Matrix, labels []int) {
			step(s, x, labels)
			s.w.Data[4] += 1e-3
		}, batch, labels, 2), "weight 4 is")
	}
}

// The objective is that of the definition, and gonum's has its gradient.
func TestObjective(t *testing.T) {
	ex := &classifier.Table{X: kernels.NewMatrix(2, 1), Y: []int{0, 1}, Names: []string{"a", "b"}}
	ex.X.Data[0], ex.X.Data[1] = 1, -1
	o := classifier.Objective{Loss: loss.Softmax{}, L2: 0.5}
	w := [][]float64{{1, 0.25}, {-1, 0}}
	want := (math.Log1p(math.Exp(-2.25))+math.Log1p(math.Exp(-1.75)))/2 + 0.5*2
	assert.InDelta(t, want, objective(ex, o, w), 1e-12)
	assert.Equal(t, 1., accuracy(ex, w))
	assert.Equal(t, 0.5, accuracy(ex, [][]float64{{1, 9}, {-1, 0}}))
	o.Bias = classifier.PenalizedBias
	assert.InDelta(t, want+0.5*0.0625, objective(ex, o, w), 1e-12)
	o.L1 = 2
	assert.InDelta(t, want+0.5*0.0625+2*2.25, objective(ex, o, w), 1e-12)

	g := newGonumFit(ex, 0.5)
	flat, grad := []float64{1, 0.25, -1, 0}, make([]float64, 4)
	assert.InDelta(t, want, g.lossGradient(grad, flat), 1e-12)
	for i := range flat {
		const h = 1e-6
		flat[i] += h
		up := g.lossGradient(nil, flat)
		flat[i] -= 2 * h
		down := g.lossGradient(nil, flat)
		flat[i] += h
		assert.InDelta(t, (up-down)/(2*h), grad[i], 1e-6, i)
	}
	fitted, points, err := g.until(context.Background(), 0)
	require.NoError(t, err)
	last := points[len(points)-1]
	assert.InDelta(t, last.Objective, objective(ex, classifier.Objective{Loss: loss.Softmax{}, L2: 0.5}, fitted), 1e-9)
	between := (points[0].Objective + last.Objective) / 2
	_, some, err := g.until(context.Background(), between)
	require.NoError(t, err)
	assert.LessOrEqual(t, some[len(some)-1].Objective, between)
	assert.Less(t, len(some), len(points))
}

// Each trains for the fewest epochs that reach what all can reach.
func TestToAccuracy(t *testing.T) {
	learns := func(name, isa string, by map[int]float64) trainer {
		return trainer{name, isa, func(_ context.Context, epochs int) (float64, time.Duration, error) {
			return by[epochs], time.Duration(epochs), nil
		}}
	}
	entrants, target, err := toAccuracy(t.Context(), []trainer{
		learns("argmax", "avx2", map[int]float64{1: 0.5, 2: 0.7, 5: 0.8, 10: 0.85}),
		learns("rival", "", map[int]float64{1: 0.6, 2: 0.799, 5: 0.8, 10: 0.803}),
	})
	require.NoError(t, err)
	assert.InDelta(t, 0.803-behind, target, 1e-12)
	for i, epochs := range []time.Duration{5, 2} {
		s, err := entrants[i].Run(t.Context(), 3)
		require.NoError(t, err)
		assert.Equal(t, 3, s.Calls)
		assert.Equal(t, 3*epochs, s.Elapsed)
		assert.GreaterOrEqual(t, s.Values[0].Number, target)
	}
}

func TestQuantiles(t *testing.T) {
	ns := make([]float64, 1001)
	for i := range ns {
		ns[i] = float64(1000 - i)
	}
	for i, want := range []float64{500, 900, 990, 999, 1000} {
		assert.Equal(t, want, quantiles(ns)[i].Number)
	}
}

func TestLoadNamesWhatIsMissing(t *testing.T) {
	dir := t.TempDir()
	_, err := load(dir)
	assert.EqualError(t, err, "models: "+dir+" has no train-images-idx3-ubyte")
}

// Searches of rivals in Go find the same distances, whatever the metric.
func TestNeighboursAgree(t *testing.T) {
	if testing.Short() || os.Getenv("ARGMAX_EMULATED") != "" {
		t.Skip("searches with all entrants")
	}
	t.Setenv("PATH", t.TempDir())
	missing := map[string]string{}
	contests, close, err := Neighbours(options(t, missing))
	require.NoError(t, err)
	defer close()
	seen := map[string]bool{}
	for _, c := range contests {
		assert.False(t, seen[c.Keys], "twice: %s", c.Keys)
		seen[c.Keys] = true
		if !strings.HasSuffix(c.Keys, "queries=4") && !strings.Contains(c.Keys, "metric=L1") && !strings.Contains(c.Keys, "metric=InnerProduct") && !strings.Contains(c.Keys, "features=32/") && !strings.Contains(c.Keys, "rows=100/") {
			continue
		}
		m, err := c.Make(t.Context())
		require.NoError(t, err)
		require.NoError(t, m.Check(), c.Keys)
		for _, e := range m.Entrants {
			s, err := e.Run(t.Context(), 1)
			require.NoError(t, err, e.Name)
			require.Len(t, s.Values, 1)
			assert.Equal(t, "queries/s", s.Values[0].Unit)
		}
	}
	assert.Contains(t, missing["faiss"], "g++")
}

func TestNearest(t *testing.T) {
	s := &scan{k: 3, dst: make([]index.Neighbour, 6)}
	s.nearest(1, []float32{5, 1, 4, 1, 0, 9})
	assert.Equal(t, []index.Neighbour{{Row: 4, Distance: 0}}, s.dst[3:4])
	assert.Equal(t, []float64{0, 1, 1}, distances(s.dst[3:]))
	s.want, s.largest = []float64{0, 100}, 1e6
	assert.NoError(t, s.same([]float64{0, 199}))
	assert.EqualError(t, s.same([]float64{0, 201}), "query 0: neighbour 1 is at 201, want 100")
	assert.Error(t, s.same([]float64{0, math.NaN()}))
}
