package index

import (
	"fmt"
	"sort"
)

// A Filter says which rows a search may find. It must not change during a search, and
// be safe for concurrent use.
type Filter interface {
	// Contains reports whether a row may be found.
	Contains(row int) bool
}

// A Bitmap is a filter with a bit for each row: row i may be found if bit i mod 64 of
// word i/64 is 1. Rows behind its end may not.
type Bitmap []uint64

// Contains implements [Filter].
func (b Bitmap) Contains(row int) bool {
	return row>>6 < len(b) && b[row>>6]>>(row&63)&1 != 0
}

// Set allows a row, for which there must be room.
func (b Bitmap) Set(row int) { b[row>>6] |= 1 << (row & 63) }

// A List is a filter of rows in ascending order, without duplicates. Only the rows in
// it are compared, so it is the filter for few rows.
type List []int

// Contains implements [Filter].
func (l List) Contains(row int) bool {
	i := sort.SearchInts(l, row)
	return i < len(l) && l[i] == row
}

// check panics unless the list is one of n rows.
func (l List) check(n int) {
	for i, row := range l {
		if row < 0 || row >= n || i > 0 && row <= l[i-1] {
			panic(fmt.Sprintf("index: List: row %d at %d, of %d rows; want them in ascending order", row, i, n))
		}
	}
}

// A Predicate is a filter that asks a function. It is asked only about rows that are
// near enough.
type Predicate func(row int) bool

// Contains implements [Filter].
func (p Predicate) Contains(row int) bool { return p(row) }
