// Package crival calls rivals that are written in C: OpenBLAS, BLIS and oneDNN as
// Debian has them, and loops over bytes that gcc makes vectors of. They need cgo, the
// build tag cblas and the packages libopenblas-dev, libblis-dev and libdnnl-dev;
// without the tag there are none of them.
//
// Each runs on Threads threads, and repeats a call in C, so that what a call from Go
// costs does not count against them.
package crival

// Product is C = A·B in a library's own way, prepared for its operands: repeated
// so many times.
type Product func(c []float32, repeat int)

// Operands are those of a product: op(A) is m×k, op(B) k×n, C m×n with rows next to
// each other.
type Operands struct {
	M, N, K        int
	TransA, TransB bool
	A, B           []float32
	LDA, LDB       int
}

// Library prepares products.
type Library struct {
	Name string
	// Prepare returns a product, and false where the library has none. Weights that
	// a library wants in an order of its own are the B, put in order here.
	Prepare func(o Operands) (Product, bool)
}

// Threads is how many threads the libraries get. They read it when they are first
// used.
var Threads = 1

// Libraries are those that are there, and Missing says which are not.
func Libraries() []Library {
	load()
	return libraries
}

// Missing are libraries that were looked for in vain.
func Missing() []string {
	load()
	return missing
}

// Softmax is oneDNN's, of batches of rows of n scores, one batch behind the other; nil
// without it.
var Softmax func(dst, scores []float32, batches, rows, n int)

var (
	libraries []Library
	missing   []string
)
