package classifier

// Options are what a fit needs beside its objective. The zero value is fine.
type Options struct {
	// Weights of the examples: nil means that all are 1. A weight of 2 is the example
	// twice, 0 its absence.
	Weights []float32
	// Start is the model to start from, as when there are more data; nil starts from zero
	// weights. The new model has the classes of this one, in their order. Examples are
	// matched by the names of their classes; a class that the model does not have is an
	// error that names it.
	Start *Linear
	// Workers are the goroutines; 0 means one for each processor. It does not change the
	// model.
	Workers int
	// Progress, if not nil, is called after each iteration, in order.
	Progress func(Report)

	// Validation are examples that nothing is learned from: reports say how the model does
	// on them. Their classes are matched by name. nil is none.
	Validation Examples
	// HoldOut is the fraction of the examples that are set apart as Validation, which
	// must then be nil: of each class that fraction, rounded, drawn by HoldOutSeed.
	HoldOut     float64
	HoldOutSeed uint64
	// Patience, if not 0, ends the fit after that many iterations in a row whose
	// validation loss is not below the lowest before, and makes the model that of the
	// lowest, however the fit ends. With 0 the validation set has no influence.
	Patience int

	// Checkpoint, if not nil, is called with the state of the fit after each iteration that
	// is not its last because of a tolerance or of patience, in order, once Progress has been. [SGD] and [LBFGS] have checkpoints; with other
	// solvers it is an error, and so is Resume.
	Checkpoint func(*Checkpoint)
	// Resume is the checkpoint to go on from; nil begins anew. A checkpoint of another
	// fit is an error.
	Resume *Checkpoint
}
