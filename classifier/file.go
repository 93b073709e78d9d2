package classifier

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/internal/files"
	"github.com/seed842bec00/argmax/internal/safetensors"
	"github.com/seed842bec00/argmax/kernels"
)

// A model file is a safetensors file. Its tensors are "weight" (classes ×
// features), "bias" (classes; zeros if it is missing), if the model has inputs "pivot" and
// "scale" (features), and if it is calibrated "calibration.slope" and "calibration.offset"
// (1 or classes). Its metadata are these keys and the notes, with a prefix. Any other key
// that begins with "argmax." is refused: it may change what the model computes. Keys and
// tensors of others are ignored.
const (
	keyModel         = "argmax.model"         // "linear/1": the kind and the version of this layout
	keyClasses       = "argmax.classes"       // the names, a JSON array
	keyImage         = "argmax.image"         // [height, width, channels], JSON; absent if the features are not pixels
	keyLink          = "argmax.link"          // "softmax" or "sigmoid" if that makes probabilities of the scores; absent if nothing does
	keyCalibration   = "argmax.calibration"   // what is done to the scores before the link; absent if nothing is
	keyPreprocessing = "argmax.preprocessing" // what a reader must do to the features; absent if nothing
	prefixArgmax     = "argmax."
	prefixNote       = "note."

	modelLinear         = "linear/1"
	preprocessingNone   = "none: scores are weight·x + bias of the features as they come"
	preprocessingInputs = "scores are weight·((x − pivot)·scale) + bias"
	calibrationAffine   = "link(slope·score + offset)"

	tensorPivot, tensorScale  = "pivot", "scale"
	tensorSlope, tensorOffset = "calibration.slope", "calibration.offset"
)

// ErrForeign is the error of a safetensors file that another program wrote: its metadata
// do not have the key "argmax.model".
var ErrForeign = errors.New("a safetensors file of another program, which package classifier/convert reads")

// WriteFile writes the model to a file that other programs can read: safetensors,
// with the tensors weight (classes × features) and bias, and those of [Linear.Inputs] if
// it has any. The file appears whole or
// not at all, even if the process is killed; a file that it replaces keeps its
// permissions. A model whose class names are not UTF-8, empty or not unique cannot
// be written.
func (m *Linear) WriteFile(path string) error {
	err := files.Replace(path, func(w io.Writer) error { return m.write(w) })
	if err != nil {
		return fmt.Errorf("classifier: %w", err)
	}
	return nil
}

// WriteTo writes to w what WriteFile writes to a file.
func (m *Linear) WriteTo(w io.Writer) (int64, error) {
	c := counter{w: w}
	if err := m.write(&c); err != nil {
		return c.n, fmt.Errorf("classifier: %w", err)
	}
	return c.n, nil
}

type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}

func (m *Linear) write(w io.Writer) error {
	if err := checkNames(m.info.Classes); err != nil {
		return err
	}
	classes, err := json.Marshal(m.info.Classes)
	if err != nil {
		return err
	}
	metadata := map[string]string{
		keyModel:         modelLinear,
		keyClasses:       string(classes),
		keyPreprocessing: preprocessingNone,
	}
	if s := m.info.Shape; s != (Shape{}) {
		metadata[keyImage] = fmt.Sprintf("[%d,%d,%d]", s.Height, s.Width, s.Channels)
	}
	if m.info.Link != loss.NoLink {
		metadata[keyLink] = m.info.Link.String()
	}
	for key, note := range m.info.Notes {
		metadata[prefixNote+key] = note
	}
	weight := m.weights.Matrix()
	tensors := []safetensors.Tensor{
		{Name: "weight", Shape: []int{weight.Rows, weight.Cols}, Data: weight.Data},
		{Name: "bias", Shape: []int{weight.Rows}, Data: m.weights.Bias()},
	}
	if in := m.inputs; in != nil {
		metadata[keyPreprocessing] = preprocessingInputs
		tensors = append(tensors,
			safetensors.Tensor{Name: tensorPivot, Shape: []int{weight.Cols}, Data: in.pivot},
			safetensors.Tensor{Name: tensorScale, Shape: []int{weight.Cols}, Data: in.scale})
	}
	if c := m.info.Calibration; len(c.Slope) > 0 {
		metadata[keyCalibration] = calibrationAffine
		tensors = append(tensors,
			safetensors.Tensor{Name: tensorSlope, Shape: []int{len(c.Slope)}, Data: c.Slope},
			safetensors.Tensor{Name: tensorOffset, Shape: []int{len(c.Offset)}, Data: c.Offset})
	}
	return safetensors.Write(w, tensors, metadata)
}

// ReadLinearFile reads what WriteFile wrote, with the default limits. It must be a
// regular file. One that is damaged, or holds something else, is an error that
// names it.
func ReadLinearFile(path string) (*Linear, error) { return FileLimits{}.ReadLinearFile(path) }

// ReadLinear reads what WriteTo wrote, up to the end of r, with the default
// limits.
func ReadLinear(r io.Reader) (*Linear, error) { return FileLimits{}.ReadLinear(r) }

// FileLimits bound what reading a model may take. A zero stands for the default; a
// negative number allows nothing.
type FileLimits struct {
	// Header is the largest header in bytes, which holds the names of the classes
	// and the notes; by default 32 MiB. Decoding it may take eight times as much
	// memory for a moment.
	Header int
	// Bytes is the most that the weights may take, 4 bytes each; by default 16
	// GiB, on 32-bit processors 2 GiB.
	Bytes int64
}

// ReadLinearFile is the function ReadLinearFile with these limits.
func (l FileLimits) ReadLinearFile(path string) (*Linear, error) {
	f, err := files.Open(path)
	if err != nil {
		return nil, fmt.Errorf("classifier: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("classifier: %w", err)
	}
	m, err := l.read(f, info.Size())
	if err != nil {
		return nil, fmt.Errorf("classifier: %s: %w", path, err)
	}
	return m, nil
}

// ReadLinear is the function ReadLinear with these limits.
func (l FileLimits) ReadLinear(r io.Reader) (*Linear, error) {
	m, err := l.read(r, -1)
	if err != nil {
		return nil, fmt.Errorf("classifier: %w", err)
	}
	return m, nil
}

// read reads a file of size bytes; a negative size is an unknown one. What the header says
// is checked before the weights are read.
func (l FileLimits) read(r io.Reader, size int64) (*Linear, error) {
	h, err := safetensors.ReadHeader(r, size, safetensors.Limits{Header: l.Header, Bytes: l.Bytes})
	if err != nil {
		return nil, err
	}
	switch kind, ok := h.Metadata[keyModel]; {
	case !ok:
		return nil, ErrForeign
	case kind != modelLinear:
		return nil, fmt.Errorf("%s is %.64q, want %q", keyModel, kind, modelLinear)
	}
	layer, err := h.Layer("")
	if err != nil {
		return nil, err
	}
	classes, features := layer.Weight.Shape[0], layer.Weight.Shape[1]
	if classes == 0 || features == 0 {
		return nil, fmt.Errorf("weights of %d classes and %d features", classes, features)
	}
	info, err := decodeInfo(h.Metadata, classes)
	if err != nil {
		return nil, err
	}
	_, calibrated := h.Metadata[keyCalibration]
	prepares := h.Metadata[keyPreprocessing] == preprocessingInputs
	tensors, err := h.Read(r, func(e safetensors.Entry) bool {
		switch e.Name {
		case layer.Weight.Name:
			return true
		case tensorPivot, tensorScale:
			return prepares
		case tensorSlope, tensorOffset:
			return calibrated
		}
		return layer.Bias != nil && e.Name == layer.Bias.Name
	})
	if err != nil {
		return nil, err
	}
	data := map[string][]float32{}
	for _, t := range tensors {
		data[t.Name] = t.Data
	}
	if calibrated {
		info.Calibration = Calibration{data[tensorSlope], data[tensorOffset]}
		if len(info.Calibration.Slope) == 0 {
			return nil, fmt.Errorf("%s: no tensor %q", keyCalibration, tensorSlope)
		}
	}
	bias := make([]float32, classes)
	if layer.Bias != nil {
		bias = data[layer.Bias.Name]
	}
	m, err := NewLinear(kernels.Matrix{Rows: classes, Cols: features, Stride: features, Data: data[layer.Weight.Name]}, bias, info)
	if err != nil || !prepares {
		return m, err
	}
	return m.withInputs(data[tensorPivot], data[tensorScale])
}

// decodeInfo returns what the metadata say about a model of the given number of classes.
func decodeInfo(metadata map[string]string, classes int) (Info, error) {
	var info Info
	for key, value := range metadata {
		var err error
		switch key {
		case keyModel, keyClasses:
		case keyImage:
			info.Shape, err = decodeShape(value)
		case keyLink:
			switch value {
			case loss.SoftmaxLink.String():
				info.Link = loss.SoftmaxLink
			case loss.SigmoidLink.String():
				info.Link = loss.SigmoidLink
			default:
				err = fmt.Errorf("it is %.64q, want %q, %q or none", value, loss.SoftmaxLink, loss.SigmoidLink)
			}
		case keyCalibration:
			if value != calibrationAffine {
				err = fmt.Errorf("it is %.64q, but only %q can be done", value, calibrationAffine)
			}
		case keyPreprocessing:
			if value != preprocessingNone && value != preprocessingInputs {
				err = fmt.Errorf("it is %.64q, want %q or %q", value, preprocessingNone, preprocessingInputs)
			}
		default:
			if note, ok := strings.CutPrefix(key, prefixNote); ok {
				if info.Notes == nil {
					info.Notes = map[string]string{}
				}
				info.Notes[note] = value
			} else if strings.HasPrefix(key, prefixArgmax) {
				err = errors.New("unknown key")
			}
		}
		if err != nil {
			return info, fmt.Errorf("%.64s: %w", key, err)
		}
	}
	var err error
	if info.Classes, err = decodeNames(metadata[keyClasses], classes); err != nil {
		return info, fmt.Errorf("%s: %w", keyClasses, err)
	}
	return info, nil
}

func decodeShape(text string) (Shape, error) {
	var size []int
	if err := json.Unmarshal([]byte(text), &size); err != nil {
		return Shape{}, err
	}
	if len(size) != 3 {
		return Shape{}, fmt.Errorf("%d numbers, want height, width and channels", len(size))
	}
	return Shape{size[0], size[1], size[2]}, nil
}

// decodeNames decodes a JSON array of the names of the classes. It goes from name to
// name, so that a list without end takes no memory.
func decodeNames(text string, classes int) ([]string, error) {
	if i := safetensors.LoneSurrogate([]byte(text)); i >= 0 {
		return nil, fmt.Errorf("offset %d: %s is half of a character", i, text[i:i+6])
	}
	d := json.NewDecoder(strings.NewReader(text))
	if err := token(d, json.Delim('[')); err != nil {
		return nil, err
	}
	names := make([]string, 0, min(classes, len(text)))
	for d.More() {
		if len(names) == classes {
			return nil, fmt.Errorf("more than %d names for %d classes", classes, classes)
		}
		t, err := d.Token()
		if err != nil {
			return nil, err
		}
		name, ok := t.(string)
		if !ok {
			return nil, fmt.Errorf("name %d is %T, not a string", len(names), t)
		}
		names = append(names, name)
	}
	if err := token(d, json.Delim(']')); err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("text after the list of names")
	}
	return names, checkNames(names)
}

// token reads a token, which must be want.
func token(d *json.Decoder, want json.Delim) error {
	switch t, err := d.Token(); {
	case err == io.EOF:
		return io.ErrUnexpectedEOF
	case err != nil:
		return err
	case t != want:
		return fmt.Errorf("%.64v instead of %v", t, want)
	}
	return nil
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
