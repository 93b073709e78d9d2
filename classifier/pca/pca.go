// Package pca finds the principal components of rows: the orthogonal directions in which
// they vary most. Rows of many features become points of a few coordinates, to look at or
// to learn from.
//
// The answer has the same bits on every processor and for any number of workers.
package pca

import (
	"context"
	"fmt"
	"slices"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/kernels"
)

// Config says what [Fit] finds. The zero value finds all components.
type Config struct {
	// Components is the largest number of components; 0 means as many as there are.
	Components int
	// Workers are the goroutines; 0 means one for each processor. It does not change the
	// components.
	Workers int
}

// PCA is the mean of some rows and their principal components. It is immutable and may be
// used by several goroutines at once.
type PCA struct {
	mean       []float64
	components kernels.Matrix // a row for each
	variances  []float64
	total      float64
}

// Fit finds the components of rows: the unit eigenvectors of their covariance matrix, with
// the divisor n − 1, in the order of falling eigenvalues (I. Jolliffe, Principal Component
// Analysis, 2nd edition, chapter 1). The element of a component with the largest magnitude,
// the first of equal ones, is positive.
//
// Rows are centred in float64, rounded to float32 and multiplied in float32; the products
// of 256 rows, or of 256 features if there are fewer rows than features, are added in
// float64. A direction whose variance is less than 2⁻²⁰ of the largest is lost in that
// rounding and is no component: there may be fewer than Config asks for, and there are
// never more than features or n − 1.
//
// If rows or features are few, the eigenvectors are those of the smaller of the two Gram
// matrices, and all are found; the time grows with the cube of the smaller number. Otherwise
// the first are found by a block Lanczos method, which passes over the rows some ten times.
//
// Fewer than two rows, rows that are all equal, and a feature that is NaN or infinite are
// errors; the last names the row. When ctx is done Fit returns its error. Fit panics if
// Components is negative.
func Fit(ctx context.Context, rows classifier.Rows, c Config) (*PCA, error) {
	if c.Components < 0 {
		panic(fmt.Sprintf("pca: Fit: %d components", c.Components))
	}
	n, features := rows.Len(), rows.Features()
	if n < 2 || features < 1 {
		return nil, fmt.Errorf("pca: %d rows of %d features: want 2 rows or more", n, features)
	}
	x, err := centre(rows, kernels.NewPool(c.Workers).WithContext(ctx))
	if err != nil {
		return nil, err
	}
	most := min(n-1, features)
	if c.Components > 0 {
		most = min(most, c.Components)
	}
	values, vectors, err := x.eigen(most)
	if err != nil {
		return nil, err
	}
	most = min(most, vectors.len())
	found := 0
	for found < most && values[found] > float64(0x1p-20*values[0]) {
		found++
	}
	p := &PCA{mean: x.mean, components: kernels.NewMatrix(found, features), variances: make([]float64, found)}
	unscaled := float64(x.unit*x.unit) * float64(n-1)
	p.total = x.total / unscaled
	for i := range found {
		p.variances[i] = values[i] / unscaled
		orient(p.components.Row(i), vectors.row(i))
	}
	return p, nil
}

// orient sets dst to v or −v, so that the largest element is positive.
func orient(dst []float32, v []float64) {
	largest, sign := 0.0, 1.0
	for _, x := range v {
		if x > largest {
			largest, sign = x, 1
		} else if -x > largest {
			largest, sign = -x, -1
		}
	}
	for i, x := range v {
		dst[i] = float32(sign * x)
	}
}

// Features is the number of features of a row.
func (p *PCA) Features() int { return len(p.mean) }

// Components is the number of components.
func (p *PCA) Components() int { return p.components.Rows }

// Component copies component i, a vector of length 1, to dst. It panics if dst does not
// have Features elements.
func (p *PCA) Component(dst []float32, i int) {
	p.mustHave("Component", len(dst))
	copy(dst, p.components.Row(i))
}

// Mean sets dst to the mean of the rows. It panics if dst does not have Features elements.
func (p *PCA) Mean(dst []float32) {
	p.mustHave("Mean", len(dst))
	for i, m := range p.mean {
		dst[i] = float32(m)
	}
}

func (p *PCA) mustHave(function string, length int) {
	if length != len(p.mean) {
		panic(fmt.Sprintf("pca: %s: dst has %d elements, the rows have %d features", function, length, len(p.mean)))
	}
}

// Variances returns the variance of the rows along each component.
func (p *PCA) Variances() []float64 { return slices.Clone(p.variances) }

// Explained returns the fraction of the variance of the rows, that of all features
// together, which lies along each component.
func (p *PCA) Explained() []float64 {
	explained := slices.Clone(p.variances)
	for i := range explained {
		explained[i] /= p.total
	}
	return explained
}

// Transform sets row i of dst to the coordinates of row i of rows: the products of the
// components and the row less the mean, in the chain form of package argmax. They do not
// depend on the other rows. A feature that is NaN or infinite makes all coordinates of its
// row NaN or infinite. Rows of other features than those of Fit are an error. When ctx is done
// Transform returns its error, and dst is incomplete. It panics unless dst has a row for each
// of rows and a column for each component.
func (p *PCA) Transform(ctx context.Context, dst kernels.Matrix, rows classifier.Rows, workers int) error {
	if rows.Features() != len(p.mean) {
		return fmt.Errorf("pca: rows of %d features, the components have %d", rows.Features(), len(p.mean))
	}
	mustBe("Transform", dst, rows.Len(), p.components.Rows)
	pool := kernels.NewPool(workers).WithContext(ctx)
	pool.Split(rows.Len(), blockRows, func(lo, hi int) {
		b := &blockReader{rows: rows, mean: p.mean, unit: 1}
		for ; lo < hi && ctx.Err() == nil; lo += blockRows {
			end := min(lo+blockRows, hi)
			kernels.Gemm(dst.Slice(lo, end), b.read(lo, end), p.components, kernels.TransposeB, 1, 0, nil)
		}
	})
	return ctx.Err()
}

// Inverse sets row i of dst to the row that has the coordinates of row i of coordinates and
// none along other directions: the mean plus the components, each times its coordinate.
// It panics unless coordinates has a column for each component, and dst a row for each of
// coordinates and a column for each feature.
func (p *PCA) Inverse(dst, coordinates kernels.Matrix, pool *kernels.Pool) {
	mustBe("Inverse", coordinates, coordinates.Rows, p.components.Rows)
	mustBe("Inverse", dst, coordinates.Rows, len(p.mean))
	kernels.Gemm(dst, coordinates, p.components, kernels.NoTranspose, 1, 0, pool)
	for i := range dst.Rows {
		row := dst.Row(i)
		for j, m := range p.mean {
			row[j] = float32(float64(row[j]) + m)
		}
	}
}

func mustBe(function string, m kernels.Matrix, rows, cols int) {
	if err := m.Check(); err != nil {
		panic(err.Error())
	}
	if m.Rows != rows || m.Cols != cols {
		panic(fmt.Sprintf("pca: %s: a matrix of %d×%d, want %d×%d", function, m.Rows, m.Cols, rows, cols))
	}
}
