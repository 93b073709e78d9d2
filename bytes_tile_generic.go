package argmax

// tileLanesGeneric is how many queries the panels of the twins below have for each
// register that they stand for.
const tileLanesGeneric = 4

// dotBytesTileGeneric sets c, or adds to it, the inner products of m rows and the
// queries of a panel, over 4·steps bytes. What is ignored changes nothing: the sums of
// the rows, and the prefetch distance.
func dotBytesTileGeneric(steps int, rows []uint8, stride int, _ []int32, panel []uint8, registers int, c []int32, ldc, m int, add bool, _ int) {
	byteTileGeneric(DotTile, 4, steps, rows, stride, panel, registers, c, ldc, m, add)
}

// l1DistBytesTileGeneric is the same for L1 distances, over 8·steps bytes.
func l1DistBytesTileGeneric(steps int, rows []uint8, stride int, _ []int32, panel []uint8, registers int, c []int32, ldc, m int, add bool, _ int) {
	byteTileGeneric(L1DistTile, 8, steps, rows, stride, panel, registers, c, ldc, m, add)
}

// coarseBytesTileGeneric is the same for inner products over 8·steps bytes.
func coarseBytesTileGeneric(steps int, rows []uint8, stride int, _ []int32, panel []uint8, registers int, c []int32, ldc, m int, add bool, _ int) {
	byteTileGeneric(CoarseDotTile, coarseStep, steps, rows, stride, panel, registers, c, ldc, m, add)
}

func byteTileGeneric(t ByteTile, step, steps int, rows []uint8, stride int, panel []uint8, registers int, c []int32, ldc, m int, add bool) {
	queries := registers * t.layoutOf(tileRowsGeneric, tileLanesGeneric, plainBytes).lanes
	for i := range m {
		row := rows[i*stride:]
		for q := range queries {
			sum := int32(0)
			if add {
				sum = c[i*ldc+q]
			}
			for p := range steps * step {
				x, y := int32(row[p]), int32(panel[(p/step*queries+q)*step+p%step])
				if t == L1DistTile {
					sum += max(x-y, y-x)
				} else {
					sum += x * y
				}
			}
			c[i*ldc+q] = sum
		}
	}
}

// findNearGeneric stores in positions the indices of the elements of c whose excesses
// are at most 0.
func findNearGeneric(positions, c []int32, m, n int, rows, queries []float32) int {
	found := 0
	factors, offsets, us, vs, shifts := queries[:n], queries[n:2*n], queries[2*n:3*n], queries[3*n:4*n], queries[4*n:]
	for i := range m {
		scale, a, b, term := rows[nearRow*i], rows[nearRow*i+1], rows[nearRow*i+2], rows[nearRow*i+3]
		for j, value := range c[i*n:][:n] {
			rest := fma32(a, us[j], fma32(b, vs[j], term+shifts[j]))
			if e := fma32(fma32(float32(value), factors[j], offsets[j]), scale, rest); e <= 0 {
				positions[found] = int32(i*n + j)
				found++
			}
		}
	}
	return found
}
