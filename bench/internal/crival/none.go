//go:build !cblas || !cgo

package crival

import "errors"

const untagged = "built without the tag cblas"

func load() {
	for _, name := range []string{"openblas", "blis", "onednn"} {
		missing[name] = untagged
	}
}

func setThreads(int) {}

// ONNX returns an error: without the tag cblas there is no ONNX Runtime.
func ONNX(string, []float32, int, int) (*Classifier, string, error) {
	return nil, "", errors.New(untagged)
}
