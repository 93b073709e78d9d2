// Package fastmath is loops in C that gcc makes vectors of, with -ffast-math on the
// command line: with the pragma alone, gcc makes none of a loop with sqrtf. They
// need cgo and the build tag cblas; without there are none of them.
//
// The flag is for compiling only. At the link it would switch denormals off for the
// whole process.
package fastmath

// Update is a step of training, repeated so many times.
type Update func(w, m, v, g []float32, repeat int)

// Rows is a function of batches of rows of n scores, one batch behind the other.
type Rows func(dst, scores []float32, batches, rows, n int)

// Loss leaves the losses of batches of rows of n scores, and their gradients in the
// mean of a batch. The labels are those of each batch.
type Loss func(losses, grad, scores []float32, labels []int, batches, rows, n int)
