package metrics_test

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/classifier/metrics"
	"github.com/seed842bec00/argmax/kernels"
)

// reference is what scikit-learn says of predictions, see testdata/reference.py.
type reference struct {
	Name                                string
	Classes                             int
	Labels                              []int
	Probabilities                       []float32
	Accuracy, Top2                      float64
	Confusion                           [][]int
	Precision, Recall, F1               []float64
	Support                             []int
	Macro, Weighted                     []float64
	LogLoss, Brier, CalibrationError    float64
	ROCArea, AveragePrecision           []*float64
	MicroROCArea, MicroAveragePrecision float64
	FalsePositiveRate, TruePositiveRate []float64
	CurvePrecision, CurveRecall         []float64
}

func (r reference) predictions() metrics.Predictions {
	p := metrics.Predictions{Probabilities: kernels.Matrix{
		Rows: len(r.Labels), Cols: r.Classes, Stride: r.Classes, Data: r.Probabilities,
	}}
	for k := range r.Classes {
		p.Classes = append(p.Classes, fmt.Sprint(k))
	}
	return p
}

func TestReference(t *testing.T) {
	content, err := os.ReadFile("testdata/reference.json")
	require.NoError(t, err)
	var cases []reference
	require.NoError(t, json.Unmarshal(content, &cases))
	require.Greater(t, len(cases), 5)
	for _, want := range cases {
		t.Run(want.Name, func(t *testing.T) {
			p := want.predictions()
			got, err := metrics.Evaluate(p, metrics.Labels{Names: p.Classes, Y: want.Labels}, metrics.Options{Top: []int{2}, Areas: true})
			require.NoError(t, err)
			near := func(want float64, got metrics.Value, name string) {
				assert.InDelta(t, want, float64(got), 1e-12, name)
			}
			near(want.Accuracy, metrics.Value(got.Accuracy), "accuracy")
			if want.Name != "ties" && want.Name != "all the same" && want.Name != "certain and wrong" {
				near(want.Top2, metrics.Value(got.Top[0].Accuracy), "top-2") // scikit-learn breaks ties the other way
			}
			assert.InDelta(t, want.LogLoss, float64(got.LogLoss), 1e-8, "log loss: scikit-learn's is of rows divided by their sums")
			near(want.Brier, got.Brier, "Brier score")
			near(want.CalibrationError, got.CalibrationError, "calibration error")
			assert.Equal(t, want.Confusion, got.Confusion)
			for _, c := range []struct {
				want []float64
				got  metrics.Scores
			}{{want.Macro, got.Macro}, {want.Weighted, got.Weighted}} {
				near(c.want[0], c.got.Precision, "mean precision")
				near(c.want[1], c.got.Recall, "mean recall")
				near(c.want[2], c.got.F1, "mean F1")
			}
			for k, c := range got.Classes {
				assert.Equal(t, want.Support[k], c.Support)
				if c.Support+c.Predicted > 0 {
					near(want.Precision[k], c.Precision, "precision")
					near(want.Recall[k], c.Recall, "recall")
					near(want.F1[k], c.F1, "F1")
				}
				if want.ROCArea[k] == nil {
					assert.NotEqual(t, c.ROCArea, c.ROCArea, "NaN")
					assert.NotEqual(t, c.AveragePrecision, c.AveragePrecision, "NaN")
					continue
				}
				near(*want.ROCArea[k], c.ROCArea, "ROC area")
				near(*want.AveragePrecision[k], c.AveragePrecision, "average precision")
			}
			curves(t, want)
			averages(t, want, float64(got.Macro.ROCArea))
		})
	}
}

// curves compares the curves of the last class.
func curves(t *testing.T, want reference) {
	scores, positive := make([]float32, len(want.Labels)), make([]bool, len(want.Labels))
	for i, y := range want.Labels {
		scores[i], positive[i] = want.Probabilities[(i+1)*want.Classes-1], y == want.Classes-1
	}
	r, err := metrics.Rank(scores, positive)
	require.NoError(t, err)
	var x, y []float64
	for _, p := range r.ROC() {
		x, y = append(x, p.X), append(y, p.Y)
	}
	assert.InDeltaSlice(t, want.FalsePositiveRate, x, 1e-12)
	assert.InDeltaSlice(t, want.TruePositiveRate, y, 1e-12)
	x, y = nil, nil
	for _, p := range r.PrecisionRecall() {
		x, y = append(x, p.X), append(y, p.Y)
	}
	assert.InDeltaSlice(t, want.CurveRecall, x, 1e-12)
	assert.InDeltaSlice(t, want.CurvePrecision, y, 1e-12)
}

// averages compares the averages of the curves of all classes.
func averages(t *testing.T, want reference, macro float64) {
	p := want.predictions().Probabilities
	micro, err := metrics.RankMicro(p, want.Labels)
	require.NoError(t, err)
	assert.InDelta(t, want.MicroROCArea, micro.ROCArea(), 1e-12)
	assert.InDelta(t, want.MicroAveragePrecision, micro.AveragePrecision(), 1e-12)
	var rankings []metrics.Ranking
	for class := range want.Classes {
		scores, positive := make([]float32, p.Rows), make([]bool, p.Rows)
		for i := range scores {
			scores[i], positive[i] = p.Row(i)[class], want.Labels[i] == class
		}
		r, err := metrics.Rank(scores, positive)
		require.NoError(t, err)
		rankings = append(rankings, r)
	}
	curve := metrics.MacroROC(rankings)
	var area float64
	for i := 1; i < len(curve); i++ {
		require.LessOrEqual(t, curve[i-1].X, curve[i].X)
		require.LessOrEqual(t, curve[i-1].Y, curve[i].Y+1e-15)
		area += (curve[i].X - curve[i-1].X) * (curve[i].Y + curve[i-1].Y) / 2
	}
	assert.InDelta(t, macro, area, 1e-12, "the area under the mean is the mean of the areas")
	assert.Equal(t, [2]float64{0, 1}, [2]float64{curve[0].X, curve[len(curve)-1].X})
}
