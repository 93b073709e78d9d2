package main

import (
	"fmt"
	"math"

	"github.com/seed842bec00/argmax/classifier"
)

// fitReport is a report of a fit, for JSON, where infinite and undefined numbers are
// missing.
type fitReport struct {
	Solver     string            `json:"solver"`
	Choice     string            `json:"choice,omitempty"` // why Auto chose it
	Converged  bool              `json:"converged"`
	Why        string            `json:"why,omitempty"`
	Objective  float64           `json:"objective"`
	Loss       float64           `json:"loss"`
	Penalty    float64           `json:"penalty"`
	Gap        *float64          `json:"gap,omitempty"` // at most this much above the minimum
	Gradient   *float64          `json:"gradient,omitempty"`
	Accuracy   float64           `json:"accuracy"`
	Update     float64           `json:"update,omitempty"` // of the weights, relative to their length
	Iterations int               `json:"iterations"`
	Passes     float64           `json:"passes"`
	Seconds    float64           `json:"seconds"`
	Validation *validationReport `json:"validation,omitempty"`
}

type validationReport struct {
	Loss     float64 `json:"loss"`
	Accuracy float64 `json:"accuracy"`
}

func newFitReport(r classifier.Report) fitReport {
	f := fitReport{
		Solver: r.Solver, Choice: r.Choice, Converged: r.Converged, Why: r.Why,
		Objective: r.Objective, Loss: r.Loss, Penalty: r.Penalty,
		Gap: ifFinite(r.Gap), Gradient: ifFinite(r.Gradient),
		Iterations: r.Iterations, Passes: r.Passes, Seconds: r.Elapsed.Seconds(), Accuracy: r.Accuracy, Update: r.Update,
	}
	if v := r.Validation; v.Best > 0 {
		f.Validation = &validationReport{v.Loss, v.Accuracy}
	}
	return f
}

func ifFinite(x float64) *float64 {
	if math.IsInf(x, 0) || math.IsNaN(x) {
		return nil
	}
	return &x
}

// String returns the certificate in a line.
func (r fitReport) String() string {
	certificate := "no bound of the distance from the minimum"
	if r.Gap != nil && *r.Gap < r.Objective { // which is never negative
		certificate = fmt.Sprintf("at most %.2g above the minimum", *r.Gap)
	}
	return fmt.Sprintf("%s, %d iterations, %.3g passes in %.2f s: %s: objective %.4f (loss %.4f, penalty %.4f), %s",
		r.Solver, r.Iterations, r.Passes, r.Seconds, r.Why, r.Objective, r.Loss, r.Penalty, certificate)
}
