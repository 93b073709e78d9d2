package argmax

// dotBytesGeneric adds Σ xⱼ·yⱼ, where y is row index[i], to dst[i]. The last parameter
// is the prefetch distance, which changes nothing.
func dotBytesGeneric(dst []int64, x, rows []uint8, stride int, index []int, _ int) {
	for i, r := range index {
		row, sum := rows[r*stride:][:len(x)], int64(0)
		for j, v := range x {
			sum += int64(v) * int64(row[j])
		}
		dst[i] += sum
	}
}

// sqDistBytesGeneric adds Σ (xⱼ − yⱼ)² to dst[i].
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

// l1DistBytesGeneric adds Σ |xⱼ − yⱼ| to dst[i].
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
