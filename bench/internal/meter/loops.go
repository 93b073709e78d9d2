package meter

// loops are the generated loops of one instruction set.
type loops struct {
	fma     func(turns int, factors *[32]float32, start []float32) float32
	fmaLoad func(turns int, factor float32, x []float32) float32
	read    func(turns int, x []float32)
}
