package classifier

import "time"

// Report says how a fit ended, or how it goes.
type Report struct {
	Solver    string // its name
	Choice    string // why [Auto] has chosen it; empty if it was not Auto
	Converged bool   // to the tolerance
	Why       string // it ended, in words

	// Objective is that of the model, Loss and Penalty its terms.
	Objective, Loss, Penalty float64
	// Accuracy is the fraction of the examples that the model classifies correctly,
	// weighted as their losses are.
	Accuracy float64
	// Validation is how the model does on the validation set; zero without one.
	Validation Validation
	// Gap bounds how far Objective is above the minimum. It is +Inf where there is no
	// bound, as without a penalty.
	Gap float64
	// Gradient is the length of the gradient, or of a subgradient; NaN before it is
	// computed.
	Gradient float64
	// Update is the length of the last step relative to that of the weights it led to,
	// biases included: of an iteration, or of the last batch of an epoch. It is set in
	// the reports that Progress gets; about 1e-3 is usual in the middle of a fit by SGD.
	Update float64

	Iterations int // or epochs
	Rows       int // that are learned from
	// Passes are over the data: scores and gradients of all rows. What else is done
	// counts by its multiply-adds.
	Passes  float64
	Elapsed time.Duration
}

// RowsPerSecond is how many rows the passes have read in a second, on average.
func (r Report) RowsPerSecond() float64 {
	return r.Passes * float64(r.Rows) / r.Elapsed.Seconds()
}

// Validation is how a model does on examples that nothing is learned from.
type Validation struct {
	// Loss is the mean of the losses, with the weights of classes of the objective.
	// Accuracy is weighted as they are.
	Loss, Accuracy float64
	// Best is the iteration with the lowest loss so far, the first of equal ones.
	Best int
}
