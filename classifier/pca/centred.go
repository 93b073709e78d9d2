package pca

import (
	"cmp"
	"errors"
	"fmt"
	"math"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/kernels"
)

// blockRows is the number of rows that are centred and multiplied at a time, and featureBlock
// that of features whose products are added in float64. They are part of the definition of
// the result.
const blockRows, featureBlock = 256, 256

// centred are rows less their mean, times a unit.
type centred struct {
	rows classifier.Rows
	mean []float64
	// unit is a power of two that brings the largest element near 1, so that no product
	// overflows or vanishes.
	unit  float64
	total float64 // the sum of the squares of all elements
	pool  *kernels.Pool
}

// centre finds the mean and the unit of rows.
func centre(rows classifier.Rows, pool *kernels.Pool) (*centred, error) {
	x := &centred{rows: rows, mean: make([]float64, rows.Features()), unit: 1, pool: pool}
	var of [wave]extent
	all, err := newExtent(rows.Features()), error(nil)
	x.blocks(x.raw, func(slot, lo int, block kernels.Matrix) {
		of[slot] = newExtent(rows.Features())
		of[slot].measure(lo, block)
	}, func(slot int) {
		err = cmp.Or(err, of[slot].err)
		all.join(of[slot])
	})
	if err := cmp.Or(err, pool.Err()); err != nil {
		return nil, err
	}
	largest := 0.0
	for j, sum := range all.sum {
		x.mean[j] = sum / float64(rows.Len())
		if all.lowest[j] == all.highest[j] {
			x.mean[j] = float64(all.lowest[j]) // whatever the rounding of the sum
		}
		largest = max(largest, float64(all.highest[j])-x.mean[j], x.mean[j]-float64(all.lowest[j]))
	}
	if largest == 0 {
		return nil, errors.New("pca: all rows are equal")
	}
	_, exponent := math.Frexp(largest)
	x.unit = math.Ldexp(1, -exponent)
	var squares [wave]float64
	x.blocks(x.reader, func(slot, _ int, block kernels.Matrix) {
		squares[slot] = 0
		for i := range block.Rows {
			for _, v := range block.Row(i) {
				squares[slot] += float64(float64(v) * float64(v))
			}
		}
	}, func(slot int) { x.total += squares[slot] })
	return x, pool.Err()
}

// extent is where rows lie.
type extent struct {
	sum             []float64
	lowest, highest []float32
	err             error // of the first element that is NaN or infinite
}

func newExtent(features int) extent {
	e := extent{sum: make([]float64, features), lowest: make([]float32, features), highest: make([]float32, features)}
	for j := range e.lowest {
		e.lowest[j], e.highest[j] = math.MaxFloat32, -math.MaxFloat32
	}
	return e
}

// measure adds the rows of a block that begins with row lo.
func (e *extent) measure(lo int, block kernels.Matrix) {
	for i := range block.Rows {
		for j, v := range block.Row(i) {
			if v-v != 0 {
				e.err = fmt.Errorf("pca: row %d: feature %d is %v", lo+i, j, v)
				return
			}
			e.sum[j] += float64(v)
			e.lowest[j], e.highest[j] = min(e.lowest[j], v), max(e.highest[j], v)
		}
	}
}

func (e *extent) join(o extent) {
	for j, s := range o.sum {
		e.sum[j] += s
		e.lowest[j], e.highest[j] = min(e.lowest[j], o.lowest[j]), max(e.highest[j], o.highest[j])
	}
}

// wave is the number of blocks whose results are in memory at once.
const wave = 16

// blocks calls do for each block of rows, which several goroutines share, and join in the
// order of the blocks once do has returned for them. There is a slot for the result of
// each block of a wave. When the context of the pool is done it returns early.
func (x *centred) blocks(reader func() *blockReader, do func(slot, lo int, block kernels.Matrix), join func(slot int)) {
	n := x.rows.Len()
	for first := 0; first < n && x.pool.Err() == nil; first += wave * blockRows {
		slots := min(wave, (n-first+blockRows-1)/blockRows)
		x.pool.Split(slots, 1, func(lo, hi int) {
			b := reader()
			for slot := lo; slot < hi && x.pool.Err() == nil; slot++ {
				from := first + slot*blockRows
				do(slot, from, b.read(from, min(from+blockRows, n)))
			}
		})
		if x.pool.Err() != nil {
			return
		}
		for slot := range slots {
			join(slot)
		}
	}
}

// blockReader reads rows block by block, for one goroutine, centred if it has a mean.
type blockReader struct {
	rows    classifier.Rows
	mean    []float64
	unit    float64
	buffer  kernels.Matrix
	indices []int
}

// raw returns a reader of the rows as they come, reader one of the centred rows.
func (x *centred) raw() *blockReader { return &blockReader{rows: x.rows, unit: 1} }
func (x *centred) reader() *blockReader {
	return &blockReader{rows: x.rows, mean: x.mean, unit: x.unit}
}

// read returns rows lo to hi in memory that the next call uses again.
func (b *blockReader) read(lo, hi int) kernels.Matrix {
	if n := hi - lo; b.buffer.Rows < n {
		b.buffer, b.indices = kernels.NewMatrix(n, b.rows.Features()), make([]int, n)
	}
	x, indices := b.buffer.Slice(0, hi-lo), b.indices[:hi-lo]
	for i := range indices {
		indices[i] = lo + i
	}
	b.rows.Gather(x, indices)
	if b.mean == nil {
		return x
	}
	for i := range x.Rows {
		row := x.Row(i)
		for j, m := range b.mean {
			row[j] = float32((float64(row[j]) - m) * b.unit)
		}
	}
	return x
}

// all returns all centred rows.
func (x *centred) all() kernels.Matrix {
	all, n := kernels.NewMatrix(x.rows.Len(), x.rows.Features()), x.rows.Len()
	x.pool.Split(n, blockRows, func(lo, hi int) {
		b := x.reader()
		for ; lo < hi && x.pool.Err() == nil; lo += blockRows {
			end := min(lo+blockRows, hi)
			kernels.Convert(all.Slice(lo, end), b.read(lo, end))
		}
	})
	return all
}
