package argmax

// transposeColumns is the number of columns that are transposed at a time, few enough
// for the lines that are written to stay in the L1 cache until they are full.
const transposeColumns = 64

// transposeGeneric sets dst[j*ldd+i] to src[i*lds+j] for i < 16 and j < n. The assembly
// takes multiples of 4 for n.
func transposeGeneric(dst []float32, ldd int, src []float32, lds, n int) {
	transposeRest(dst, ldd, src, lds, lanes, n)
}

// transposeRest is the same for i < m. Eight rows of src go together, so that writes are
// adjacent.
func transposeRest(dst []float32, ldd int, src []float32, lds, m, n int) {
	for first := 0; first < n; first += transposeColumns {
		count := min(transposeColumns, n-first)
		row := func(i int) []float32 { return src[i*lds+first:][:count] }
		i := 0
		for ; i+8 <= m; i += 8 {
			r0, r1, r2, r3 := row(i), row(i+1), row(i+2), row(i+3)
			r4, r5, r6, r7 := row(i+4), row(i+5), row(i+6), row(i+7)
			for j, v := range r0 {
				to := (*[8]float32)(dst[(first+j)*ldd+i:])
				to[0], to[1], to[2], to[3] = v, r1[j], r2[j], r3[j]
				to[4], to[5], to[6], to[7] = r4[j], r5[j], r6[j], r7[j]
			}
		}
		for ; i < m; i++ {
			for j, v := range row(i) {
				dst[(first+j)*ldd+i] = v
			}
		}
	}
}
