package convert

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/loss"
)

// WriteONNX writes a model for ONNX Runtime and its like. Its input, "features", is N ×
// features of float32: pixels from 0 to 255, in planes of channels, if they are pixels. Its
// outputs are
//
//	label           N            int64: the class with the highest score, the first of equal ones
//	scores          N × classes  float32
//	probabilities   N × classes  float32, if the scores are linked to them, calibrated
//
// The metadata "classes" are the names of the classes, a JSON array, and "image" is
// [height, width, channels]. The graph is Gemm, ArgMax and Softmax, or Sigmoid divided by its
// sum (opset 13); before it Sub and Mul if the model subtracts and scales its features.
// Weights of more than 2 GB are an error, as protocol buffers have no room for them.
func WriteONNX(w io.Writer, m *classifier.Linear) error {
	b, err := onnx(m)
	if err == nil {
		_, err = w.Write(b)
	}
	if err != nil {
		return fmt.Errorf("convert: %w", err)
	}
	return nil
}

// The numbers of fields and of enumerations are those of onnx.proto
// (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).

const (
	onnxFloat = 1 // TensorProto.DataType
	onnxInt64 = 7

	onnxOpset     = 13
	onnxIRVersion = 7 // the first that has opset 13
)

func onnx(m *classifier.Linear) ([]byte, error) {
	info := m.Info()
	if err := checkNames(info.Classes); err != nil {
		return nil, err
	}
	classes, features := len(info.Classes), m.Features()
	if int64(classes)*int64(features) > (math.MaxInt32-1<<20)/4 {
		return nil, errors.New("the weights take more than 2 GB, for which ONNX has no room")
	}
	g := graph{}
	x := "features"
	g.value(inputField, x, onnxFloat, features)
	if pivot, scale := m.Inputs(); pivot != nil {
		g.node("Sub", []string{x, g.floats("pivot", pivot, features)}, "centred")
		g.node("Mul", []string{"centred", g.floats("scale", scale, features)}, "scaled")
		x = "scaled"
	}
	weights, bias := make([]float32, 0, classes*features), make([]float32, classes)
	row := make([]float32, features)
	for c := range bias {
		m.Template(row, c)
		weights, bias[c] = append(weights, row...), m.Bias(c)
	}
	g.node("Gemm", []string{x, g.floats("weight", weights, classes, features), g.floats("bias", bias, classes)}, "scores", attribute{"transB", 1})
	g.node("ArgMax", []string{"scores"}, "label", attribute{"axis", 1}, attribute{"keepdims", 0})
	g.value(outputField, "label", onnxInt64)
	g.value(outputField, "scores", onnxFloat, classes)
	if info.Link != loss.NoLink {
		g.probabilities(info.Link, info.Calibration)
		g.value(outputField, "probabilities", onnxFloat, classes)
	}
	g.string(2, "argmax") // name

	var opset, file message
	opset.string(1, "") // the domain of ONNX itself
	opset.varint(2, onnxOpset)
	file.varint(1, onnxIRVersion)
	file.string(2, "argmax") // producer_name
	file.bytes(7, g.message)
	file.bytes(8, opset)
	names, err := json.Marshal(info.Classes)
	if err != nil {
		return nil, err
	}
	file.property("classes", string(names))
	if s := info.Shape; s != (classifier.Shape{}) {
		file.property("image", fmt.Sprintf("[%d,%d,%d]", s.Height, s.Width, s.Channels))
	}
	return file, nil
}

// property adds metadata to a ModelProto.
func (m *message) property(key, value string) {
	var p message
	p.string(1, key)
	p.string(2, value)
	m.bytes(14, p)
}

// graph is a GraphProto.
type graph struct{ message }

// Fields of a GraphProto.
const (
	inputField  = 11
	outputField = 12
)

// probabilities adds the calibration and the link.
func (g *graph) probabilities(link loss.Link, c classifier.Calibration) {
	scores := "scores"
	if n := len(c.Slope); n > 0 {
		g.node("Mul", []string{scores, g.floats("slope", c.Slope, n)}, "sloped")
		g.node("Add", []string{"sloped", g.floats("offset", c.Offset, n)}, "calibrated")
		scores = "calibrated"
	}
	if link == loss.SoftmaxLink {
		g.node("Softmax", []string{scores}, "probabilities", attribute{"axis", 1})
		return
	}
	g.node("Sigmoid", []string{scores}, "sigmoids")
	g.node("ReduceSum", []string{"sigmoids", g.integers("axes", 1)}, "sum", attribute{"keepdims", 1})
	g.node("Div", []string{"sigmoids", "sum"}, "probabilities")
}

// attribute is an AttributeProto of an integer.
type attribute struct {
	name  string
	value int64
}

// node adds an operation, which has the name of its result.
func (g *graph) node(operation string, inputs []string, output string, attributes ...attribute) {
	var n message
	for _, i := range inputs {
		n.string(1, i)
	}
	n.string(2, output)
	n.string(3, output) // name
	n.string(4, operation)
	for _, a := range attributes {
		var m message
		m.string(1, a.name)
		m.varint(3, a.value)
		m.varint(20, 2) // type INT
		n.bytes(5, m)
	}
	g.bytes(1, n)
}

// floats adds a constant and returns its name.
func (g *graph) floats(name string, x []float32, shape ...int) string {
	raw, _ := binary.Append(nil, binary.LittleEndian, x) // numbers always encode
	return g.tensor(name, onnxFloat, raw, shape)
}

func (g *graph) integers(name string, x ...int64) string {
	raw, _ := binary.Append(nil, binary.LittleEndian, x)
	return g.tensor(name, onnxInt64, raw, []int{len(x)})
}

func (g *graph) tensor(name string, dtype int64, raw []byte, shape []int) string {
	var t message
	for _, n := range shape {
		t.varint(1, int64(n))
	}
	t.varint(2, dtype)
	t.string(8, name)
	t.bytes(9, raw)
	g.bytes(5, t)
	return name
}

// value adds a ValueInfoProto: an input or an output of N × shape.
func (g *graph) value(field int, name string, dtype int64, shape ...int) {
	var dims, tensor, kind, v message
	var batch message
	batch.string(2, "N")
	dims.bytes(1, batch)
	for _, n := range shape {
		var dim message
		dim.varint(1, int64(n))
		dims.bytes(1, dim)
	}
	tensor.varint(1, dtype)
	tensor.bytes(2, dims)
	kind.bytes(1, tensor)
	v.string(1, name)
	v.bytes(2, kind)
	g.bytes(field, v)
}
