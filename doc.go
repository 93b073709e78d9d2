// Package argmax provides the inner loops of linear classifiers and nearest
// neighbours: operations on vectors, on the rows of a matrix and a vector, on tiles of a
// matrix product, losses of rows of scores, training updates and searches. They are
// assembly for AVX2, AVX-512 and NEON, generated from one description, and Go on other
// processors.
//
// Package kernels adds matrices, threads and blocking; package classifier adds models
// and their training. Neither is needed to use this one. The pages in doc/lecture explain
// the methods, with examples of all three.
//
// # Instruction sets
//
// The best instruction set that the processor supports is chosen when the program
// starts; [Active] returns its name. The environment variable ARGMAX_ISA forces another.
//
//	ARGMAX_ISA   processors   needs
//	avx512vnni   amd64        AVX-512 VNNI and the features of avx512
//	avx512       amd64        AVX-512 F, BW, DQ, VL and the features of avx2
//	avx2         amd64        AVX2, FMA, F16C, BMI1, BMI2, POPCNT
//	neondot      arm64        the dot products of bytes (FEAT_DotProd)
//	neon         arm64        nothing more
//	generic      all          nothing
//
// # One answer
//
// The same input gives the same bits on every instruction set, because every result is
// defined on blocks of 16 float32, whatever the width of the registers, and computed in
// one order. Rounding is to nearest, ties to even. Denormals are kept. fma is the fused
// multiply-add, rounded once.
//
// An accumulator is a block that starts at +0. If fewer than 16 elements are left, the
// missing ones count as +0. An accumulator is reduced by adding lanes i and i+8, then
// i+4, i+2, i+1. There are three forms of a sum:
//
//   - Vector form ([Dot], [SqDist], [L1Dist], [CosineDist], [Sum], [SumSquares],
//     [SumAbs]): four accumulators a. Block b is added to a[b mod 4]; the result is
//     reduce((a[0]+a[1]) + (a[2]+a[3])).
//   - Row form ([ScoreRows], [ScoreTiles], [SqDistRows], [L1DistRows], [CosineRows], their
//     variants for listed rows and for matrices, and the losses): one accumulator per row. The result of
//     a row does not depend on the other rows.
//   - Chain form ([GemmRows], [GemmColumns]): no lanes. Each element is one fma after
//     another, from k = 0 upwards, in blocks of [KC].
//
// So the Dot of a vector and a row may differ in its last bits from ScoreRows, and both
// from a matrix product.
//
// Inner products accumulate fma(x, y, acc). Squared distances accumulate fma(d, d, acc)
// of the rounded difference d, Manhattan distances |d|. Maxima, and sums over bytes,
// which are integers, are exact in any order.
//
// # Infinities and NaN
//
// They propagate as in IEEE 754: a sum with a NaN among its elements is NaN. Which of
// the many NaN bit patterns results is not defined; everything else is. [Max] is NaN if
// an element is; [ArgMax] ignores NaN. Functions that treat special values differently
// say so.
//
// # Accuracy
//
// A sum of n terms differs from the exact one by at most γ(⌈n/64⌉ + 6) times the sum of
// the magnitudes of the terms in the vector form, and by γ(⌈n/16⌉ + 4) times that in the
// row form, where γ(m) = mu/(1 − mu) and u = 2⁻²⁴. A difference adds one rounding to
// that, a squared difference two.
//
// exp and log, on which the softmax and cross-entropy functions are built, were compared
// with float64 for all 2³² arguments. The largest errors, in units in the last place of
// the exact result:
//
//	exp, normal results     0.892 ulp
//	exp, denormal results   0.858 ulp
//	log                     0.890 ulp
//
// These are the errors of [Exp] and [Log]. [Softmax] adds the rounding of sᵢ − max, which
// is relative to the magnitude of the difference, and the errors of the sum, of its
// reciprocal and of the product. [LogSoftmax], [LogSumExp] and [CrossEntropy] add the
// error of the sum, in absolute terms, and one or two roundings. The hinge losses round
// each term twice before they add it. Divisions and square roots, in [Adam] and
// [CosineDist], are correctly rounded.
//
// # Shapes and memory
//
// A matrix is passed as a [Strided] value; its shape follows from the other arguments.
// Destinations come first, then the other operands, then sizes and parameters.
//
// Lengths that do not match, strides that make rows overlap, and labels that are not the
// index of a score are programming errors: they panic with the numbers in the message,
// before anything is written. No content of a vector panics.
//
// Slices need no alignment, and no memory outside them is read or written. A destination
// may be the same as one of the sources where the function says so; any other overlap of
// a destination and another operand panics. Sources may overlap each other.
//
// Nothing allocates except [Available]. All functions are safe for concurrent use as long
// as no goroutine writes what another reads or writes.
package argmax
