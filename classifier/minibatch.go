package classifier

import (
	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/kernels"
)

// minibatch is the scaled rows x̂ of a step.
type minibatch interface {
	// load fetches these rows.
	load(rows []int)
	// scores sets dst = X̂·Wᵀ + b.
	scores(dst, w kernels.Matrix, b []float32)
	// gradient sets dw = dSᵀ·X̂ and db to the sums of the columns of ds, which it
	// overwrites.
	gradient(dw kernels.Matrix, db []float32, ds kernels.Matrix)
}

// newMinibatch returns a minibatch of at most size rows. Bytes stay bytes if they have one
// scale and the means are not too large for that.
func newMinibatch(rows Rows, size int, s scaler, pool *kernels.Pool) minibatch {
	if s.moderate && s.one != 0 && s.spread <= maxSpread {
		b := &byteBatch{scaler: s, pool: pool, buffer: kernels.NewDense[uint8](size, rows.Features())}
		switch r := rows.(type) {
		case InPlace[uint8]:
			b.rows = r.Dense()
			return b
		case listed[uint8]:
			b.rows, b.list = r.view().x, r.view().list
			return b
		}
	}
	return &floatBatch{scaler: s, pool: pool, rows: rows, buffer: kernels.NewMatrix(size, rows.Features())}
}

// floatBatch converts and scales the rows of a step before it uses them.
type floatBatch struct {
	scaler
	pool      *kernels.Pool
	rows      Rows
	buffer, x kernels.Matrix
}

func (m *floatBatch) load(rows []int) {
	m.x = m.buffer.Slice(0, len(rows))
	m.pool.Split(len(rows), 1, func(lo, hi int) {
		x := m.x.Slice(lo, hi)
		m.rows.Gather(x, rows[lo:hi])
		m.apply(x)
	})
}

func (m *floatBatch) scores(dst, w kernels.Matrix, b []float32) {
	kernels.Scores(dst, m.x, kernels.NewWeights(w, b), m.pool)
}

func (m *floatBatch) gradient(dw kernels.Matrix, db []float32, ds kernels.Matrix) {
	kernels.Gradient(dw, ds, m.x, m.pool)
	kernels.ColumnSums(db, ds)
}

// byteBatch leaves the rows of a step the bytes they are, a quarter of the memory,
// and folds mean μ and scale s into what is smaller:
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
// images that hardly differ, byteBatch is not used.
type byteBatch struct {
	scaler
	pool      *kernels.Pool
	rows      kernels.Dense[uint8]
	list      []int // of rows, which are those of the examples; nil: all of them
	buffer, x kernels.Dense[uint8]
}

const maxSpread = 8

// copyBytes is how many bytes are copied in the time that handing on work takes.
const copyBytes = 1 << 16

// load copies the rows: the kernels read neighbouring rows, several times.
func (m *byteBatch) load(rows []int) {
	m.x = m.buffer.Slice(0, len(rows))
	m.pool.Split(len(rows), 1+copyBytes/m.x.Cols, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			row := rows[i]
			if m.list != nil {
				row = m.list[row]
			}
			copy(m.x.Row(i), m.rows.Row(row))
		}
	})
}

func (m *byteBatch) scores(dst, w kernels.Matrix, b []float32) {
	shift := make([]float32, len(b))
	for j := range shift {
		shift[j] = b[j]/m.one - argmax.Dot(w.Row(j), m.mean)
	}
	kernels.Scores(dst, m.x, kernels.NewWeights(w, shift), m.pool)
	m.rescale(dst)
}

func (m *byteBatch) gradient(dw kernels.Matrix, db []float32, ds kernels.Matrix) {
	kernels.ColumnSums(db, ds)
	m.rescale(ds)
	kernels.Gradient(dw, ds, m.x, m.pool)
	for j := range db {
		argmax.Axpy(dw.Row(j), m.mean, -m.one*db[j])
	}
}

func (m *byteBatch) rescale(x kernels.Matrix) {
	for i := range x.Rows {
		argmax.Scale(x.Row(i), m.one)
	}
}
