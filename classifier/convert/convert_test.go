package convert_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/convert"
	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/internal/npy"
	"github.com/seed842bec00/argmax/internal/safetensors"
	"github.com/seed842bec00/argmax/kernels"
)

func randomMatrix(rows, cols int) kernels.Matrix {
	r := rand.New(rand.NewPCG(uint64(rows), uint64(cols)))
	m := kernels.NewMatrix(rows, cols)
	for i := range m.Data {
		m.Data[i] = float32(r.NormFloat64())
	}
	return m
}

// randomModel has the names "0", "1", … unless info has others.
func randomModel(t testing.TB, classes, features int, info classifier.Info) *classifier.Linear {
	for c := len(info.Classes); c < classes; c++ {
		info.Classes = append(info.Classes, strconv.Itoa(c))
	}
	m, err := classifier.NewLinear(randomMatrix(classes, features), randomMatrix(1, classes).Data, info)
	require.NoError(t, err)
	return m
}

// farModel subtracts and scales its only feature, which is 16,000,000 or one more.
func farModel(t testing.TB) *classifier.Linear {
	far := &classifier.Table{X: kernels.Matrix{Rows: 2, Cols: 1, Stride: 1, Data: []float32{16_000_000, 16_000_001}}, Y: []int{0, 1}, Names: []string{"even", "odd"}}
	m, _, err := classifier.LBFGS{}.Fit(t.Context(), far, classifier.Objective{L2: 1e-4}, classifier.Options{})
	require.NoError(t, err)
	pivot, _ := m.Inputs()
	require.NotNil(t, pivot)
	return m
}

func scoresOf(m *classifier.Linear, x []float32) []float32 {
	s := make([]float32, len(m.Classes()))
	m.Scores(s, x)
	return s
}

// Models of other tools give their labels and their probabilities.
func TestModelsOfOtherTools(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("testdata", "reference.json"))
	require.NoError(t, err)
	var reference struct {
		Rows  [][]float32
		Cases []struct {
			File, Link    string
			Labels, Order []string
			Probabilities [][]float64
		}
	}
	require.NoError(t, json.Unmarshal(text, &reference))
	require.Len(t, reference.Cases, 13)
	links := map[string]loss.Link{"": loss.NoLink, "softmax": loss.SoftmaxLink, "sigmoid": loss.SigmoidLink}
	for _, c := range reference.Cases {
		o := convert.Options{}
		if strings.HasPrefix(c.File, "sklearn") {
			o.Link = links[c.Link]
		}
		m, err := convert.ReadFile(filepath.Join("testdata", c.File), o)
		require.NoError(t, err, c.File)
		assert.Equal(t, links[c.Link], m.Info().Link, c.File)
		column := map[string]int{}
		for i, name := range m.Classes() {
			column[name] = i
		}
		for i, name := range c.Order {
			column[name] = i
		}
		for i, x := range reference.Rows {
			assert.Equal(t, c.Labels[i], m.Classes()[m.Predict(x)], "%s, row %d", c.File, i)
			if c.Link == "" {
				continue
			}
			p := make([]float32, len(m.Classes()))
			require.NoError(t, m.Probabilities(p, x))
			for j, name := range m.Classes() {
				assert.InDelta(t, c.Probabilities[i][column[name]], p[j], 2e-5, "%s, row %d, %s", c.File, i, name)
			}
		}
	}
}

// A model keeps its bits in every format, and what else the format has room for.
func TestRoundTrips(t *testing.T) {
	full := classifier.Info{Classes: []string{"cat", "Hund \"x\"", "帆船"}, Shape: classifier.Shape{Height: 2, Width: 3, Channels: 1},
		Link: loss.SoftmaxLink, Calibration: classifier.Temperature(1.5)}
	numbered := classifier.Info{Classes: []string{"7", "-2", "30"}, Link: loss.SigmoidLink}
	bare := classifier.Info{Classes: []string{"0", "1", "2"}}
	for _, c := range []struct {
		ext        string
		info, want classifier.Info
		bias       bool
	}{
		{".json", full, full, true},
		{".json", bare, bare, true},
		{".npz", full, classifier.Info{Classes: full.Classes}, true},
		{".safetensors", full, bare, true},
		{".npy", full, bare, false},
		{".liblinear", full, bare, true}, // whose names are no integers
		{".model", numbered, numbered, true},
	} {
		m := randomModel(t, 3, 6, c.info)
		if !c.bias {
			var err error
			m, err = classifier.NewLinear(randomMatrix(3, 6), make([]float32, 3), c.info)
			require.NoError(t, err)
		}
		path := filepath.Join(t.TempDir(), "model"+c.ext)
		require.NoError(t, convert.WriteFile(path, m), c.ext)
		got, err := convert.ReadFile(path, convert.Options{})
		require.NoError(t, err, c.ext)
		assert.Equal(t, c.want, got.Info(), c.ext)
		want, err := m.With(c.want)
		require.NoError(t, err)
		assert.Equal(t, want, got, c.ext)
	}
}

// A format with float64 takes what a model does to its features; one with float32 refuses.
func TestModelsThatScaleTheirFeatures(t *testing.T) {
	m := farModel(t)
	for write, name := range map[string]string{"json": "JSON", "npz": "NPZ", "liblinear": "LIBLINEAR"} {
		path := filepath.Join(t.TempDir(), "model."+write)
		require.NoError(t, convert.WriteFile(path, m), name)
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		assert.NotEmpty(t, text)
	}
	var b bytes.Buffer
	require.NoError(t, convert.WriteJSON(&b, m))
	var object struct {
		Coef      [][]float64 `json:"coef_"`
		Intercept []float64   `json:"intercept_"`
	}
	require.NoError(t, json.Unmarshal(b.Bytes(), &object))
	for _, x := range []float64{16_000_000, 16_000_001} {
		want := scoresOf(m, []float32{float32(x)})
		for j := range want {
			assert.InDelta(t, want[j], object.Coef[j][0]*x+object.Intercept[j], 1e-4)
		}
	}
	assert.EqualError(t, convert.WriteSafetensors(&b, m),
		"convert: the model subtracts from its features and scales them first, which weights of float32 in safetensors cannot express")
}

// One row is two classes: class 1 if it is positive, class 0 if it is zero.
func TestOneRowIsTwoClasses(t *testing.T) {
	for _, c := range []struct {
		link    loss.Link
		x, want float32
	}{
		{loss.NoLink, 3, 0}, {loss.SigmoidLink, 3, 0.9820138}, {loss.SoftmaxLink, 3, 0.9820138},
	} {
		m, err := convert.ReadJSON(strings.NewReader(`{"coef_": [[2]], "intercept_": [-2], "classes_": [false, true]}`), convert.Options{Link: c.link})
		require.NoError(t, err)
		assert.Equal(t, []string{"false", "true"}, m.Classes())
		for x, class := range map[float32]int{1: 0, 1.01: 1, 0.99: 0} {
			assert.Equal(t, class, m.Predict([]float32{x}), "%v", x)
		}
		p := make([]float32, 2)
		if m.Probabilities(p, []float32{c.x}) == nil {
			assert.InDelta(t, c.want, p[1], 1e-6) // the sigmoid of 4
		} else {
			assert.Zero(t, c.want)
		}
	}
}

// The layers of PyTorch, under any prefix, and the errors that say which there are.
func TestSafetensorsOfPyTorch(t *testing.T) {
	tensor := func(name string, shape ...int) safetensors.Tensor {
		n := 1
		for _, d := range shape {
			n *= d
		}
		data := make([]float32, n)
		for i := range data {
			data[i] = float32(i)
		}
		return safetensors.Tensor{Name: name, Shape: shape, Data: data}
	}
	file := func(metadata map[string]string, tensors ...safetensors.Tensor) []byte {
		var b bytes.Buffer
		require.NoError(t, safetensors.Write(&b, tensors, metadata))
		return b.Bytes()
	}
	pt := map[string]string{"format": "pt"}
	backbone := file(pt, tensor("encoder.conv.weight", 2, 3, 3, 3), tensor("encoder.fc1.weight", 4, 3), tensor("encoder.fc1.bias", 4),
		tensor("head.weight", 2, 3), tensor("head.bias", 2), tensor("norm.weight", 3))
	for name, c := range map[string]struct {
		file    []byte
		layer   string
		want    []float32 // scores of 1, 1, 1
		problem string
	}{
		"nn.Linear":      {file(pt, tensor("weight", 2, 3), tensor("bias", 2)), "", []float32{3, 13}, ""},
		"no metadata":    {file(nil, tensor("weight", 2, 3), tensor("bias", 2)), "", []float32{3, 13}, ""},
		"no bias":        {file(pt, tensor("fc.weight", 2, 3)), "", []float32{3, 12}, ""},
		"a prefix":       {file(pt, tensor("model.fc.weight", 2, 3), tensor("model.fc.bias", 2), tensor("bias", 7)), "", []float32{3, 13}, ""},
		"one output":     {file(pt, tensor("fc.weight", 1, 3), tensor("fc.bias", 1)), "", []float32{-3, 3}, ""},
		"chosen":         {backbone, "head", []float32{3, 13}, ""},
		"by its weight":  {backbone, "head.weight", []float32{3, 13}, ""},
		"several layers": {backbone, "", nil, `2 layers, choose one by its name: "encoder.fc1" "head"`},
		"another":        {backbone, "tail", nil, `no tensor "tail.weight" of two dimensions`},
		"a convolution":  {backbone, "encoder.conv", nil, `no tensor "encoder.conv.weight" of two dimensions`},
		"no layer":       {file(pt, tensor("norm.weight", 3)), "", nil, `no tensor "weight" of two dimensions`},
		"a wrong bias":   {file(pt, tensor("weight", 2, 3), tensor("bias", 1, 2)), "", nil, `tensor "bias" of shape [1 2] for a weight of shape [2 3]`},
		"argmax's keys":  {file(map[string]string{"argmax.preprocessing": "divide by 255"}, tensor("weight", 2, 3)), "", nil, `the metadata have "argmax.preprocessing", but not argmax.model`},
	} {
		m, err := convert.ReadSafetensors(bytes.NewReader(c.file), convert.Options{Layer: c.layer, Link: loss.SoftmaxLink})
		if c.problem != "" {
			assert.ErrorContains(t, err, "convert: ", name)
			assert.ErrorContains(t, err, c.problem, name)
			continue
		}
		require.NoError(t, err, name)
		if name == "one output" {
			c.want = []float32{0, 3} // the softmax of 0 and 3
		}
		assert.Equal(t, c.want, scoresOf(m, []float32{1, 1, 1}), name)
		assert.Equal(t, loss.SoftmaxLink, m.Info().Link)
	}
}

// A model file of argmax is read as such, and the options replace what it says.
func TestModelFilesOfArgmax(t *testing.T) {
	m := randomModel(t, 3, 6, classifier.Info{Link: loss.SoftmaxLink, Calibration: classifier.Temperature(2)})
	path := filepath.Join(t.TempDir(), "model.safetensors")
	require.NoError(t, m.WriteFile(path))
	got, err := convert.ReadFile(path, convert.Options{})
	require.NoError(t, err)
	assert.Equal(t, m, got)
	o := convert.Options{Classes: []string{"a", "b", "c"}, Shape: classifier.Shape{Height: 2, Width: 3, Channels: 1}, Link: loss.SigmoidLink}
	got, err = convert.ReadFile(path, o)
	require.NoError(t, err)
	assert.Equal(t, classifier.Info{Classes: o.Classes, Shape: o.Shape, Link: o.Link, Calibration: classifier.Temperature(2)}, got.Info())
	_, err = convert.ReadFile(path, convert.Options{Classes: []string{"a", "a", "c"}})
	assert.ErrorContains(t, err, `classes 0 and 1 have the name "a"`)
}

// LIBLINEAR's labels are matched with class names by their numbers.
func TestNamesOfLabels(t *testing.T) {
	model := func(labels string) string {
		return "solver_type MCSVM_CS\nnr_class 3\nlabel " + labels + "\nnr_feature 1\nbias -1\nw\n10 20 30 \n"
	}
	o := convert.Options{Classes: []string{"a", "b", "c"}}
	for labels, want := range map[string][]string{"2 0 1": {"c", "a", "b"}, "3 1 2": {"c", "a", "b"}} {
		m, err := convert.ReadLIBLINEAR(strings.NewReader(model(labels)), o)
		require.NoError(t, err)
		assert.Equal(t, want, m.Classes())
		assert.Equal(t, []float32{10, 20, 30}, scoresOf(m, []float32{1}))
	}
	for labels, problem := range map[string]string{
		"0 1 3": "label 3 with 3 class names", "-1 0 1": "the labels begin with -1", "2 3 4": "the labels begin with 2",
	} {
		_, err := convert.ReadLIBLINEAR(strings.NewReader(model(labels)), o)
		assert.ErrorContains(t, err, problem)
	}
	o.Classes = o.Classes[:2]
	_, err := convert.ReadLIBLINEAR(strings.NewReader(model("0 1 2")), o)
	assert.EqualError(t, err, "convert: LIBLINEAR: 2 class names for 3 labels")
}

// liblinear-predict gives our labels and probabilities to models that we write.
func TestLIBLINEARReadsOurs(t *testing.T) {
	predict, err := exec.LookPath("liblinear-predict")
	if err != nil {
		t.Skip("no liblinear-predict here: ", err)
	}
	two := classifier.Info{Classes: []string{"4", "-3"}, Link: loss.SigmoidLink}
	opposite, err := classifier.NewLinear(kernels.Matrix{Rows: 2, Cols: 3, Stride: 3, Data: []float32{1, -2, 3, -1, 2, -3}}, []float32{-0.5, 0.5}, two)
	require.NoError(t, err)
	x := randomMatrix(50, 3)
	var features strings.Builder
	for i := range x.Rows {
		features.WriteString("0")
		for f, v := range x.Row(i) {
			features.WriteString(" " + strconv.Itoa(f+1) + ":" + strconv.FormatFloat(float64(v), 'g', -1, 32))
		}
		features.WriteString("\n")
	}
	dir := t.TempDir()
	data := filepath.Join(dir, "data")
	require.NoError(t, os.WriteFile(data, []byte(features.String()), 0o600))
	for name, m := range map[string]*classifier.Linear{
		"two":      opposite,
		"logistic": randomModel(t, 4, 3, classifier.Info{Classes: []string{"1", "3", "2", "9"}, Link: loss.SigmoidLink}),
		"softmax":  randomModel(t, 4, 3, classifier.Info{Link: loss.SoftmaxLink}),
		"hinge":    randomModel(t, 2, 3, classifier.Info{Classes: []string{"8", "7"}}),
		"softmax2": randomModel(t, 2, 3, classifier.Info{Classes: []string{"8", "7"}, Link: loss.SoftmaxLink}),
		"platt2":   randomModel(t, 2, 3, classifier.Info{Link: loss.SigmoidLink, Calibration: classifier.Temperature(3)}),
	} {
		path, out := filepath.Join(dir, name+".model"), filepath.Join(dir, name+".out")
		require.NoError(t, convert.WriteFile(path, m))
		b := "0"
		if name == "two" || name == "logistic" || name == "softmax2" {
			b = "1"
		}
		require.NoError(t, exec.Command(predict, "-q", "-b", b, data, path, out).Run(), name)
		text, err := os.ReadFile(out)
		require.NoError(t, err)
		lines := strings.Split(strings.TrimSpace(string(text)), "\n")
		var order []string
		if b == "1" {
			order, lines = strings.Fields(lines[0])[1:], lines[1:]
		}
		require.Len(t, lines, x.Rows)
		for i, line := range lines {
			words := strings.Fields(line)
			assert.Equal(t, m.Classes()[m.Predict(x.Row(i))], words[0], "%s, row %d", name, i)
			if b == "0" {
				continue
			}
			p := make([]float32, len(m.Classes()))
			require.NoError(t, m.Probabilities(p, x.Row(i)))
			for j, name := range m.Classes() {
				for k, label := range order {
					if label == name {
						v, err := strconv.ParseFloat(words[1+k], 64)
						require.NoError(t, err)
						assert.InDelta(t, v, p[j], 1e-5)
					}
				}
			}
		}
	}
}

// NumPy reads the arrays that we write.
func TestNumPyReadsOurs(t *testing.T) {
	const python = "/usr/bin/python3"
	if err := exec.Command(python, "-c", "import numpy").Run(); err != nil {
		t.Skip("no NumPy here: ", err)
	}
	m := randomModel(t, 3, 4, classifier.Info{Classes: []string{"cat", "dog", "帆船"}})
	path := filepath.Join(t.TempDir(), "model.npz")
	require.NoError(t, convert.WriteFile(path, m))
	out, err := exec.Command(python, "-c", "import sys, json, numpy as np; z = np.load(sys.argv[1]); "+
		"print(json.dumps([z['classes_'].tolist(), (z['coef_'] @ np.ones(4, 'f4') + z['intercept_']).tolist(), str(z['coef_'].dtype)]))", path).Output()
	require.NoError(t, err)
	var got []any
	require.NoError(t, json.Unmarshal(out, &got))
	assert.Equal(t, []any{"cat", "dog", "帆船"}, got[0])
	assert.Equal(t, "float32", got[2])
	for j, s := range scoresOf(m, []float32{1, 1, 1, 1}) {
		assert.InDelta(t, s, got[1].([]any)[j], 1e-5)
	}
}

func TestNPY(t *testing.T) {
	array := func(write func(*bytes.Buffer) error) []byte {
		var b bytes.Buffer
		require.NoError(t, write(&b))
		return b.Bytes()
	}
	weights := array(func(b *bytes.Buffer) error { return npy.Write(b, []float64{1, 2, 3, 4, 5, 6}, 2, 3) })
	bias := array(func(b *bytes.Buffer) error { return npy.Write(b, []int64{7, 8}, 2) })
	classes := array(func(b *bytes.Buffer) error { return npy.WriteStrings(b, []string{"no", "yes"}) })
	m, err := convert.ReadNPY(bytes.NewReader(weights), bytes.NewReader(bias), bytes.NewReader(classes), convert.Options{})
	require.NoError(t, err)
	assert.Equal(t, []float32{13, 23}, scoresOf(m, []float32{1, 1, 1}))
	assert.Equal(t, []string{"no", "yes"}, m.Classes())
	_, err = convert.ReadNPY(bytes.NewReader(weights), nil, bytes.NewReader(weights), convert.Options{})
	assert.ErrorContains(t, err, "convert: NPY: classes: an array of shape [2 3]")
	var w, b bytes.Buffer
	require.NoError(t, convert.WriteNPY(&w, &b, m))
	again, err := convert.ReadNPY(&w, &b, nil, convert.Options{Classes: m.Classes()})
	require.NoError(t, err)
	assert.Equal(t, m, again)
	row := array(func(b *bytes.Buffer) error { return npy.Write(b, []uint8{1, 2, 3}, 3) })
	m, err = convert.ReadNPY(bytes.NewReader(row), nil, nil, convert.Options{Classes: []string{"no", "yes"}})
	require.NoError(t, err)
	assert.Equal(t, []float32{-6, 6}, scoresOf(m, []float32{1, 1, 1}))
	cube := array(func(b *bytes.Buffer) error { return npy.Write(b, []uint8{1, 2}, 1, 2, 1) })
	_, err = convert.ReadNPY(bytes.NewReader(cube), nil, nil, convert.Options{})
	assert.EqualError(t, err, "convert: NPY: weights: an array of 3 dimensions, want classes × features")
	_, err = convert.ReadNPY(bytes.NewReader(weights), bytes.NewReader(row), nil, convert.Options{})
	assert.EqualError(t, err, "convert: NPY: a bias of length 3 for 2 rows of weights")
	_, err = convert.ReadNPY(bytes.NewReader(weights), bytes.NewReader(weights), nil, convert.Options{})
	assert.EqualError(t, err, "convert: NPY: bias: an array of 2 dimensions, want one")
	_, err = convert.ReadNPY(bytes.NewReader(weights), nil, nil, convert.Options{Limits: classifier.FileLimits{Bytes: 10}})
	assert.EqualError(t, err, "convert: NPY: weights: an array of shape [2 3], the limit is 10 bytes")
}

func zipped(t testing.TB, arrays ...any) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(arrays); i += 2 {
		f, err := z.CreateHeader(&zip.FileHeader{Name: arrays[i].(string), Method: zip.Deflate})
		require.NoError(t, err)
		switch x := arrays[i+1].(type) {
		case []float64:
			err = npy.Write(f, x, 1, len(x))
		case []float32:
			err = npy.Write(f, x, len(x))
		case []int64:
			err = npy.Write(f, x, len(x))
		case []string:
			err = npy.WriteStrings(f, x)
		case []byte:
			_, err = f.Write(x)
		}
		require.NoError(t, err)
	}
	require.NoError(t, z.Close())
	return b.Bytes()
}

func TestNPZ(t *testing.T) {
	read := func(b []byte) (*classifier.Linear, error) {
		return convert.ReadNPZ(bytes.NewReader(b), int64(len(b)), convert.Options{})
	}
	m, err := read(zipped(t, "coef_.npy", []float64{1, 2}, "intercept_.npy", []float32{3}, "classes_.npy", []int64{-1, 1}, "n_iter_.npy", []int64{9}, "notes.txt", []byte("x")))
	require.NoError(t, err)
	assert.Equal(t, []string{"-1", "1"}, m.Classes())
	assert.Equal(t, []float32{-6, 6}, scoresOf(m, []float32{1, 1}))
	for problem, b := range map[string][]byte{
		"the archive has no array coef_":    zipped(t, "data.pkl", []byte("x")),
		`the array "coef_" comes twice`:     zipped(t, "coef_.npy", []float64{1}, "coef_.npy", []float64{1}),
		"mean_ is that of a scaler":         zipped(t, "coef_.npy", []float64{1}, "mean_.npy", []float64{1}),
		`coef_: npy: the file begins with`:  zipped(t, "coef_.npy", []byte("not an array")),
		"classes_: an array of shape [1 2]": zipped(t, "coef_.npy", []float64{1}, "classes_.npy", []float64{1, 2}),
		`classes 0 and 1 have the name "a"`: zipped(t, "coef_.npy", []float64{1}, "classes_.npy", []string{"a", "a"}),
		"class 1 has no name":               zipped(t, "coef_.npy", []float64{1}, "classes_.npy", []string{"a", ""}),
		"3 class names for 2 classes":       zipped(t, "coef_.npy", []float64{1}, "classes_.npy", []string{"a", "b", "c"}),
		"a bias of length 2 for 1 rows":     zipped(t, "coef_.npy", []float64{1}, "intercept_.npy", []int64{1, 2}),
		"zip: not a valid zip file":         []byte("PK\x03\x04"),
	} {
		_, err := read(b)
		assert.ErrorContains(t, err, "convert: NPZ: ")
		assert.ErrorContains(t, err, problem)
	}
}

func TestJSONRefuses(t *testing.T) {
	for text, problem := range map[string]string{
		``:                                      "offset 0: unexpected EOF",
		`[]`:                                    "[ instead of {",
		`{}`:                                    `no "coef_"`,
		`{"coef_": [[1,2],[3]]}`:                `offset 20: "coef_": row 1 has 1 numbers, the first has 2`,
		`{"coef_": [[1],2]}`:                    `"coef_": 2 instead of a row`,
		`{"coef_": [1,[2]]}`:                    `"coef_": a row among the numbers of a row`,
		`{"coef_": [[1],[]]}`:                   `"coef_": row 1 has 0 numbers, the first has 1`,
		`{"coef_": [[]]}`:                       `"coef_": row 0 is empty`,
		`{"coef_": [[[1]]]}`:                    `"coef_": [ instead of a number`,
		`{"coef_": [[1e39]]}`:                   `"coef_": 1e39 is too large for float32`,
		`{"coef_": [[NaN]]}`:                    "invalid character 'N'",
		`{"coef_": []}`:                         "weights of 1 classes and 0 features",
		`{"coef_": [[1]], "coef_": [[1]]}`:      `"coef_" comes twice`,
		`{"coef_": [[1]], "intercept_": []}`:    "a bias of length 0 for 1 rows",
		`{"coef_": [[1],[2]], "intercept_": 3}`: "a bias of length 1 for 2 rows",
		`{"coef_": [[1]], "intercept_": "3"}`:   `"intercept_": 3 instead of a number`,
		`{"coef_": [[1]], "classes_": ["a",null]}`:                       `"classes_": class 1 is <nil>`,
		`{"coef_": [[1]], "classes_": ["a"]}`:                            "1 class names for 2 classes",
		`{"coef_": [[1]], "classes_": ["a",""]}`:                         "class 1 has no name",
		`{"coef_": [[1]], "classes_": ["a","\ud800"]}`:                   "has a character that is none",
		`{"coef_": [[1]], "link": "probit"}`:                             `"link": "probit", want "softmax" or "sigmoid"`,
		`{"coef_": [[1]], "link": null}`:                                 `"link": <nil> instead of a string`,
		`{"coef_": [[1]], "image": [1,1]}`:                               `"image": 2 numbers, want height, width and channels`,
		`{"coef_": [[1]], "image": [1,1,1.5]}`:                           `"image": 1.5 is no size`,
		`{"coef_": [[1]], "image": [1,1,3]}`:                             "images of 1x1x3 for 1 features",
		`{"coef_": [[1]], "calibration": {"t": 1}}`:                      `"calibration": unknown key "t"`,
		`{"coef_": [[1]], "calibration": {"slope": [1], "offset": [0]}}`: "not linked to probabilities",
		`{"coef_": [[1]], "scale_": [2]}`:                                "scale_ is that of a scaler",
		`{"coef_": [[1]]} {}`:                                            "{ after the end of the object",
		`{"coef_": [[1]]`:                                                "unexpected EOF",
		`{"x": ` + strings.Repeat("[", 99):                               "more than 64 levels",
	} {
		_, err := convert.ReadJSON(strings.NewReader(text), convert.Options{})
		assert.ErrorContains(t, err, "convert: JSON: ", text)
		assert.ErrorContains(t, err, problem, text)
	}
	_, err := convert.ReadJSON(strings.NewReader(`{"coef_": [[1,2,3]]}`), convert.Options{Limits: classifier.FileLimits{Bytes: 8}})
	assert.ErrorContains(t, err, "more numbers than the limit of weights allows")
	_, err = convert.ReadJSON(strings.NewReader(`{"classes_": ["`+strings.Repeat("a", 9000)+`"]}`), convert.Options{Limits: classifier.FileLimits{Header: 4000}})
	assert.ErrorContains(t, err, "a value of more than 4000 bytes")
	_, err = convert.ReadJSON(strings.NewReader(`{"classes_": [`+strings.Repeat(`"a",`, 900)), convert.Options{Limits: classifier.FileLimits{Header: 4000}})
	assert.ErrorContains(t, err, "more names than the limit allows")
}

func TestLIBLINEARRefuses(t *testing.T) {
	const good = "solver_type L2R_LR\nnr_class 3\nlabel 1 2 3\nnr_feature 2\nbias 1\nw\n1 2 3 \n4 5 6 \n7 8 9 \n"
	m, err := convert.ReadLIBLINEAR(strings.NewReader(good), convert.Options{})
	require.NoError(t, err)
	assert.Equal(t, []float32{12, 15, 18}, scoresOf(m, []float32{1, 1}))
	for n := range len(strings.TrimSpace(good)) {
		_, err := convert.ReadLIBLINEAR(strings.NewReader(good[:n]), convert.Options{})
		assert.Error(t, err, good[:n])
	}
	for old, c := range map[string]struct{ text, problem string }{
		"L2R_LR":          {"L2R_L2LOSS_SVR", `the solver "L2R_L2LOSS_SVR": a model of regression`},
		"nr_class 3":      {"nr_class 2000000000", "2000000000 classes, want 2 to 1048576"},
		"label 1 2 3":     {"label 1 2", `word 8, label: "nr_feature" is no integer`},
		"nr_feature 2":    {"nr_feature 2000000000", "2000000000 features of 3 classes, the limit is"},
		"nr_feature":      {"nr_features", `unknown key "nr_features"`},
		"bias 1\n":        {"", "no bias"},
		"label 1 2 3\n":   {"", "0 labels after nr_class of 3"},
		"4 5":             {"4 x", `word 18, a weight: "x" is no number`},
		"7 8":             {"7 1e99", "the bias of row 1 is +Inf"},
		"5 6":             {"1e99 6", "word 18: the weight 1e+99 is too large for float32"},
		"2 3 \n":          {"nan 3 \n", "the weight of row 1 and feature 0 is NaN"},
		"7 8 9 ":          {"7 8 9 10", `"10" after the weights`},
		"label 1 2 3\nnr": {"label 1 2 2\nnr", `classes 1 and 2 have the name "2"`},
	} {
		_, err := convert.ReadLIBLINEAR(strings.NewReader(strings.Replace(good, old, c.text, 1)), convert.Options{})
		assert.ErrorContains(t, err, "convert: LIBLINEAR: ", old)
		assert.ErrorContains(t, err, c.problem, old)
	}
	_, err = convert.ReadLIBLINEAR(strings.NewReader(good), convert.Options{Link: loss.SoftmaxLink})
	assert.ErrorContains(t, err, "link softmax for a model of the solver L2R_LR, whose link is sigmoid")
	_, err = convert.ReadLIBLINEAR(strings.NewReader("solver_type "+strings.Repeat("L", 1<<20)), convert.Options{})
	assert.ErrorContains(t, err, "token too long")
}

func TestReadFileTellsFormatsApart(t *testing.T) {
	dir := t.TempDir()
	for text, problem := range map[string]string{
		"":                      "the file is empty",
		"\x80\x02}q\x00":        "a pickle of Python",
		"PK\x03\x04":            "zip: not a valid zip file",
		"\x93NUMPY\x01\x00":     "weights: npy: the length of the header",
		" {\"coef_\": 1}":       `"coef_": 1 instead of [`,
		"solver_type X":         `the solver "X"`,
		"<!DOCTYPE html><html>": "no model: want safetensors, NPY, NPZ, JSON or LIBLINEAR",
	} {
		path := filepath.Join(dir, "file")
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		_, err := convert.ReadFile(path, convert.Options{})
		assert.ErrorContains(t, err, "convert: "+path+": ", "%q", text)
		assert.ErrorContains(t, err, problem, "%q", text)
	}
	_, err := convert.ReadFile(filepath.Join(dir, "none"), convert.Options{})
	assert.ErrorIs(t, err, os.ErrNotExist)
	_, err = convert.ReadFile(dir, convert.Options{})
	assert.ErrorContains(t, err, "a directory")
}

func TestWriteFileRefuses(t *testing.T) {
	dir := t.TempDir()
	m := randomModel(t, 3, 2, classifier.Info{})
	assert.ErrorContains(t, convert.WriteFile(filepath.Join(dir, "model.pt"), m), "want a name that ends with .onnx")
	assert.ErrorContains(t, convert.WriteFile(filepath.Join(dir, "model.npy"), m), "the model has a bias, for which a single NPY file has no room")
	twice := randomModel(t, 2, 2, classifier.Info{Classes: []string{"a", "a"}})
	for _, ext := range []string{".onnx", ".safetensors", ".json"} {
		assert.ErrorContains(t, convert.WriteFile(filepath.Join(dir, "model"+ext), twice), `classes 0 and 1 have the name "a"`)
	}
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Empty(t, entries)
}
