package suite

import "math"

// Plain loops in Go, with four independent sums to hide the latency of addition.

func loopDot(x, y []float32) float32 {
	y = y[:len(x)]
	var a, b, c, d float32
	i := 0
	for ; i+4 <= len(x); i += 4 {
		a += x[i] * y[i]
		b += x[i+1] * y[i+1]
		c += x[i+2] * y[i+2]
		d += x[i+3] * y[i+3]
	}
	for ; i < len(x); i++ {
		a += x[i] * y[i]
	}
	return (a + b) + (c + d)
}

func loopSqDist(x, y []float32) float32 {
	y = y[:len(x)]
	var a, b, c, d float32
	i := 0
	for ; i+4 <= len(x); i += 4 {
		s, t, u, v := x[i]-y[i], x[i+1]-y[i+1], x[i+2]-y[i+2], x[i+3]-y[i+3]
		a += s * s
		b += t * t
		c += u * u
		d += v * v
	}
	for ; i < len(x); i++ {
		s := x[i] - y[i]
		a += s * s
	}
	return (a + b) + (c + d)
}

func loopL1Dist(x, y []float32) float32 {
	y = y[:len(x)]
	var a, b, c, d float32
	i := 0
	for ; i+4 <= len(x); i += 4 {
		a += abs(x[i] - y[i])
		b += abs(x[i+1] - y[i+1])
		c += abs(x[i+2] - y[i+2])
		d += abs(x[i+3] - y[i+3])
	}
	for ; i < len(x); i++ {
		a += abs(x[i] - y[i])
	}
	return (a + b) + (c + d)
}

// loopLInfDist ignores NaN, as loopMax does.
func loopLInfDist(x, y []float32) float32 {
	y = y[:len(x)]
	var a, b, c, d float32
	i := 0
	for ; i+4 <= len(x); i += 4 {
		if v := abs(x[i] - y[i]); v > a {
			a = v
		}
		if v := abs(x[i+1] - y[i+1]); v > b {
			b = v
		}
		if v := abs(x[i+2] - y[i+2]); v > c {
			c = v
		}
		if v := abs(x[i+3] - y[i+3]); v > d {
			d = v
		}
	}
	for ; i < len(x); i++ {
		if v := abs(x[i] - y[i]); v > a {
			a = v
		}
	}
	return max(a, b, c, d)
}

// loopCosineDist has two of each of three sums: six independent ones.
func loopCosineDist(x, y []float32) float32 {
	y = y[:len(x)]
	var xyA, xxA, yyA, xyB, xxB, yyB float32
	i := 0
	for ; i+2 <= len(x); i += 2 {
		xyA += x[i] * y[i]
		xxA += x[i] * x[i]
		yyA += y[i] * y[i]
		xyB += x[i+1] * y[i+1]
		xxB += x[i+1] * x[i+1]
		yyB += y[i+1] * y[i+1]
	}
	for ; i < len(x); i++ {
		xyA += x[i] * y[i]
		xxA += x[i] * x[i]
		yyA += y[i] * y[i]
	}
	squares := float64(xxA+xxB) * float64(yyA+yyB)
	return float32(1 - float64(xyA+xyB)/math.Sqrt(squares))
}

func abs(x float32) float32 { return math.Float32frombits(math.Float32bits(x) &^ (1 << 31)) }

func loopSum(x []float32) float32 {
	var a, b, c, d float32
	i := 0
	for ; i+4 <= len(x); i += 4 {
		a += x[i]
		b += x[i+1]
		c += x[i+2]
		d += x[i+3]
	}
	for ; i < len(x); i++ {
		a += x[i]
	}
	return (a + b) + (c + d)
}

// loopMax ignores NaN: a comparison is the usual code, and faster than max.
func loopMax(x []float32) float32 {
	lowest := float32(math.Inf(-1))
	a, b, c, d := lowest, lowest, lowest, lowest
	i := 0
	for ; i+4 <= len(x); i += 4 {
		if x[i] > a {
			a = x[i]
		}
		if x[i+1] > b {
			b = x[i+1]
		}
		if x[i+2] > c {
			c = x[i+2]
		}
		if x[i+3] > d {
			d = x[i+3]
		}
	}
	for ; i < len(x); i++ {
		if x[i] > a {
			a = x[i]
		}
	}
	return max(a, b, c, d)
}

func loopAxpy(alpha float32, x, y []float32) {
	x = x[:len(y)]
	i := 0
	for ; i+4 <= len(y); i += 4 {
		y[i] += alpha * x[i]
		y[i+1] += alpha * x[i+1]
		y[i+2] += alpha * x[i+2]
		y[i+3] += alpha * x[i+3]
	}
	for ; i < len(y); i++ {
		y[i] += alpha * x[i]
	}
}

func loopScale(alpha float32, x []float32) {
	i := 0
	for ; i+4 <= len(x); i += 4 {
		x[i] *= alpha
		x[i+1] *= alpha
		x[i+2] *= alpha
		x[i+3] *= alpha
	}
	for ; i < len(x); i++ {
		x[i] *= alpha
	}
}
