package pca

import (
	"errors"
	"math"
	"slices"
)

// symmetric is a symmetric matrix in float64: element (i, j) is data[i*n+j], and so is
// element (j, i).
type symmetric struct {
	n    int
	data []float64
}

func newSymmetric(n int) symmetric { return symmetric{n, make([]float64, n*n)} }

func (s symmetric) row(i int) []float64 { return s.data[i*s.n:][:s.n:s.n] }

// eigen returns the eigenvalues of s, the largest first, and the unit eigenvectors as the
// rows of a matrix in the same order. It overwrites s, whose elements must be neither so
// large nor so small that their squares overflow or vanish.
//
// It reduces s to a tridiagonal matrix by reflections, and that to a diagonal one by
// implicit QL steps (G. Golub and C. Van Loan, Matrix Computations, 4th edition, sections
// 8.3.1 and 8.3.5). Every product is rounded before it is added, so that the bits are the
// same on every machine.
func (s symmetric) eigen() (values []float64, vectors symmetric, err error) {
	diagonal, beside, vectors := s.tridiagonal()
	if err := diagonalize(diagonal, beside, vectors); err != nil {
		return nil, vectors, err
	}
	order := make([]int, s.n)
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int {
		switch {
		case diagonal[i] > diagonal[j]:
			return -1
		case diagonal[i] < diagonal[j]:
			return 1
		}
		return 0
	})
	values, sorted := make([]float64, s.n), newSymmetric(s.n)
	for to, from := range order {
		values[to] = diagonal[from]
		copy(sorted.row(to), vectors.row(from))
	}
	return values, sorted, nil
}

// tridiagonal returns T = Q·S·Qᵀ as its diagonal and the elements beside it, and Q. It
// overwrites s.
func (s symmetric) tridiagonal() (diagonal, beside []float64, q symmetric) {
	n := s.n
	diagonal, beside, q = make([]float64, n), make([]float64, n), newSymmetric(n)
	factors, product := make([]float64, n), make([]float64, n)
	for k := range max(0, n-2) {
		// The reflection I − f·v·vᵀ makes all but the first element of v zero. v stays in
		// row k.
		v := s.row(k)[k+1:]
		length := math.Sqrt(dot(v, v))
		if tail := dot(v[1:], v[1:]); tail == 0 {
			beside[k] = v[0]
			continue // nothing to make zero; the factor is 0
		}
		beside[k] = -length
		if v[0] < 0 {
			beside[k] = length
		}
		v[0] -= beside[k]
		factor := 2 / dot(v, v)
		factors[k] = factor
		// The rest becomes (I − f·v·vᵀ)·A·(I − f·v·vᵀ) = A − v·wᵀ − w·vᵀ.
		w := product[k+1:]
		for i := range w {
			w[i] = float64(factor * dot(s.row(k + 1 + i)[k+1:], v))
		}
		add(w, -float64(factor*dot(w, v))/2, v)
		for i := range w {
			row := s.row(k + 1 + i)[k+1:]
			vi, wi := v[i], w[i]
			for j := range row {
				row[j] -= float64(vi*w[j]) + float64(wi*v[j])
			}
		}
	}
	if n >= 2 {
		beside[n-2] = s.row(n - 2)[n-1]
	}
	for i := range n {
		diagonal[i], q.row(i)[i] = s.row(i)[i], 1
	}
	// Q is the product of the reflections, the last on the left. That of k changes nothing
	// before row k + 1.
	for k := n - 3; k >= 0; k-- {
		if factors[k] == 0 {
			continue
		}
		v := s.row(k)[k+1:]
		for i := k + 1; i < n; i++ {
			row := q.row(i)[k+1:]
			add(row, -float64(factors[k]*dot(row, v)), v)
		}
	}
	return diagonal, beside, q
}

// mostSteps is a number of QL steps for one eigenvalue that is never reached: two is usual.
const mostSteps = 100

// diagonalize turns the tridiagonal matrix of diagonal and beside, of which element i is
// that of (i, i+1), into the diagonal one of its eigenvalues, and applies the rotations to
// the rows of vectors.
func diagonalize(diagonal, beside []float64, vectors symmetric) error {
	n := len(diagonal)
	for low := range n {
		for step := 0; ; step++ {
			// The matrix falls apart where an element beside the diagonal is negligible.
			high := low
			for high < n-1 && math.Abs(beside[high]) > float64(0x1p-53*(math.Abs(diagonal[high])+math.Abs(diagonal[high+1])))+0x1p-400 {
				high++
			}
			if high == low {
				break
			}
			if step == mostSteps {
				return errors.New("pca: the eigenvalues did not converge")
			}
			// Wilkinson's shift is the eigenvalue of the corner of 2×2 that is nearer to the
			// first element.
			half := (diagonal[low+1] - diagonal[low]) / 2
			root := math.Sqrt(float64(half*half) + float64(beside[low]*beside[low]))
			if half < 0 {
				root = -root
			}
			shift := diagonal[low] - float64(beside[low]*beside[low])/(half+root)
			chase(diagonal, beside, vectors, low, high, shift)
		}
	}
	return nil
}

// chase makes an implicit QL step with a shift on rows low to high.
func chase(diagonal, beside []float64, vectors symmetric, low, high int, shift float64) {
	sine, cosine, carried := 1.0, 1.0, 0.0
	g := diagonal[high] - shift
	for i := high - 1; i >= low; i-- {
		f, b := float64(sine*beside[i]), float64(cosine*beside[i])
		length := math.Sqrt(float64(f*f) + float64(g*g))
		beside[i+1] = length
		if length == 0 { // the matrix has fallen apart here
			diagonal[i+1] -= carried
			beside[high] = 0
			return
		}
		sine, cosine = f/length, g/length
		g = diagonal[i+1] - carried
		length = float64((diagonal[i]-g)*sine) + float64(2*float64(cosine*b))
		carried = float64(sine * length)
		diagonal[i+1] = g + carried
		g = float64(cosine*length) - b
		rotate(vectors.row(i), vectors.row(i+1), sine, cosine)
	}
	diagonal[low] -= carried
	beside[low], beside[high] = g, 0
}

// rotate turns x and y in their plane.
func rotate(x, y []float64, sine, cosine float64) {
	y = y[:len(x)]
	for k, a := range x {
		b := y[k]
		y[k] = float64(sine*a) + float64(cosine*b)
		x[k] = float64(cosine*a) - float64(sine*b)
	}
}

// dot returns the inner product of two vectors, in four sums, which are faster than one.
func dot(x, y []float64) float64 {
	y = y[:len(x)]
	var sums [4]float64
	for ; len(x) >= 4; x, y = x[4:], y[4:] {
		sums[0] += float64(x[0] * y[0])
		sums[1] += float64(x[1] * y[1])
		sums[2] += float64(x[2] * y[2])
		sums[3] += float64(x[3] * y[3])
	}
	for i, v := range x {
		sums[i] += float64(v * y[i])
	}
	return (sums[0] + sums[1]) + (sums[2] + sums[3])
}

// add adds factor·y to x.
func add(x []float64, factor float64, y []float64) {
	y = y[:len(x)]
	for i := range x {
		x[i] += float64(factor * y[i])
	}
}
