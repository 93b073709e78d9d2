package convert

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/kernels"
)

// Options say what a file does not, or not as one wants it. The zero value is fine.
type Options struct {
	// Classes are the names of the classes, in the order of the scores. Without them the
	// names are those in the file, or the numbers from 0 on.
	Classes []string
	// Shape is that of images whose pixels are the features, if they are.
	Shape classifier.Shape
	// Link makes probabilities of the scores: softmax for what was trained with
	// cross-entropy, sigmoid for logistic regression of one class against the rest. Files
	// of LIBLINEAR, and JSON with a link, say it themselves.
	Link loss.Link
	// Layer is the name of the layer in a safetensors file that has several, such as "fc"
	// or "model.head".
	Layer string
	// Limits bound what reading may take. Header is for the names of classes and for what
	// is neither weights nor bias.
	Limits classifier.FileLimits
}

// bytes returns the limit of weights.
func (o Options) bytes() int64 { return max(0, cmp.Or(o.Limits.Bytes, min(16<<30, math.MaxInt))) }

// header returns the limit of the rest.
func (o Options) header() int { return max(0, cmp.Or(o.Limits.Header, 32<<20)) }

// head is what a file holds.
type head struct {
	weights     kernels.Matrix // outputs × features; one output is the score of class 1 against class 0
	bias        []float32      // nil: zeros
	names       []string       // nil: the file has none
	link        loss.Link
	calibration classifier.Calibration
	shape       classifier.Shape
}

// model returns the model of a head with what the options say.
func (h head) model(o Options) (*classifier.Linear, error) {
	if h.weights.Rows == 0 || h.weights.Cols == 0 {
		return nil, fmt.Errorf("weights of %d classes and %d features", h.weights.Rows, h.weights.Cols)
	}
	if h.bias == nil {
		h.bias = make([]float32, h.weights.Rows)
	}
	if len(h.bias) != h.weights.Rows {
		return nil, fmt.Errorf("a bias of length %d for %d rows of weights", len(h.bias), h.weights.Rows)
	}
	for j := range h.weights.Rows {
		for f, w := range h.weights.Row(j) {
			if w-w != 0 {
				return nil, fmt.Errorf("the weight of row %d and feature %d is %v", j, f, w)
			}
		}
		if b := h.bias[j]; b-b != 0 {
			return nil, fmt.Errorf("the bias of row %d is %v", j, b)
		}
	}
	if o.Link != loss.NoLink {
		h.link = o.Link
	}
	if o.Shape != (classifier.Shape{}) {
		h.shape = o.Shape
	}
	if h.weights.Rows == 1 {
		h.split()
	}
	info := classifier.Info{Classes: o.Classes, Shape: h.shape, Link: h.link, Calibration: h.calibration}
	if info.Classes == nil {
		info.Classes = h.names
	}
	if info.Classes == nil {
		for c := range h.weights.Rows {
			info.Classes = append(info.Classes, strconv.Itoa(c))
		}
	}
	if err := checkNames(info.Classes); err != nil {
		return nil, err
	}
	return classifier.NewLinear(h.weights, h.bias, info)
}

// split makes two rows of one, so that the higher score is that of class 1 if it was
// positive, and the probabilities are the sigmoid of what it was: the softmax of 0 and s,
// or the sigmoids of −s and s.
func (h *head) split() {
	w := kernels.NewMatrix(2, h.weights.Cols)
	b := []float32{0, h.bias[0]}
	copy(w.Row(1), h.weights.Row(0))
	if h.link != loss.SoftmaxLink {
		for f, v := range w.Row(1) {
			w.Row(0)[f] = -v
		}
		b[0] = -b[1]
	}
	h.weights, h.bias = w, b
}

// checkNames returns an error unless all names can be written and told apart.
func checkNames(names []string) error {
	seen := make(map[string]int, len(names))
	for i, name := range names {
		if !utf8.ValidString(name) {
			return fmt.Errorf("the name of class %d, %.64q, is not UTF-8", i, name)
		}
		if name == "" {
			return fmt.Errorf("class %d has no name", i)
		}
		if j, ok := seen[name]; ok {
			return fmt.Errorf("classes %d and %d have the name %.64q", j, i, name)
		}
		seen[name] = i
	}
	return nil
}

// folded returns weights (classes × features) and bias in float64, with what the model does
// to its features folded into them.
func folded(m *classifier.Linear) (weights, bias []float64) {
	classes, features := len(m.Classes()), m.Features()
	pivot, scale := m.Inputs()
	row := make([]float32, features)
	for c := range classes {
		m.Template(row, c)
		b := float64(m.Bias(c))
		for f, w := range row {
			v := float64(w)
			if pivot != nil {
				v *= float64(scale[f])
				b -= float64(v * float64(pivot[f]))
			}
			weights = append(weights, v)
		}
		bias = append(bias, b)
	}
	return weights, bias
}

// plain returns weights and bias in float32, or an error if the model does something to its
// features first.
func plain(m *classifier.Linear, format string) (kernels.Matrix, []float32, error) {
	if pivot, _ := m.Inputs(); pivot != nil {
		return kernels.Matrix{}, nil, fmt.Errorf("the model subtracts from its features and scales them first, which weights of float32 in %s cannot express", format)
	}
	w, b := kernels.NewMatrix(len(m.Classes()), m.Features()), make([]float32, len(m.Classes()))
	for c := range b {
		m.Template(w.Row(c), c)
		b[c] = m.Bias(c)
	}
	return w, b, nil
}

func allZero[F float32 | float64](x []F) bool {
	return !slices.ContainsFunc(x, func(v F) bool { return v != 0 })
}
