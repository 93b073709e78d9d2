package vec

// ByColumn works on columns of rows of float32: a block holds one number of each of 16
// rows, so that short rows leave no lanes empty and sums of rows need no shuffles. A
// machine has it if that is faster there than to go row by row.
type ByColumn interface {
	// Local returns the address of memory for some blocks, which lives until the function
	// returns and holds anything. A function calls it once.
	Local(blocks int) Ptr
	// LoadByColumn stores count columns of 16 rows, 2 or 4, as blocks at to, one after the
	// other. The columns begin at p, the rows are stride bytes apart.
	LoadByColumn(to, p Ptr, stride Int, count int)
	// StoreByColumn is the reverse: it stores bs, 2 or 4 of them, as columns of 16 rows.
	StoreByColumn(bs []Block, p Ptr, stride Int)

	// LoadInts returns the 16 ints from p on as integers of 32 bits, of which ShiftInts
	// returns those that are n larger. EqualInts selects the lanes that are k, ClearEqual
	// sets dst to +0 there.
	LoadInts(p Ptr) Block
	ShiftInts(x Block, n Int) Block
	EqualInts(x Block, k int) Mask
	ClearEqual(dst, x Block, k int)
	// SetWhere sets the selected lanes of dst, which are +0, to those of x.
	SetWhere(dst, x Block, selected Mask)
}
