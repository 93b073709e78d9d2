// Package argmax holds the inner loops of linear classifiers and nearest
// neighbours: vectors, rows of a matrix against a vector, tiles of a matrix
// product, losses of rows of scores, steps of training, searches. They are assembly
// for AVX2, AVX-512 and NEON, generated from one description, and Go everywhere else.
//
// Matrices, threads and blocking are in package kernels; models and their training
// in package classifier. Neither is needed to use this one.
//
// # Instruction sets
//
// The best that the processor has is chosen when the program starts; [Active] names
// it. The environment variable ARGMAX_ISA forces another.
//
//	ARGMAX_ISA   processors   needs
//	avx512vnni   amd64        AVX-512 VNNI and the features of avx512
//	avx512       amd64        AVX-512 F, BW, DQ, VL and the features of avx2
//	avx2         amd64        AVX2, FMA, BMI1, BMI2, POPCNT
//	neondot      arm64        the dot products of bytes (FEAT_DotProd)
//	neon         arm64        nothing more
//	generic      all          nothing
//
// # One answer
//
// The same input gives the same bits on every instruction set. That is possible
// because every result is defined on blocks of 16 float32, whatever the registers
// of the machine, and computed in one order. Rounding is to nearest, ties to even;
// denormals are kept; fma is the fused operation, rounded once.
//
// An accumulator is a block that starts at +0. If fewer than 16 elements are left,
// the missing ones are +0 and take part. Accumulators are reduced by adding lane i
// and i+8, then i+4, i+2, i+1. There are three forms of a sum:
//
//   - Vector form ([Dot], [SqDist], [L1Dist], [CosineDist], [Sum], [SumSquares],
//     [SumAbs]): four accumulators a. Block b goes to a[b mod 4]; the result is
//     reduce((a[0]+a[1]) + (a[2]+a[3])).
//   - Row form ([ScoreRows], [ScoreTile], [SqDistRows], [L1DistRows], [CosineRows],
//     their likes that take a list of rows, and the losses): one accumulator per row.
//     A row's result is the same alone or among others.
//   - Chain form ([GemmRows], [GemmColumns]): no lanes; one fma after the other for
//     every element, from k = 0 upwards, in blocks of [KC].
//
// So Dot of a vector and a row differs in its last bits from ScoreRows, and both
// from a matrix product.
//
// Inner products add fma(x, y, acc). Squared distances add fma(d, d, acc) of the
// rounded difference d, distances |d|. Maxima and sums over bytes, which are
// integers, are exact and know no order.
//
// # Infinities and NaN
//
// They go where IEEE 754 takes them: a NaN among the elements of a sum makes it NaN.
// Which of the many NaN a result is, is not defined; all else is. [Max] is NaN if an
// element is; [ArgMax] passes over them. Where a function says more about special
// values, its own comment does.
//
// # Accuracy
//
// A sum of n terms in the vector form differs from the exact one by at most
// γ(⌈n/64⌉ + 6) times the sum of the magnitudes of the terms, in the row form by
// γ(⌈n/16⌉ + 4), where γ(m) = mu/(1 − mu) and u = 2⁻²⁴. Differences add one
// rounding to that, squared ones two.
//
// exp and log, of which the losses are made, were compared with float64 for all 2³²
// arguments. The largest errors, in units in the last place of the exact result:
//
//	exp, normal results     0.892 ulp
//	exp, denormal results   0.858 ulp
//	log                     0.890 ulp
//
// These are the errors of [Exp] and [Log]. [Softmax] adds to that of exp the rounding
// of sᵢ − max, which is relative to the magnitude of the difference; then the errors
// of the sum, of its reciprocal and of the product. [LogSoftmax], [LogSumExp] and
// [CrossEntropy] add those of the sum, in absolute terms, and one or two roundings.
// The hinge losses round each term twice, before its sum. Division and square roots,
// of [Adam] and [CosineDist], are correctly rounded.
//
// # Shapes and memory
//
// Lengths that do not fit, strides that make rows overlap and labels that are not
// the index of a score are mistakes of the program: they panic, with the numbers in
// the message. No content of a vector does.
//
// Slices need no alignment, and nothing outside them is read or written. A
// destination may be one of the sources exactly where the function says so; any
// other overlap of a destination panics. Sources may overlap each other.
//
// Nothing allocates, except [Available]. Everything is safe for concurrent use as
// long as destinations are not shared.
package argmax
