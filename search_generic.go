package argmax

// argMaxGeneric returns the first index of the largest number of x, or len(x) if no
// number exceeds above. Every number exceeds NaN.
func argMaxGeneric(x []float32, above float32) int {
	best := len(x)
	for i, v := range x {
		if v == v && !(v <= above) {
			best, above = i, v
		}
	}
	return best
}

// findAtMostGeneric stores in positions the indices of the elements of x that are at
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

// findAtLeastGeneric is like findAtMostGeneric for elements that are at least bound.
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
