package classifier

import "context"

// Predictor is what every model is. It is immutable and safe for concurrent use.
type Predictor interface {
	// Classes returns the names of the classes; a prediction is an index of it. The
	// slice must not be changed.
	Classes() []string
	// Features is the number of features of a row.
	Features() int
	// Predict returns the class of x, −1 if it has none because of NaN. It
	// allocates nothing. It panics if x does not have Features elements.
	Predict(x []float32) int
	// PredictAll sets dst[i] to the class of row i, the one that Predict gives.
	// workers is the number of goroutines, 0 for one on each processor; it does not
	// change the predictions. Rows of another number of features are an error. When ctx is done
	// PredictAll stops and returns its error; dst is then incomplete. It panics if dst
	// does not have an element for each row.
	PredictAll(ctx context.Context, dst []int, rows Rows, workers int) error
}

var (
	_ Predictor = (*Linear)(nil)
	_ Predictor = (*KNN)(nil)

	_ InPlace[uint8]   = Batch[uint8]{}
	_ InPlace[float32] = Batch[float32]{}
	_ Examples         = (*Table)(nil)
	_ InPlace[uint8]   = (*Labelled[uint8])(nil)
	_ InPlace[float32] = (*Table)(nil)
)
