package classifier_test

import (
	"context"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/kernels"
)

// always is a model that always predicts one class of several.
func always(t testing.TB, class, features int) *classifier.Linear {
	bias := make([]float32, 3)
	bias[class] = 1
	m, err := classifier.NewLinear(kernels.NewMatrix(3, features), bias, animal)
	require.NoError(t, err)
	return m
}

func TestHolder(t *testing.T) {
	var _ classifier.Predictor = (*classifier.Holder[*classifier.Linear])(nil)
	first, second := always(t, 0, 4), always(t, 2, 4)
	h := classifier.NewHolder(first)
	x := make([]float32, 4)
	assert.Zero(t, h.Predict(x))
	old, err := h.Swap(second)
	require.NoError(t, err)
	assert.Same(t, first, old)
	assert.Same(t, second, h.Load())
	assert.Equal(t, 2, h.Predict(x))
	assert.Equal(t, 4, h.Features())
	assert.Equal(t, animal.Classes, h.Classes())
	_, err = h.Swap(always(t, 1, 5))
	assert.EqualError(t, err, "classifier: a model of 5 features cannot replace one of 4")
	assert.Same(t, second, h.Load())
	assert.Zero(t, testing.AllocsPerRun(50, func() { h.Predict(x) }))
}

// Requests see one model or another, never a mixture, while models come and go.
func TestHolderUnderLoad(t *testing.T) {
	h := classifier.NewHolder(always(t, 0, 4))
	models := []*classifier.Linear{always(t, 0, 4), always(t, 1, 4), always(t, 2, 4)}
	done := make(chan struct{})
	var requests, swaps sync.WaitGroup
	for range 2 {
		swaps.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-done:
					return
				default:
					_, err := h.Swap(models[i%3])
					assert.NoError(t, err)
				}
			}
		})
	}
	for range 4 {
		requests.Go(func() {
			rows, dst := kernels.NewMatrix(70, 4), make([]int, 70)
			for range 200 {
				assert.NoError(t, h.PredictAll(context.Background(), dst, classifier.Batch[float32](rows), 1))
				for _, class := range dst {
					if class != dst[0] {
						t.Errorf("one batch has classes %v", dst)
						return
					}
				}
			}
		})
	}
	requests.Wait()
	close(done)
	swaps.Wait()
}
