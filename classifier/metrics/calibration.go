package metrics

import "math"

// Bin is the predictions whose confidence lies in an interval. A well calibrated model is
// right as often as it is confident: Accuracy is near Confidence.
type Bin struct {
	Low        float64 `json:"low"`  // of the confidence, excluded
	High       float64 `json:"high"` // included
	Examples   int     `json:"examples"`
	Confidence Value   `json:"confidence"` // the mean; NaN without examples
	Accuracy   Value   `json:"accuracy"`
}

// bins sorts predictions into equal parts of the interval from 0 to 1.
type bins []struct {
	examples, correct int
	confidence        float64
}

// add adds a prediction. A confidence of 0 is in the first bin.
func (b bins) add(confidence float64, correct bool) {
	n := float64(len(b))
	i := min(max(int(math.Ceil(float64(confidence*n)))-1, 0), len(b)-1)
	b[i].examples++
	b[i].confidence += confidence
	if correct {
		b[i].correct++
	}
}

// table returns the bins with their means.
func (b bins) table() []Bin {
	table := make([]Bin, len(b))
	for i, bin := range b {
		n := float64(bin.examples)
		table[i] = Bin{
			Low: float64(i) / float64(len(b)), High: float64(i+1) / float64(len(b)), Examples: bin.examples,
			Confidence: Value(bin.confidence / n), Accuracy: Value(float64(bin.correct) / n),
		}
	}
	return table
}

// expectedError returns the expected calibration error Σ nᵢ/n·|accuracyᵢ − confidenceᵢ|.
func (b bins) expectedError() float64 {
	var sum float64
	n := 0
	for _, bin := range b {
		sum += math.Abs(float64(bin.correct) - bin.confidence)
		n += bin.examples
	}
	return sum / float64(n)
}
