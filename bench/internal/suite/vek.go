package suite

// vekFunctions are the operations that vek has, too; the others are nil.
type vekFunctions struct {
	dot, l1Dist  func(x, y []float32) float32
	dist         func(x, y []float32) float32 // the root of our squared distance, which ranks neighbours alike
	cosine       func(x, y []float32) float32 // 1 minus our distance
	sum, max     func(x []float32) float32
	argMax       func(x []float32) int
	norm, sumAbs func(x []float32) float32 // the root of our sum of squares
	scale        func(xs [][]float32)      // one lap of Scale
}
