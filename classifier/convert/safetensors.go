package convert

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/internal/safetensors"
	"github.com/seed842bec00/argmax/kernels"
)

// ReadSafetensors reads a linear layer as PyTorch stores it (safetensors.torch.save_file of
// a state_dict): the tensors weight, of outputs × features, and bias, if there is one, after
// any prefix; if there are several layers Options.Layer names one. Other tensors are skipped.
// Their dtype may be F64, F32, F16, BF16 or an integer; what float32 does not hold is
// rounded. One output is two classes, class 1 against class 0.
//
// A model file of argmax is read as classifier.ReadLinear does, with what the options
// replace. Other metadata that begin with "argmax." are an error: they would change what the
// model computes.
func ReadSafetensors(r io.Reader, o Options) (*classifier.Linear, error) {
	m, err := readSafetensors(r, -1, o)
	return named(m, err, "")
}

func readSafetensors(r io.Reader, size int64, o Options) (*classifier.Linear, error) {
	var start bytes.Buffer
	limits := safetensors.Limits{Header: o.Limits.Header, Bytes: o.Limits.Bytes}
	// Without seeking, so that the header can be read again.
	h, err := safetensors.ReadHeader(io.TeeReader(r, &start), size, limits)
	if err != nil {
		return nil, err
	}
	if _, ok := h.Metadata["argmax.model"]; ok {
		return readArgmax(io.MultiReader(&start, r), o)
	}
	for key := range h.Metadata {
		if strings.HasPrefix(key, "argmax.") {
			return nil, fmt.Errorf("the metadata have %.64q, but not argmax.model", key)
		}
	}
	layer, err := h.Layer(o.Layer)
	if err != nil {
		return nil, err
	}
	tensors, err := h.Read(r, func(e safetensors.Entry) bool {
		return e.Name == layer.Weight.Name || layer.Bias != nil && e.Name == layer.Bias.Name
	})
	if err != nil {
		return nil, err
	}
	var of head
	for _, t := range tensors {
		if t.Name == layer.Weight.Name {
			of.weights = kernels.Matrix{Rows: t.Shape[0], Cols: t.Shape[1], Stride: t.Shape[1], Data: t.Data}
		} else {
			of.bias = t.Data
		}
	}
	return of.model(o)
}

func readArgmax(r io.Reader, o Options) (*classifier.Linear, error) {
	m, err := o.Limits.ReadLinear(r)
	if err != nil {
		return nil, err
	}
	info := m.Info()
	if o.Classes != nil {
		if err := checkNames(o.Classes); err != nil {
			return nil, err
		}
		info.Classes = o.Classes
	}
	if o.Shape != (classifier.Shape{}) {
		info.Shape = o.Shape
	}
	if o.Link != loss.NoLink {
		info.Link = o.Link
	}
	return m.With(info)
}

// WriteSafetensors writes the tensors weight and bias in float32, and nothing that would
// keep PyTorch's load_state_dict from taking them. The names of the classes are the metadata
// "classes", a JSON array.
func WriteSafetensors(w io.Writer, m *classifier.Linear) error {
	weights, bias, err := plain(m, "safetensors")
	if err != nil {
		return fmt.Errorf("convert: %w", err)
	}
	if err := checkNames(m.Classes()); err != nil {
		return fmt.Errorf("convert: %w", err)
	}
	classes, err := json.Marshal(m.Classes())
	if err != nil {
		return fmt.Errorf("convert: %w", err)
	}
	err = safetensors.Write(w, []safetensors.Tensor{
		{Name: "weight", Shape: []int{weights.Rows, weights.Cols}, Data: weights.Data},
		{Name: "bias", Shape: []int{weights.Rows}, Data: bias},
	}, map[string]string{"format": "pt", "classes": string(classes)})
	if err != nil {
		return fmt.Errorf("convert: %w", err)
	}
	return nil
}

// isSafetensors reports whether a file that begins so is safetensors: a length that fits
// memory, and a header.
func isSafetensors(start []byte) bool {
	return len(start) > 8 && start[8] == '{' && binary.LittleEndian.Uint64(start) < 1<<40
}
