package classifier

import (
	"unsafe"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/kernels"
)

// minibatch is the scaled rows x̂ of a step.
type minibatch interface {
	// load fetches these rows. next are those of the next step, which are brought into the
	// caches in the meantime.
	load(rows, next []int)
	// scores sets dst = X̂·Wᵀ + b.
	scores(dst, w kernels.Matrix, b []float32)
	// gradient sets dw = dSᵀ·X̂ and db to the sums of the columns of ds, which it
	// overwrites.
	gradient(dw kernels.Matrix, db []float32, ds kernels.Matrix)
}

// newMinibatch returns a minibatch of at most size rows. Mean and scale are folded if there
// is one scale and the means are not too large for that; bytes then stay bytes.
func newMinibatch(rows Rows, size int, s scaler, pool *kernels.Pool) minibatch {
	if folded := s.moderate && s.one != 0 && s.spread <= maxSpread; folded {
		switch r := rows.(type) {
		case InPlace[uint8]:
			return newDenseBatch(r.Dense(), nil, size, s, folded, pool)
		case listed[uint8]:
			return newDenseBatch(r.view().x, r.view().list, size, s, folded, pool)
		case InPlace[float32]:
			return newDenseBatch(r.Dense(), nil, size, s, folded, pool)
		case listed[float32]:
			return newDenseBatch(r.view().x, r.view().list, size, s, folded, pool)
		}
		return &gatheredBatch{products[float32]{scaler: s, pool: pool, folded: folded}, rows, kernels.NewMatrix(size, rows.Features())}
	}
	return &gatheredBatch{products[float32]{scaler: s, pool: pool}, rows, kernels.NewMatrix(size, rows.Features())}
}

// products computes with the rows of a step. It leaves them what they are, bytes in a
// quarter of the memory, and folds mean μ and scale s into what is smaller:
//
//	X̂·Wᵀ + b = s·(X·Wᵀ + (b/s − Wμ))
//	dSᵀ·X̂    = (s·dS)ᵀ·X − s·(Σ dS)·μᵀ
//
// That is exact but for rounding, which it does elsewhere. With the γ of package
// argmax, F features and a batch of B rows, a score differs from the exact one by at
// most about
//
//	γ(⌈F/16⌉ + 11) · (Σ_f |W_f| s(x_f + μ_f) + |b|)
//
// and an element of dW by at most about γ(B + 3) · Σ_i |dS_i| s(x_if + μ_f). Where
// rows are scaled first, both bounds have |x_f − μ_f| for x_f + μ_f. In the root mean
// square over the rows and features, s|x − μ| is 1, s·x is the scaler's spread κ and
// s·μ is √(κ² − 1): the bound grows to at most 2κ times what it was. Up to a κ of
// maxSpread that costs at most 4 of float32's 24 bits, of gradients whose sampling
// noise is a million times larger; photographs have a κ of 1.1 to 3. Beyond, as in
// images that hardly differ, rows are scaled first, and nothing is folded.
type products[E kernels.Element] struct {
	scaler
	pool   *kernels.Pool
	folded bool
	x      kernels.Dense[E] // the rows of the step
	ahead  func(lo, hi int) // prefetches for the next step; nil: nothing
}

const maxSpread = 8

// Rows are scored scoredRows at a time, whole tiles, with prefetches for as many of the
// next step after each, which then arrive while the next are scored. Goroutines share as
// much work as pays.
const (
	scoredRows = 60
	sharedWork = 1 << 18 // multiply-adds
)

func (m *products[E]) scores(dst, w kernels.Matrix, b []float32) {
	if m.folded {
		shift := make([]float32, len(b))
		for j := range shift {
			shift[j] = b[j]/m.one - argmax.Dot(w.Row(j), m.mean)
		}
		b = shift
	}
	weights := kernels.NewWeights(w, b)
	m.pool.Split(m.x.Rows, max(scoredRows, sharedWork/(w.Rows*w.Cols)), func(lo, hi int) {
		for ; lo < hi; lo += scoredRows {
			end := min(lo+scoredRows, hi)
			kernels.Scores(dst.Slice(lo, end), m.x.Slice(lo, end), weights, nil)
			if m.ahead != nil {
				m.ahead(lo, end)
			}
		}
	})
	if m.folded {
		m.rescale(dst)
	}
}

func (m *products[E]) gradient(dw kernels.Matrix, db []float32, ds kernels.Matrix) {
	kernels.ColumnSums(db, ds)
	if m.folded {
		m.rescale(ds)
	}
	kernels.Gradient(dw, ds, m.x, m.pool)
	if m.folded {
		for j := range db {
			argmax.Axpy(dw.Row(j), m.mean, -m.one*db[j])
		}
	}
}

// rescale multiplies rows that lie one after the other.
func (m *products[E]) rescale(x kernels.Matrix) {
	argmax.Scale(x.Data, m.one)
}

// denseBatch copies the rows of a matrix: the kernels read neighbouring rows, several times.
type denseBatch[E kernels.Element] struct {
	products[E]
	rows   kernels.Dense[E]
	list   []int // of rows, which are those of the examples; nil: all of them
	next   []int // rows of the next step
	buffer kernels.Dense[E]
}

func newDenseBatch[E kernels.Element](rows kernels.Dense[E], list []int, size int, s scaler, folded bool, pool *kernels.Pool) *denseBatch[E] {
	m := &denseBatch[E]{
		products: products[E]{scaler: s, pool: pool, folded: folded},
		rows:     rows, list: list, next: make([]int, 0, size), buffer: kernels.NewDense[E](size, rows.Cols),
	}
	if unsafe.Sizeof(*new(E)) > 1 {
		return m // rows of float32 are streams that the processor follows by itself: prefetches took a sixth longer
	}
	m.ahead = func(lo, hi int) {
		if hi = min(hi, len(m.next)); lo < hi {
			argmax.PrefetchRowsAt(argmax.Strided[E]{Data: m.rows.Data, Stride: m.rows.Stride}, m.rows.Cols, m.next[lo:hi])
		}
	}
	return m
}

// copied is how many elements are copied in the time that handing on work takes.
const copied = 1 << 16

func (m *denseBatch[E]) load(rows, next []int) {
	m.x = m.buffer.Slice(0, len(rows))
	m.pool.Split(len(rows), 1+copied/m.x.Cols, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			copy(m.x.Row(i), m.rows.Row(m.at(rows[i])))
		}
	})
	m.next = m.next[:0]
	for _, row := range next {
		m.next = append(m.next, m.at(row))
	}
}

// at returns the row of the matrix that is a row of the examples.
func (m *denseBatch[E]) at(row int) int {
	if m.list == nil {
		return row
	}
	return m.list[row]
}

// gatheredBatch has rows that do not lie in memory, or that are scaled before they are
// used.
type gatheredBatch struct {
	products[float32]
	rows   Rows
	buffer kernels.Matrix
}

func (m *gatheredBatch) load(rows, _ []int) {
	m.x = m.buffer.Slice(0, len(rows))
	m.pool.Split(len(rows), 1, func(lo, hi int) {
		x := m.x.Slice(lo, hi)
		m.rows.Gather(x, rows[lo:hi])
		if !m.folded {
			m.apply(x)
		}
	})
}
