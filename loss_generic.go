package argmax

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

// hingeRowsGeneric leaves in losses Σ t of each row, where t = max(0, s − s[label] +
// margin) of the other classes, and in grad the weight where t > 0, for the label
// times their number, negated. margin is not −0. Where the loss is NaN, the gradient
// is that of the other terms.
func hingeRowsGeneric(n, rows int, scores []float32, lds int, labels []int, weights []float32, margin float32, grad []float32, ldd int, losses []float32) {
	for i := range rows {
		row, g, label := scores[i*lds:][:n], grad[i*ldd:][:n], labels[i]
		score := row[label]
		var loss block
		violations := 0
		for j, v := range row {
			t := excess(v, score, margin, j == label)
			loss[j%lanes] += t
			g[j] = 0
			if t > 0 {
				g[j] = weights[i]
				violations++
			}
		}
		losses[i] = reduce(&loss)
		g[label] = float32(-violations) * weights[i]
	}
}

// squaredHingeRowsGeneric is the same with Σ t², the squares fused into the sum, and in
// grad t times 2·weight, for the label the sum of t, negated, times that.
func squaredHingeRowsGeneric(n, rows int, scores []float32, lds int, labels []int, weights []float32, margin float32, grad []float32, ldd int, losses []float32) {
	for i := range rows {
		row, g, label := scores[i*lds:][:n], grad[i*ldd:][:n], labels[i]
		score, factor := row[label], weights[i]+weights[i]
		var loss, total block
		for j, v := range row {
			t := excess(v, score, margin, j == label)
			loss[j%lanes] = fma32(t, t, loss[j%lanes])
			total[j%lanes] += t
			g[j] = t * factor
		}
		losses[i] = reduce(&loss)
		g[label] = (0 - reduce(&total)) * factor
	}
}

// excess is t of a class: 0 for the label itself.
func excess(v, score, margin float32, label bool) float32 {
	switch m := v - score + margin; {
	case label || m <= 0:
		return 0
	default:
		return m // or NaN
	}
}

// crammerSingerRowsGeneric leaves in losses t of the largest of the other scores,
// and in grad, if t > 0, the weight at the first class that has it, and its opposite
// at the label. Where the loss is NaN, the gradient may be anything.
func crammerSingerRowsGeneric(n, rows int, scores []float32, lds int, labels []int, weights []float32, margin float32, grad []float32, ldd int, losses []float32) {
	for i := range rows {
		row, g, label := scores[i*lds:][:n], grad[i*ldd:][:n], labels[i]
		score, largest, best := row[label], negInf, label
		for j, v := range row {
			switch {
			case j == label:
			case v > largest, v != v && largest == largest:
				largest, best = v, j
			}
			g[j] = 0
		}
		t := excess(largest, score, margin, false)
		losses[i] = t
		if t > 0 {
			g[best] = weights[i]
			g[label] = 0 - weights[i]
		}
	}
}
