package pca

import (
	"math"

	"github.com/seed842bec00/argmax/kernels"
)

// fewDirect is the largest number of rows or features whose Gram matrix is diagonalized
// without a need: it takes a second.
const fewDirect = 512

// eigen returns the first count eigenvalues of XᵀX, of the features, and their unit
// eigenvectors, the rows of a matrix.
func (x *centred) eigen(count int) ([]float64, rowsOf, error) {
	n, features := x.rows.Len(), x.rows.Features()
	small := min(n, features)
	switch {
	case small > fewDirect && 4*(count+guard) < small:
		return x.lanczos(count)
	case features <= n:
		gram := x.featureGram()
		if err := x.pool.Err(); err != nil {
			return nil, rowsOf{}, err
		}
		values, vectors, err := gram.eigen()
		return values, rowsOf{features, vectors.data}, err
	}
	all := x.all()
	gram := x.rowGram(all)
	if err := x.pool.Err(); err != nil {
		return nil, rowsOf{}, err
	}
	values, vectors, err := gram.eigen()
	if err != nil {
		return nil, rowsOf{}, err
	}
	return values, x.fromRows(all, vectors, count), x.pool.Err()
}

// rowsOf is a matrix of float64 with rows of a length.
type rowsOf struct {
	length int
	data   []float64
}

func newRows(n, length int) rowsOf       { return rowsOf{length, make([]float64, n*length)} }
func (r rowsOf) row(i int) []float64     { return r.data[i*r.length:][:r.length:r.length] }
func (r rowsOf) len() int                { return len(r.data) / r.length }
func (r rowsOf) slice(lo, hi int) rowsOf { return rowsOf{r.length, r.data[lo*r.length : hi*r.length]} }

// featureGram returns XᵀX.
func (x *centred) featureGram() symmetric {
	features := x.rows.Features()
	gram, product := newSymmetric(features), kernels.NewMatrix(features, features)
	b := x.reader()
	for lo := 0; lo < x.rows.Len() && x.pool.Err() == nil; lo += blockRows {
		block := b.read(lo, min(lo+blockRows, x.rows.Len()))
		kernels.Gemm(product, block, block, kernels.TransposeA, 1, 0, x.pool)
		accumulate(gram.data, product.Data)
	}
	return gram
}

// rowGram returns XXᵀ.
func (x *centred) rowGram(all kernels.Matrix) symmetric {
	gram, product := newSymmetric(all.Rows), kernels.NewMatrix(all.Rows, all.Rows)
	for lo := 0; lo < all.Cols && x.pool.Err() == nil; lo += featureBlock {
		part := all.Columns(lo, min(lo+featureBlock, all.Cols))
		kernels.Gemm(product, part, part, kernels.TransposeB, 1, 0, x.pool)
		accumulate(gram.data, product.Data)
	}
	return gram
}

func accumulate(sum []float64, x []float32) {
	for i, v := range x {
		sum[i] += float64(v)
	}
}

// fromRows returns the first count eigenvectors of XᵀX, Xᵀu/‖Xᵀu‖ for the eigenvectors u
// of XXᵀ.
func (x *centred) fromRows(all kernels.Matrix, of symmetric, count int) rowsOf {
	u := kernels.NewMatrix(count, all.Rows)
	for i := range count {
		for j, v := range of.row(i) {
			u.Row(i)[j] = float32(v)
		}
	}
	product := kernels.NewMatrix(count, all.Cols)
	kernels.Gemm(product, u, all, kernels.NoTranspose, 1, 0, x.pool)
	vectors := newRows(count, all.Cols)
	accumulate(vectors.data, product.Data)
	for i := range count {
		// The products are orthogonal but for their rounding.
		orthogonalize(vectors.row(i), vectors.slice(0, i))
	}
	return vectors
}

// orthogonalize makes v a unit vector that is orthogonal to the unit vectors of others. It
// returns false if nothing but rounding is left of v, which then is zero.
func orthogonalize(v []float64, others rowsOf) bool {
	before := math.Sqrt(dot(v, v))
	if before == 0 {
		return false
	}
	for range 2 { // the second time removes what rounding has left the first time
		for i := range others.len() {
			add(v, -dot(v, others.row(i)), others.row(i))
		}
	}
	after := math.Sqrt(dot(v, v))
	if after <= float64(1e-10*before) {
		clear(v)
		return false
	}
	for i := range v {
		v[i] /= after
	}
	return true
}
