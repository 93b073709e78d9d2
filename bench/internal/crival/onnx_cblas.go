//go:build cblas && cgo

package crival

import (
	"errors"

	onnx "github.com/yalue/onnxruntime_go"
)

// ONNX returns a model of ONNX in ONNX Runtime, for rows of features, and the version. The
// model has an input "features" and an output "label".
func ONNX(model string, rows []float32, features, threads int) (c *Classifier, version string, err error) {
	if err := openONNX(); err != nil {
		return nil, "", err
	}
	n := int64(len(rows) / features)
	var ends []func() error
	end := func() {
		for _, e := range ends {
			e()
		}
	}
	defer func() {
		if err != nil {
			end()
		}
	}()
	options, err := onnx.NewSessionOptions()
	if err != nil {
		return nil, "", err
	}
	ends = append(ends, options.Destroy)
	if err := errors.Join(options.SetIntraOpNumThreads(threads), options.SetInterOpNumThreads(1)); err != nil {
		return nil, "", err
	}
	in, err := onnx.NewTensor(onnx.NewShape(n, int64(features)), rows)
	if err != nil {
		return nil, "", err
	}
	ends = append([]func() error{in.Destroy}, ends...)
	out, err := onnx.NewEmptyTensor[int64](onnx.NewShape(n))
	if err != nil {
		return nil, "", err
	}
	ends = append([]func() error{out.Destroy}, ends...)
	session, err := onnx.NewAdvancedSession(model, []string{"features"}, []string{"label"},
		[]onnx.ArbitraryTensor{in}, []onnx.ArbitraryTensor{out}, options)
	if err != nil {
		return nil, "", err
	}
	ends = append([]func() error{session.Destroy}, ends...)
	return &Classifier{session.Run, out.GetData(), end}, "ONNX Runtime " + onnx.GetVersion(), nil
}

// openONNX opens the library of ONNX Runtime, where the system finds it.
func openONNX() error {
	if onnx.IsInitialized() {
		return nil
	}
	var errs []error
	for _, name := range []string{"libonnxruntime.so", "libonnxruntime.so.1", "libonnxruntime.dylib"} {
		onnx.SetSharedLibraryPath(name)
		err := onnx.InitializeEnvironment()
		if err == nil {
			return nil
		}
		errs = append(errs, err)
	}
	return errs[0]
}
