package classifier

import "time"

// Report says how a fit ended.
type Report struct {
	Solver    string // its name
	Converged bool   // to the tolerance
	Why       string // it ended, in words

	// Objective is that of the model, Loss and Penalty its terms.
	Objective, Loss, Penalty float64
	// Gap bounds how far Objective is above the minimum. It is +Inf where there is no
	// bound, as without a penalty.
	Gap float64
	// Gradient is the length of the gradient, or of a subgradient; NaN before it is
	// computed.
	Gradient float64

	Iterations int // or epochs
	// Passes are over the data: scores and gradients of all rows. What else is done
	// counts by its multiply-adds.
	Passes  float64
	Elapsed time.Duration
}
