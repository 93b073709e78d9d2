package suite

// vekFunctions are what vek has of our operations; nil where it does not compete.
type vekFunctions struct {
	dot, l1Dist  func(x, y []float32) float32
	dist         func(x, y []float32) float32 // the root of our squared distance: neighbours in the same order
	cosine       func(x, y []float32) float32 // 1 less our distance
	sum, max     func(x []float32) float32
	argMax       func(x []float32) int
	norm, sumAbs func(x []float32) float32 // the root of our sum of squares
	scale        func(xs [][]float32)      // a lap of Scale
}
