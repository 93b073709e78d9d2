package argmax

// argMaxGeneric is the first index of the largest number of x: len(x) if that is at
// most above, which may be NaN, or if there is none.
func argMaxGeneric(x []float32, above float32) int {
	best := len(x)
	for i, v := range x {
		if v == v && !(v <= above) {
			best, above = i, v
		}
	}
	return best
}

// findAtMostGeneric sets positions to the indices of the elements of x that are at
// most bound and returns how many there are.
func findAtMostGeneric(positions []int32, x []float32, bound float32) int {
	n := 0
	for i, v := range x {
		if v <= bound {
			positions[n] = int32(i)
			n++
		}
	}
	return n
}

// findAtLeastGeneric is findAtMostGeneric for elements that are at least bound.
func findAtLeastGeneric(positions []int32, x []float32, bound float32) int {
	n := 0
	for i, v := range x {
		if v >= bound {
			positions[n] = int32(i)
			n++
		}
	}
	return n
}
