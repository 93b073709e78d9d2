// Package fastmath holds loops in C that gcc vectorizes with -ffast-math. The flag is on
// the command line because gcc does not vectorize loops with sqrtf under the pragma
// alone. They need cgo and the build tag cblas; without the tag all of them are nil.
//
// Each loop is compiled for this processor and for AVX2: as process.Held says, rivals have
// the instruction set that argmax has.
//
// The flag is used for compiling only. When linking, it would disable denormals for the
// whole process.
package fastmath

// Update makes a step of training repeat times.
type Update func(w, m, v, g []float32, repeat int)

// Rows is a function of contiguous batches of rows of n scores.
type Rows func(dst, scores []float32, batches, rows, n int)

// Loss stores the losses of contiguous batches of rows of n scores in losses, and the
// gradients of the mean loss of each batch in grad. All batches have the same labels.
type Loss func(losses, grad, scores []float32, labels []int, batches, rows, n int)

// ByteRows stores in dst a sum over pairs of bytes of x and of each row. The rows are
// contiguous.
type ByteRows func(dst []int64, x, rows []uint8)

// ByteLoops are sums over bytes, by the names of operations in package suite.
var ByteLoops = map[string]ByteRows{}
