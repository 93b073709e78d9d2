// Package crival calls rivals that are libraries in C: OpenBLAS, BLIS, oneDNN and ONNX
// Runtime. They need cgo and the build tag cblas; without the tag the package has no rivals. Libraries are looked for when they are first used: those that
// are not installed are missing, with the reason.
//
// Each repeats calls in C, so that the cost of a call from Go does not count against it.
package crival

import "maps"

// Product computes C = A·B, prepared by a library for its operands, repeat times.
type Product func(c []float32, repeat int)

// Operands are the operands of a product: op(A) is m×k, op(B) is k×n, and C is m×n with
// contiguous rows.
type Operands struct {
	M, N, K        int
	TransA, TransB bool
	A, B           []float32
	LDA, LDB       int
}

// Library prepares products.
type Library struct {
	Name string
	// Prepare returns a product, or false if the library cannot compute it. If the
	// library prefers B in an order of its own, Prepare reorders it.
	Prepare func(o Operands) (Product, bool)
}

// SetThreads sets the number of threads of the libraries, which is 1 before.
func SetThreads(n int) { setThreads(n) }

// Libraries returns the libraries that are installed.
func Libraries() []Library {
	load()
	return libraries
}

// Versions returns the versions of the libraries that are installed, by their names, and
// for which processor each has chosen its kernels.
func Versions() map[string]string {
	load()
	return maps.Clone(versions)
}

// Missing returns why libraries are not here, by their names.
func Missing() map[string]string {
	load()
	return maps.Clone(missing)
}

// Softmax returns the softmax of oneDNN for contiguous batches of rows of n scores; nil
// without oneDNN.
func Softmax() func(dst, scores []float32, batches, rows, n int) {
	load()
	return softmax
}

var (
	libraries []Library
	versions  = map[string]string{}
	missing   = map[string]string{}
	softmax   func(dst, scores []float32, batches, rows, n int)
)
