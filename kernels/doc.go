// Package kernels holds the loops around the assembly: matrices, the scores and
// gradients of linear models, losses of rows, distances and neighbours, and the
// goroutines that share the work.
//
// Every result is independent of the number of goroutines, of the instruction set
// and of the batch: a row treated alone gives the bits that it gives among others.
//
// # Conventions
//
// Destinations come first, then operands, then parameters, and the [Pool] last. A
// shape that does not fit is a mistake in the program and panics, with the numbers
// in the message, before anything is written. So does a destination that overlaps
// an operand or another destination, unless the function says that it may be the
// operand itself. What counts is the memory from the first element of a matrix to
// its last, so columns of one matrix overlap its other columns. A dimension may be
// 0.
package kernels
