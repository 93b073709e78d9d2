// Package harness runs the functions of vectest/kernels.go, here those for NEON, and
// compares them, bit
// for bit, with plain Go.
package harness

import (
	"math"
	"math/rand/v2"
	"slices"
	"syscall"
	"testing"
	"unsafe"
)

const (
	lanes = 16
	// longest is beyond two turns of a loop that takes four blocks.
	longest = 131
)

var (
	inf = float32(math.Inf(1))
	nan = float32(math.NaN())
	// negativeZero is no constant: the language has none.
	negativeZero = float32(math.Copysign(0, -1))
	tiny         = float32(math.SmallestNonzeroFloat32)
)

// fma is the fused operation if x·y+z is exact in float64. That holds for what
// random makes and for sums of a few hundred products of it.
func fma(x, y, z float32) float32 { return float32(float64(x)*float64(y) + float64(z)) }

var rng = rand.New(rand.NewPCG(1, 2))

// random values have twelve bits, at several scales: sums of their products are
// rounded, so that their order shows.
func random(x []float32) {
	for i := range x {
		x[i] = float32(math.Ldexp(float64(rng.IntN(4095)-2047), rng.IntN(8)-8))
	}
}

// special values are those that a shortcut in the arithmetic would get wrong.
func special(x []float32) {
	values := []float32{0, negativeZero, tiny, -tiny, 1e-20, -1e-20, 1, -1}
	if rng.IntN(4) == 0 {
		values = append(values, inf, -inf, nan)
	}
	for i := range x {
		x[i] = values[rng.IntN(len(values))]
	}
}

// reduce is the tree of the arithmetic.
func reduce(v [lanes]float32) float32 {
	for half := lanes / 2; half > 0; half /= 2 {
		for i := range half {
			v[i] += v[i+half]
		}
	}
	return v[0]
}

// accumulate spreads n terms and the zeros that complete the last block over
// count block accumulators. term takes −1 for such a zero.
func accumulate(count, n int, term func(acc float32, i int) float32) [][lanes]float32 {
	acc := make([][lanes]float32, count)
	for i := range (n + lanes - 1) / lanes * lanes {
		a := &acc[i/lanes%count][i%lanes]
		if i < n {
			*a = term(*a, i)
		} else {
			*a = term(*a, -1)
		}
	}
	return acc
}

// at is x[i], or the +0 of a missing lane.
func at(x []float32, i int) float32 {
	if i < 0 {
		return 0
	}
	return x[i]
}

// vector is the sum of terms as dot, squares, distance and sum define it.
func vector(n int, term func(acc float32, i int) float32) float32 {
	acc := accumulate(4, n, term)
	for i := range lanes {
		acc[0][i] = (acc[0][i] + acc[1][i]) + (acc[2][i] + acc[3][i])
	}
	return reduce(acc[0])
}

// row is the inner product as rows and scores define it.
func row(w, x []float32) float32 {
	return reduce(accumulate(1, len(x), func(acc float32, i int) float32 {
		return fma(at(x, i), at(w, i), acc)
	})[0])
}

// same compares bits; any NaN equals any NaN.
func same(a, b float32) bool {
	return math.Float32bits(a) == math.Float32bits(b) || a != a && b != b
}

func equal(t *testing.T, got, want float32, what string, args ...any) {
	t.Helper()
	if !same(got, want) {
		t.Errorf(what, args...)
		t.Fatalf("got %v (%#08x), want %v (%#08x)", got, math.Float32bits(got), want, math.Float32bits(want))
	}
}

func equals(t *testing.T, got, want []float32, what string, args ...any) {
	t.Helper()
	if !slices.EqualFunc(got, want, same) {
		t.Errorf(what, args...)
		t.Fatalf("got %v\nwant %v", got, want)
	}
}

// page is a page of memory between two that fault.
func page(t *testing.T) []float32 {
	size := syscall.Getpagesize()
	m, err := syscall.Mmap(-1, 0, 3*size, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { syscall.Munmap(m) })
	for _, outside := range [][]byte{m[:size], m[2*size:]} {
		if err := syscall.Mprotect(outside, syscall.PROT_NONE); err != nil {
			t.Fatal(err)
		}
	}
	return unsafe.Slice((*float32)(unsafe.Pointer(&m[size])), size/4)
}

// places are where n elements of a page may start: at every offset in a block,
// the page's first element included, and so that they end where the page does.
func places(page []float32, n int) []int {
	starts := []int{len(page) - n}
	for offset := range lanes {
		starts = append(starts, offset)
	}
	return starts
}

// pairs calls check with every length up to the longest, at all places, filled
// in several ways.
func pairs(t *testing.T, check func(x, y []float32)) {
	xs, ys := page(t), page(t)
	for n := range longest + 1 {
		for _, start := range places(xs, n) {
			for _, fill := range []func([]float32){random, special} {
				x, y := xs[start:start+n], ys[len(ys)-n:]
				fill(x)
				fill(y)
				check(x, y)
				check(y, x)
			}
		}
	}
}

func TestReductions(t *testing.T) {
	pairs(t, func(x, y []float32) {
		n := len(x)
		equal(t, dotNEON(x, y), vector(n, func(acc float32, i int) float32 {
			return fma(at(x, i), at(y, i), acc)
		}), "dot of %v and %v", x, y)
		equal(t, squaresNEON(x, y), vector(n, func(acc float32, i int) float32 {
			d := at(x, i) - at(y, i)
			return fma(d, d, acc)
		}), "squares of %v and %v", x, y)
		equal(t, distanceNEON(x, y), vector(n, func(acc float32, i int) float32 {
			return acc + float32(math.Abs(float64(at(x, i)-at(y, i))))
		}), "distance of %v and %v", x, y)
		equal(t, sumNEON(x), vector(n, func(acc float32, i int) float32 {
			return acc + at(x, i)
		}), "sum of %v", x)
	})
}

// TestOrder has lanes whose sum is another in every other order.
func TestOrder(t *testing.T) {
	x := make([]float32, lanes)
	for range 1000 {
		for i := range x {
			x[i] = float32(math.Ldexp(rng.Float64()-0.5, rng.IntN(30)))
		}
		equal(t, sumNEON(x), reduce([lanes]float32(x)), "sum of %v", x)
	}
}

func TestAxpy(t *testing.T) {
	xs, ys := page(t), page(t)
	random(xs)
	for n := range longest + 1 {
		for _, start := range places(ys, n) {
			random(ys)
			want := slices.Clone(ys)
			x := xs[len(xs)-n:]
			for i, v := range x {
				want[start+i] = fma(1.25, v, want[start+i])
			}
			axpyNEON(1.25, x, ys[start:start+n])
			equals(t, ys, want, "n=%d start=%d", n, start)
		}
	}
}

func TestLargest(t *testing.T) {
	xs := page(t)
	for n := range longest + 1 {
		for _, start := range places(xs, n) {
			x := xs[start : start+n]
			random(x)
			want := -inf
			for _, v := range x {
				want = max(want, v)
			}
			equal(t, largestNEON(x), want, "n=%d start=%d", n, start)
		}
		x := xs[len(xs)-n:]
		for i := range x {
			x[i] = nan
			equal(t, largestNEON(x), nan, "NaN at %d of %d", i, n)
			x[i] = inf
			equal(t, largestNEON(x), inf, "infinity at %d of %d", i, n)
			x[i] = -1
		}
		if n > 0 {
			equal(t, largestNEON(x), -1, "all %d are −1", n)
			for i := range x {
				x[i] = negativeZero
			}
			equal(t, largestNEON(x), 0, "all %d are −0", n)
		}
	}
}

func TestRows(t *testing.T) {
	rows := []func(scores, w *float32, stride int, x []float32){rows1NEON, rows2NEON, rows3NEON, rows4NEON, rows5NEON}
	ws, xs, scores := page(t), page(t), page(t)
	for i, rows := range rows {
		count := i + 1
		for n := range longest + 1 {
			stride := n + n%3
			w := ws[len(ws)-(count-1)*stride-max(n, 1):]
			x, s := xs[len(xs)-n:], scores[len(scores)-count:]
			fill := []func([]float32){random, special}[n%2]
			fill(w)
			fill(x)
			rows(&s[0], &w[0], stride, x)
			for r := range count {
				equal(t, s[r], row(w[r*stride:][:n], x), "row %d of %d, n=%d", r, count, n)
			}
		}
	}
}

func TestScores(t *testing.T) {
	ws, xs, scores := page(t), page(t), page(t)
	const n, stride = 37, 41
	random(ws)
	random(xs)
	w, x := ws[5:], xs[len(xs)-n:]
	for count := range 12 {
		scores[count] = 77
		scoresNEON(&scores[0], &w[0], count, stride, x)
		for r := range count {
			equal(t, scores[r], row(w[r*stride:][:n], x), "row %d of %d", r, count)
		}
		equal(t, scores[count], 77, "after row %d", count)
	}
}

func TestTile(t *testing.T) {
	tiles := []func(c *[96]float32, a, b *float32, k int, add, again bool){
		tile1NEON, tile2NEON, tile3NEON, tile4NEON, tile5NEON, tile6NEON,
	}
	as, bs := page(t), page(t)
	random(as)
	random(bs)
	for i, tile := range tiles {
		height := i + 1
		for k := 1; k < 20; k++ {
			a, b := as[len(as)-k*height:], bs[len(bs)-k*lanes:]
			for times := range 4 {
				add, again := times&1 != 0, times&2 != 0
				var c, want [96]float32
				random(c[:])
				want = c
				for r := range height {
					for j := range lanes {
						acc := float32(0)
						for q := range k {
							acc = fma(a[q*height+r], b[q*lanes+j], acc)
						}
						if add {
							acc += c[r*lanes+j]
						}
						if again {
							acc += c[r*lanes+j]
						}
						want[r*lanes+j] = acc
					}
				}
				tile(&c, &a[0], &b[0], k, add, again)
				equals(t, c[:], want[:], "height %d, k=%d, add=%v, again=%v", height, k, add, again)
			}
		}
	}
}

func TestMoves(t *testing.T) {
	var x [24 * 3]float32
	random(x[:])
	var out, want [24 * lanes]float32
	for i := range want {
		want[i] = x[i/lanes*3]
	}
	movesNEON(&out[0], &x[0], 12)
	equals(t, out[:], want[:], "moves by 3")
}

func TestEqualLanes(t *testing.T) {
	x := []float32{1, 2, 3, 4.5, 5}
	values := []float32{
		-2.5, x[3], 0, negativeZero, 1, -1, math.Pi, math.MaxFloat32, tiny, inf, -inf,
	}
	out := make([]float32, (2*len(values)+1)*lanes)
	equalLanesNEON(&out[0], &x[0], -2.5)
	for i, v := range values {
		for j := range lanes {
			equal(t, out[2*i*lanes+j], v, "value %d", i)
			equal(t, out[(2*i+1)*lanes+j], v+v, "value %d twice", i)
		}
	}
	for _, v := range out[2*len(values)*lanes:] {
		equal(t, v, 6.25, "square")
	}
}

func TestGrowing(t *testing.T) {
	var x [lanes]float32
	random(x[:])
	var out [5 * lanes]float32
	growingNEON(&out[0], &x[0], 5)
	for j := range lanes {
		want := float32(1.5)
		for i := range 5 {
			equal(t, out[i*lanes+j], want, "turn %d", i)
			want += x[j]
		}
	}
}

func TestFilled(t *testing.T) {
	xs := page(t)
	random(xs)
	for n := range lanes {
		for _, start := range places(xs, n) {
			x := xs[start : start+n]
			var out [lanes]float32
			filledNEON(&out[0], x, 0.25)
			for i, v := range out {
				want := float32(0.25)
				if i < n {
					want = x[i]
				}
				equal(t, v, want, "lane %d, n=%d", i, n)
			}
		}
	}
}

func TestCopied(t *testing.T) {
	xs, outs := page(t), page(t)
	random(xs)
	for n := 1; n < lanes; n++ {
		for _, start := range places(xs, n) {
			clear(outs)
			x, want := xs[start:start+n], slices.Clone(outs)
			copy(want[start:], x)
			equal(t, copiedNEON(outs[start:start+n], x, 0.25), float32(n-lanes)/4, "n=%d", n)
			if !slices.Equal(outs, want) {
				t.Fatalf("n=%d, start=%d: stored %v, want %v", n, start, outs, want)
			}
		}
	}
}

func TestSecond(t *testing.T) {
	xs, outs := page(t), page(t)
	random(xs)
	for n := range lanes {
		x, out := xs[len(xs)-lanes-n:], outs[len(outs)-lanes-n:]
		for i := range outs {
			outs[i] = float32(i)
		}
		want := slices.Clone(outs)
		for i := range n {
			want[len(want)-n+i] += x[lanes+i] + 6
		}
		secondNEON(&out[0], &x[0], n)
		equals(t, outs, want, "n=%d", n)
	}
}
