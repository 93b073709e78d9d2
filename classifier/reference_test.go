package classifier

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"io"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/kernels"
)

// reference is a minimum that another tool found, see testdata/reference.
type reference struct {
	Tool, Loss, Bias string
	L2, L1           float64
	Objective        float64
	Weights          [][]float64
	Biases           []float64
	Classes          int // only rows of the first classes, unless 0
}

func (r reference) objective() Objective {
	o := Objective{Scaling: Unscaled, L2: r.L2, L1: r.L1, Bias: map[string]Bias{"free": FreeBias, "penalized": PenalizedBias, "none": NoBias}[r.Bias]}
	for _, l := range []loss.Loss{loss.Softmax{}, loss.Logistic{}, loss.Hinge{}, loss.SquaredHinge{}, loss.CrammerSinger{}} {
		if l.String() == r.Loss {
			o.Loss = l
		}
	}
	return o
}

// first returns the rows of the first classes.
func first(d *Table, classes int) *Table {
	some := &Table{X: kernels.Matrix{Cols: d.X.Cols, Stride: d.X.Cols}, Names: d.Names[:classes]}
	for i, y := range d.Y {
		if y < classes {
			some.X.Data = append(some.X.Data, d.X.Row(i)...)
			some.Y = append(some.Y, y)
			some.X.Rows++
		}
	}
	return some
}

// fixture reads a data set of testdata/reference.
func fixture(t *testing.T, file string, divisor float32) *Table {
	content, err := os.ReadFile("testdata/reference/" + file)
	require.NoError(t, err)
	var source io.Reader = bytes.NewReader(content)
	if strings.HasSuffix(file, ".gz") {
		source, err = gzip.NewReader(source)
		require.NoError(t, err)
	}
	reader := csv.NewReader(source)
	reader.FieldsPerRecord = -1
	lines, err := reader.ReadAll()
	require.NoError(t, err)
	if !strings.HasPrefix(file, "digits") {
		lines = lines[1:] // the names
	}
	d := &Table{X: kernels.NewMatrix(len(lines), len(lines[0])-1)}
	for i, line := range lines {
		for j, field := range line {
			v, err := strconv.ParseFloat(field, 32)
			require.NoError(t, err)
			if j < d.X.Cols {
				d.X.Row(i)[j] = float32(v) / divisor
				continue
			}
			d.Y = append(d.Y, int(v))
			for len(d.Names) <= int(v) {
				d.Names = append(d.Names, strconv.Itoa(len(d.Names)))
			}
		}
	}
	return d
}

func iris(t *testing.T) *Table   { return fixture(t, "iris.csv", 1) }
func digits(t *testing.T) *Table { return fixture(t, "digits.csv.gz", 16) }

func references(t *testing.T, name string) (all []reference) {
	content, err := os.ReadFile("testdata/reference/" + name + ".json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(content, &all))
	return all
}

// The minimum is that of scikit-learn and LIBLINEAR: the objective and the weights, by
// the table of Objective. What tells weights apart is the strong convexity of the
// penalty, λ‖W − W*‖² ≤ L(W) − L(W*).
func TestReference(t *testing.T) {
	for name, d := range map[string]*Table{"iris": iris(t), "digits": digits(t)} {
		for _, want := range references(t, name) {
			o := want.objective()
			if o.L1 > 0 {
				continue
			}
			var solver Solver = LBFGS{Tolerance: 1e-6}
			precision := 1e-6
			if _, smooth := o.Loss.(loss.Smooth); !smooth {
				precision = 1e-4
				solver = DualCD{Tolerance: precision, MaxPasses: 20000}
			}
			t.Run(name+"/"+want.Tool, func(t *testing.T) {
				d := d
				if want.Classes > 0 {
					d = first(d, want.Classes)
				}
				m, report, err := solver.Fit(t.Context(), d, o, Options{})
				require.NoError(t, err)
				assert.True(t, report.Converged, "%+v", report)
				assert.InEpsilon(t, want.Objective, report.Objective, precision)
				distance := math.Sqrt(2*precision*want.Objective/o.L2) + 1e-4
				template := make([]float32, d.Features())
				for k, weights := range want.Weights {
					if len(want.Weights) == 1 { // the score of two classes is that of the second
						k = 1
					}
					m.Template(template, k)
					for f, w := range weights {
						assert.InDelta(t, w, template[f], distance, "class %d, feature %d", k, f)
					}
					if o.Bias == NoBias {
						assert.Zero(t, m.Bias(k))
					}
				}
			})
		}
	}
}

// With an L1 penalty the objective is that of the other tools, or less: LIBLINEAR's -s 5
// stops before the minimum. Where they reach it, the weights that are clearly not zero
// are the same, and zeros are exact.
func TestReferenceOfL1(t *testing.T) {
	for name, d := range map[string]*Table{"iris": iris(t), "digits": digits(t)} {
		for _, want := range references(t, name) {
			o := want.objective()
			if o.L1 == 0 {
				continue
			}
			t.Run(name+"/"+want.Tool, func(t *testing.T) {
				m, report, err := LBFGS{Tolerance: 1e-5, MaxPasses: 5000}.Fit(t.Context(), d, o, Options{})
				require.NoError(t, err)
				assert.LessOrEqual(t, report.Objective, want.Objective*(1+1e-5), "%+v", report)
				if o.Loss == (loss.SquaredHinge{}) {
					return
				}
				assert.InEpsilon(t, want.Objective, report.Objective, 1e-5)
				template, zeros := make([]float32, d.Features()), 0
				for k, weights := range want.Weights {
					m.Template(template, k)
					for f, w := range weights {
						assert.InDelta(t, w, template[f], 0.02+0.02*math.Abs(w), "class %d, feature %d", k, f)
						if template[f] == 0 {
							zeros++
						}
					}
				}
				assert.Positive(t, zeros)
			})
		}
	}
}

// The elastic net converges by its gap, and has zeros where L2 has none.
func TestElasticNet(t *testing.T) {
	d := digits(t)
	for _, l1 := range []float64{0, 1e-3, 1e-2} {
		m, report, err := LBFGS{}.Fit(t.Context(), d, Objective{L2: 1e-3, L1: l1}, Options{})
		require.NoError(t, err)
		assert.True(t, report.Converged, "%+v", report)
		zeros := 0
		for _, w := range parameters(m) {
			if w == 0 {
				zeros++
			}
		}
		constant := 3 * 10 // features of digits that never vary
		if l1 == 0 {
			assert.Equal(t, constant, zeros)
		} else {
			assert.Greater(t, zeros, constant+int(2e4*l1), "λ₁ = %v", l1)
		}
	}
}
