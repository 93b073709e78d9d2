package metrics

import (
	"fmt"
	"strings"
)

// Metric is a number of a report by which models are compared.
type Metric uint8

const (
	Accuracy Metric = iota
	MacroPrecision
	MacroRecall // the balanced accuracy, if all classes have examples
	MacroF1
	WeightedF1
	ROCArea          // the macro average
	AveragePrecision // the macro average
	LogLoss
	Brier
	CalibrationError
)

// Metrics are all metrics.
var Metrics = [...]Metric{
	Accuracy, MacroPrecision, MacroRecall, MacroF1, WeightedF1, ROCArea, AveragePrecision, LogLoss, Brier, CalibrationError,
}

var metricNames = [...]string{
	"accuracy", "macro precision", "macro recall", "macro F1", "weighted F1", "ROC area", "average precision",
	"log loss", "Brier score", "calibration error",
}

// String returns the name of the metric in words, such as "macro F1".
func (m Metric) String() string {
	if int(m) < len(metricNames) {
		return metricNames[m]
	}
	return fmt.Sprintf("Metric(%d)", uint8(m))
}

// ParseMetric returns the metric of a name as String returns it. Upper and lower case are
// the same, and so are spaces and hyphens.
func ParseMetric(name string) (Metric, error) {
	for _, m := range Metrics {
		if strings.EqualFold(strings.ReplaceAll(name, "-", " "), m.String()) {
			return m, nil
		}
	}
	return 0, fmt.Errorf("metrics: no metric %q; there are %s", name, strings.Join(metricNames[:], ", "))
}

// MarshalText returns the name of the metric.
func (m Metric) MarshalText() ([]byte, error) {
	if int(m) >= len(metricNames) {
		return nil, fmt.Errorf("metrics: no metric %d", uint8(m))
	}
	return []byte(m.String()), nil
}

// UnmarshalText sets m to the metric of a name.
func (m *Metric) UnmarshalText(name []byte) (err error) {
	*m, err = ParseMetric(string(name))
	return err
}

// Of returns the number of a report, NaN if the report does not have it.
func (m Metric) Of(r *Report) float64 {
	switch m {
	case Accuracy:
		return r.Accuracy
	case MacroPrecision:
		return float64(r.Macro.Precision)
	case MacroRecall:
		return float64(r.Macro.Recall)
	case MacroF1:
		return float64(r.Macro.F1)
	case WeightedF1:
		return float64(r.Weighted.F1)
	case ROCArea:
		return float64(r.Macro.ROCArea)
	case AveragePrecision:
		return float64(r.Macro.AveragePrecision)
	case LogLoss:
		return float64(r.LogLoss)
	case Brier:
		return float64(r.Brier)
	case CalibrationError:
		return float64(r.CalibrationError)
	}
	panic(fmt.Sprintf("metrics: no metric %d", uint8(m)))
}

// Better reports whether a is a better value of the metric than b: larger, or, of losses
// and errors, smaller. Every number is better than NaN.
func (m Metric) Better(a, b float64) bool {
	switch {
	case a != a:
		return false
	case b != b:
		return true
	case m.NeedsProbabilities():
		return a < b
	}
	return a > b
}

// NeedsProbabilities reports whether the metric is there only with probabilities.
func (m Metric) NeedsProbabilities() bool {
	return m == LogLoss || m == Brier || m == CalibrationError
}

// NeedsAreas reports whether the metric is there only with [Options].Areas.
func (m Metric) NeedsAreas() bool { return m == ROCArea || m == AveragePrecision }
