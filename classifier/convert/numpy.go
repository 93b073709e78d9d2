package convert

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/internal/npy"
	"github.com/seed842bec00/argmax/kernels"
)

// ReadNPY reads arrays that NumPy saved: weights, of classes × features or of features
// alone, which is one row, a bias, and the names of the classes. They are numbers of any
// dtype, and strings or integers; bias and classes may be nil. One row is two classes, class
// 1 against class 0, as in scikit-learn, whose coef_, intercept_ and classes_ they can be.
func ReadNPY(weights, bias, classes io.Reader, o Options) (*classifier.Linear, error) {
	m, err := readNPY(weights, bias, classes, o)
	return named(m, err, "NPY")
}

func readNPY(weights, bias, classes io.Reader, o Options) (*classifier.Linear, error) {
	var h head
	var err error
	if h.weights, err = npyMatrix(weights, o); err != nil {
		return nil, fmt.Errorf("weights: %w", err)
	}
	if bias != nil {
		if h.bias, err = npyBias(bias, h.weights.Rows, o); err != nil {
			return nil, fmt.Errorf("bias: %w", err)
		}
	}
	if classes != nil {
		if h.names, err = npyNames(classes, o); err != nil {
			return nil, fmt.Errorf("classes: %w", err)
		}
	}
	return h.model(o)
}

// ReadNPZ reads an archive that NumPy saved, of size bytes, with the arrays of a classifier
// of scikit-learn:
//
//	np.savez("model.npz", coef_=clf.coef_, intercept_=clf.intercept_, classes_=clf.classes_)
//
// coef_ and intercept_ are those of [ReadNPY], and classes_ are strings or integers;
// intercept_ and classes_ may be missing. Other arrays are skipped, except for those of a
// StandardScaler (mean_, scale_, var_), which are an error: fold them into coef_ and
// intercept_ first.
func ReadNPZ(r io.ReaderAt, size int64, o Options) (*classifier.Linear, error) {
	m, err := readNPZ(r, size, o)
	return named(m, err, "NPZ")
}

func readNPZ(r io.ReaderAt, size int64, o Options) (*classifier.Linear, error) {
	archive, err := zip.NewReader(r, size)
	if err != nil {
		return nil, err
	}
	arrays := map[string]*zip.File{}
	for _, f := range archive.File {
		name, ok := strings.CutSuffix(f.Name, ".npy")
		if !ok {
			continue
		}
		if arrays[name] != nil {
			return nil, fmt.Errorf("the array %.64q comes twice", name)
		}
		if err := checkKey(name); err != nil {
			return nil, err
		}
		arrays[name] = f
	}
	if arrays["coef_"] == nil {
		return nil, errors.New("the archive has no array coef_ (a checkpoint of PyTorch must be saved as safetensors)")
	}
	// of calls read with the array of the name, if there is one.
	of := func(name string, read func(io.Reader) error) error {
		if arrays[name] == nil {
			return nil
		}
		f, err := arrays[name].Open()
		if err == nil {
			err = read(f)
			f.Close()
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		return nil
	}
	var h head
	if err := of("coef_", func(r io.Reader) (err error) { h.weights, err = npyMatrix(r, o); return err }); err != nil {
		return nil, err
	}
	if err := of("intercept_", func(r io.Reader) (err error) { h.bias, err = npyBias(r, h.weights.Rows, o); return err }); err != nil {
		return nil, err
	}
	if err := of("classes_", func(r io.Reader) (err error) { h.names, err = npyNames(r, o); return err }); err != nil {
		return nil, err
	}
	return h.model(o)
}

// checkKey returns an error if something of this name changes what a model computes.
func checkKey(name string) error {
	switch name {
	case "mean_", "scale_", "var_":
		return fmt.Errorf("%s is that of a scaler: fold it into coef_ and intercept_ first", name)
	}
	return nil
}

func npyMatrix(r io.Reader, o Options) (kernels.Matrix, error) {
	h, values, err := npyFloats(r, o)
	if err != nil {
		return kernels.Matrix{}, err
	}
	rows, cols := 1, h.Elements()
	switch len(h.Shape) {
	case 1:
	case 2:
		rows, cols = h.Shape[0], h.Shape[1]
	default:
		return kernels.Matrix{}, fmt.Errorf("an array of %d dimensions, want classes × features", len(h.Shape))
	}
	return kernels.Matrix{Rows: rows, Cols: cols, Stride: cols, Data: values}, nil
}

// npyBias reads a bias of n elements. A zero stands for as many as there are:
// scikit-learn's intercept_ of a classifier without one.
func npyBias(r io.Reader, n int, o Options) ([]float32, error) {
	h, values, err := npyFloats(r, o)
	if err != nil {
		return nil, err
	}
	if len(h.Shape) > 1 {
		return nil, fmt.Errorf("an array of %d dimensions, want one", len(h.Shape))
	}
	return spread(values, n), nil
}

// spread returns n zeros if bias is a single zero, and otherwise bias.
func spread(bias []float32, n int) []float32 {
	if len(bias) == 1 && bias[0] == 0 {
		return make([]float32, n)
	}
	return bias
}

func npyFloats(r io.Reader, o Options) (*npy.Header, []float32, error) {
	h, err := npy.ReadHeader(r)
	if err != nil {
		return nil, nil, err
	}
	// An element of one byte becomes four.
	if size := int64(h.DType.Size); int64(h.Elements()) > o.bytes()/max(4, size) {
		return nil, nil, fmt.Errorf("an array of shape %v, the limit is %d bytes", h.Shape, o.bytes())
	}
	data, err := h.ReadData(r, npy.Limits{Bytes: o.Limits.Bytes})
	if err != nil {
		return nil, nil, err
	}
	values := make([]float32, h.Elements())
	if _, err := h.DType.Float32s(values, data); err != nil {
		return nil, nil, err
	}
	return h, npy.RowMajor(h, values), nil
}

// npyNames reads strings, or numbers as strings.
func npyNames(r io.Reader, o Options) ([]string, error) {
	h, err := npy.ReadHeader(r)
	if err != nil {
		return nil, err
	}
	// A name takes the memory of its string beside that of its bytes.
	if n := int64(h.Elements()); n > int64(o.header())/32 || len(h.Shape) != 1 {
		return nil, fmt.Errorf("an array of shape %v, want one dimension of at most %d names", h.Shape, o.header()/32)
	}
	data, err := h.ReadData(r, npy.Limits{Bytes: int64(o.header())})
	if err != nil {
		return nil, err
	}
	names := make([]string, h.Elements())
	if k := h.DType.Kind; k == 'U' || k == 'S' {
		return names, h.DType.Strings(names, data)
	}
	numbers := make([]int64, len(names))
	if err := h.DType.Int64s(numbers, data); err != nil {
		return nil, err
	}
	for i, n := range numbers {
		names[i] = strconv.FormatInt(n, 10)
	}
	return names, nil
}

// WriteNPY writes the weights, classes × features, and the bias as arrays of float32, or of
// float64 if something had to be folded into them.
func WriteNPY(weights, bias io.Writer, m *classifier.Linear) error {
	if err := writeNPYWeights(weights, m); err != nil {
		return fmt.Errorf("convert: %w", err)
	}
	if err := writeNPYBias(bias, m); err != nil {
		return fmt.Errorf("convert: %w", err)
	}
	return nil
}

func writeNPYWeights(w io.Writer, m *classifier.Linear) error {
	if weights, _, err := plain(m, "NPY"); err == nil {
		return npy.Write(w, weights.Data, weights.Rows, weights.Cols)
	}
	weights, _ := folded(m)
	return npy.Write(w, weights, len(m.Classes()), m.Features())
}

func writeNPYBias(w io.Writer, m *classifier.Linear) error {
	if _, bias, err := plain(m, "NPY"); err == nil {
		return npy.Write(w, bias, len(bias))
	}
	_, bias := folded(m)
	return npy.Write(w, bias, len(bias))
}

// WriteNPZ writes the archive that [ReadNPZ] describes: np.load reads it, without pickles.
func WriteNPZ(w io.Writer, m *classifier.Linear) error {
	if err := writeNPZ(w, m); err != nil {
		return fmt.Errorf("convert: %w", err)
	}
	return nil
}

func writeNPZ(w io.Writer, m *classifier.Linear) error {
	archive := zip.NewWriter(w)
	for _, array := range []struct {
		name  string
		write func(io.Writer) error
	}{
		{"coef_", func(w io.Writer) error { return writeNPYWeights(w, m) }},
		{"intercept_", func(w io.Writer) error { return writeNPYBias(w, m) }},
		{"classes_", func(w io.Writer) error { return npy.WriteStrings(w, m.Classes()) }},
	} {
		f, err := archive.CreateHeader(&zip.FileHeader{Name: array.name + ".npy", Method: zip.Store})
		if err != nil {
			return err
		}
		if err := array.write(f); err != nil {
			return err
		}
	}
	return archive.Close()
}
