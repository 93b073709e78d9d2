package classifier

import (
	"math"
	"math/bits"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/kernels"
)

// moments are the mean of each feature, the mean of their variances, and a bound on
// the difference of a feature from its mean.
type moments struct {
	mean     []float64
	variance float64
	widest   float64
}

// momentBlock is how many rows are summed before their sums are added to the others,
// in order: the total does not depend on who computed them.
const momentBlock = 256

func momentsOf(rows Rows, pool *kernels.Pool) (moments, error) {
	if r, ok := rows.(InPlace[uint8]); ok {
		return byteMoments(r.Dense()), nil
	}
	return floatMoments(rows, pool)
}

// byteMoments computes with integers. The sums of a block of rows are a product with
// a column of ones, exact in float32. The sum of the variances is
//
//	(n Σ x² − Σ_f (Σ_i x_if)²) / n²
//
// whose numerator is exact in 128 bits.
func byteMoments(x kernels.Dense[uint8]) moments {
	sums, total, squares := make([]uint64, x.Cols), kernels.NewMatrix(1, x.Cols), uint64(0)
	ones := kernels.NewMatrix(momentBlock, 1)
	for i := range ones.Data {
		ones.Data[i] = 1
	}
	for lo := 0; lo < x.Rows; lo += momentBlock {
		block := x.Slice(lo, min(lo+momentBlock, x.Rows))
		kernels.Gradient(total, ones.Slice(0, block.Rows), block, nil)
		for f, s := range total.Data {
			sums[f] += uint64(s)
		}
		for i := range block.Rows {
			squares += uint64(argmax.DotBytes(block.Row(i), block.Row(i)))
		}
	}
	m, n := moments{mean: make([]float64, x.Cols)}, uint64(x.Rows)
	high, low := bits.Mul64(n, squares)
	for f, s := range sums {
		m.mean[f] = float64(s) / float64(n)
		h, l := bits.Mul64(s, s)
		var borrow uint64
		low, borrow = bits.Sub64(low, l, 0)
		high, _ = bits.Sub64(high, h, borrow)
	}
	m.variance = (float64(float64(high)*0x1p64) + float64(low)) / float64(n) / float64(n) / float64(x.Cols)
	m.widest = 255
	return m
}

// floatMoments sums differences from the first row, in float64. A constant feature
// has none. What cancels in the variance of another is bounded: since the first row
// is one of the n, Σ (x − first)² is at most n + 1 times Σ (x − mean)².
func floatMoments(rows Rows, pool *kernels.Pool) (moments, error) {
	n, features := rows.Len(), rows.Features()
	pivot := make([]float32, features)
	rows.Gather(kernels.Matrix{Rows: 1, Cols: features, Stride: features, Data: pivot}, []int{0})

	// A round of blocks is shared among the workers, each block with its own sums.
	count := (n + momentBlock - 1) / momentBlock
	round := make([]differences, min(count, 4*min(count, pool.Workers())))
	for i := range round {
		round[i] = differences{sum: make([]float64, features), squares: make([]float64, features)}
	}
	all := differences{sum: make([]float64, features), squares: make([]float64, features)}
	for first := 0; first < count; first += len(round) {
		blocks := round[:min(len(round), count-first)]
		pool.Split(len(blocks), 1, func(lo, hi int) {
			read := reader(rows, momentBlock)
			for b := lo; b < hi; b++ {
				from := (first + b) * momentBlock
				blocks[b].set(read(from, min(from+momentBlock, n)), pivot, from)
			}
		})
		for _, b := range blocks {
			if b.err != nil {
				return moments{}, b.err
			}
			all.add(b)
		}
	}
	m := moments{mean: all.sum}
	for f, sum := range all.sum {
		m.variance += max(0, all.squares[f]-float64(sum*sum)/float64(n)) / float64(n)
		m.mean[f] = float64(pivot[f]) + sum/float64(n)
		m.widest = max(m.widest, 2*math.Sqrt(all.squares[f])) // |x − first| + |first − mean|
	}
	m.variance /= float64(features)
	return m, nil
}

// differences are the sums over some rows of x − pivot and of its square.
type differences struct {
	sum, squares []float64
	err          error
}

// set sums over x, whose row 0 is row first.
func (d *differences) set(x kernels.Matrix, pivot []float32, first int) {
	clear(d.sum)
	clear(d.squares)
	if d.err = checkFinite(x, first); d.err != nil {
		return
	}
	for i := range x.Rows {
		for f, v := range x.Row(i) {
			difference := float64(v) - float64(pivot[f])
			d.sum[f] += difference
			d.squares[f] += float64(difference * difference)
		}
	}
}

func (d *differences) add(other differences) {
	for f := range d.sum {
		d.sum[f] += other.sum[f]
		d.squares[f] += other.squares[f]
	}
}
