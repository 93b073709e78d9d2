// Package metrics measures predictions: accuracy with its interval, precision, recall and
// F1 of each class, the confusion matrix, top-k accuracy, log loss, Brier score,
// calibration, and the areas under ROC and precision–recall curves.
//
// [Evaluate] makes a [Report] of [Predictions] and labels. It matches classes by name: the
// labels may be indices of other names, in another order, than the predictions. A report
// is written as a table by fmt and as an object by encoding/json. A [Metric] is one number
// of a report, by which models are compared.
//
// A [Ranking] has the curves of one class against the rest.
package metrics
