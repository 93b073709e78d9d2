package kernels

// MaxRowForm is the largest number of classes whose scores are computed in the
// row form, one inner product each. More are computed in the chain form, with the
// classes in the lanes. The number of classes alone decides, so that a model scores a
// row the same in every batch.
const MaxRowForm = 32

// Weights is a linear score function f(x) = Wx + b, prepared for scoring. W has
// one row for each class and one column for each feature. Weights is immutable.
type Weights struct {
	matrix Matrix
	bias   []float32
	// transposed is Wᵀ in panels, for the chain form: the classes of a panel, feature
	// by feature.
	transposed panels
}

// NewWeights prepares w and bias, which it keeps and which must not change
// afterwards. It panics unless bias has an element for each row of w.
func NewWeights(w Matrix, bias []float32) *Weights {
	must(w.Check())
	mustEqual("NewWeights", "length of bias", len(bias), w.Rows)
	prepared := &Weights{matrix: w, bias: bias}
	if prepared.chained() {
		prepared.transposed = right{w, true}.pack(make([]float32, w.Rows*w.Cols))
	}
	return prepared
}

// chained reports whether scores are in the chain form.
func (w *Weights) chained() bool { return w.Classes() > MaxRowForm }

// Classes returns the number of rows of W.
func (w *Weights) Classes() int { return w.matrix.Rows }

// Features returns the number of columns of W.
func (w *Weights) Features() int { return w.matrix.Cols }

// Matrix returns W, which must not be changed.
func (w *Weights) Matrix() Matrix { return w.matrix }

// Bias returns b, which must not be changed.
func (w *Weights) Bias() []float32 { return w.bias }
