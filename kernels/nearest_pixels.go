package kernels

import "github.com/seed842bec00/argmax"

// NearestPixels finds the rows of a base of bytes nearest to q, as [Nearest] does,
// by distances that are exact: those of [argmax.SqDistBytesRows] and
// [argmax.L1DistBytesRows]. Rows whose distances differ are never taken for equal,
// even if they are large and the same when they are rounded to float32, as they are
// in dst. It allocates nothing. It panics if a shape does not fit or the metric has
// no exact form.
func NearestPixels(dst []Neighbour, q []uint8, base Pixels, metric Metric) int {
	must(base.Check())
	mustEqual("NearestPixels", "length of q", len(q), base.Cols)
	n := 0
	if len(dst) == 0 {
		return n
	}
	var buffer [distanceBuffer]int64
	for lo := 0; lo < base.Rows; lo += distanceBuffer {
		distances := buffer[:min(distanceBuffer, base.Rows-lo)]
		// What is behind the rows is not theirs, but tells argmax how large the base is.
		metric.pixelDistances(distances, q, base.Data[lo*base.Stride:], base.Stride)
		for i, d := range distances {
			if n == len(dst) && !metric.nearer(d, dst[n-1], q, base) {
				continue
			}
			if n < len(dst) {
				n++
			}
			at := n - 1 // rows come in order: an equal distance goes behind those there
			for ; at > 0 && metric.nearer(d, dst[at-1], q, base); at-- {
				dst[at] = dst[at-1]
			}
			dst[at] = Neighbour{lo + i, float32(d)}
		}
	}
	return n
}

// pixelDistances sets dst to the exact distances of q and the first rows of a matrix.
func (m Metric) pixelDistances(dst []int64, q, rows []uint8, stride int) {
	switch m {
	case L2:
		argmax.SqDistBytesRows(dst, q, rows, stride)
	case L1:
		argmax.L1DistBytesRows(dst, q, rows, stride)
	default:
		panic("kernels: NearestPixels: no exact " + m.String())
	}
}

// nearer reports whether an exact distance is less than that of a neighbour. Rounding
// keeps the order, and from 2²⁴ on makes some distances equal: then the neighbour's
// is computed again.
func (m Metric) nearer(d int64, than Neighbour, q []uint8, base Pixels) bool {
	if rounded := float32(d); rounded != than.Distance || rounded < 1<<24 {
		return rounded < than.Distance
	}
	var exact [1]int64
	m.pixelDistances(exact[:], q, base.Row(than.Row), 0)
	return d < exact[0]
}
