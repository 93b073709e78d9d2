package argmax

// dotBytesGeneric adds Σ xⱼ·yⱼ, where y is row index[i], to dst[i]. The last parameter
// is the prefetch distance, which changes nothing.
func dotBytesGeneric(dst []int64, x, rows []uint8, stride int, index []int, _ int) {
	for i, r := range index {
		dst[i] += dotBytePairGeneric(x, rows[r*stride:][:len(x)])
	}
}

// sqDistBytesGeneric adds Σ (xⱼ − yⱼ)² to dst[i].
func sqDistBytesGeneric(dst []int64, x, rows []uint8, stride int, index []int, _ int) {
	for i, r := range index {
		dst[i] += sqDistBytePairGeneric(x, rows[r*stride:][:len(x)])
	}
}

// l1DistBytesGeneric adds Σ |xⱼ − yⱼ| to dst[i].
func l1DistBytesGeneric(dst []int64, x, rows []uint8, stride int, index []int, _ int) {
	for i, r := range index {
		dst[i] += l1DistBytePairGeneric(x, rows[r*stride:][:len(x)])
	}
}

func dotBytePairGeneric(x, y []uint8) int64 {
	y = y[:len(x)]
	sum := int64(0)
	for i, v := range x {
		sum += productOfBytes(v, y[i])
	}
	return sum
}

func sqDistBytePairGeneric(x, y []uint8) int64 {
	y = y[:len(x)]
	sum := int64(0)
	for i, v := range x {
		sum += squaredOfBytes(v, y[i])
	}
	return sum
}

func l1DistBytePairGeneric(x, y []uint8) int64 {
	y = y[:len(x)]
	sum := int64(0)
	for i, v := range x {
		sum += distanceOfBytes(v, y[i])
	}
	return sum
}

func productOfBytes(x, y uint8) int64 { return int64(x) * int64(y) }

func squaredOfBytes(x, y uint8) int64 {
	d := int64(x) - int64(y)
	return d * d
}

func distanceOfBytes(x, y uint8) int64 {
	d := int64(x) - int64(y)
	sign := d >> 63
	return (d ^ sign) - sign
}
