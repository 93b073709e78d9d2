// Package crival calls rivals that are written in C: OpenBLAS, BLIS and oneDNN of
// Debian, and loops over bytes that gcc vectorizes. They need cgo, the build tag cblas
// and the packages libopenblas-dev, libblis-dev and libdnnl-dev; without the tag the
// package has no rivals.
//
// Each runs on Threads threads and repeats calls in C, so that the cost of a call from
// Go does not count against it.
package crival

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

// Threads is the number of threads of the libraries, which is read when they are first
// used.
var Threads = 1

// Libraries returns the libraries that are installed.
func Libraries() []Library {
	load()
	return libraries
}

// Missing returns the names of libraries that are not installed.
func Missing() []string {
	load()
	return missing
}

// Softmax is the softmax of oneDNN for contiguous batches of rows of n scores; nil
// without oneDNN.
var Softmax func(dst, scores []float32, batches, rows, n int)

var (
	libraries []Library
	missing   []string
)
