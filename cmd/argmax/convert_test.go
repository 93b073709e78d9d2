package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/convert"
	"github.com/seed842bec00/argmax/kernels"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What is exported and imported again predicts the same.
func TestExportAndImport(t *testing.T) {
	photos, dir := folders(t, 3, 4), t.TempDir()
	model, names := filepath.Join(dir, "model"), filepath.Join(dir, "names.txt")
	mustRun(t, "train", photos, "-o", model)
	require.NoError(t, os.WriteFile(names, []byte("\ufeffdark\r\nlight\n"), 0o644))
	picture := filepath.Join(photos, "light", "1.png")
	want := decodeLines[prediction](t, mustRun(t, "predict", model, picture, "--json"))
	for _, extension := range []string{".safetensors", ".npz", ".json"} {
		file, back := filepath.Join(dir, "exported"+extension), filepath.Join(dir, "back"+extension)
		assert.Equal(t, "wrote "+file+"\n", mustRun(t, "export", model, file))
		mustFail(t, 2, "export", model, file)
		mustRun(t, "import", file, "-o", back, "--classes", names, "--link", "softmax", "--image", "4x4x1")
		assert.Equal(t, want, decodeLines[prediction](t, mustRun(t, "predict", back, picture, "--json")), extension)
	}
	for _, extension := range []string{".onnx", ".liblinear"} {
		mustRun(t, "export", model, filepath.Join(dir, "exported"+extension))
	}
	assert.Contains(t, mustFail(t, 1, "export", model, filepath.Join(dir, "model.h5")), "model.h5")
}

func TestImportOfScikitLearn(t *testing.T) {
	dir := t.TempDir()
	file, model := filepath.Join(dir, "m.json"), filepath.Join(dir, "m")
	require.NoError(t, os.WriteFile(file, []byte(`{"coef_": [[1, 2, 3]], "intercept_": [0.5], "classes_": ["no", "yes"]}`), 0o644))
	var d description
	require.NoError(t, json.Unmarshal([]byte(mustRun(t, "import", file, "-o", model, "--json", "--link", "sigmoid")), &d))
	assert.Equal(t, []string{"no", "yes"}, d.Classes)
	assert.Equal(t, 3, d.Features)
	assert.Equal(t, "sigmoid", d.Probabilities)
	assert.Contains(t, mustFail(t, 2, "import", file, "-o", model, "--image", "1x3"), "--image 1x3: want height x width x channels")
}

func TestImportOfArrays(t *testing.T) {
	dir := t.TempDir()
	model, weights, bias, back := filepath.Join(dir, "m"), filepath.Join(dir, "w.npy"), filepath.Join(dir, "b.npy"), filepath.Join(dir, "back")
	m, err := classifier.NewLinear(kernels.Matrix{Rows: 2, Cols: 2, Stride: 2, Data: []float32{1, 2, 3, 4}}, []float32{5, 6}, classifier.Info{Classes: []string{"0", "1"}})
	require.NoError(t, err)
	require.NoError(t, m.WriteFile(model))
	var w, b bytes.Buffer
	require.NoError(t, convert.WriteNPY(&w, &b, m))
	require.NoError(t, os.WriteFile(weights, w.Bytes(), 0o644))
	require.NoError(t, os.WriteFile(bias, b.Bytes(), 0o644))
	mustRun(t, "import", weights, "--bias", bias, "-o", back)
	got, err := classifier.ReadLinearFile(back)
	require.NoError(t, err)
	assert.Equal(t, []float32{5, 6}, []float32{got.Bias(0), got.Bias(1)})
	assert.Contains(t, mustFail(t, 1, "import", weights, "--bias", model, "-o", back), model)
}
