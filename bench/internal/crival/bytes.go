package crival

// ByteRows sets dst to a sum over pairs of bytes, of x and each of the rows, which
// lie one after the other.
type ByteRows func(dst []int64, x, rows []uint8)

// ByteLoops are loops that gcc makes vectors of, by the operations of the suite:
// none without the tag cblas.
var ByteLoops = map[string]ByteRows{}
