package crival

// ByteRows stores in dst a sum over pairs of bytes of x and of each row. The rows are
// contiguous.
type ByteRows func(dst []int64, x, rows []uint8)

// ByteLoops are loops that gcc vectorizes, by the names of operations in the suite. It
// is empty without the tag cblas.
var ByteLoops = map[string]ByteRows{}
