package classifier

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/classifier/metrics"
	"github.com/seed842bec00/argmax/kernels"
)

func wine(t *testing.T) *Table         { return fixture(t, "wine.csv", 1) }
func breastCancer(t *testing.T) *Table { return fixture(t, "breast_cancer.csv.gz", 1) }

// byDefault fits with the defaults and returns the accuracy.
func byDefault(t *testing.T, ex Examples) float64 {
	m, report, err := Auto{}.Fit(t.Context(), ex, Objective{}, Options{})
	require.NoError(t, err)
	assert.True(t, report.Converged, "%+v", report)
	e, err := Evaluate(t.Context(), m, ex, metrics.Options{}, 1)
	require.NoError(t, err)
	return e.Accuracy
}

// The defaults learn small sets as well as scikit-learn does: LogisticRegression() behind
// a StandardScaler, whose training accuracies these are.
func TestDefaultsLearnSmallSets(t *testing.T) {
	for name, c := range map[string]struct {
		ex   *Table
		want float64
	}{
		"iris": {iris(t), 0.9733}, "wine": {wine(t), 1}, "breast cancer": {breastCancer(t), 0.9877}, "digits": {digits(t), 0.9989},
	} {
		assert.Greater(t, byDefault(t, c.ex), c.want-0.01, name)
	}
}

// A small feature that decides beside a large one of noise is found: the best that any
// classifier does is 0.977.
func TestDefaultsFindASmallFeature(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	d := &Table{X: kernels.NewMatrix(600, 2), Y: make([]int, 600), Names: []string{"a", "b"}}
	for i := range d.Y {
		d.Y[i] = i % 2
		d.X.Row(i)[0], d.X.Row(i)[1] = float32(1000*r.NormFloat64()), float32(0.01*(r.NormFloat64()+4*float64(d.Y[i])))
	}
	assert.Greater(t, byDefault(t, d), 0.96)
}

// Twelve images of three greys are told apart: the fit ends at a tolerance, not after so
// few steps.
func TestDefaultsTellGreysApart(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 12))
	d := &Labelled[uint8]{X: kernels.NewDense[uint8](12, 15), Y: make([]int, 12), Names: []string{"dark", "grey", "light"}}
	for i := range d.Y {
		d.Y[i] = i % 3
		for f := range d.X.Row(i) {
			d.X.Row(i)[f] = uint8(80*d.Y[i] + r.IntN(20))
		}
	}
	assert.Equal(t, 1.0, byDefault(t, d))
	d.Names = d.Names[:1]
	clear(d.Y)
	_, _, err := Auto{}.Fit(t.Context(), d, Objective{}, Options{})
	assert.EqualError(t, err, "classifier: all examples are of one class, dark: want 2 or more")
}

// Pixels have one scale by default, other features one each.
func TestAutomaticScaling(t *testing.T) {
	d := &Labelled[uint8]{X: kernels.NewDense[uint8](2, 1)}
	assert.Equal(t, OneScale, Automatic.of(d))
	assert.Equal(t, OneScale, Automatic.of(pictures{Table: clouds(4, 4, 2)}))
	assert.Equal(t, PerFeature, Automatic.of(clouds(4, 4, 2)))
	assert.Equal(t, Unscaled, Unscaled.of(d))
}

// pictures are images of float32.
type pictures struct{ *Table }

func (pictures) ImageShape() (height, width, channels int) { return 2, 2, 1 }
