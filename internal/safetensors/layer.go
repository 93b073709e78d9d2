package safetensors

import (
	"fmt"
	"slices"
	"strings"
)

// Layer is a linear layer as PyTorch's nn.Linear stores it: a tensor weight of outputs ×
// inputs and a tensor bias of outputs, which may be missing. The names of both begin
// with that of the layer: "fc.weight" and "fc.bias".
type Layer struct {
	Weight Entry
	Bias   *Entry // nil if there is none
}

const weightName, biasName = "weight", "bias"

// Layer finds a layer by its name ("fc") or that of its weight ("fc.weight"). The empty
// name stands for the tensor "weight", or else for the only layer.
func (h *Header) Layer(name string) (Layer, error) {
	var found []Entry
	for _, e := range h.Tensors {
		switch prefix, ok := layerOf(e); {
		case !ok:
		case e.Name == name || e.Name == join(name, weightName):
			return h.layer(e, prefix)
		case name == "":
			found = append(found, e)
		}
	}
	switch {
	case len(found) == 1:
		prefix, _ := layerOf(found[0])
		return h.layer(found[0], prefix)
	case name != "":
		return Layer{}, fmt.Errorf("safetensors: no tensor %.64q of two dimensions", join(name, weightName))
	case len(found) == 0:
		return Layer{}, fmt.Errorf("safetensors: no tensor %q of two dimensions", weightName)
	}
	const most = 8
	var names strings.Builder
	for _, e := range found[:min(most, len(found))] {
		prefix, _ := layerOf(e)
		fmt.Fprintf(&names, " %.64q", prefix)
	}
	if len(found) > most {
		names.WriteString(" …")
	}
	return Layer{}, fmt.Errorf("safetensors: %d layers, choose one by its name:%s", len(found), names.String())
}

// layerOf returns the name of the layer whose weight e is.
func layerOf(e Entry) (name string, ok bool) {
	name, ok = strings.CutSuffix(e.Name, weightName)
	if !ok || len(e.Shape) != 2 || name != "" && !strings.HasSuffix(name, ".") {
		return "", false
	}
	return strings.TrimSuffix(name, "."), true
}

func (h *Header) layer(weight Entry, name string) (Layer, error) {
	l := Layer{Weight: weight}
	i := slices.IndexFunc(h.Tensors, func(e Entry) bool { return e.Name == join(name, biasName) })
	if i < 0 {
		return l, nil
	}
	l.Bias = &h.Tensors[i]
	if len(l.Bias.Shape) != 1 || l.Bias.Shape[0] != weight.Shape[0] {
		return Layer{}, fmt.Errorf("safetensors: tensor %.64q of shape %v for a weight of shape %v", l.Bias.Name, l.Bias.Shape, weight.Shape)
	}
	return l, nil
}

// join returns the name of a tensor of a layer.
func join(layer, tensor string) string {
	if layer == "" {
		return tensor
	}
	return layer + "." + tensor
}
