package classifier_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/internal/safetensors"
)

func TestModelFileKeepsEverything(t *testing.T) {
	info := classifier.Info{
		Classes: []string{"cat", "Hund \"x\"", "帆船"}, Shape: classifier.Shape{Height: 2, Width: 2, Channels: 1},
		Link: classifier.SoftmaxLink, Notes: map[string]string{"loss": "hinge", "": "empty"},
	}
	m, err := classifier.NewLinear(weights, bias, info)
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "model.safetensors")
	require.NoError(t, m.WriteFile(path))
	got, err := classifier.ReadLinearFile(path)
	require.NoError(t, err)
	assert.Equal(t, m, got)
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
	flat := safetensors.Tensor{Name: "weight", Shape: []int{6}, Data: make([]float32, 6)}
	short := safetensors.Tensor{Name: "bias", Shape: []int{1}, Data: make([]float32, 1)}
	for message, c := range map[string]struct {
		tensors  []safetensors.Tensor
		metadata map[string]string
	}{
		`argmax.model is "", want "linear/1"`:         {[]safetensors.Tensor{weight, bias}, nil},
		`argmax.model is "linear/2", want "linear/1"`: {[]safetensors.Tensor{weight, bias}, with("argmax.model", "linear/2")},
		"argmax.classes: ":                            {[]safetensors.Tensor{weight, bias}, with("argmax.classes", "[")},
		"argmax.image: ":                              {[]safetensors.Tensor{weight, bias}, with("argmax.image", "{}")},
		`argmax.link is "logit", want "softmax"`:      {[]safetensors.Tensor{weight, bias}, with("argmax.link", "logit")},
		"images of 1x2x3 for 3 features":              {[]safetensors.Tensor{weight, bias}, with("argmax.image", "[1,2,3]")},
		"no tensor weight of two dimensions":          {[]safetensors.Tensor{flat, bias}, good},
		"no tensor bias of one dimension":             {[]safetensors.Tensor{weight}, good},
		"bias of length 1 for 2 classes":              {[]safetensors.Tensor{weight, short}, good},
		"3 class names for 2 classes":                 {[]safetensors.Tensor{weight, bias}, with("argmax.classes", `["a","b","c"]`)},
	} {
		path := filepath.Join(t.TempDir(), "model.safetensors")
		require.NoError(t, safetensors.WriteFile(path, c.tensors, c.metadata))
		_, err := classifier.ReadLinearFile(path)
		assert.ErrorContains(t, err, "classifier: "+path+": ")
		assert.ErrorContains(t, err, message)
	}
	path := filepath.Join(t.TempDir(), "text")
	require.NoError(t, os.WriteFile(path, []byte("not a model at all"), 0o644))
	_, err := classifier.ReadLinearFile(path)
	assert.ErrorContains(t, err, path)
}
