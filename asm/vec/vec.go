// Package vec is the vocabulary in which a kernel is written once. Its unit is
// the block of 16 float32 lanes on which every result of argmax is defined: one
// register of AVX-512, two of AVX2, four of NEON. Packages x86 and arm64
// implement [Machine], which is composed of small interfaces so that a helper
// asks only for what it uses. The loops that kernels share are in loops.go.
package vec

// Lanes is the number of float32 lanes in a Block. It is part of the
// arithmetic, not a property of a machine.
const Lanes = 16

// Relation is what a comparison asks for. All but Unordered are false of NaN.
type Relation int

const (
	Equal Relation = iota
	Less
	AtMost
	Greater
	Unordered // x or y is NaN
)

// A Scalar is the float32 in memory some elements after a pointer.
type Scalar struct {
	Ptr     Ptr
	Element int
}

// A Label is a place to jump to.
type Label string

// Machine emits functions for one instruction set.
//
// Methods that return a handle return a new one. Methods that take a dst overwrite
// it; dst may be one of the sources.
type Machine interface {
	Base
	Arithmetic
	Constants
	Roots
	Exponents
	Masks
	Reductions
	Maxima
	PackedRows
	Tiles
	Columns
	Searches
	Bytes
	ByteTiles
}

// Base is what almost every kernel uses: arguments, addresses, loops, and blocks
// that are loaded and stored.
type Base interface {
	Functions
	Arguments
	Integers
	Pointers
	Jumps
	Memory
}

// Functions begins and ends functions.
type Functions interface {
	// Func begins the function op+suffix, where suffix names the instruction set:
	// "dot" becomes dotAVX2. signature is Go's, "func(x []float32) float32"; doc
	// follows the name in the comment of the Go stub.
	Func(op, signature, doc string)
	// Return ends the function without a result.
	Return()
	// ReturnFirst ends the function with lane 0 of b as its float32 result, and
	// frees b.
	ReturnFirst(b Block)
	// ReturnInt ends the function with an int as its result.
	ReturnInt(n Int)
	// UpTo runs body, which must return, for n ≤ most, and goes on behind it for more.
	UpTo(n Int, most int, body func())
}

// Arguments loads the arguments of a function.
type Arguments interface {
	// Int loads an integer argument; "x_len" is the length of slice x. A bool is
	// 0 or 1.
	Int(arg string) Int
	// Ptr loads a pointer argument; "x_base" is the data of slice x. What it points
	// to follows from the signature.
	Ptr(arg string) Ptr
	// Broadcast returns a float32 argument in all lanes. It must not be overwritten:
	// its parts may share a register.
	Broadcast(arg string) Block
}

// Integers computes with integer registers.
type Integers interface {
	// Scope runs body; the Ints and Ptrs made in it end with it. Of those that
	// ScopePtrs makes, the ones it returns live on in the scope around it.
	Scope(body func())
	ScopePtrs(body func() []Ptr) []Ptr
	// LoadInt loads the int some elements after p.
	LoadInt(p Ptr, elem int) Int
	// CopyInt returns a copy, for what a loop will change.
	CopyInt(n Int) Int
	// Scale returns n·k. k is a power of two.
	Scale(n Int, k int) Int
	// Divide returns n ÷ k, rounded down, for n ≥ 0.
	Divide(n Int, k int) Int
	// Times returns x·y.
	Times(x, y Int) Int
	// Decrease sets n to n − k.
	Decrease(n Int, k int)
	// SubInt sets n to n − by.
	SubInt(n, by Int)
}

// Pointers computes addresses.
type Pointers interface {
	// CopyPtr returns a copy, for what a loop will change.
	CopyPtr(p Ptr) Ptr
	// Element returns the address of the float32 at an index from p.
	Element(p Ptr, index Int) Ptr
	// RowAt returns the address index·stride bytes after p.
	RowAt(p Ptr, stride, index Int) Ptr
	// Rows returns count addresses, stride bytes apart, the first at p. p must not be
	// advanced by itself while they are in use; advancing all of them advances p.
	Rows(p Ptr, stride Int, count int) []Ptr
	// Advance moves pointers by elems elements. Of several that share a base, all
	// must be given together.
	Advance(ptrs []Ptr, elems int)
	// Move adds times·distance bytes to p.
	Move(p Ptr, distance Int, times int)
}

// Jumps places labels and jumps to them.
type Jumps interface {
	NewLabel(hint string) Label
	Place(l Label)
	Jump(l Label)
	// JumpLess jumps if n < k, signed.
	JumpLess(n Int, k int, l Label)
	// JumpNotLess jumps if n ≥ k, signed.
	JumpNotLess(n Int, k int, l Label)
	// CountDown sets n to n − k and jumps if that is at least 0. CountUp sets n to n + k
	// and jumps if that is 0. Each is one comparison less than its parts.
	CountDown(n Int, k int, l Label)
	CountUp(n Int, k int, l Label)
	// JumpZero jumps if n = 0.
	JumpZero(n Int, l Label)
}

// Memory loads and stores blocks.
type Memory interface {
	// Load returns the block that starts block·Lanes elements after p, converted to
	// float32.
	Load(p Ptr, block int) Block
	Store(b Block, p Ptr, block int)
	// LoadTo sets dst to what Load returns.
	LoadTo(dst Block, p Ptr, block int)
	// LoadBroadcast returns the float32 some elements after p, in all lanes.
	LoadBroadcast(p Ptr, elem int) Block
	// StoreFirst stores lane 0 some elements after p.
	StoreFirst(b Block, p Ptr, elem int)
	// Prefetch prefetches the cache line some elements after p, which need not exist.
	Prefetch(p Ptr, elem int)

	// Partial runs body with n valid lanes, 0 < n < Lanes: inside it Load reads only
	// those and takes the others from fill, whose lanes are all the same (+0 without
	// one); Store writes only those. Arithmetic is on all lanes.
	Partial(n Int, fill Block, body func())
	// Alone is Partial for the float32 of a row by itself: Load and Store touch nothing
	// but the valid lanes, not even under a mask, which takes several instructions more. A
	// load then does not wait for what was just stored behind the row, nor a later one
	// of what is there for the row.
	Alone(n Int, fill Block, body func())
	// Row is Alone for all of a row, whose lanes may be elsewhere in a block, and there twice,
	// as suits the machine. Body may load, store, compute lane by lane, select lanes by
	// Compare, ValidLanes, LaneMask and AndNot, use masks in ZeroMask, AddZeroMask and
	// NegatedCount, and PackSum, PackMax and SubOneHot; to these lane i is the i-th of the row.
	Row(n Int, fill Block, body func())
	// Whole runs body, within Partial, as if outside it.
	Whole(body func())
	// StoreUnmasked, within Partial, stores the valid lanes without a masked store: a
	// load that follows would wait for it if it touched any of its lanes, even those
	// the mask excludes.
	StoreUnmasked(b Block, p Ptr)

	// Short is UpTo with a body that works on blocks of its own only, in the registers in
	// which so few of them take the least time from the first load to the result.
	Short(n Int, most int, body func())

	// Parts runs body for each part of blocks that it sets: for a kernel whose accumulators
	// are too many for the registers. body is given that part of dst, and blocks that it makes have no other. What a part is, and how many a block has, is the
	// machine's own affair.
	Parts(dst []Block, body func(dst []Block))

	Zero() Block
	// New returns a block to be written before it is read.
	New() Block
	// Clear makes a block zero.
	Clear(dst Block)
	// Constant returns v in all lanes.
	Constant(v float32) Block
	Copy(x Block) Block
	// Set sets dst to x.
	Set(dst, x Block)
	// Narrow runs body, which needs lane 0 alone: of the blocks that it makes the others
	// may be missing. It must overwrite no other block.
	Narrow(body func())
	Free(bs ...Block)
}

// Arithmetic computes lane by lane.
type Arithmetic interface {
	Add(dst, x, y Block)
	Sub(dst, x, y Block) // x − y
	Mul(dst, x, y Block)
	Div(dst, x, y Block) // x/y
	Abs(dst, x Block)
	// Min is the smaller: y or −0 if both are zeros, y or NaN if one is NaN.
	Min(dst, x, y Block)
	// MaxBits is the larger of the bits, as unsigned integers: of numbers without a
	// sign the larger number, NaN above infinity.
	MaxBits(dst, x, y Block)
	// FMA sets acc to fma(x, y, acc).
	FMA(acc, x, y Block)
	// FMALoad, MulLoad, SubLoad and AddLoad take y from memory, as an operand of the
	// instruction where the machine can. MulLoad returns x·y, SubLoad x − y.
	FMALoad(acc, x Block, p Ptr, block int)
	MulLoad(x Block, p Ptr, block int) Block
	SubLoad(x Block, p Ptr, block int) Block
	AddLoad(acc Block, p Ptr, block int)
}

// Constants computes with numbers that are the same in all lanes.
type Constants interface {
	// Constants makes constants. It must be called where a kernel begins.
	Constants(vs ...float32) []Const
	// MemoryConstants makes constants that stay in memory on every machine, for a
	// kernel that has more of them than there are registers.
	MemoryConstants(vs ...float32) []Const
	// FromConst returns a block of c.
	FromConst(c Const) Block
	// FMAConst sets acc to fma(x, c, acc).
	FMAConst(acc, x Block, c Const)
	// MulAddConst returns fma(x, y, c), and frees x.
	MulAddConst(x, y Block, c Const) Block
	// SubConst returns x − c.
	SubConst(x Block, c Const) Block
	// MaxConst and MinConst are the larger and the smaller of x and c; NaN if x is.
	MaxConst(dst, x Block, c Const)
	MinConst(dst, x Block, c Const)
}

// Roots takes square roots.
type Roots interface {
	// Sqrt is the root, correctly rounded, for a kernel that divides as many blocks as it
	// takes roots of. On machines where both wait for one unit it takes roots by
	// multiplications, as long as a block has only +0 and numbers from 2⁻⁷⁰ on.
	Sqrt(dst, x Block)
}

// Exponents takes numbers apart and multiplies them by powers of two.
type Exponents interface {
	// Exponent prepares the exponents n for Ldexp, and frees both blocks. shifted is
	// n + 1.5·2²³, which has n in its lowest bits: the machine returns whichever it
	// scales by, so that the other's registers are free in between.
	Exponent(n, shifted Block) Block
	// Ldexp sets p to p·2ⁿ, rounded once, for p from ½ to 2 and −150 ≤ n ≤ 128. It
	// overwrites exponent, which is what Exponent made of n. The bits of bias are
	// 254 less those of 1.5·2²³.
	Ldexp(p, exponent Block, bias Const)
	// LdexpNonPositive is the same for −151 ≤ n ≤ 0, and overwrites the block that Exponent
	// calls shifted; with n = −151 the result is 0.
	// The bits of bias are the integer 151; tiny is 2⁻²⁴.
	LdexpNonPositive(p, shifted Block, bias, tiny Const)
	// Frexp splits a normal x > 0 into fraction·2^exponent with ¾ ≤ fraction < 1½;
	// what it makes of other x is unspecified. threeQuarters is ¾.
	Frexp(x Block, threeQuarters Const) (fraction, exponent Block)
}

// Masks compares, and selects lanes.
type Masks interface {
	// Compare and CompareConst select the lanes in which x is related to y or c.
	Compare(r Relation, x, y Block) Mask
	CompareConst(r Relation, x Block, c Const) Mask
	// ValidLanes, within Partial, selects the valid lanes.
	ValidLanes() Mask
	// LaneMask selects the lane of an index, none if there is no such lane.
	LaneMask(index Int) Mask
	// OtherLanes, within Partial, selects the valid lanes except that of the int some
	// elements after p, of which it reads 32 bits.
	OtherLanes(p Ptr, elem int) Mask
	// And, AndNot and Not combine masks; AndNot is x without y.
	And(x, y Mask) Mask
	AndNot(x, y Mask) Mask
	Not(x Mask) Mask
	FreeMask(masks ...Mask)

	// LaneIndices returns the indices of the lanes, from 0.
	LaneIndices() Block
	// NegatedCount returns the number of selected lanes, negated, in lane 0; +0 if
	// there are none.
	NegatedCount(selected Mask) Block
	// ZeroMask sets dst to x in the selected lanes and to +0 in the others.
	ZeroMask(dst, x Block, selected Mask)
	// AddZeroMask is ZeroMask of x + y.
	AddZeroMask(dst, x, y Block, selected Mask)
	// LoadBroadcastMasked is LoadBroadcast in the selected lanes, +0 in the others.
	LoadBroadcastMasked(p Ptr, elem int, selected Mask) Block
	// Blend sets the selected lanes of dst to x.
	Blend(dst, x Block, selected Mask)
	// SubWhere subtracts c in the selected lanes.
	SubWhere(dst Block, c Const, selected Mask)
	// SubOneHot subtracts 1 in the lane of an index. There must be such a lane;
	// lane is overwritten.
	SubOneHot(dst Block, lane Int)
	// JumpAny jumps if a lane is selected.
	JumpAny(selected Mask, l Label)
}

// Reductions reduces blocks over their lanes in the tree of the arithmetic: i and
// i+8, then i+4, then i+2, then i+1.
type Reductions interface {
	// Reduce puts the sum in lane 0; the others are unspecified.
	Reduce(b Block)
	// ReduceTo stores the sums of bs at p, one after the other, and frees bs. The
	// bits are those of Reduce; several share their shuffles.
	ReduceTo(bs []Block, p Ptr)
	// ReduceAddTo is ReduceTo with the float32 at addend added to each sum.
	ReduceAddTo(bs []Block, addend, p Ptr)
	// ReduceApart is ReduceTo with a place for each sum.
	ReduceApart(bs []Block, to []Ptr)
	// ReturnCosine ends the function with the cosine distance of two vectors as its float32
	// result: 1 − xy/√(xx·yy), computed in float64 and rounded once, or 1 if xx·yy is 0.
	// xy, xx and yy are the sums of the blocks, which it frees.
	ReturnCosine(xy, xx, yy Block)
	// Positive makes +0 of −0 in lane 0.
	Positive(b Block)
	// ReduceMaxBits, ReduceMaxBitsTo and ReduceMaxBitsApart are the same with MaxBits
	// in place of the addition.
	ReduceMaxBits(b Block)
	ReduceMaxBitsTo(bs []Block, p Ptr)
	ReduceMaxBitsApart(bs []Block, to []Ptr)
}

// Maxima finds maxima in which a NaN must not be lost.
type Maxima interface {
	// Max is the larger; where a lane is NaN the result is unspecified, and Unordered
	// must be given the operands. (NEON's own maximum keeps NaN: Unordered emits
	// nothing there.)
	Max(dst, x, y Block)
	NewFlag() Flag
	// Unordered sets f in the lanes where x or y is NaN.
	Unordered(f Flag, x, y Block)
	// ReduceMax puts in lane 0 of b the maximum of its lanes: NaN if a lane of the
	// flags is set or a lane is NaN, +0 if it is a zero. It frees the flags.
	ReduceMax(b Block, flags []Flag)
}

// PackedRows computes with one number for each of several rows.
type PackedRows interface {
	// PackSum and PackMax reduce each of one block or four, to sums in the tree of
	// the arithmetic, or to maxima, in which NaN is unspecified. They keep bs.
	PackSum(bs []Block) Packed
	PackMax(bs []Block) Packed
	// BroadcastLane returns number i in all lanes. It must not be overwritten.
	BroadcastLane(p Packed, i int) Block
	// AddPacked adds c.
	AddPacked(p Packed, c Const)
	// Reciprocal sets p to 1/p; one is 1.
	Reciprocal(p Packed, one Const)
	// StorePacked stores the numbers one after the other, some elements after to.
	StorePacked(p Packed, to Ptr, elem int)
	FreePacked(p Packed)
}

// Tiles multiplies and accumulates tiles.
type Tiles interface {
	// Outer sets acc[i][j] to fma(a[i], b[j], acc[i][j]).
	Outer(acc [][]Block, a []Scalar, b []Block)
	// Products sets acc[i][j] to fma(x[i], w[j], acc[i][j]) with the block of each row.
	Products(acc [][]Block, x, w []Ptr, block int)
}

// Columns makes blocks of columns.
type Columns interface {
	// StoreColumns stores four columns of 16 rows: at to[j] the block of the float32 that
	// are elem+j elements after each of the rows.
	StoreColumns(to, rows []Ptr, elem int)
}

// Searches finds lanes.
type Searches interface {
	// MaxNumber and MinNumber set acc to the larger or smaller of acc, which is no NaN,
	// and x; acc stays where x is NaN.
	MaxNumber(acc, x Block)
	MinNumber(acc, x Block)
	// FirstLane returns the lowest of the selected lanes, of which there must be one.
	FirstLane(selected Mask) Int
	// AppendIndices stores the indices of the selected lanes, each plus first, as int32
	// in ascending order count elements after to, and adds their number to count. It
	// may write as many elements as there are (valid) lanes.
	AppendIndices(to Ptr, count, first Int, selected Mask)
}

// Halves computes with half blocks. A machine has it if that is faster there than with whole
// ones of which half is empty.
type Halves interface {
	// Half runs body, in which blocks are their lower halves alone. Within Partial, fewer
	// than half of the lanes are valid.
	Half(body func())
}
