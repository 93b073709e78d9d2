package classifier

import "math"

// Vectors of float64, for solvers. Products are rounded before they are added, so that
// no machine fuses them: the same bits everywhere.

// add adds x to y.
func add(y, x []float64) {
	for i, v := range x {
		y[i] += v
	}
}

// axpy adds a·x to y.
func axpy(a float64, x, y []float64) {
	y = y[:len(x)]
	for i, v := range x {
		y[i] += float64(a * v)
	}
}

// combine sets dst to x + a·y.
func combine(dst, x []float64, a float64, y []float64) {
	x, y = x[:len(dst)], y[:len(dst)]
	for i := range dst {
		dst[i] = x[i] + float64(a*y[i])
	}
}

// dot is Σ xᵢ·yᵢ.
func dot(x, y []float64) float64 {
	var a, b, c, d float64
	for len(x) >= 4 && len(y) >= 4 {
		a += float64(x[0] * y[0])
		b += float64(x[1] * y[1])
		c += float64(x[2] * y[2])
		d += float64(x[3] * y[3])
		x, y = x[4:], y[4:]
	}
	for i, v := range x {
		a += float64(v * y[i])
	}
	return (a + b) + (c + d)
}

func norm(x []float64) float64 { return math.Sqrt(dot(x, x)) }
