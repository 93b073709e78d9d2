package index

import (
	"math"
	"math/rand/v2"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/internal/wide"
	"github.com/seed842bec00/argmax/kernels"
)

// fit sets the mean, which it subtracts from a sample of the rows, and a basis that has
// the most of the rest, by subspace iteration. It reports whether the sketch would pay.
func (k *sketch) fit(metric Metric, sample kernels.Matrix, pool *kernels.Pool) bool {
	n, columns := sample.Rows, sample.Cols
	if n < sketchWidth {
		return false
	}
	sums := make([]float64, columns)
	for i := range n {
		for j, v := range sample.Row(i) {
			sums[j] += float64(v)
		}
	}
	for j, sum := range sums {
		k.mean[j] = float32(sum / float64(n))
	}
	k.offset = math.Sqrt(wide.Dot.Of(k.mean, k.mean))
	for i := range n {
		argmax.Axpy(sample.Row(i), k.mean, -1)
	}

	r := rand.New(rand.NewPCG(0x5ce7c4, 0))
	basis, products := kernels.NewMatrix(sketchWidth-1, columns), kernels.NewMatrix(n, sketchWidth-1)
	randomize(r, basis)
	orthonormalize(r, basis)
	for range sketchRounds {
		kernels.Gemm(products, sample, basis, kernels.TransposeB, 1, 0, pool)
		kernels.Gemm(basis, products, sample, kernels.TransposeA, 1, 0, pool)
		orthonormalize(r, basis)
	}
	// Rotated at random, the numbers of a sketch are of about the same size.
	turn := kernels.NewMatrix(sketchWidth-1, sketchWidth-1)
	randomize(r, turn)
	orthonormalize(r, turn)
	k.basis = kernels.NewMatrix(sketchWidth-1, columns)
	kernels.Gemm(k.basis, turn, basis, kernels.NoTranspose, 1, 0, pool)

	defect := 0.0
	for i := range k.basis.Rows {
		for j := range i + 1 {
			d := wide.Dot.Of(k.basis.Row(i), k.basis.Row(j))
			if i == j {
				defect += (d - 1) * (d - 1)
			} else {
				defect += 2 * d * d
			}
		}
	}
	k.defect = math.Sqrt(defect)*1.01 + 0x1p-40
	if !(k.defect < 0x1p-10) || pool.Err() != nil {
		return false
	}
	kernels.Gemm(products, sample, k.basis, kernels.TransposeB, 1, 0, pool)
	return k.pays(metric, sample, products, pool)
}

// pays tries a sketch out on the sample, and sets middle.
func (k *sketch) pays(metric Metric, sample, products kernels.Matrix, pool *kernels.Pool) bool {
	const neighbours = 10
	n := sample.Rows
	inside, left := make([]float32, n), make([]float32, n)
	term, alpha := make([]float32, n), float32(-2) // distances are term + alpha·x'·y' and what is the same for all rows
	for i := range n {
		term[i], inside[i] = argmax.Dot(sample.Row(i), sample.Row(i)), argmax.Dot(products.Row(i), products.Row(i))
		left[i] = float32(math.Sqrt(float64(max(0, term[i]-inside[i]))))
		k.middle += float64(left[i]) / float64(n)
		if metric == InnerProduct {
			term[i], alpha = -argmax.Dot(k.mean, sample.Row(i)), -1
		}
	}
	queries := min(n, sketchQueries)
	own, ownProducts := kernels.NewMatrix(queries, sample.Cols), kernels.NewMatrix(queries, products.Cols)
	for q := range queries {
		copy(own.Row(q), sample.Row(q*n/queries))
		copy(ownProducts.Row(q), products.Row(q*n/queries))
	}
	whole, part := kernels.NewMatrix(queries, n), kernels.NewMatrix(queries, n)
	kernels.Gemm(whole, own, sample, kernels.TransposeB, alpha, 0, pool)
	kernels.Gemm(part, ownProducts, products, kernels.TransposeB, alpha, 0, pool)
	near := 0
	for q := range queries {
		rest := left[q*n/queries]
		argmax.Axpy(whole.Row(q), term, 1)
		limit := nthLeast(whole.Row(q), neighbours+1) // itself among them
		for i, d := range part.Row(q) {
			least := d + term[i] - rest*left[i]
			if metric != InnerProduct {
				least = d + inside[i] + (left[i]-rest)*(left[i]-rest) - rest*rest
			}
			if least <= limit {
				near++
			}
		}
	}
	return pool.Err() == nil && float64(near) <= sketchFrom.share*float64(queries)*float64(n)
}

// nthLeast returns the n-th smallest of some numbers, the largest if there are fewer.
func nthLeast(x []float32, n int) float32 {
	least := make([]float32, 0, n)
	for _, v := range x {
		if len(least) == n {
			if v >= least[n-1] {
				continue
			}
			least = least[:n-1]
		}
		at := len(least)
		for least = append(least, v); at > 0 && least[at-1] > v; at-- {
			least[at] = least[at-1]
		}
		least[at] = v
	}
	return least[len(least)-1]
}

func randomize(r *rand.Rand, m kernels.Matrix) {
	for i := range m.Data {
		m.Data[i] = float32(r.NormFloat64())
	}
}

// orthonormalize makes the rows of m orthonormal, by two passes of Gram and Schmidt. A row
// that depends on those above becomes a random one.
func orthonormalize(r *rand.Rand, m kernels.Matrix) {
	for i := range m.Rows {
		row := m.Row(i)
		for {
			before := argmax.Dot(row, row)
			for range 2 {
				for j := range i {
					argmax.Axpy(row, m.Row(j), -argmax.Dot(row, m.Row(j)))
				}
			}
			after := argmax.Dot(row, row)
			if after > 0x1p-30*before && before <= math.MaxFloat32 {
				argmax.Scale(row, float32(1/math.Sqrt(float64(after))))
				break
			}
			for j := range row {
				row[j] = float32(r.NormFloat64())
			}
		}
	}
}
