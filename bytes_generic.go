package argmax

// dotBytesGeneric adds to dst[i] the inner product of x and row index[i], Σ xⱼ·yⱼ.
func dotBytesGeneric(dst []int64, x, rows []uint8, stride int, index []int, _ int) {
	for i, r := range index {
		row, sum := rows[r*stride:][:len(x)], int64(0)
		for j, v := range x {
			sum += int64(v) * int64(row[j])
		}
		dst[i] += sum
	}
}

// sqDistBytesGeneric adds Σ (xⱼ − yⱼ)².
func sqDistBytesGeneric(dst []int64, x, rows []uint8, stride int, index []int, _ int) {
	for i, r := range index {
		row, sum := rows[r*stride:][:len(x)], int64(0)
		for j, v := range x {
			d := int64(v) - int64(row[j])
			sum += d * d
		}
		dst[i] += sum
	}
}

// l1DistBytesGeneric adds Σ |xⱼ − yⱼ|.
func l1DistBytesGeneric(dst []int64, x, rows []uint8, stride int, index []int, _ int) {
	for i, r := range index {
		row, sum := rows[r*stride:][:len(x)], int64(0)
		for j, v := range x {
			d := int64(v) - int64(row[j])
			sum += max(d, -d)
		}
		dst[i] += sum
	}
}
