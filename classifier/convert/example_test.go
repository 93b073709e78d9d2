package convert_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/seed842bec00/argmax/classifier/convert"
	"github.com/seed842bec00/argmax/classifier/loss"
)

// The head of a network of PyTorch: the file says neither the classes nor the link.
func ExampleReadSafetensors() {
	file := pytorch() // safetensors.torch.save_file(net.state_dict(), …)
	m, err := convert.ReadSafetensors(file, convert.Options{Layer: "fc", Classes: []string{"cat", "dog"}, Link: loss.SoftmaxLink})
	if err != nil {
		panic(err)
	}
	fmt.Println(m.Classes()[m.Predict([]float32{1, 2})])
	// Output: dog
}

// pytorch is a file with the layers "fc" and "encoder".
func pytorch() io.Reader {
	const header = `{"encoder.weight":{"dtype":"F16","shape":[1,2],"data_offsets":[0,4]},` +
		`"fc.bias":{"dtype":"F32","shape":[2],"data_offsets":[4,12]},"fc.weight":{"dtype":"F32","shape":[2,2],"data_offsets":[12,28]}}`
	b := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	b = append(append(b, header...), make([]byte, 4)...)
	b, err := binary.Append(b, binary.LittleEndian, []float32{0, 1, 1, 0, 0, 1})
	if err != nil {
		panic(err)
	}
	return bytes.NewReader(b)
}

// scikit-learn's attributes, here of logistic regression of two classes.
func ExampleReadJSON() {
	m, err := convert.ReadJSON(strings.NewReader(`{"coef_": [[1.5, -2]], "intercept_": [0.5], "classes_": ["ham", "spam"]}`),
		convert.Options{Link: loss.SigmoidLink})
	if err != nil {
		panic(err)
	}
	p := make([]float32, 2)
	if err := m.Probabilities(p, []float32{1, 0}); err != nil {
		panic(err)
	}
	fmt.Printf("%s: %.2f\n", m.Classes(), p)
	// Output: [ham spam]: [0.12 0.88]
}

// From LIBLINEAR to everything else.
func Example() {
	const trained = "solver_type MCSVM_CS\nnr_class 3\nlabel 2 0 1\nnr_feature 2\nbias 1\nw\n0.5 -1 0 \n0 1 -2 \n0.25 0 0 \n"
	m, err := convert.ReadLIBLINEAR(strings.NewReader(trained), convert.Options{Classes: []string{"cat", "dog", "ship"}})
	if err != nil {
		panic(err)
	}
	var weights, bias, npz, object, onnx, tensors, liblinear bytes.Buffer
	for _, err := range []error{
		convert.WriteNPY(&weights, &bias, m), // np.load
		convert.WriteNPZ(&npz, m),
		convert.WriteJSON(&object, m),
		convert.WriteONNX(&onnx, m),           // ONNX Runtime
		convert.WriteSafetensors(&tensors, m), // PyTorch
		convert.WriteLIBLINEAR(&liblinear, m), // liblinear-predict
	} {
		if err != nil {
			panic(err)
		}
	}
	fmt.Print(object.String())
	again, err := convert.ReadNPZ(bytes.NewReader(npz.Bytes()), int64(npz.Len()), convert.Options{})
	if err != nil {
		panic(err)
	}
	fmt.Println(again.Classes())
	again, err = convert.ReadNPY(&weights, &bias, nil, convert.Options{})
	if err != nil {
		panic(err)
	}
	fmt.Println(again.Classes())
	// Output:
	// {"classes_": ["ship","cat","dog"],
	//  "intercept_": [0.25, 0, 0],
	//  "coef_": [[0.5, 0],
	//   [-1, 1],
	//   [0, -2]]}
	// [ship cat dog]
	// [0 1 2]
}

// Files are read by what they hold and written by their names.
func ExampleReadFile() {
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	from, to := filepath.Join(dir, "sklearn.json"), filepath.Join(dir, "model.onnx")
	if err := os.WriteFile(from, []byte(`{"coef_": [[1, 2], [3, 4]]}`), 0o600); err != nil {
		panic(err)
	}
	m, err := convert.ReadFile(from, convert.Options{Classes: []string{"cat", "dog"}})
	if err == nil {
		err = convert.WriteFile(to, m)
	}
	fmt.Println(err)
	// Output: <nil>
}
