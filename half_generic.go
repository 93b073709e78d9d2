package argmax

// halfBlock returns x, which has at most 16 elements, converted to float32, with zeros
// in the missing lanes.
func halfBlock[E Half](x []E) (b block) {
	switch x := any(x).(type) {
	case []Float16:
		for i, h := range x {
			b[i] = h.Float32()
		}
	case []BFloat16:
		for i, h := range x {
			b[i] = h.Float32()
		}
	}
	return b
}

// addHalves adds the products of x and y to accumulators, block after block in turn.
func addHalves[E Half](acc, x []float32, y []E) {
	for i := 0; i < len(x); i += lanes {
		n := min(lanes, len(x)-i)
		u, v := pad(x[i:][:n]), halfBlock(y[i:][:n])
		fmaBlock((*block)(acc[i&(len(acc)-1):]), &u, &v)
	}
}

func dotHalfGeneric[E Half](x []float32, y []E) float32 {
	var acc [accumulators * lanes]float32
	addHalves(acc[:], x, y)
	return stepDot.finish(&acc, nil, nil)
}

func scoreHalfRowsGeneric[E Half](dst, x []float32, rows []E, stride int) {
	for i := range dst {
		var acc block
		addHalves(acc[:], x, rows[i*stride:][:len(x)])
		dst[i] = reduce(&acc)
	}
}

func dotFloat16Generic(x []float32, y []Float16) float32   { return dotHalfGeneric(x, y) }
func dotBFloat16Generic(x []float32, y []BFloat16) float32 { return dotHalfGeneric(x, y) }

func dotCarryFloat16Generic(acc *[64]float32, x []float32, y []Float16)   { addHalves(acc[:], x, y) }
func dotCarryBFloat16Generic(acc *[64]float32, x []float32, y []BFloat16) { addHalves(acc[:], x, y) }

func scoreRowsFloat16Generic(dst, x []float32, rows []Float16, stride int) {
	scoreHalfRowsGeneric(dst, x, rows, stride)
}

func scoreRowsBFloat16Generic(dst, x []float32, rows []BFloat16, stride int) {
	scoreHalfRowsGeneric(dst, x, rows, stride)
}
