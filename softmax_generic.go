package argmax

// exps sets dst to exp(scores[i] − max) and returns the maximum and the sum of
// dst, in one block accumulator. dst may be scores.
func exps(dst, scores []float32) (largest, sum float32) {
	largest = maximumGeneric(scores)
	var acc block
	for i, v := range scores {
		e := exp32(v - largest)
		dst[i] = e
		acc[i%lanes] += e
	}
	return largest, reduce(&acc)
}

// softmaxRowsGeneric sets rows of dst, n long and ldd apart, to the probabilities of
// rows of scores. A row of dst may be that of scores.
func softmaxRowsGeneric(n, rows int, scores []float32, lds int, dst []float32, ldd int) {
	for i := range rows {
		p := dst[i*ldd:][:n]
		_, sum := exps(p, scores[i*lds:][:n])
		inverse := 1 / sum
		for j := range p {
			p[j] *= inverse
		}
	}
}

// crossEntropyRowsGeneric sets rows of grad to the gradients (p − 1[label])·weight.
// The loss of row i is log sums[i] + addends[i]; where the sum is NaN, the addend
// may be anything.
func crossEntropyRowsGeneric(n, rows int, scores []float32, lds int, labels []int, weights, grad []float32, ldd int, sums, addends []float32) {
	for i := range rows {
		row, g, label := scores[i*lds:][:n], grad[i*ldd:][:n], labels[i]
		score := row[label]
		largest, sum := exps(g, row)
		sums[i], addends[i] = sum, largest-score
		inverse := 1 / sum
		for j, e := range g {
			p := float32(e * inverse)
			if j == label {
				p -= 1
			}
			g[j] = p * weights[i]
		}
	}
}

// sumExpRowsGeneric leaves the sums of exp(scores − largest). Where the sum is NaN,
// the largest may be anything.
func sumExpRowsGeneric(n, rows int, scores []float32, lds int, sums, largest []float32) {
	for i := range rows {
		row := scores[i*lds:][:n]
		most := maximumGeneric(row)
		var acc block
		for j, v := range row {
			acc[j%lanes] += exp32(v - most)
		}
		sums[i], largest[i] = reduce(&acc), most
	}
}

// logRowsGeneric sets dst to log sums + addends. Sums are at least 1, or NaN. dst
// may be one of them.
func logRowsGeneric(dst, sums, addends []float32) {
	for i, sum := range sums {
		dst[i] = log32(sum) + addends[i]
	}
}

// shiftRowsGeneric sets rows of dst to (scores − largest[i]) − logs[i].
func shiftRowsGeneric(n, rows int, scores []float32, lds int, largest, logs, dst []float32, ldd int) {
	for i := range rows {
		row := dst[i*ldd:][:n]
		for j, v := range scores[i*lds:][:n] {
			row[j] = v - largest[i] - logs[i]
		}
	}
}
