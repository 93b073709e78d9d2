// Package vec is the vocabulary in which a kernel is written once. Its unit is
// the block of 16 float32 lanes on which every result of argmax is defined: one
// register of AVX-512, two of AVX2, four of NEON. Packages x86 and arm64
// implement [Machine]; the loop shapes that kernels share are in loops.go,
// written once on the primitives of Machine.
package vec

// Lanes is the number of float32 lanes in a Block. It is part of the
// arithmetic, not a property of a machine.
const Lanes = 16

type (
	// Block is 16 float32 lanes in registers of the machine that made it.
	Block any
	// Int is an integer register: a count, or a distance in bytes.
	Int any
	// Ptr is the address of a float32, or of a uint8. Several may share a base register (see
	// Machine.Rows); Machine.Advance knows.
	Ptr any
	// Const is a number in all lanes that many instructions take as an operand: in
	// a register where there are enough of them, in memory elsewhere.
	Const any
	// Packed holds one number for each of several rows, reduced.
	Packed any
	// Mask chooses some of the lanes.
	Mask any
	// Flag collects, lane by lane, whether a NaN was met.
	Flag any
	// Label is a place to jump to.
	Label string
)

// Relation is what a comparison asks for. All but Unordered are false of NaN.
type Relation int

const (
	Equal Relation = iota
	Less
	AtMost
	Greater
	Unordered // x or y is NaN
)

// Scalar is the float32 in memory some elements after a pointer.
type Scalar struct {
	Ptr     Ptr
	Element int
}

// Machine emits functions for one instruction set.
//
// Registers: avo finds by itself where a register dies; NEON has to be told,
// by Free. A kernel that frees what it no longer needs is right on both.
// Integer registers live until the end of the function, or of their Scope.
// Methods that return a Block, Int or Ptr return a new one; methods that take a
// dst overwrite it, and dst may be one of the sources.
type Machine interface {
	// Func begins the function op+suffix, where suffix names the instruction
	// set: "dot" becomes dotAVX2. signature is Go's, "func(x []float32) float32".
	// doc is the sentence after the name in the comment of the stub.
	Func(op, signature, doc string)
	// Return ends the function; it has no result.
	Return()
	// ReturnFirst ends the function with lane 0 of b as its float32 result.
	ReturnFirst(b Block)

	// Int loads an integer argument; "x_len" is the length of slice x. A bool is
	// 0 or 1.
	Int(arg string) Int
	// Ptr loads a pointer argument; "x_base" is the data of slice x.
	Ptr(arg string) Ptr
	// Bytes loads a pointer to uint8: Load converts them to float32. It takes
	// whole blocks only.
	Bytes(arg string) Ptr
	// Splat is the float32 argument in all lanes, only to be read: its parts may
	// share a register.
	Splat(arg string) Block

	// Scope runs body; the integer registers it takes are free again afterwards.
	Scope(body func())
	// LoadInt is the int some elements (of 8 bytes) after p.
	LoadInt(p Ptr, elem int) Int
	// Element is the address of the float32 at an index from p.
	Element(p Ptr, index Int) Ptr
	// RowAt is the address index·stride bytes after p.
	RowAt(p Ptr, stride, index Int) Ptr
	// CopyInt and CopyPtr are for what a loop will change.
	CopyInt(n Int) Int
	CopyPtr(p Ptr) Ptr
	// Scale is n times k, a new Int. k is a power of two.
	Scale(n Int, k int) Int
	// Divide is n ÷ k, rounded down, for n ≥ 0 and a k that is no power of two; Times
	// is x·y.
	Divide(n Int, k int) Int
	Times(x, y Int) Int
	// Decrease is n -= k.
	Decrease(n Int, k int)
	// Rows is count addresses, stride bytes apart, the first at p. p must not be
	// advanced by itself while they are in use; advancing all of them advances p.
	Rows(p Ptr, stride Int, count int) []Ptr
	// Advance moves pointers by elems elements. Of several that share a base, all
	// must be given together.
	Advance(ptrs []Ptr, elems int)
	// Move is p += times·distance bytes.
	Move(p Ptr, distance Int, times int)

	NewLabel(hint string) Label
	Place(l Label)
	Jump(l Label)
	// JumpLess jumps if n < k, signed.
	JumpLess(n Int, k int, l Label)
	// JumpNotLess jumps if n >= k, signed.
	JumpNotLess(n Int, k int, l Label)
	// JumpZero jumps if n == 0.
	JumpZero(n Int, l Label)

	// Partial runs body with n valid lanes, 0 < n < Lanes: inside it Load reads
	// only those and takes the other lanes from fill (nil: +0; the same in all
	// lanes), Store writes only those. Nothing beyond them is touched in memory. Arithmetic is on all
	// lanes.
	Partial(n Int, fill Block, body func())
	// Whole runs body, within a Partial, as if outside it.
	Whole(body func())

	Zero() Block
	// Clear makes a block zero.
	Clear(dst Block)
	// Constant is v in all lanes.
	Constant(v float32) Block
	// Load is the block that starts block·Lanes elements after p.
	Load(p Ptr, block int) Block
	Store(b Block, p Ptr, block int)
	// StoreRuns, inside Partial, stores the valid lanes without a mask: processors let a
	// load wait for a masked store before it that touches its lanes, chosen or not.
	StoreRuns(b Block, p Ptr)
	// Prefetch asks for the cache line at p, which need not exist.
	Prefetch(p Ptr)
	// StoreFirst stores lane 0 some elements after p.
	StoreFirst(b Block, p Ptr, elem int)
	// LoadFirst is the float32 at p, elem elements on, in all lanes.
	LoadFirst(p Ptr, elem int) Block
	Free(bs ...Block)

	Add(dst, x, y Block)
	Sub(dst, x, y Block) // x − y
	Mul(dst, x, y Block)
	Abs(dst, x Block)
	// Min is the smaller: y or −0 if both are zeros, y or NaN if one is NaN.
	Min(dst, x, y Block)
	Div(dst, x, y Block) // x/y
	Sqrt(dst, x Block)
	// MaxBits is the larger of the bits, as unsigned integers: of numbers without a
	// sign the larger number, and NaN is above infinity.
	MaxBits(dst, x, y Block)
	// FMA is acc = fma(x, y, acc).
	FMA(acc, x, y Block)
	// FMALoad and SubLoad take y from memory, as an operand of the instruction
	// where the machine can.
	FMALoad(acc, x Block, p Ptr, block int)
	SubLoad(x Block, p Ptr, block int) Block // x − y, a new block
	AddLoad(acc Block, p Ptr, block int)     // acc + y

	// Numbers is the numbers of the lanes, from 0.
	Numbers() Block

	// Constants are made where a kernel begins.
	Constants(vs ...float32) []Const
	// FromConst and Copy are new blocks.
	FromConst(c Const) Block
	Copy(x Block) Block
	// FMAConst is acc = fma(x, c, acc).
	FMAConst(acc, x Block, c Const)
	// MulAddConst is fma(x, y, c); x is free afterwards, or the result.
	MulAddConst(x, y Block, c Const) Block
	SubConst(x Block, c Const) Block // x − c, a new block
	// MaxConst is the larger of x and c; NaN if x is.
	MaxConst(dst, x Block, c Const)
	// MinConst is the smaller of x and c; NaN if x is.
	MinConst(dst, x Block, c Const)
	// PowerOfTwo is p = p·2ⁿ, rounded once, for p from ½ to 2 and −151 ≤ n ≤ 0; with
	// n = −151 it is 0. shifted is n + 1.5·2²³, is overwritten, and has n in its
	// lowest bits. A machine that has no instruction for it makes an exact step
	// and a rounding of shifted, bias, whose bits are the integer 151, and tiny, 2⁻²⁴;
	// it does not read n, which may be free.
	PowerOfTwo(p, n, shifted Block, bias, tiny Const)
	// AnyPowerOfTwo is the same for −150 ≤ n ≤ 128. The bits of bias are 254 less those
	// of 1.5·2²³.
	AnyPowerOfTwo(p, n, shifted Block, bias Const)

	// Fraction splits a normal x > 0 into m·2ⁿ with ¾ ≤ m < 1½, as new blocks; what
	// it makes of other x is unspecified. threeQuarters is ¾.
	Fraction(x Block, threeQuarters Const) (fraction, exponent Block)
	// Compare and CompareConst choose the lanes in which x is related to y or c.
	Compare(r Relation, x, y Block) Mask
	CompareConst(r Relation, x Block, c Const) Mask
	// Valid, inside Partial, chooses the valid lanes.
	Valid() Mask
	// Lane chooses the lane of a number, none if there is no such lane.
	Lane(index Int) Mask
	// Others, inside Partial, chooses the valid lanes but that of the int some elements
	// (of 8 bytes) after p, of which it reads 32 bits.
	Others(p Ptr, elem int) Mask
	// MinusCount is the number of chosen lanes, negated, in lane 0; +0 of none.
	MinusCount(chosen Mask) Block
	// And, AndNot and Not are new masks; AndNot is x without y.
	And(x, y Mask) Mask
	AndNot(x, y Mask) Mask
	Not(x Mask) Mask
	// Keep sets dst to x in the chosen lanes, to +0 in the others.
	Keep(dst, x Block, chosen Mask)
	// AddKeep sets dst to x + y in the chosen lanes, to +0 in the others.
	AddKeep(dst, x, y Block, chosen Mask)
	// LoadFirstWhere is LoadFirst in the chosen lanes, +0 in the others.
	LoadFirstWhere(p Ptr, elem int, chosen Mask) Block
	// Choose sets the chosen lanes of dst to x.
	Choose(dst, x Block, chosen Mask)
	// SubOneHot subtracts 1 in the lane of a number, which changes it to a multiple of
	// itself. There is such a lane.
	SubOneHot(dst Block, lane Int)
	// SubWhere subtracts c in the chosen lanes.
	SubWhere(dst Block, c Const, chosen Mask)
	// JumpAny jumps if a lane is chosen.
	JumpAny(chosen Mask, l Label)
	FreeMask(masks ...Mask)

	// Searches. ReturnInt ends the function with an int as its result; SubInt is n −=
	// by.
	ReturnInt(n Int)
	SubInt(n, by Int)
	// MaxNumber and MinNumber are acc = the larger or smaller of acc, which is no NaN,
	// and x; acc where x is NaN.
	MaxNumber(acc, x Block)
	MinNumber(acc, x Block)
	// FirstLane is the lowest of the chosen lanes, of which there must be one.
	FirstLane(chosen Mask) Int
	// AppendLanes stores the numbers of the chosen lanes, each plus first, as int32 at
	// to, count elements on, one behind the other in ascending order, and adds their
	// number to count. It may write as many elements as there are (valid) lanes.
	AppendLanes(to Ptr, count, first Int, chosen Mask)

	// PackSum and PackMax reduce each of one block or four: to the sums in the tree
	// of the arithmetic, or to the maxima, where NaN is unspecified. They keep bs.
	PackSum(bs []Block) Packed
	PackMax(bs []Block) Packed
	// Spread is number i of the packed in all lanes, only to be read.
	Spread(p Packed, i int) Block
	// AddPacked is p += c; Reciprocal is p = 1/p, with one that is 1.
	AddPacked(p Packed, c Const)
	Reciprocal(p Packed, one Const)
	// StorePacked stores the numbers one after the other, some elements after to.
	StorePacked(p Packed, to Ptr, elem int)
	FreePacked(p Packed)

	// Max is the larger; where a lane is NaN the result is unspecified and
	// Unordered has to be told about the operands. (NEON's own maximum keeps
	// NaN, and there Unordered emits nothing.)
	Max(dst, x, y Block)
	NewFlag() Flag
	// Unordered sets f in the lanes where x or y is NaN.
	Unordered(f Flag, x, y Block)
	// ReduceMax leaves in lane 0 of b the maximum of its lanes: NaN if any lane
	// of the flags is set or any lane is NaN, +0 if it is a zero.
	ReduceMax(b Block, flags []Flag)

	// Reduce leaves in lane 0 of b the sum of its lanes in the tree of the
	// arithmetic: i and i+8, then i+4, then i+2, then i+1.
	Reduce(b Block)
	// ReduceTo stores the reduced sums of bs at p, one float32 each, and frees bs.
	// The same bits as Reduce of each; several share their shuffles.
	ReduceTo(bs []Block, p Ptr)
	// ReduceAddTo adds to each sum the float32 at its place behind addend first.
	ReduceAddTo(bs []Block, addend, p Ptr)
	// ReduceMaxBits and ReduceMaxBitsTo are as Reduce and ReduceTo, with MaxBits for
	// the addition.
	ReduceMaxBits(b Block)
	ReduceMaxBitsTo(bs []Block, p Ptr)
	// ReduceApart and ReduceMaxBitsApart store every result at a place of its own.
	ReduceApart(bs []Block, to []Ptr)
	ReduceMaxBitsApart(bs []Block, to []Ptr)

	// Outer is acc[i][j] = fma(a[i], b[j], acc[i][j]).
	Outer(acc [][]Block, a []Scalar, b []Block)
	BytesMachine

	// Products is acc[i][j] = fma(x[i], w[j], acc[i][j]) with the block of each row.
	Products(acc [][]Block, x, w []Ptr, block int)
}
