package classifier_test

import (
	"context"
	"math"
	"math/rand/v2"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/internal/cpu"
	"github.com/seed842bec00/argmax/internal/race"
	"github.com/seed842bec00/argmax/kernels"
)

// manyWorkers is 2⁵⁶ on 64-bit processors: times 256 rows each it overflows.
const manyWorkers = math.MaxInt>>7 + 1

// gathered are examples that cannot be read in place.
type gathered struct{ classifier.Examples }

// inPlaceOnly are bytes that must not be converted.
type inPlaceOnly struct {
	*classifier.Labelled[uint8]
}

func (inPlaceOnly) Gather(kernels.Matrix, []int) { panic("bytes were converted") }

// models are one of each kind that is trained on the examples.
func models(t *testing.T, ex classifier.Examples) map[string]classifier.Predictor {
	linear, _, err := sgd(func(c *classifier.SGD) { c.Epochs = 3 }).Fit(t.Context(), ex, oneScale(loss.Softmax{}), classifier.Options{})
	require.NoError(t, err)
	models := map[string]classifier.Predictor{"linear": linear}
	for metric := classifier.L2; metric <= classifier.Cosine; metric++ {
		models[metric.String()], err = classifier.NewKNN(ex, classifier.KNNConfig{K: 3, Metric: metric})
		require.NoError(t, err)
	}
	return models
}

// Training, scoring and searching read bytes where they lie.
func TestBytesAreNeverConverted(t *testing.T) {
	ex := inPlaceOnly{bytesOf(blobs(300, 20, 3))}
	for _, m := range models(t, ex) {
		require.NoError(t, m.PredictAll(context.Background(), make([]int, 300), ex, 2))
	}
}

// A row has the class that Predict gives it, wherever it lies, with any number of
// workers and on every instruction set.
func TestPredictAllIsPredict(t *testing.T) {
	isas := cpu.Available()
	if race.Enabled {
		isas = isas[:1] // slow
	}
	ex := blobs(270, 9, 3)
	spaced := kernels.Matrix{Rows: 270, Cols: 9, Stride: 11, Data: make([]float32, 270*11)}
	kernels.Convert(spaced, ex.X)
	rows := map[string]classifier.Rows{
		"bytes": bytesOf(ex), "floats": ex, "gathered": gathered{ex}, "spaced": classifier.Batch[float32](spaced),
		"batch of bytes": classifier.Batch[uint8](bytesOf(ex).X),
	}
	for trained, train := range map[string]classifier.Examples{"bytes": bytesOf(ex), "floats": ex, "gathered": gathered{ex}} {
		for name, m := range models(t, train) {
			for _, workers := range []int{-1, 0, manyWorkers} {
				assert.NoError(t, m.PredictAll(context.Background(), make([]int, ex.Len()), ex, workers))
			}
			want := make([]int, ex.Len())
			for i := range want {
				want[i] = m.Predict(ex.X.Row(i))
			}
			for _, isa := range isas {
				restore := cpu.Use(isa)
				for kind, r := range rows {
					for _, workers := range []int{1, 2, 7, math.MaxInt} {
						got := make([]int, ex.Len())
						require.NoError(t, m.PredictAll(context.Background(), got, r, workers))
						require.Equal(t, want, got, "%s of %s, %s, %v, %d workers", name, trained, kind, isa, workers)
					}
				}
				restore()
			}
			assert.NoError(t, m.PredictAll(context.Background(), nil, classifier.Batch[uint8]{Cols: 9}, 0), "no rows")
		}
	}
}

func TestPredictAllStopsWhenCancelled(t *testing.T) {
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	ex := blobs(200, 6, 3)
	for name, m := range models(t, ex) {
		for _, rows := range []classifier.Rows{ex, bytesOf(ex), gathered{ex}} {
			assert.ErrorIs(t, m.PredictAll(cancelled, make([]int, 200), rows, 1), context.Canceled, name)
		}
	}
}

// A matrix that is too small, or rows that do not fit the model, are errors before
// anything is computed; a destination that does not fit is a mistake of the program.
func TestRowsThatDoNotFit(t *testing.T) {
	ex := blobs(40, 6, 3)
	m := models(t, ex)
	bad := func(rows, cols, stride, length int) *classifier.Table {
		return &classifier.Table{X: kernels.Matrix{Rows: rows, Cols: cols, Stride: stride, Data: make([]float32, max(0, length))}, Y: ex.Y, Names: ex.Names}
	}
	for message, table := range map[string]*classifier.Table{
		"239 elements are too few for a matrix of 40×6 with stride 6":                            bad(40, 6, 6, 239),
		"0 elements are too few for a matrix of 40×6 with stride 6":                              bad(40, 6, 6, 0),
		"matrix of 40×6 has stride 5":                                                            bad(40, 6, 5, 240),
		"matrix of 40×6 has stride -6":                                                           bad(40, 6, -6, 240),
		"240 elements are too few for a matrix of 40×6 with stride " + strconv.Itoa(math.MaxInt): bad(40, 6, math.MaxInt, 240),
		"-1 rows of 6 features":                                                                  bad(-1, 6, 6, 240),
	} {
		bytes := &classifier.Labelled[uint8]{
			X: kernels.Dense[uint8]{Rows: table.X.Rows, Cols: table.X.Cols, Stride: table.X.Stride, Data: make([]uint8, len(table.X.Data))},
			Y: table.Y, Names: table.Names,
		}
		for _, ex := range []classifier.Examples{table, bytes} {
			for _, workers := range []int{1, 7} {
				for name, m := range m {
					assert.ErrorContains(t, m.PredictAll(context.Background(), make([]int, 40), ex, workers), message, name)
				}
				for _, solver := range []classifier.Solver{classifier.SGD{}, classifier.LBFGS{}} {
					_, _, err := solver.Fit(t.Context(), ex, classifier.Objective{}, classifier.Options{Workers: workers})
					assert.ErrorContains(t, err, message)
				}
			}
			_, err := classifier.NewKNN(ex, classifier.KNNConfig{})
			assert.ErrorContains(t, err, message)
		}
	}
	for name, m := range m {
		err := m.PredictAll(context.Background(), make([]int, 2), blobs(2, 5, 3), 1)
		assert.EqualError(t, err, "classifier: rows of 5 features, the model has 6", name)
		assert.PanicsWithValue(t, "classifier: PredictAll: 39 predictions for 40 rows", func() {
			_ = m.PredictAll(context.Background(), make([]int, 39), ex, 1)
		}, name)
		assert.Panics(t, func() { m.Predict(make([]float32, 5)) }, name)
	}
	lying := lies{bytesOf(ex)}
	for _, m := range m {
		assert.EqualError(t, m.PredictAll(context.Background(), make([]int, 41), lying, 1),
			"classifier: 41 rows of 6 features lie in a matrix of 40×6")
	}
}

// lies say that there are more rows than there are.
type lies struct{ *classifier.Labelled[uint8] }

func (lies) Len() int { return 41 }

// Whatever a Table says of itself, it is an error or has the right classes.
func FuzzTable(f *testing.F) {
	f.Add(3, 2, 2, 6, 3, 1, uint8(0))
	f.Add(40, 6, 7, 279, 40, 2, uint8(3))
	f.Add(40, 6, 5, 239, 40, 0, uint8(1))
	f.Add(-1, 6, 6, 240, 40, 2, uint8(2))
	f.Add(1, 4, 0, 4, 1, manyWorkers, uint8(2))
	f.Add(2, 0, 0, 0, 2, 3, uint8(0))
	f.Add(math.MaxInt, 2, math.MaxInt, 100, 3, -1, uint8(2))
	f.Fuzz(func(t *testing.T, rows, cols, stride, length, labels, workers int, element uint8) {
		length, labels = min(max(0, length), 1<<12), min(max(0, labels), 1<<12)
		r := rand.New(rand.NewPCG(uint64(length), uint64(labels)))
		names, y := []string{"a", "b", "c"}, make([]int, labels)
		for i := range y {
			y[i] = r.IntN(3)
		}
		table := &classifier.Table{X: kernels.Matrix{Rows: rows, Cols: cols, Stride: stride, Data: make([]float32, length)}, Y: y, Names: names}
		for i := range table.X.Data {
			table.X.Data[i] = float32(r.IntN(256))
		}
		var ex classifier.Examples = table
		sound := table.X.Check() == nil
		if element%2 == 1 {
			b := &classifier.Labelled[uint8]{X: kernels.Dense[uint8]{Rows: rows, Cols: cols, Stride: stride, Data: make([]uint8, length)}, Y: y, Names: names}
			for i, v := range table.X.Data {
				b.X.Data[i] = uint8(v)
			}
			ex = b
		}
		if rows > 1<<12 && cols == 0 {
			return // sound, and nothing to hold as many predictions in
		}
		linear, _, err := classifier.SGD{Epochs: 1}.Fit(t.Context(), ex, oneScale(loss.Softmax{}), classifier.Options{Workers: workers})
		knn, knnErr := classifier.NewKNN(ex, classifier.KNNConfig{K: 2})
		if learnable := sound && rows > 0 && cols > 0 && labels == rows; !learnable {
			require.Error(t, err)
			require.Error(t, knnErr)
			return
		}
		require.NoError(t, knnErr)
		models := []classifier.Predictor{knn}
		if slices.Max(y) == slices.Min(y) {
			require.ErrorContains(t, err, "all examples are of one class")
		} else {
			require.NoError(t, err)
			models = append(models, linear)
		}
		for _, m := range models {
			got := make([]int, rows)
			require.NoError(t, m.PredictAll(context.Background(), got, ex, workers))
			for i, p := range got {
				require.Equal(t, m.Predict(table.X.Row(i)), p)
			}
		}
	})
}

// What a pass over rows allocates does not grow with them.
func TestPredictAllAllocatesLittle(t *testing.T) {
	if race.Enabled {
		t.Skip("the race detector makes sync.Pool forget")
	}
	if testing.Short() {
		t.Skip("slow in an emulator, and the same everywhere")
	}
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // so does a collection
	few, many := blobs(60, 100, 3), blobs(6000, 100, 3)
	for name, m := range models(t, few) {
		bytes := func(rows classifier.Rows) uint64 {
			dst := make([]int, rows.Len())
			predict := func() { require.NoError(t, m.PredictAll(context.Background(), dst, rows, 1)) }
			predict() // fills the pools
			least := uint64(math.MaxUint64)
			for range 8 { // a goroutine that changes its processor finds another pool
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				predict()
				runtime.ReadMemStats(&after)
				least = min(least, after.TotalAlloc-before.TotalAlloc)
			}
			return least
		}
		limit := uint64(4 << 10)
		if !strings.Contains(name, "linear") {
			limit = 256 << 10 // neighbours and copied queries of one block
		}
		for _, rows := range []classifier.Examples{many, bytesOf(many)} {
			assert.LessOrEqual(t, bytes(rows), limit, "%s, %T: %d bytes of examples", name, rows, 6000*100)
		}
		assert.LessOrEqual(t, bytes(gathered{many}), limit+60*100*4+4096+256*100*5, "%s: gathered", name)
	}
}
