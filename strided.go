package argmax

import (
	"math"
	"math/bits"
)

// An Element is the type of a matrix's elements. Bytes stand for the integers from
// 0 to 255; converting them to float32 is exact.
type Element interface{ float32 | uint8 }

// Strided is a matrix stored by rows: row i begins at Data[i*Stride]. The function
// that takes it says how many rows and columns it has. Elements between two rows or
// after the last one are neither read nor written. If there is a single row, Stride
// is ignored.
type Strided[E Element | Half] struct {
	Data   []E
	Stride int // distance between the beginnings of two rows, in elements
}

// extent returns the number of elements from the beginning of a matrix to the end of
// its last row. It returns a negative number if there is no such matrix: if a dimension
// is negative, if rows overlap, or if the number overflows an int. A single row may
// have any stride.
func extent(rows, cols, stride int) int {
	if rows == 1 {
		return cols
	}
	return extentOfRows(rows, cols, stride)
}

func extentOfRows(rows, cols, stride int) int {
	switch {
	case rows|cols < 0:
		return -1
	case rows == 0:
		return 0
	case stride < cols:
		return -1
	}
	high, low := bits.Mul(uint(rows-1), uint(stride))
	n := int(low) + cols
	if high != 0 || int(low) < 0 || n < 0 {
		return -1
	}
	return n
}

// rowsIn returns the largest number of rows for which extent is at most n. It is
// unbounded if both cols and stride are 0.
func rowsIn(n, cols, stride int) int {
	switch {
	case n < cols:
		return 0
	case stride < cols:
		return 1
	case stride == 0:
		return math.MaxInt
	}
	return 1 + (n-cols)/stride
}
