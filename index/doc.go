// Package index finds nearest neighbours exactly, among rows that were prepared once.
// It has no labels: classifier.KNN has.
//
// # Distances
//
// A distance is defined in float64, whatever the elements, so that the range and the
// precision of float32 decide nothing. The sums below are added in one order: term i
// goes to lane i mod 8, and the lanes are reduced by adding lane i and i+4, then i+2,
// then i+1. Nothing is fused.
//
//	L2            Σ (xᵢ − yᵢ)²
//	L1            Σ |xᵢ − yᵢ|
//	LInf          max |xᵢ − yᵢ|
//	InnerProduct  −Σ xᵢ·yᵢ
//	Cosine        Σ (xᵢ/|x| − yᵢ/|y|)² / 2, which is 1 − the cosine of the angle
//	Hamming       the number of bits in which x and y differ
//
// The elements of float16 and bfloat16 rows are the numbers that they stand for. With
// bytes, all but Cosine are integers, and exact; cosines of bytes are compared as
// fractions, exactly, too. Hamming is of bytes only, each with 8 bits; rows of another
// number of bits are padded with zeros. Cosine of a vector and itself is 0, and of a zero vector and
// any other 1. Of equally near rows the lower is nearer.
//
// The order of the distances is that of these numbers. What is reported is the number
// rounded to float32, which may overflow to ∞ or underflow to 0 where the order does not.
//
// A row whose distance is NaN is never a neighbour: a row with a NaN, or of Cosine with
// an infinity; or with infinities that meet their like in the query (L2, L1, LInf) or a
// zero or their opposite (InnerProduct). A query with a NaN has no neighbours.
//
// # One answer
//
// What a search finds depends on the rows and the query alone: not on the instruction
// set, the number of workers, or the other queries. Fast methods only propose. They
// compute distances in float32, as a matrix product where that is faster, and bound
// their error; bounds gives the formulas. Every row that may be among the nearest, as
// far as the bounds tell, is decided by the definition.
//
// # Cost
//
// An index refers to the rows, or copies them, and keeps 12 bytes for each besides, 16
// for L2, and 4 more for bytes whose distances are made of inner products. Of float32 it
// makes a compact copy, a byte for each element and up to 24 for each row, unless the
// metric is LInf, it is [Options].Lean, or the rows are few: searches pass over the copy,
// which is a quarter as large, and look up of the rows only those that may be near. It is
// left unused once it has turned out that the distances are too close together for it.
//
// If the rows have 256 columns or more, four million elements or more in all, and lie close
// to a subspace, as images do, an index for L2, InnerProduct or Cosine that is not Lean also
// has a sketch of 84 bytes for each row: its projection on 63 directions, found by [New] in
// the rows, and what is left of its length. Most rows are told from it not to be near, by a
// proven bound; the others are compared as without it.
//
// Searches allocate nothing once their memory has grown to what they need, which an index
// keeps for the next: for each worker, about 4 MB for a group of queries and 64 bytes for
// each of the k neighbours of each query in it.
//
// The base is read once for all queries of a group. Sums over bytes are computed for
// many rows and queries together, and exactly. If the queries are few, the workers
// share the base, otherwise the queries.
//
// # Rows that come and go
//
// An [Index] is immutable. A [Live] index takes rows with ids of 64 bits, replaces and
// removes them, while searches go on: each sees the rows of one moment, a [Snapshot].
//
// # Fewer comparisons
//
// An [IVF] divides the rows into lists by k-means, and compares a query with the rows of
// the lists whose centroids are nearest; [IVF.Tune] finds how many that takes for a recall.
// It finds the nearest rows or all within a radius, among those that a filter allows.
//
// # Files
//
// All are written to files and opened where they lie, by memory map: opening one takes
// 8 bytes of memory for each row, 4 if it is not L2, besides what searches read, and
// processes share the rows. Checksums are verified when a file is opened, which reads all
// of it once, unless those of the rows are left to Verify. doc/index-format.md describes
// the format byte by byte.
package index
