package suite

import "github.com/viterin/vek/vek32"

var vek = vekFunctions{
	dot:    vek32.Dot,
	dist:   vek32.Distance,
	l1Dist: vek32.ManhattanDistance,
	cosine: vek32.CosineSimilarity,
	sum:    vek32.Sum,
	max:    vek32.Max,
	norm:   vek32.Norm,
	sumAbs: vek32.ManhattanNorm,
	argMax: vek32.ArgMax,
	scale: func(xs [][]float32) {
		for _, x := range xs {
			vek32.MulNumber_Inplace(x, scaleAlpha)
		}
	},
}
