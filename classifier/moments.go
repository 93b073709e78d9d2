package classifier

import (
	"fmt"
	"math"
	"math/bits"

	"github.com/seed842bec00/argmax/kernels"
)

// featureMoments are the mean and the standard deviation of each feature.
type featureMoments struct{ mean, deviation []float64 }

// variance returns the mean of the variances.
func (m featureMoments) variance() (mean float64) {
	for _, d := range m.deviation {
		mean += float64(d * d)
	}
	return mean / float64(len(m.deviation))
}

// measure computes the moments of the rows, weighted. The error names the first row with
// a feature that is NaN or infinite.
func measure(x rowSource, weights []float32, pool *kernels.Pool) (featureMoments, error) {
	if x, ok := x.(denseRows[uint8]); ok && allOnes(weights) {
		return measureBytes(x.x, pool), nil
	}
	return measureWeighted(x, weights, pool)
}

func allOnes(weights []float32) bool {
	for _, w := range weights {
		if w != 1 {
			return false
		}
	}
	return true
}

// measureBytes sums bytes and their squares as integers. The variance of a feature is
//
//	(n Σ x² − (Σ x)²) / n²
//
// whose numerator is exact in 128 bits.
func measureBytes(x kernels.Dense[uint8], pool *kernels.Pool) featureMoments {
	parts := cut(x.Rows, x.Cols)
	sums := make([]byteSums, len(parts))
	pool.Split(len(parts), 1, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			sums[i] = sumBytes(x.Slice(parts[i].lo, parts[i].hi))
		}
	})
	m := featureMoments{make([]float64, x.Cols), make([]float64, x.Cols)}
	n := uint64(x.Rows)
	for f, first := range x.Row(0) {
		var sum, squares uint64
		for _, s := range sums {
			sum += s.sum[f]
			squares += s.squares[f]
		}
		// As measureWeighted has it, with the same bits.
		m.mean[f] = float64(first) + float64(int64(sum)-int64(n)*int64(first))/float64(n)
		high, low := bits.Mul64(n, squares)
		h, l := bits.Mul64(sum, sum)
		low, borrow := bits.Sub64(low, l, 0)
		high, _ = bits.Sub64(high, h, borrow)
		m.deviation[f] = math.Sqrt(float64(float64(high)*0x1p64)+float64(low)) / float64(n)
	}
	return m
}

// byteSums are the sums of each feature and of its square.
type byteSums struct{ sum, squares []uint64 }

func sumBytes(x kernels.Dense[uint8]) byteSums {
	// Both sums of up to 65,536 rows fit into the halves of one integer.
	const most = 1 << 16
	s, both := byteSums{make([]uint64, x.Cols), make([]uint64, x.Cols)}, make([]uint64, x.Cols)
	for lo := 0; lo < x.Rows; lo += most {
		clear(both)
		for i := lo; i < min(lo+most, x.Rows); i++ {
			for f, b := range x.Row(i) {
				v := uint64(b)
				both[f] += v*v<<32 | v
			}
		}
		for f, v := range both {
			s.sum[f] += v & (1<<32 - 1)
			s.squares[f] += v >> 32
		}
	}
	return s
}

// measureWeighted computes the moments in two passes. Sums are about a row of the data
// and then about the mean: they do not cancel, and the deviation of a feature that never
// varies is exactly 0.
func measureWeighted(x rowSource, weights []float32, pool *kernels.Pool) (featureMoments, error) {
	_, features := x.size()
	pivot, at, total := make([]float32, features), -1, 0.0
	for i, w := range weights {
		if total += float64(w); w > 0 && at < 0 {
			at = i
			x.reader().row(pivot, i)
		}
	}
	m := featureMoments{make([]float64, features), make([]float64, features)}
	for f, s := range sumRows(x, pool, func(sum []float64, row []float32, i int) {
		w := float64(weights[i])
		for f, v := range row {
			sum[f] += float64(w * (float64(v) - float64(pivot[f])))
		}
	}) {
		if s-s != 0 {
			return featureMoments{}, firstBadRow(x)
		}
		m.mean[f] = float64(pivot[f]) + s/total
	}
	for f, s := range sumRows(x, pool, func(sum []float64, row []float32, i int) {
		w := float64(weights[i])
		for f, v := range row {
			d := float64(v) - m.mean[f]
			sum[f] += float64(w * float64(d*d))
		}
	}) {
		m.deviation[f] = math.Sqrt(s / total)
	}
	return m, nil
}

// sumRows adds up what add adds to sum for each row.
func sumRows(x rowSource, pool *kernels.Pool, add func(sum []float64, row []float32, i int)) []float64 {
	n, features := x.size()
	parts := cut(n, features)
	sums := make([][]float64, len(parts))
	pool.Split(len(parts), 1, func(lo, hi int) {
		row, r := make([]float32, features), x.reader()
		for part := lo; part < hi; part++ {
			sum := make([]float64, features)
			for i := parts[part].lo; i < parts[part].hi; i++ {
				r.row(row, i)
				add(sum, row, i)
			}
			sums[part] = sum
		}
	})
	for _, s := range sums[1:] {
		for f, v := range s {
			sums[0][f] += v
		}
	}
	return sums[0]
}

// firstBadRow returns an error that names the first feature that is not finite.
func firstBadRow(x rowSource) error {
	n, features := x.size()
	row, r := make([]float32, features), x.reader()
	for i := range n {
		r.row(row, i)
		if err := checkFinite(kernels.Matrix{Rows: 1, Cols: features, Stride: features, Data: row}, i); err != nil {
			return err
		}
	}
	return fmt.Errorf("classifier: the sums of the features overflow")
}
