package argmax

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/seed842bec00/argmax/internal/cpu"
)

func TestNothingAllocates(t *testing.T) {
	const n = maxVector + 100
	x, y, dst := make([]float32, n), make([]float32, n), make([]float32, 4)
	pixels, bias, wide := make([]uint8, n), make([]float32, 5), make([]float32, 64)
	labels, positions, sums := []int{3, 4}, make([]int32, n), make([]int64, 5)
	for name, f := range map[string]func(){
		"Dot":            func() { Dot(x, y); Dot(x[:5], y[:5]) },
		"SqDist":         func() { SqDist(x, y); SqDist(x[:5], y[:5]) },
		"L1Dist":         func() { L1Dist(x, y); L1Dist(x[:5], y[:5]) },
		"Sum":            func() { Sum(x); Sum(x[:5]) },
		"Max":            func() { Max(x); Max(x[:5]) },
		"ArgMax":         func() { ArgMax(x); ArgMax(x[:5]) },
		"FindAtMost":     func() { FindAtMost(positions, x, 0) },
		"FindAtLeast":    func() { FindAtLeast(positions, x, 0) },
		"Axpy":           func() { Axpy(y, x, 1) },
		"Scale":          func() { Scale(x, 1) },
		"FromBytes":      func() { FromBytes(x, pixels) },
		"ScoreRows":      func() { ScoreRows(dst, x[:1000], strided(y, 1001)) },
		"SqDistRows":     func() { SqDistRows(dst, x[:1000], strided(y, 1001)) },
		"L1DistRows":     func() { L1DistRows(dst, x[:1000], strided(y, 1001)) },
		"LInfDist":       func() { LInfDist(x, y); LInfDist(x[:5], y[:5]) },
		"LInfDistRows":   func() { LInfDistRows(dst, x[:1000], strided(y, 1001)) },
		"CosineDist":     func() { CosineDist(x, y); CosineDist(x[:5], y[:5]) },
		"CosineRows":     func() { CosineRows(dst, x[:1000], strided(y, 1001)) },
		"ScoreRowsAt":    func() { ScoreRowsAt(dst[:2], x[:1000], strided(y, 1001), labels) },
		"SqDistRowsAt":   func() { SqDistRowsAt(dst[:2], x[:1000], strided(y, 1001), labels) },
		"L1DistRowsAt":   func() { L1DistRowsAt(dst[:2], x[:1000], strided(y, 1001), labels) },
		"LInfDistRowsAt": func() { LInfDistRowsAt(dst[:2], x[:1000], strided(y, 1001), labels) },
		"CosineRowsAt":   func() { CosineRowsAt(dst[:2], x[:1000], strided(y, 1001), labels) },
		"TileShape":      func() { TileShape() },
		"GemmColumns": func() {
			GemmColumns(strided(dst, 4), strided(x, 4), strided(y, 4), 1, 4, 3, 1, Accumulate)
			GemmColumns(strided(wide, 16), strided(x, 4), strided(pixels, 16), 1, 16, 3, 1, Accumulate)
		},
		"GemmRows":       func() { GemmRows(strided(dst, 4), strided(x, 4), strided(y, 4), 1, 4, 3, 1, Accumulate) },
		"ScoreTileShape": func() { ScoreTileShape() },
		"ScoreTile": func() {
			ScoreTile(strided(wide, 5), nil, strided(x, 32), strided(y, 32), bias, 32, 0)
			ScoreTile(strided(wide, 5), nil, strided(pixels, 32), strided(y, 32), bias, 32, 0)
		},
		"Softmax":          func() { Softmax(x[:10], y[:10]) },
		"SoftmaxRows":      func() { SoftmaxRows(strided(x, 10), strided(y, 10), 3, 10) },
		"CrossEntropyRows": func() { CrossEntropyRows(dst[:2], strided(x, 10), strided(y, 10), 10, labels, bias[:2]) },
		"CrossEntropy":     func() { CrossEntropy(x[:10], y[:10], 3, 1) },
		"Hinge":            func() { Hinge(x[:10], y[:10], 3, 1, 1) },
		"Exp":              func() { Exp(x, y) },
		"Log":              func() { Log(x, y) },
		"LogSoftmax":       func() { LogSoftmax(x[:10], y[:10]) },
		"LogSoftmaxRows":   func() { LogSoftmaxRows(strided(x, 10), strided(y, 10), 3, 10) },
		"LogSumExp":        func() { LogSumExp(x[:10]) },
		"LogSumExpRows":    func() { LogSumExpRows(dst, strided(y, 10), 10) },
		"HingeRows":        func() { HingeRows(dst[:2], strided(x, 10), strided(y, 10), 10, labels, bias[:2], 1) },
		"SquaredHinge":     func() { SquaredHinge(x[:10], y[:10], 3, 1, 1) },
		"SquaredHingeRows": func() { SquaredHingeRows(dst[:2], strided(x, 10), strided(y, 10), 10, labels, bias[:2], 1) },
		"CrammerSinger":    func() { CrammerSinger(x[:10], y[:10], 3, 1, 1) },
		"CrammerSingerRows": func() {
			CrammerSingerRows(dst[:2], strided(x, 10), strided(y, 10), 10, labels, bias[:2], 1)
		},
		"SumSquares":    func() { SumSquares(x); SumSquares(x[:5]) },
		"SumAbs":        func() { SumAbs(x); SumAbs(x[:5]) },
		"SoftThreshold": func() { SoftThreshold(x, 1) },
		"SGD":           func() { SGD(x, y, 1, 1) },
		"Momentum":      func() { Momentum(x[:8000], x[8000:16000], y[:8000], 1, 1, 1) },
		"Nesterov":      func() { Nesterov(x[:8000], x[8000:16000], y[:8000], 1, 1, 1) },
		"NewAdamStep":   func() { NewAdamStep(1, 1, 0, 0, 1, 0) },
		"Adam":          func() { Adam(x[:8000], x[8000:16000], y[:8000], y[8000:16000], AdamStep{}) },
		"Active":        func() { Active() },
		"ForceError":    func() { _ = ForceError() },

		"DotBytes":          func() { DotBytes(pixels, pixels) },
		"SqDistBytes":       func() { SqDistBytes(pixels, pixels) },
		"L1DistBytes":       func() { L1DistBytes(pixels, pixels) },
		"DotBytesRows":      func() { DotBytesRows(sums, pixels[:100], strided(pixels, 101)) },
		"SqDistBytesRows":   func() { SqDistBytesRows(sums, pixels[:10], strided(pixels, 101)) },
		"L1DistBytesRows":   func() { L1DistBytesRows(sums, pixels[:100], strided(pixels, 101)) },
		"DotBytesRowsAt":    func() { DotBytesRowsAt(sums[:2], pixels[:100], strided(pixels, 101), labels) },
		"SqDistBytesRowsAt": func() { SqDistBytesRowsAt(sums[:2], pixels[:100], strided(pixels, 101), labels) },
		"L1DistBytesRowsAt": func() { L1DistBytesRowsAt(sums[:2], pixels[:10], strided(pixels, 101), labels) },
	} {
		for _, isa := range cpu.Available() {
			restore := cpu.Use(isa)
			assert.Zero(t, testing.AllocsPerRun(3, f), "%s on %v", name, isa)
			restore()
		}
	}
}
