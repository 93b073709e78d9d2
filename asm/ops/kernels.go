// Package ops holds the kernels of argmax, each written once on the machine of
// package vec, and the table of them.
package ops

import (
	"fmt"
	"strings"

	"github.com/seed842bec00/argmax/asm/vec"
)

// A Kernel is a row of the table. From it follow the assembly and its Go stubs, the
// function that dispatches on the active instruction set, and the lists that the
// tests of the library range over.
type Kernel struct {
	Name      string // of the function that dispatches
	Signature string // E is the Element
	Doc       string // what the function does: the stub's comment without its name
	Family    Family
	Element   vec.Element // of the operand that need not be float32
	ISAs      []string    // those it has assembly for; others fall back
	Emit      Emitter
	// Tile is the tile in the names of the assembly functions, which differs between
	// instruction sets; nil if there is none.
	Tile func(s Shape) (rows, cols int)
}

// An Emitter emits the body of a kernel, from its arguments to its return.
type Emitter func(m vec.Machine, s Shape)

// Shape is what a kernel may choose per instruction set without changing a bit.
type Shape struct {
	// Rows is how many rows of a matrix meet one vector at a time. Each needs an
	// accumulator block. The addition to an accumulator takes four cycles, so fewer
	// than four would leave the adders waiting.
	Rows int
	// DotRows is that number for inner products with rows that lie one after the other, which
	// are operands of the multiplication in memory. Fewer than eight leave the two multipliers of
	// AVX-512 waiting.
	DotRows int
	// DotSquareRows is that number where each row needs two accumulators and a block
	// of its own in a register.
	DotSquareRows int
	// ThreeSums tells whether the registers hold the accumulators of a part of three vector
	// sums, so that one pass can serve them.
	ThreeSums bool
	// Short is the number of elements up to which sums of vectors have code of their own
	// for registers of half the width: they take less time to be reduced.
	Short int
	// Flags is how many comparisons with NaN may be in flight.
	Flags int
	// LossRows is how many rows of few scores go through the steps of a softmax
	// together, a multiple of four.
	LossRows int
	// TileHeights by TileBlocks are the tiles of GEMM: scalars of one operand by
	// blocks of the other. Where 2·TilePair rows are left, or one less, two tiles of
	// TilePair rows take less time than one of the largest and one of few.
	TileHeights []int
	TileBlocks  int
	TilePair    int
	// BlockHeights are the tiles of a single block of columns where TileBlocks is more, and
	// HalfHeights with HalfPair those of half a block.
	BlockHeights []int
	HalfHeights  []int
	HalfPair     int
	// ScoreRows by ScoreClasses is the tile of row scores.
	ScoreRows, ScoreClasses int
	// DistRows by DistCols is the tile of distances.
	DistRows, DistCols int
}

// ISAs of kernels: all have AVX2, AVX-512 and NEON; some gain from an extension.
var (
	everywhere  = []string{"AVX2", "AVX512", "NEON"}
	dotProducts = []string{"AVX2", "AVX512", "NEON", "AVX512VNNI", "NEONDot"} // of bytes
)

// Signatures that kernels share.
const (
	ofVector     = "func(x []float32) float32"
	ofPair       = "func(x, y []float32) float32"
	carryVector  = "func(acc *[64]float32, x []float32)"
	carryPair    = "func(acc *[64]float32, x, y []float32)"
	ofElements   = "func(dst, x []float32)"
	overRows     = "func(dst, x, rows []float32, stride int)"
	overRowsAt   = "func(dst, x, rows []float32, stride int, index []int)"
	withMargin   = "func(n, rows int, scores []float32, lds int, labels []int, weights []float32, margin float32, grad []float32, ldd int, losses []float32)"
	ofMargin     = "func(grad, scores []float32, label int, weight, margin float32) float32"
	finding      = "func(positions []int32, x []float32, bound float32) int"
	scoringTiles = "func(k, m, n int, x []E, ldx int, w []float32, ldw int, state, copies, bias, dst []float32, ldd int, resume, wait, far bool)"
	ofDistances  = "func(k int, x []float32, ldx int, y []float32, ldy int, dst []float32, ldd int)"
	multiplying  = "func(k int, a []float32, lda int, b []E, ldb int, c []float32, ldc, m, n int, alpha float32, add, resume bool)"
	ofHalves     = "func(x []float32, y []E) float32"
	carryHalves  = "func(acc *[64]float32, x []float32, y []E)"
	overHalfRows = "func(dst, x []float32, rows []E, stride int)"
	overByteRows = "func(dst []int64, x, rows []E, stride int, index []int, ahead int)"
	ofBytes      = "func(x, y []E) int64"
	tilingBytes  = "func(steps int, rows []E, stride int, sums []int32, panel []E, registers int, c []int32, ldc, m int, add bool, ahead int)"
	findingNear  = "func(positions []int32, c []int32, m, n int, rows, queries []float32) int"
)

// Comments that kernels share.
const (
	carryDoc       = "adds a multiple of 64 elements to the accumulators of "
	gemmDoc        = "sets the m×n matrix c to alpha times the product of a and b, or adds it to c. Its sums start from c if resume is true."
	scoreTilesDoc  = "adds k columns to the scores of m rows of x and n of w, at least a tile of each. The last call stores them, with the bias added."
	distTileDoc    = "stores in dst the %s distances of a tile of rows of x and y, which have k columns."
	byteRowsDoc    = " of x, which has 64 to 2¹⁵ elements, and the listed rows to dst. It prefetches ahead bytes further on unless ahead is 0."
	bytePairDoc    = "returns the %s of x and y, which have at most 2¹⁵ elements."
	byteTileDoc    = "sets c, or adds to it, the %s of m rows and a panel of queries. Each step prefetches ahead bytes further on than the one before."
	findNearDoc    = "stores in positions the indices of the elements of the m×n matrix c whose excesses are at most 0, and returns their number; n is a multiple of 16."
	marginRowsDoc  = "stores in each row of grad the gradient of the %s of a row of n scores, and in losses its value."
	marginRowDoc   = "stores in grad the gradient of the %s of a row of scores, of which there is at least one, and returns its value."
	findDoc        = "stores in positions the indices of the elements of x that are at %s bound, and returns their number. It writes at most len(x) elements."
	momentumDoc    = "adds the gradient g, with decay·w added, to momentum·v, and step·v to w."
	nesterovDoc    = "is heavyBall with the gradient step taken from where the velocity leads."
	crossEntropy   = "stores in each row of grad the gradient of the cross-entropy of a row of n scores; its value is log sums[i] + addends[i]."
	softThreshDoc  = "subtracts from each element of x the nearest number between low and high."
	dotSquareDoc   = "stores in dots the inner products of x and %s, in squares those of the rows with themselves."
	sumExpRowsDoc  = "stores in sums the sum of exp(s − largest) over each row of n scores, in largest the largest score."
	sgdDoc         = "adds step times the gradient g, with decay·w added, to w."
	adamDoc        = "updates the means m of the gradient g and v of its square, and adds step·m/(√v + epsilon) to w."
	softmaxRowsDoc = "stores in each row of dst the softmax of a row of n scores."
)

// Kernels is the table, in the order of the assembly files.
var Kernels = []Kernel{
	{"dot", ofPair, "returns the inner product of x and y.", Reduction, vec.Float32, everywhere, reduce("x, y", products), nil},
	{"dotCarry", carryPair, carryDoc + "dot.", Carry, vec.Float32, everywhere, carry("x, y", products), nil},
	{"sqDist", ofPair, "returns the squared L2 distance of x and y.", Reduction, vec.Float32, everywhere, reduce("x, y", squaredDifferences), nil},
	{"sqDistCarry", carryPair, carryDoc + "sqDist.", Carry, vec.Float32, everywhere, carry("x, y", squaredDifferences), nil},
	{"l1Dist", ofPair, "returns the L1 distance of x and y.", Reduction, vec.Float32, everywhere, reduce("x, y", absoluteDifferences), nil},
	{"l1DistCarry", carryPair, carryDoc + "l1Dist.", Carry, vec.Float32, everywhere, carry("x, y", absoluteDifferences), nil},
	{"lInfDist", ofPair, "returns the L∞ distance of x and y.", Reduction, vec.Float32, everywhere, lInfDist, nil},
	{"sum", ofVector, "returns the sum of x.", UnaryReduction, vec.Float32, everywhere, reduce("x", elements), nil},
	{"sumCarry", carryVector, carryDoc + "sum.", UnaryCarry, vec.Float32, everywhere, carry("x", elements), nil},
	{"maximum", ofVector, "returns the largest element of x, NaN if one is NaN, −Inf if x is empty.", UnaryReduction, vec.Float32, everywhere, maximum, nil},
	{"axpy", "func(alpha float32, x, y []float32)", "adds alpha·x to y, fused.", Elementwise, vec.Float32, everywhere, axpy, nil},
	{"scale", "func(alpha float32, x []float32)", "multiplies x by alpha.", Scaling, vec.Float32, everywhere, scale, nil},
	{"fromBytes", "func(dst []float32, x []E)", "converts x, whose length is a multiple of 16.", Conversion, vec.Uint8, everywhere, fromBytes, nil},

	{"sumSquares", ofVector, "returns the sum of the squares of x.", UnaryReduction, vec.Float32, everywhere, reduce("x", squares), nil},
	{"sumSquaresCarry", carryVector, carryDoc + "sumSquares.", UnaryCarry, vec.Float32, everywhere, carry("x", squares), nil},
	{"sumAbs", ofVector, "returns the sum of the magnitudes of x.", UnaryReduction, vec.Float32, everywhere, reduce("x", magnitudes), nil},
	{"sumAbsCarry", carryVector, carryDoc + "sumAbs.", UnaryCarry, vec.Float32, everywhere, carry("x", magnitudes), nil},
	{"softThreshold", "func(x []float32, low, high float32)", softThreshDoc, Thresholding, vec.Float32, everywhere, softThreshold, nil},
	{"sgd", "func(w, g []float32, step, decay float32)", sgdDoc, Update, vec.Float32, everywhere, sgd, nil},
	{"heavyBall", "func(w, v, g []float32, step, momentum, decay float32)", momentumDoc, Update, vec.Float32, everywhere, momentum(false), nil},
	{"nesterov", "func(w, v, g []float32, step, momentum, decay float32)", nesterovDoc, Update, vec.Float32, everywhere, momentum(true), nil},
	{"adam", "func(w, m, v, g []float32, step, epsilon, beta1, rest1, beta2, rest2, decay float32)", adamDoc, Update, vec.Float32, everywhere, adam, nil},
	{"cosineDist", ofPair, "returns the cosine distance of x and y.", Reduction, vec.Float32, everywhere, cosineDist, nil},

	{"scoreRows", overRows, "stores in dst the inner products of x and the rows.", Rows, vec.Float32, everywhere, vectorToRows{term: product, dots: true}.emit, nil},
	{"sqDistRows", overRows, "stores in dst the squared L2 distances of x and the rows.", Rows, vec.Float32, everywhere, vectorToRows{term: squaredDifference}.emit, nil},
	{"l1DistRows", overRows, "stores in dst the L1 distances of x and the rows.", Rows, vec.Float32, everywhere, vectorToRows{term: absoluteDifference}.emit, nil},
	{"lInfDistRows", overRows, "stores in dst the L∞ distances of x and the rows.", Rows, vec.Float32, everywhere, vectorToRows{term: largestDifference, largest: true}.emit, nil},
	{"dotSquareRows", "func(dots, squares, x, rows []float32, stride int)", fmt.Sprintf(dotSquareDoc, "the rows"), PairRows, vec.Float32, everywhere, vectorToRows{squares: true}.emit, nil},
	{"scoreRowsAt", overRowsAt, "stores in dst the inner products of x and the listed rows.", ListedRows, vec.Float32, everywhere, vectorToRows{term: product, at: true}.emit, nil},
	{"sqDistRowsAt", overRowsAt, "stores in dst the squared L2 distances of x and the listed rows.", ListedRows, vec.Float32, everywhere, vectorToRows{term: squaredDifference, at: true}.emit, nil},
	{"l1DistRowsAt", overRowsAt, "stores in dst the L1 distances of x and the listed rows.", ListedRows, vec.Float32, everywhere, vectorToRows{term: absoluteDifference, at: true}.emit, nil},
	{"lInfDistRowsAt", overRowsAt, "stores in dst the L∞ distances of x and the listed rows.", ListedRows, vec.Float32, everywhere, vectorToRows{term: largestDifference, largest: true, at: true}.emit, nil},
	{"dotSquareRowsAt", "func(dots, squares, x, rows []float32, stride int, index []int)", fmt.Sprintf(dotSquareDoc, "the listed rows"), ListedPairRows, vec.Float32, everywhere, vectorToRows{squares: true, at: true}.emit, nil},

	{"exp", ofElements, "stores eˣ in dst.", Mapping, vec.Float32, everywhere, exp, nil},
	{"log", ofElements, "stores the natural logarithms of x in dst.", Mapping, vec.Float32, everywhere, log, nil},
	{"softmaxRows", "func(n, rows int, scores []float32, lds int, dst []float32, ldd int)", softmaxRowsDoc, LossRows, vec.Float32, everywhere, softmaxRows, nil},
	{"sumExpRows", "func(n, rows int, scores []float32, lds int, sums, largest []float32)", sumExpRowsDoc, SumExpRows, vec.Float32, everywhere, sumExpRows, nil},
	{"logRows", "func(dst, sums, addends []float32)", "stores log sums + addends in dst, for sums ≥ 1 or NaN.", Combination, vec.Float32, everywhere, logRows, nil},
	{"shiftRows", "func(n, rows int, scores []float32, lds int, largest, logs, dst []float32, ldd int)", "stores in row i of dst a row of n scores less largest[i] less logs[i].", ShiftRows, vec.Float32, everywhere, shiftRows, nil},
	{"crossEntropyRows", "func(n, rows int, scores []float32, lds int, labels []int, weights, grad []float32, ldd int, sums, addends []float32)", crossEntropy, LossRows, vec.Float32, everywhere, crossEntropyRows, nil},
	{"hingeRows", withMargin, fmt.Sprintf(marginRowsDoc, "hinge loss"), LossRows, vec.Float32, everywhere, hingeRows, nil},
	{"squaredHingeRows", withMargin, fmt.Sprintf(marginRowsDoc, "squared hinge loss"), LossRows, vec.Float32, everywhere, squaredHingeRows, nil},
	{"crammerSingerRows", withMargin, fmt.Sprintf(marginRowsDoc, "hinge loss of Crammer and Singer"), LossRows, vec.Float32, everywhere, crammerSingerRows, nil},

	{"logisticRows", "func(n, rows int, scores []float32, lds int, labels []int, weights, grad []float32, ldd int, losses []float32)", fmt.Sprintf(marginRowsDoc, "logistic loss, one class against the rest,"), LossRows, vec.Float32, everywhere, logisticRows, nil},

	{"softmaxRow", "func(dst, scores []float32)", "stores in dst the softmax of a row of scores, of which there is at least one.", LossRow, vec.Float32, everywhere, softmaxRow, nil},
	{"logSoftmaxRow", "func(dst, scores []float32)", "stores in dst the logarithms of the softmax of a row of scores, of which there is at least one.", LossRow, vec.Float32, everywhere, logSoftmaxRow, nil},
	{"logSumExpRow", "func(scores []float32) float32", "returns the log of the sum of the exponentials of a row of scores, of which there is at least one; NaN if the largest is infinite.", LossRow, vec.Float32, everywhere, logSumExpRow, nil},
	{"crossEntropyRow", "func(grad, scores []float32, label int, weight float32) float32", fmt.Sprintf(marginRowDoc, "cross-entropy"), LossRow, vec.Float32, everywhere, crossEntropyRow, nil},
	{"hingeRow", ofMargin, fmt.Sprintf(marginRowDoc, "hinge loss"), LossRow, vec.Float32, everywhere, hingeRow, nil},
	{"squaredHingeRow", ofMargin, fmt.Sprintf(marginRowDoc, "squared hinge loss"), LossRow, vec.Float32, everywhere, squaredHingeRow, nil},

	{"dotFloat16", ofHalves, "returns the inner product of x and y, converted.", HalfReduction, vec.Float16, everywhere, reduce("x, y", products), nil},
	{"dotCarryFloat16", carryHalves, carryDoc + "dotFloat16.", HalfCarry, vec.Float16, everywhere, carry("x, y", products), nil},
	{"scoreRowsFloat16", overHalfRows, "stores in dst the inner products of x and the rows, converted.", HalfRows, vec.Float16, everywhere, vectorToRows{term: product, element: vec.Float16}.emit, nil},
	{"dotBFloat16", ofHalves, "returns the inner product of x and y, converted.", HalfReduction, vec.BFloat16, everywhere, reduce("x, y", products), nil},
	{"dotCarryBFloat16", carryHalves, carryDoc + "dotBFloat16.", HalfCarry, vec.BFloat16, everywhere, carry("x, y", products), nil},
	{"scoreRowsBFloat16", overHalfRows, "stores in dst the inner products of x and the rows, converted.", HalfRows, vec.BFloat16, everywhere, vectorToRows{term: product, element: vec.BFloat16}.emit, nil},

	{"argMax", "func(x []float32, above float32) int", "returns the first index of the largest number of x; len(x) if that is at most above, which may be NaN, or if there is none.", ArgMax, vec.Float32, everywhere, argMax, nil},
	{"findAtMost", finding, fmt.Sprintf(findDoc, "most"), Find, vec.Float32, everywhere, find(true), nil},
	{"findAtLeast", finding, fmt.Sprintf(findDoc, "least"), Find, vec.Float32, everywhere, find(false), nil},

	{"scoreTiles", scoringTiles, scoreTilesDoc, ScoreTiles, vec.Float32, everywhere, scoreTiles(vec.Float32), scoringShape},
	{"gemmColumns", multiplying, gemmDoc, GemmColumns, vec.Float32, everywhere, gemmTile(columns, vec.Float32), gemmShape},
	{"scoreTilesBytes", scoringTiles, scoreTilesDoc, ScoreTiles, vec.Uint8, everywhere, scoreTiles(vec.Uint8), scoringShape},
	{"gemmColumnsBytes", multiplying, gemmDoc, GemmColumns, vec.Uint8, everywhere, gemmTile(columns, vec.Uint8), gemmShape},
	{"gemmRows", multiplying, gemmDoc, GemmRows, vec.Float32, everywhere, gemmTile(rows, vec.Float32), gemmShape},

	{"transpose", "func(dst []float32, ldd int, src []float32, lds, n int)", "stores in dst the transpose of the 16 rows of src; n, their length, is a multiple of 4.", Transposition, vec.Float32, everywhere, transpose, nil},

	{"sqDistTile", ofDistances, fmt.Sprintf(distTileDoc, "squared L2"), DistTile, vec.Float32, everywhere, distanceTile{term: squaredDifference}.emit, distanceShape},
	{"l1DistTile", ofDistances, fmt.Sprintf(distTileDoc, "L1"), DistTile, vec.Float32, everywhere, distanceTile{term: absoluteDifference}.emit, distanceShape},
	{"lInfDistTile", ofDistances, fmt.Sprintf(distTileDoc, "L∞"), DistTile, vec.Float32, everywhere, distanceTile{term: largestDifference, largest: true}.emit, distanceShape},

	{"prefetchRows", "func(rows []E, stride int, index []int, n int)", "prefetches the first n bytes of the listed rows, in lines of 64 bytes, none of which need exist.", Prefetching, vec.Uint8, everywhere, prefetchRows, nil},
	{"dotBytes", overByteRows, "adds the inner products" + byteRowsDoc, ByteRows, vec.Uint8, dotProducts, rowsOfBytes(vec.ByteProduct), nil},
	{"sqDistBytes", overByteRows, "adds the squared L2 distances" + byteRowsDoc, ByteRows, vec.Uint8, dotProducts, rowsOfBytes(vec.ByteSquare), nil},
	{"l1DistBytes", overByteRows, "adds the L1 distances" + byteRowsDoc, ByteRows, vec.Uint8, everywhere, rowsOfBytes(vec.ByteDistance), nil},
	{"dotBytePair", ofBytes, fmt.Sprintf(bytePairDoc, "inner product"), BytePair, vec.Uint8, dotProducts, pairOfBytes(vec.ByteProduct), nil},
	{"sqDistBytePair", ofBytes, fmt.Sprintf(bytePairDoc, "squared L2 distance"), BytePair, vec.Uint8, append(everywhere[:len(everywhere):len(everywhere)], "NEONDot"), pairOfBytes(vec.ByteSquare), nil},
	{"l1DistBytePair", ofBytes, fmt.Sprintf(bytePairDoc, "L1 distance"), BytePair, vec.Uint8, everywhere, pairOfBytes(vec.ByteDistance), nil},
	{"dotBytesTile", tilingBytes, fmt.Sprintf(byteTileDoc, "inner products"), ByteTile, vec.Uint8, dotProducts, tileOfBytes(vec.ByteProduct), nil},
	{"l1DistBytesTile", tilingBytes, fmt.Sprintf(byteTileDoc, "L1 distances"), ByteTile, vec.Uint8, everywhere, tileOfBytes(vec.ByteDistance), nil},
	{"coarseBytesTile", tilingBytes, fmt.Sprintf(byteTileDoc, "inner products"), ByteTile, vec.Uint8, []string{"AVX2", "AVX512"}, tileOfBytes(vec.ByteCoarse), nil},
	{"findNear", findingNear, findNearDoc, FindNear, vec.Float32, everywhere, findNear, nil},
}

// GoSignature returns the signature with the element's type in it.
func (k Kernel) GoSignature() string {
	return strings.ReplaceAll(k.Signature, "[]E", "[]"+k.Element.String())
}

// Function returns the name of the function for an instruction set of a shape,
// without the instruction set: "scoreTiles3x2".
func (k Kernel) Function(s Shape) string {
	if k.Tile == nil {
		return k.Name
	}
	rows, cols := k.Tile(s)
	return fmt.Sprintf("%s%dx%d", k.Name, rows, cols)
}

// EmitTo emits the function on m.
func (k Kernel) EmitTo(m vec.Machine, s Shape) {
	m.Func(k.Function(s), k.GoSignature(), k.Doc)
	k.Emit(m, s)
}

func scoringShape(s Shape) (rows, classes int) { return s.ScoreRows, s.ScoreClasses }
func gemmShape(s Shape) (rows, cols int)       { return s.TileHeights[0], s.TileBlocks * vec.Lanes }
