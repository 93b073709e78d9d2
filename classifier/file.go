package classifier

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/seed842bec00/argmax/internal/safetensors"
	"github.com/seed842bec00/argmax/kernels"
)

// A model file is a safetensors file. Its tensors are "weight" (classes ×
// features) and "bias" (classes); its metadata are these keys, and the notes with
// a prefix.
const (
	keyModel         = "argmax.model"         // "linear/1": the kind and the version of this layout
	keyClasses       = "argmax.classes"       // the names, a JSON array
	keyImage         = "argmax.image"         // [height, width, channels], JSON; absent if the features are not pixels
	keyLink          = "argmax.link"          // "softmax" if that makes probabilities of the scores; absent if nothing does
	keyPreprocessing = "argmax.preprocessing" // what a reader must do to the features: nothing
	prefixNote       = "note."

	modelLinear       = "linear/1"
	preprocessingNone = "none: scores are weight·x + bias of the features as they come"
)

// WriteFile writes the model to a file that others read as well: safetensors, with
// the tensors weight (classes × features) and bias. The file appears whole or not
// at all.
func (m *Linear) WriteFile(path string) error {
	metadata := map[string]string{keyModel: modelLinear, keyPreprocessing: preprocessingNone}
	put := func(key string, v any) error {
		data, err := json.Marshal(v)
		metadata[key] = string(data)
		return err
	}
	if err := put(keyClasses, m.info.Classes); err != nil {
		return fmt.Errorf("classifier: %s: class names: %w", path, err)
	}
	if s := m.info.Shape; s != (Shape{}) {
		if err := put(keyImage, []int{s.Height, s.Width, s.Channels}); err != nil {
			return fmt.Errorf("classifier: %s: image shape: %w", path, err)
		}
	}
	if m.info.Link != NoLink {
		metadata[keyLink] = m.info.Link.String()
	}
	for key, note := range m.info.Notes {
		metadata[prefixNote+key] = note
	}
	w := m.weights.Matrix()
	err := safetensors.WriteFile(path, []safetensors.Tensor{
		{Name: "weight", Shape: []int{w.Rows, w.Cols}, Data: w.Data},
		{Name: "bias", Shape: []int{w.Rows}, Data: m.weights.Bias()},
	}, metadata)
	if err != nil {
		return fmt.Errorf("classifier: %w", err)
	}
	return nil
}

// ReadLinearFile reads what WriteFile wrote. A file that is damaged, or holds
// something else, is an error that names it.
func ReadLinearFile(path string) (*Linear, error) {
	tensors, metadata, err := safetensors.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("classifier: %w", err)
	}
	m, err := decodeLinear(tensors, metadata)
	if err != nil {
		return nil, fmt.Errorf("classifier: %s: %w", path, err)
	}
	return m, nil
}

func decodeLinear(tensors []safetensors.Tensor, metadata map[string]string) (*Linear, error) {
	if kind := metadata[keyModel]; kind != modelLinear {
		return nil, fmt.Errorf("%s is %q, want %q", keyModel, kind, modelLinear)
	}
	var info Info
	if err := json.Unmarshal([]byte(metadata[keyClasses]), &info.Classes); err != nil {
		return nil, fmt.Errorf("%s: %w", keyClasses, err)
	}
	if text, ok := metadata[keyImage]; ok {
		var shape [3]int
		if err := json.Unmarshal([]byte(text), &shape); err != nil {
			return nil, fmt.Errorf("%s: %w", keyImage, err)
		}
		info.Shape = Shape{shape[0], shape[1], shape[2]}
	}
	if link, ok := metadata[keyLink]; ok {
		if link != SoftmaxLink.String() {
			return nil, fmt.Errorf("%s is %q, want %q or none", keyLink, link, SoftmaxLink)
		}
		info.Link = SoftmaxLink
	}
	for key, v := range metadata {
		if note, ok := strings.CutPrefix(key, prefixNote); ok {
			if info.Notes == nil {
				info.Notes = map[string]string{}
			}
			info.Notes[note] = v
		}
	}
	var weight, bias *safetensors.Tensor
	for i := range tensors {
		switch t := &tensors[i]; t.Name {
		case "weight":
			weight = t
		case "bias":
			bias = t
		}
	}
	switch {
	case weight == nil || len(weight.Shape) != 2:
		return nil, fmt.Errorf("no tensor weight of two dimensions")
	case bias == nil || len(bias.Shape) != 1:
		return nil, fmt.Errorf("no tensor bias of one dimension")
	}
	rows, cols := weight.Shape[0], weight.Shape[1]
	return NewLinear(kernels.Matrix{Rows: rows, Cols: cols, Stride: cols, Data: weight.Data}, bias.Data, info)
}
