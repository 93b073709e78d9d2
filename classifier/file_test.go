package classifier_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/internal/safetensors"
	"github.com/seed842bec00/argmax/kernels"
)

func TestModelFileKeepsEverything(t *testing.T) {
	info := classifier.Info{
		Classes: []string{"cat", "Hund \"x\"", "帆船"}, Shape: classifier.Shape{Height: 2, Width: 2, Channels: 1},
		Link: loss.SoftmaxLink, Notes: map[string]string{"loss": "hinge", "": "empty"},
		Calibration: classifier.Calibration{Slope: []float32{1.5, 2, 0.25}, Offset: []float32{0, -1, 3}},
	}
	m, err := classifier.NewLinear(weights, bias, info)
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "model.safetensors")
	require.NoError(t, m.WriteFile(path))
	got, err := classifier.ReadLinearFile(path)
	require.NoError(t, err)
	assert.Equal(t, m, got)

	var b bytes.Buffer
	n, err := m.WriteTo(&b)
	require.NoError(t, err)
	file, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, file, b.Bytes())
	assert.Equal(t, int64(len(file)), n)
	got, err = classifier.ReadLinear(&b)
	require.NoError(t, err)
	assert.Equal(t, m, got)
}

// Names that a file cannot hold as they are, or that could not be told apart, are
// refused and not changed.
func TestModelFileRefusesNames(t *testing.T) {
	for problem, names := range map[string][]string{
		`the name of class 1, "caf\xe9", is not UTF-8`: {"a", "caf\xe9", "b"},
		"class 2 has no name":                          {"a", "b", ""},
		`classes 0 and 2 have the name "a"`:            {"a", "b", "a"},
	} {
		m, err := classifier.NewLinear(weights, bias, classifier.Info{Classes: names})
		require.NoError(t, err)
		dir := t.TempDir()
		path := filepath.Join(dir, "m")
		assert.EqualError(t, m.WriteFile(path), "classifier: "+path+": "+problem)
		var b bytes.Buffer
		n, err := m.WriteTo(&b)
		assert.EqualError(t, err, "classifier: "+problem)
		assert.Zero(t, n)
		assert.Zero(t, b.Len())
		entries, err := os.ReadDir(dir)
		require.NoError(t, err)
		assert.Empty(t, entries)
	}
}

func TestWriteToReportsHowFarItCame(t *testing.T) {
	m, err := classifier.NewLinear(weights, bias, classifier.Info{Classes: []string{"a", "b", "c"}})
	require.NoError(t, err)
	full := errors.New("full")
	n, err := m.WriteTo(&narrow{left: 100, err: full})
	assert.ErrorIs(t, err, full)
	assert.Equal(t, int64(100), n)
}

// narrow takes so many bytes.
type narrow struct {
	left int
	err  error
}

func (w *narrow) Write(p []byte) (int, error) {
	n := min(len(p), w.left)
	w.left -= n
	if n < len(p) {
		return n, w.err
	}
	return n, nil
}

func TestFileLimits(t *testing.T) {
	m, err := classifier.NewLinear(weights, bias, classifier.Info{
		Classes: []string{"a", "b", "c"}, Notes: map[string]string{"long": strings.Repeat("n", 1000)},
	})
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "m")
	require.NoError(t, m.WriteFile(path))
	file, err := os.ReadFile(path)
	require.NoError(t, err)
	for limits, problem := range map[classifier.FileLimits]string{
		{Header: 2000, Bytes: 1000}: "",
		{Header: 1000}:              "the limit is 1000",
		{Bytes: 10}:                 "the limit is 10",
	} {
		_, fileErr := limits.ReadLinearFile(path)
		_, streamErr := limits.ReadLinear(bytes.NewReader(file))
		for _, err := range []error{fileErr, streamErr} {
			if problem == "" {
				assert.NoError(t, err)
			} else {
				assert.ErrorContains(t, err, problem)
			}
		}
	}
}

func TestReadLinearFileRefuses(t *testing.T) {
	good := map[string]string{"argmax.model": "linear/1", "argmax.classes": `["a","b"]`}
	with := func(key, value string) map[string]string {
		m := map[string]string{}
		for k, v := range good {
			m[k] = v
		}
		m[key] = value
		return m
	}
	weight := safetensors.Tensor{Name: "weight", Shape: []int{2, 3}, Data: make([]float32, 6)}
	bias := safetensors.Tensor{Name: "bias", Shape: []int{2}, Data: make([]float32, 2)}
	const prepared = "scores are weight·((x − pivot)·scale) + bias"
	flat := safetensors.Tensor{Name: "weight", Shape: []int{6}, Data: make([]float32, 6)}
	short := safetensors.Tensor{Name: "bias", Shape: []int{1}, Data: make([]float32, 1)}
	one := func(name string) safetensors.Tensor {
		return safetensors.Tensor{Name: name, Shape: []int{1}, Data: []float32{1}}
	}
	rename := func(t safetensors.Tensor, name string) safetensors.Tensor { t.Name = name; return t }
	for message, c := range map[string]struct {
		tensors  []safetensors.Tensor
		metadata map[string]string
	}{
		"a safetensors file of another program":       {[]safetensors.Tensor{weight, bias}, nil},
		`argmax.model is "", want "linear/1"`:         {[]safetensors.Tensor{weight, bias}, with("argmax.model", "")},
		`argmax.model is "linear/2", want "linear/1"`: {[]safetensors.Tensor{weight, bias}, with("argmax.model", "linear/2")},
		"argmax.classes: unexpected EOF":              {[]safetensors.Tensor{weight, bias}, with("argmax.classes", "")},
		"argmax.classes: unexpected EO":               {[]safetensors.Tensor{weight, bias}, with("argmax.classes", `["a","b"`)},
		"argmax.classes: <nil> instead of [":          {[]safetensors.Tensor{weight, bias}, with("argmax.classes", "null")},
		"argmax.classes: { instead of [":              {[]safetensors.Tensor{weight, bias}, with("argmax.classes", "{}")},
		"argmax.classes: text after the list":         {[]safetensors.Tensor{weight, bias}, with("argmax.classes", `["a","b"]]`)},
		"argmax.classes: name 1 is <nil>":             {[]safetensors.Tensor{weight, bias}, with("argmax.classes", `["a",null]`)},
		"argmax.classes: name 0 is float64":           {[]safetensors.Tensor{weight, bias}, with("argmax.classes", `[1,"a"]`)},
		"argmax.classes: class 1 has no name":         {[]safetensors.Tensor{weight, bias}, with("argmax.classes", `["a",""]`)},
		`classes 0 and 1 have the name "a"`:           {[]safetensors.Tensor{weight, bias}, with("argmax.classes", `["a","\u0061"]`)},
		`offset 6: \udc00 is half of a character`:     {[]safetensors.Tensor{weight, bias}, with("argmax.classes", `["a\\b\udc00","b"]`)},
		"argmax.classes: more than 2 names":           {[]safetensors.Tensor{weight, bias}, with("argmax.classes", `["a","b","c"]`)},
		"1 class names for 2 classes":                 {[]safetensors.Tensor{weight, bias}, with("argmax.classes", `["a"]`)},
		"argmax.image: json: cannot unmarshal":        {[]safetensors.Tensor{weight, bias}, with("argmax.image", "{}")},
		"argmax.image: 0 numbers, want height, width": {[]safetensors.Tensor{weight, bias}, with("argmax.image", "null")},
		"argmax.image: 4 numbers, want height, width": {[]safetensors.Tensor{weight, bias}, with("argmax.image", "[1,1,3,1]")},
		"argmax.image: 2 numbers, want height, width": {[]safetensors.Tensor{weight, bias}, with("argmax.image", "[1,3]")},
		`argmax.link: it is "logit", want "softmax"`:  {[]safetensors.Tensor{weight, bias}, with("argmax.link", "logit")},
		`argmax.preprocessing: it is "x / 255"`:       {[]safetensors.Tensor{weight, bias}, with("argmax.preprocessing", "x / 255")},
		`argmax.preprocessing: it is ""`:              {[]safetensors.Tensor{weight, bias}, with("argmax.preprocessing", "")},
		"argmax.mean: unknown key":                    {[]safetensors.Tensor{weight, bias}, with("argmax.mean", "[1,1,1]")},
		"pivot of length 0 for 3 features":            {[]safetensors.Tensor{weight, bias}, with("argmax.preprocessing", prepared)},
		"pivot of length 2 for 3 features": {[]safetensors.Tensor{weight, bias,
			{Name: "pivot", Shape: []int{2}, Data: make([]float32, 2)}, {Name: "scale", Shape: []int{3}, Data: make([]float32, 3)}}, with("argmax.preprocessing", prepared)},
		"the scale is not finite": {[]safetensors.Tensor{weight, bias,
			{Name: "pivot", Shape: []int{3}, Data: make([]float32, 3)}, {Name: "scale", Shape: []int{3}, Data: []float32{1, float32(math.NaN()), 1}}}, with("argmax.preprocessing", prepared)},
		`argmax.calibration: it is "isotonic"`:        {[]safetensors.Tensor{weight, bias}, with("argmax.calibration", "isotonic")},
		`no tensor "calibration.slope"`:               {[]safetensors.Tensor{weight, bias}, with("argmax.calibration", "link(slope·score + offset)")},
		"calibration: 1 slopes and 0 offsets":         {[]safetensors.Tensor{weight, bias, {Name: "calibration.slope", Shape: []int{1}, Data: []float32{2}}}, with("argmax.calibration", "link(slope·score + offset)")},
		"scores that are not linked to probabilities": {[]safetensors.Tensor{weight, bias, one("calibration.slope"), one("calibration.offset")}, with("argmax.calibration", "link(slope·score + offset)")},
		"images of 1x2x3 for 3 features":              {[]safetensors.Tensor{weight, bias}, with("argmax.image", "[1,2,3]")},
		`no tensor "weight" of two dimensions`:        {[]safetensors.Tensor{flat, bias}, good},
		`tensor "bias" of shape [1] for a weight`:     {[]safetensors.Tensor{weight, short}, good},
		`2 layers, choose one by its name: "a" "b.c"`: {[]safetensors.Tensor{rename(weight, "b.c.weight"), rename(weight, "a.weight")}, good},
		"weights of 2 classes and 0 features":         {[]safetensors.Tensor{{Name: "weight", Shape: []int{2, 0}}}, good},
		"weights of 0 classes and 3 features":         {[]safetensors.Tensor{{Name: "weight", Shape: []int{0, 3}}}, good},
	} {
		path := filepath.Join(t.TempDir(), "model.safetensors")
		require.NoError(t, safetensors.WriteFile(path, c.tensors, c.metadata))
		_, err := classifier.ReadLinearFile(path)
		assert.ErrorContains(t, err, "classifier: "+path+": ")
		assert.ErrorContains(t, err, message)

		file, err := os.ReadFile(path)
		require.NoError(t, err)
		_, err = classifier.ReadLinear(bytes.NewReader(file))
		assert.ErrorContains(t, err, "classifier: ")
		assert.ErrorContains(t, err, message)
	}
	path := filepath.Join(t.TempDir(), "text")
	require.NoError(t, os.WriteFile(path, []byte("not a model at all"), 0o644))
	_, err := classifier.ReadLinearFile(path)
	assert.ErrorContains(t, err, path)
}

// A model file may have been made over by other tools: with weights of another precision,
// without a bias, with tensors and keys of their own, with names that have a prefix.
func TestModelFilesOfOtherTools(t *testing.T) {
	metadata := `"__metadata__":{"argmax.model":"linear/1","argmax.classes":"[\"cats\",\"dogs\"]","epoch":"7",` +
		`"argmax.preprocessing":"none: scores are weight·x + bias of the features as they come"},`
	file := func(header string, data ...any) []byte {
		b := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
		b = append(b, header...)
		for _, d := range data {
			var err error
			b, err = binary.Append(b, binary.LittleEndian, d)
			require.NoError(t, err)
		}
		return b
	}
	for name, c := range map[string]struct {
		file []byte
		bias []float32
	}{
		"float32": {file(`{`+metadata+`"weight":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},"bias":{"dtype":"F32","shape":[2],"data_offsets":[16,24]}}`,
			[]float32{1, -2, 0.5, 3}, []float32{4, 5}), []float32{4, 5}},
		"float64": {file(`{`+metadata+`"weight":{"dtype":"F64","shape":[2,2],"data_offsets":[0,32]},"bias":{"dtype":"F64","shape":[2],"data_offsets":[32,48]}}`,
			[]float64{1, -2, 0.5, 3}, []float64{4, 5}), []float32{4, 5}},
		"float16": {file(`{`+metadata+`"weight":{"dtype":"F16","shape":[2,2],"data_offsets":[0,8]},"bias":{"dtype":"F16","shape":[2],"data_offsets":[8,12]}}`,
			[]uint16{0x3c00, 0xc000, 0x3800, 0x4200}, []uint16{0x4400, 0x4500}), []float32{4, 5}},
		"bfloat16": {file(`{`+metadata+`"weight":{"dtype":"BF16","shape":[2,2],"data_offsets":[0,8]},"bias":{"dtype":"BF16","shape":[2],"data_offsets":[8,12]}}`,
			[]uint16{0x3f80, 0xc000, 0x3f00, 0x4040}, []uint16{0x4080, 0x40a0}), []float32{4, 5}},
		"no bias": {file(`{`+metadata+`"weight":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]}}`,
			[]float32{1, -2, 0.5, 3}), []float32{0, 0}},
		"a tensor more": {file(`{`+metadata+`"num_batches_tracked":{"dtype":"I64","shape":[],"data_offsets":[0,8]},"weight":{"dtype":"F32","shape":[2,2],"data_offsets":[8,24]},"bias":{"dtype":"F32","shape":[2],"data_offsets":[24,32]}}`,
			int64(3), []float32{1, -2, 0.5, 3}, []float32{4, 5}), []float32{4, 5}},
		"a key more": {file(`{`+metadata+`"weight":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16],"note":"x"},"bias":{"dtype":"F32","shape":[2],"data_offsets":[16,24],"note":"x"}}`,
			[]float32{1, -2, 0.5, 3}, []float32{4, 5}), []float32{4, 5}},
		"a prefix": {file(`{`+metadata+`"fc.weight":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},"fc.bias":{"dtype":"F32","shape":[2],"data_offsets":[16,24]}}`,
			[]float32{1, -2, 0.5, 3}, []float32{4, 5}), []float32{4, 5}},
	} {
		m, err := classifier.ReadLinear(bytes.NewReader(c.file))
		require.NoError(t, err, name)
		assert.Equal(t, classifier.Info{Classes: []string{"cats", "dogs"}}, m.Info(), name)
		scores := make([]float32, 2)
		m.Scores(scores, []float32{1, 2})
		assert.Equal(t, []float32{c.bias[0] - 3, c.bias[1] + 6.5}, scores, name)
	}
}

// What a model file says of its classes is bounded by the weights that it holds.
func TestHostileClassNames(t *testing.T) {
	path := filepath.Join(t.TempDir(), "model.safetensors")
	require.NoError(t, safetensors.WriteFile(path, []safetensors.Tensor{
		{Name: "weight", Shape: []int{2, 3}, Data: make([]float32, 6)},
		{Name: "bias", Shape: []int{2}, Data: make([]float32, 2)},
	}, map[string]string{
		"argmax.model":   "linear/1",
		"argmax.classes": `["a"` + strings.Repeat(`,""`, 6_000_000) + "]",
	}))
	before := allocated()
	_, err := classifier.ReadLinearFile(path)
	assert.ErrorContains(t, err, "more than 2 names for 2 classes")
	assert.Less(t, allocated()-before, uint64(300<<20)) // eight times the header, and all of it garbage
}

// allocated is how many bytes were ever allocated.
func allocated() uint64 {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.TotalAlloc
}

// Whatever bytes a file has, reading ends with an error or with a model that
// survives being written and read again.
func FuzzReadLinear(f *testing.F) {
	seed := func(info classifier.Info) {
		m, err := classifier.NewLinear(weights, bias, info)
		require.NoError(f, err)
		var b bytes.Buffer
		_, err = m.WriteTo(&b)
		require.NoError(f, err)
		f.Add(b.Bytes())
	}
	names := []string{"a", "Hund \"x\"", "帆船"}
	seed(classifier.Info{Classes: names})
	seed(classifier.Info{Classes: names, Shape: classifier.Shape{Height: 2, Width: 2, Channels: 1},
		Link: loss.SoftmaxLink, Notes: map[string]string{"k": "v"}})
	far := &classifier.Table{X: kernels.Matrix{Rows: 2, Cols: 1, Stride: 1, Data: []float32{16_000_000, 16_000_001}}, Y: []int{0, 1}, Names: names[:2]}
	m, _, err := classifier.LBFGS{}.Fit(f.Context(), far, classifier.Objective{L2: 1e-4}, classifier.Options{})
	require.NoError(f, err)
	var b bytes.Buffer
	_, err = m.WriteTo(&b)
	require.NoError(f, err)
	f.Add(b.Bytes())
	seed(classifier.Info{Classes: names, Link: loss.SigmoidLink, Calibration: classifier.Temperature(1.5)})
	f.Add([]byte("not a model"))
	f.Fuzz(func(t *testing.T, file []byte) {
		m, err := classifier.ReadLinear(bytes.NewReader(file))
		if err != nil {
			require.Less(t, len(err.Error()), 1000)
			return
		}
		var b bytes.Buffer
		_, err = m.WriteTo(&b)
		require.NoError(t, err)
		again, err := classifier.ReadLinear(bytes.NewReader(b.Bytes()))
		require.NoError(t, err)
		require.Equal(t, m.Info(), again.Info())
		var c bytes.Buffer
		_, err = again.WriteTo(&c)
		require.NoError(t, err)
		require.Equal(t, b.Bytes(), c.Bytes())
	})
}
