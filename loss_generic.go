package argmax

// crossEntropyRowsGeneric sets each row of grad to the gradient (p − 1[label])·weight.
// The loss of row i is log sums[i] + addends[i]; if the sum is NaN, a kernel may store
// any addend.
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

// crossEntropyRowGeneric is crossEntropyRowsGeneric of a single row and returns its loss.
func crossEntropyRowGeneric(grad, scores []float32, label int, weight float32) float32 {
	var sum, addend [1]float32
	crossEntropyRowsGeneric(len(scores), 1, scores, 0, []int{label}, []float32{weight}, grad, 0, sum[:], addend[:])
	return log32(sum[0]) + addend[0]
}

// hingeRowGeneric is hingeRowsGeneric of a single row and returns its loss.
func hingeRowGeneric(grad, scores []float32, label int, weight, margin float32) float32 {
	var loss [1]float32
	hingeRowsGeneric(len(scores), 1, scores, 0, []int{label}, []float32{weight}, margin, grad, 0, loss[:])
	return loss[0]
}

// squaredHingeRowGeneric is squaredHingeRowsGeneric of a single row and returns its loss.
func squaredHingeRowGeneric(grad, scores []float32, label int, weight, margin float32) float32 {
	var loss [1]float32
	squaredHingeRowsGeneric(len(scores), 1, scores, 0, []int{label}, []float32{weight}, margin, grad, 0, loss[:])
	return loss[0]
}

// hingeRowsGeneric stores in losses[i] the sum of t over the classes of row i other than
// its label, where t = max(0, s − s[label] + margin). It sets the gradient to weights[i]
// where t > 0, to 0 where it is not, and for the label to −weights[i] times the number
// of positive t. margin must not be −0. If the loss is NaN, the gradient is that of the
// terms that are not.
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

// squaredHingeRowsGeneric is like hingeRowsGeneric with the sum of t², the squares fused
// with their addition. The gradient is t·(2·weight), for the label minus the sum of t
// times 2·weight.
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

// excess returns t of a class, which is 0 for the label itself.
func excess(v, score, margin float32, label bool) float32 {
	switch m := v - score + margin; {
	case label || m <= 0:
		return 0
	default:
		return m // or NaN
	}
}

// crammerSingerRowsGeneric stores in losses[i] the t of the largest score of row i other
// than its label's. If t > 0, it sets the gradient to weights[i] for the first class
// with that score and to −weights[i] for the label; everything else is 0. If the loss
// is NaN, a kernel may store any gradient.
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

// logisticRowsGeneric stores in losses[i] the sum over row i of log(1 + eᶻ), where z is
// the score, for the label its opposite, and in grad the derivatives times the weight:
// w/(1 + e^−z), for the label −w/(1 + e^−z). A NaN score makes the loss NaN, and of the
// gradient its own element.
func logisticRowsGeneric(n, rows int, scores []float32, lds int, labels []int, weights, grad []float32, ldd int, losses []float32) {
	for i := range rows {
		row, g, label := scores[i*lds:][:n], grad[i*ldd:][:n], labels[i]
		var loss block
		for j, z := range row {
			if j == label {
				z = 0 - z
			}
			e := exp32(0 - abs(z))
			u := 1 + e
			inverse := 1 / u
			lost := e - (u - 1) // by the sum u; exact
			slope := inverse
			if !(z > 0) {
				slope = float32(e * inverse)
			}
			g[j] = float32(slope * weights[i])
			if j == label {
				g[j] = 0 - g[j]
			}
			loss[j%lanes] += log32(u) + fma32(lost, inverse, max(z, 0))
		}
		losses[i] = reduce(&loss)
	}
}
