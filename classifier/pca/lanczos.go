package pca

import (
	"errors"
	"math"
	"math/rand/v2"

	"github.com/seed842bec00/argmax/kernels"
)

const (
	// guard is the number of vectors of a block beyond those that are asked for: the more,
	// the fewer passes.
	guard = 6
	// blocks is the number of blocks of a basis before it is reduced to its best two.
	blocks = 8
	// tolerance is the largest residual ‖XᵀXv − λv‖ of an eigenvector, relative to the
	// largest eigenvalue. Rounding leaves a tenth of it.
	tolerance = 4e-6
	// mostPasses over the rows are enough for any rows that were tried, by far: those whose
	// features are independent and of equal variance need 40.
	mostPasses = 500
)

// lanczos returns the first count eigenvalues and eigenvectors of XᵀX, by a block Lanczos
// method: the basis grows by the residuals of its best approximations, and is reduced to
// those when it is large (Z. Bai et al., Templates for the Solution of Algebraic Eigenvalue
// Problems, sections 4.4 to 4.6).
func (x *centred) lanczos(count int) ([]float64, rowsOf, error) {
	width, features := count+guard, x.rows.Features()
	// Images of the basis are its products with XᵀX.
	basis, images := newRows(blocks*width, features), newRows(blocks*width, features)
	random := rand.New(rand.NewPCG(1, 2))
	size := 0
	for range width {
		v := basis.row(size)
		for i := range v {
			v[i] = random.Float64() - 0.5
		}
		if orthogonalize(v, basis.slice(0, size)) {
			size++
		}
	}
	known := 0 // images
	for range mostPasses {
		x.times(images.slice(known, size), basis.slice(known, size))
		if err := x.pool.Err(); err != nil {
			return nil, rowsOf{}, err
		}
		known = size
		values, mixtures, err := project(basis.slice(0, size), images.slice(0, size))
		if err != nil {
			return nil, rowsOf{}, err
		}
		best := min(size, 2*width)
		vectors, products := newRows(best, features), newRows(best, features)
		mix(vectors, mixtures, basis)
		mix(products, mixtures, images)
		// Residuals are the products less their part along the vectors.
		residuals, converged := newRows(min(width, size), features), true
		for i := range residuals.len() {
			r := residuals.row(i)
			copy(r, products.row(i))
			add(r, -values[i], vectors.row(i))
			if i < count && math.Sqrt(dot(r, r)) > float64(tolerance*values[0]) {
				converged = false
			}
		}
		if converged && size >= count {
			return values, vectors, nil
		}
		if size+residuals.len() > blocks*width {
			copy(basis.data, vectors.data)
			copy(images.data, products.data)
			size, known = best, best
		}
		for i := range residuals.len() {
			copy(basis.row(size), residuals.row(i))
			if orthogonalize(basis.row(size), basis.slice(0, size)) {
				size++
			}
		}
		if size == known { // the basis is invariant
			return values, vectors, nil
		}
	}
	return nil, rowsOf{}, errors.New("pca: the components did not converge: ask for fewer, or for all")
}

// project returns the eigenvalues and eigenvectors of XᵀX on the basis.
func project(basis, images rowsOf) ([]float64, symmetric, error) {
	s := newSymmetric(basis.len())
	for i := range s.n {
		for j := range i + 1 {
			v := (dot(basis.row(i), images.row(j)) + dot(basis.row(j), images.row(i))) / 2
			s.row(i)[j], s.row(j)[i] = v, v
		}
	}
	return s.eigen()
}

// mix sets each row of dst to the mixture of rows that a row of mixtures names.
func mix(dst rowsOf, mixtures symmetric, of rowsOf) {
	for i := range dst.len() {
		for j, factor := range mixtures.row(i) {
			add(dst.row(i), factor, of.row(j))
		}
	}
}

// times sets each row of dst to XᵀXv, where v is that row of vectors.
func (x *centred) times(dst, vectors rowsOf) {
	features, count := x.rows.Features(), vectors.len()
	v := kernels.NewMatrix(count, features)
	for i, value := range vectors.data {
		v.Data[i] = float32(value)
	}
	var products, coordinates [wave]kernels.Matrix
	for slot := range products {
		products[slot], coordinates[slot] = kernels.NewMatrix(count, features), kernels.NewMatrix(count, blockRows)
	}
	clear(dst.data)
	x.blocks(x.reader, func(slot, _ int, block kernels.Matrix) {
		c := coordinates[slot].Columns(0, block.Rows)
		kernels.Gemm(c, v, block, kernels.TransposeB, 1, 0, nil)
		kernels.Gemm(products[slot], c, block, kernels.NoTranspose, 1, 0, nil)
	}, func(slot int) { accumulate(dst.data, products[slot].Data) })
}
