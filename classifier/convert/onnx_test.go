package convert_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/convert"
	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/dataset"
	"github.com/seed842bec00/argmax/kernels"
)

// needRuntime skips the test unless node finds onnxruntime-node, an npm package: in a
// directory node_modules above this one, or in NODE_PATH.
func needRuntime(t *testing.T) {
	if err := exec.Command("node", "-e", "require('onnxruntime-node')").Run(); err != nil {
		t.Skip("no onnxruntime-node here: npm install it, and set NODE_PATH to its node_modules: ", err)
	}
}

// tensor is an output of ONNX Runtime.
type tensor struct {
	Dims []int
	Data []float64
}

// run writes a model as ONNX and runs it in ONNX Runtime.
func run(t *testing.T, m *classifier.Linear, x kernels.Matrix) map[string]tensor {
	t.Helper()
	dir := t.TempDir()
	model, features := filepath.Join(dir, "model.onnx"), filepath.Join(dir, "features")
	require.NoError(t, convert.WriteFile(model, m))
	raw, err := binary.Append(nil, binary.LittleEndian, x.Data)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(features, raw, 0o600))
	node := exec.Command("node", filepath.Join("testdata", "run.js"), model, features, strconv.Itoa(x.Rows), strconv.Itoa(x.Cols))
	var problem bytes.Buffer
	node.Stderr = &problem
	out, err := node.Output()
	require.NoError(t, err, problem.String())
	var outputs map[string]tensor
	require.NoError(t, json.Unmarshal(out, &outputs))
	return outputs
}

// ONNX Runtime gives the labels, scores and probabilities of each kind of model.
func TestONNXRuntime(t *testing.T) {
	needRuntime(t)
	x := randomMatrix(40, 6)
	models := map[string]*classifier.Linear{"far": farModel(t)}
	for _, classes := range []int{2, 5, 40} {
		for _, link := range loss.Links {
			models[strconv.Itoa(classes)+" "+link.String()] = randomModel(t, classes, 6, classifier.Info{Link: link})
		}
	}
	each := classifier.Calibration{Slope: randomMatrix(1, 5).Data, Offset: randomMatrix(1, 5).Data}
	for name, info := range map[string]classifier.Info{
		"temperature": {Link: loss.SoftmaxLink, Calibration: classifier.Temperature(2)},
		"platt":       {Link: loss.SigmoidLink, Calibration: each},
		"image":       {Link: loss.SoftmaxLink, Calibration: each, Shape: classifier.Shape{Height: 1, Width: 2, Channels: 3}},
	} {
		models[name] = randomModel(t, 5, 6, info)
	}
	for name, m := range models {
		x := x
		if m.Features() == 1 { // the far model
			x = kernels.Matrix{Rows: 2, Cols: 1, Stride: 1, Data: []float32{16_000_000, 16_000_001}}
		}
		out, classes := run(t, m, x), len(m.Classes())
		scores, probabilities, labels := kernels.NewMatrix(x.Rows, classes), kernels.NewMatrix(x.Rows, classes), make([]int, x.Rows)
		rows := classifier.Batch[float32](x)
		require.NoError(t, m.ScoresAll(context.Background(), scores, rows, 1))
		require.NoError(t, m.PredictAll(context.Background(), labels, rows, 1))
		linked := m.ProbabilitiesAll(context.Background(), probabilities, rows, 1) == nil
		assert.Equal(t, []int{x.Rows}, out["label"].Dims, name)
		assert.Equal(t, []int{x.Rows, classes}, out["scores"].Dims, name)
		for i, label := range labels {
			assert.Equal(t, label, int(out["label"].Data[i]), "%s, row %d", name, i)
		}
		assert.Equal(t, linked, len(out["probabilities"].Data) > 0, name)
		for i, s := range scores.Data {
			assert.InDelta(t, s, out["scores"].Data[i], 1e-4, name)
			if linked {
				assert.InDelta(t, probabilities.Data[i], out["probabilities"].Data[i], 1e-5, name)
			}
		}
	}
}

// The labels of all of Fashion-MNIST's test set are the same.
func TestONNXRuntimeOnFashionMNIST(t *testing.T) {
	needRuntime(t)
	dir := os.Getenv("ARGMAX_DATA")
	if dir == "" {
		t.Skip("needs real data: set ARGMAX_DATA to a directory that holds fashion-mnist")
	}
	data, err := dataset.Load(t.Context(), filepath.Join(dir, "fashion-mnist"), dataset.Config{})
	require.NoError(t, err)
	m, _, err := classifier.SGD{Epochs: 2}.Fit(t.Context(), data.Train, classifier.Objective{Loss: loss.Softmax{}, L2: 1e-4}, classifier.Options{})
	require.NoError(t, err)
	n := data.Test.Len()
	x, rows, labels := kernels.NewMatrix(n, data.Test.Features()), make([]int, n), make([]int, n)
	for i := range rows {
		rows[i] = i
	}
	data.Test.Gather(x, rows)
	require.NoError(t, m.PredictAll(t.Context(), labels, data.Test, 0))
	label := run(t, m, x)["label"]
	require.Len(t, label.Data, n)
	right := 0
	for i, want := range labels {
		require.Equal(t, want, int(label.Data[i]), "image %d", i)
		if want == data.Test.Labels()[i] {
			right++
		}
	}
	t.Logf("%d labels are equal, %d are right", n, right)
}

// fields decodes a message of protocol buffers: the values of each field, in order. A varint
// is its bytes.
func fields(t *testing.T, b []byte) map[int][]string {
	t.Helper()
	all := map[int][]string{}
	for len(b) > 0 {
		key, n := binary.Uvarint(b)
		require.Positive(t, n)
		b = b[n:]
		v, n := binary.Uvarint(b)
		require.Positive(t, n)
		value := string(b[:n])
		if b = b[n:]; key&7 == 2 {
			require.LessOrEqual(t, v, uint64(len(b)))
			value, b = string(b[:v]), b[v:]
		} else {
			require.Zero(t, key&7, "wire type")
		}
		all[int(key>>3)] = append(all[int(key>>3)], value)
	}
	return all
}

// The graph is what onnx.proto makes of the bytes.
func TestONNXGraph(t *testing.T) {
	info := classifier.Info{Classes: []string{"a", "b"}, Link: loss.SigmoidLink, Shape: classifier.Shape{Height: 1, Width: 3, Channels: 1},
		Calibration: classifier.Calibration{Slope: []float32{1, 2}, Offset: []float32{0, 0}}}
	m, err := classifier.NewLinear(kernels.Matrix{Rows: 2, Cols: 3, Stride: 3, Data: []float32{1, 2, 3, 4, 5, 6}}, []float32{0, 2}, info)
	require.NoError(t, err)
	var b bytes.Buffer
	require.NoError(t, convert.WriteONNX(&b, m))
	model := fields(t, b.Bytes())
	assert.Equal(t, []string{"\x07"}, model[1], "ir_version")
	opset := fields(t, []byte(model[8][0]))
	assert.Equal(t, []string{""}, opset[1])
	assert.Equal(t, []string{"\x0d"}, opset[2])
	properties := map[string]string{}
	for _, p := range model[14] {
		f := fields(t, []byte(p))
		properties[f[1][0]] = f[2][0]
	}
	assert.Equal(t, map[string]string{"classes": `["a","b"]`, "image": "[1,3,1]"}, properties)

	graph := fields(t, []byte(model[7][0]))
	var nodes [][]string // operation, inputs, output
	for _, n := range graph[1] {
		f := fields(t, []byte(n))
		nodes = append(nodes, append(append(f[4], f[1]...), f[2]...))
	}
	assert.Equal(t, [][]string{
		{"Gemm", "features", "weight", "bias", "scores"}, {"ArgMax", "scores", "label"},
		{"Mul", "scores", "slope", "sloped"}, {"Add", "sloped", "offset", "calibrated"},
		{"Sigmoid", "calibrated", "sigmoids"}, {"ReduceSum", "sigmoids", "axes", "sum"}, {"Div", "sigmoids", "sum", "probabilities"},
	}, nodes)
	shapes := map[string][]string{}
	for _, c := range graph[5] {
		f := fields(t, []byte(c))
		shapes[f[8][0]] = f[1]
		if f[8][0] == "weight" {
			assert.Equal(t, "\x01", f[2][0], "FLOAT")
			raw, err := binary.Append(nil, binary.LittleEndian, []float32{1, 2, 3, 4, 5, 6})
			require.NoError(t, err)
			assert.Equal(t, string(raw), f[9][0])
		}
	}
	assert.Equal(t, map[string][]string{"weight": {"\x02", "\x03"}, "bias": {"\x02"}, "slope": {"\x02"}, "offset": {"\x02"}, "axes": {"\x01"}}, shapes)
	names := func(field int) (names []string) {
		for _, v := range graph[field] {
			names = append(names, fields(t, []byte(v))[1][0])
		}
		return names
	}
	assert.Equal(t, []string{"features"}, names(11))
	assert.Equal(t, []string{"label", "scores", "probabilities"}, names(12))

	far := farModel(t)
	b.Reset()
	require.NoError(t, convert.WriteONNX(&b, far))
	graph = fields(t, []byte(fields(t, b.Bytes())[7][0]))
	assert.Equal(t, "Sub", fields(t, []byte(graph[1][0]))[4][0])
	assert.Equal(t, "Mul", fields(t, []byte(graph[1][1]))[4][0])
}
