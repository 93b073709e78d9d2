// Package selection chooses among models by examples that they have not learned from.
//
// A [Candidate] is an objective and a solver: those of a [Grid], those that a [Space] draws,
// or any others. A [Search] tries candidates on the folds of a cross-validation, [KFold], or
// on held-out rows, [HoldOut], and compares them by a metric of package metrics. It can save
// time by [Halving], stop at a time, and go on from a journal; it chooses the best, or by the
// rule of one standard error, and fits the chosen one, or the [Average] of the best, to all
// examples.
//
// The result depends on the examples, the candidates and the seed alone: not on the number of
// workers, nor on whether the search was interrupted.
package selection
