package vec

// WideLanes is the number of float64 lanes of a wide sum.
const WideLanes = 8

// A WideTerm is what a wide sum adds for each element, of a vector and a row.
type WideTerm int

const (
	WideProduct  WideTerm = iota
	WideSquare            // of the difference
	WideDistance          // the magnitude of the difference
)

// Wide computes sums in float64 of float32, whose differences and products are float64,
// too. A machine has it if it has assembly for package internal/wide.
type Wide interface {
	// WideSums stores at to, one after the other, the sums for x and each of some rows of
	// n elements: element i is added to lane i mod 8, and lanes i and i+4 are added, then
	// i+2, then i+1. Nothing is fused. It overwrites n and the pointers to x and the rows.
	WideSums(term WideTerm, n Int, x Ptr, rows []Ptr, to Ptr)
}
