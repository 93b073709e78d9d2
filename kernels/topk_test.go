package kernels_test

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/seed842bec00/argmax/kernels"
)

var (
	nan     = float32(math.NaN())
	inf     = float32(math.Inf(1))
	negZero = float32(math.Copysign(0, -1))
)

// The definition: sort everything, leave out NaN.
func bestBySorting(k int, order Order, indices []int, values []float32) (bestIndices []int, bestValues []float32) {
	places := []int{}
	for i, v := range values {
		if v == v {
			places = append(places, i)
		}
	}
	slices.SortFunc(places, func(i, j int) int {
		x, y := values[i], values[j]
		if order == Largest {
			x, y = y, x
		}
		return cmp.Or(cmp.Compare(x, y), cmp.Compare(indices[i], indices[j]))
	})
	bestIndices, bestValues = []int{}, []float32{}
	for _, i := range places[:min(k, len(places))] {
		bestIndices, bestValues = append(bestIndices, indices[i]), append(bestValues, values[i]+0)
	}
	return bestIndices, bestValues
}

// streams are n values each, of every kind that a keeper of the best may meet.
func streams(r *rand.Rand, n int) map[string][]float32 {
	m := map[string][]float32{}
	for name, value := range map[string]func(i int) float32{
		"random":     func(int) float32 { return float32(r.NormFloat64()) },
		"ties":       func(int) float32 { return float32(r.IntN(7)) },
		"ascending":  func(i int) float32 { return float32(i) },
		"descending": func(i int) float32 { return -float32(i) },
		"constant":   func(int) float32 { return 3 },
		"zeros":      func(int) float32 { return []float32{0, negZero}[r.IntN(2)] },
		"infinite":   func(int) float32 { return []float32{inf, -inf, 1, nan}[r.IntN(4)] },
		"-Inf":       func(int) float32 { return -inf },
		"+Inf":       func(int) float32 { return inf },
		"NaN":        func(int) float32 { return nan },
		"rarely NaN": func(i int) float32 { return []float32{nan, float32(i * 7919 % 1009)}[min(1, r.IntN(20))] },
		"edges": func(int) float32 {
			return []float32{0, negZero, inf, -inf, math.MaxFloat32, -math.MaxFloat32, math.SmallestNonzeroFloat32, -math.SmallestNonzeroFloat32, nan}[r.IntN(9)]
		},
		"organ pipe": func(i int) float32 { return float32(min(i, n-i)) },
	} {
		x := make([]float32, n)
		for i := range x {
			x[i] = value(i)
		}
		m[name] = x
	}
	return m
}

func upwards(n int) []int {
	indices := make([]int, n)
	for i := range indices {
		indices[i] = i
	}
	return indices
}

func requireBest(t *testing.T, keeper *TopK[float32], k int, order Order, indices []int, values []float32, message string, args ...any) {
	t.Helper()
	wantIndices, wantValues := bestBySorting(k, order, indices, values)
	gotIndices, gotValues := make([]int, k), make([]float32, k)
	n := keeper.Best(gotIndices, gotValues)
	require.Equalf(t, wantIndices, gotIndices[:n], message, args...)
	requireRow(t, wantValues, gotValues[:n], message, args...)
}

func TestTopKAgreesWithSorting(t *testing.T) {
	forEachISA(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(21, 22))
		for _, n := range []int{0, 1, 2, 17, 33, 130, 1500, 5000} {
			for _, k := range []int{0, 1, 2, 10, 32, n - 1, n, n + 1, 1024} {
				if k < 0 || k > 2000 {
					continue
				}
				for name, values := range streams(r, n) {
					for _, order := range []Order{Smallest, Largest} {
						keeper, indices := NewTopK[float32](k, order), upwards(n)
						keeper.Push(0, values)
						requireBest(t, keeper, k, order, indices, values, "%s of %d, k %d, order %d", name, n, k, order)
						if order == Largest {
							dst := make([]int, k)
							want, _ := bestBySorting(k, order, indices, values)
							require.Equal(t, want, dst[:ArgTopK(dst, values)], "%s of %d, k %d", name, n, k)
						}
					}
				}
			}
		}
	})
}

// Integers are compared as they are, beyond what floats can tell apart.
func TestTopKOfIntegers(t *testing.T) {
	r := rand.New(rand.NewPCG(29, 30))
	for name, value := range map[string]func(i int) int64{
		"random":     func(int) int64 { return int64(r.Uint64()) },
		"ties":       func(int) int64 { return 1<<60 + int64(r.IntN(5)) },
		"descending": func(i int) int64 { return -int64(i) },
		"edges": func(int) int64 {
			return []int64{math.MinInt64, math.MinInt64 + 1, -1, 0, 1, math.MaxInt64 - 1, math.MaxInt64}[r.IntN(7)]
		},
		"worst": func(int) int64 { return math.MaxInt64 },
		"best":  func(int) int64 { return math.MinInt64 },
	} {
		for _, n := range []int{0, 1, 20, 1500} {
			values := make([]int64, n)
			for i := range values {
				values[i] = value(i)
			}
			for _, k := range []int{0, 1, 10, 100, 2000} {
				for _, order := range []Order{Smallest, Largest} {
					for _, first := range []int{0, math.MaxInt - n + 1} { // up to the largest index there is
						want := upwards(n)
						slices.SortStableFunc(want, func(i, j int) int {
							return cmp.Compare(values[i], values[j]) * (1 - 2*int(order))
						})
						want = want[:min(k, n)]
						keeper, indices, got := NewTopK[int64](k, order), make([]int, k), make([]int64, k)
						for i := range values {
							keeper.PushAt([]int{first + n - 1 - i}, values[n-1-i:][:1])
						}
						check := func() {
							t.Helper()
							require.Equal(t, len(want), keeper.Best(indices, got), "%s of %d, k %d", name, n, k)
							for i, w := range want {
								require.Equal(t, first+w, indices[i], "%s of %d, k %d", name, n, k)
								require.Equal(t, values[w], got[i])
							}
							if k > 0 && n >= k {
								require.Equal(t, got[k-1], keeper.Bound())
							}
							keeper.Reset()
						}
						check()
						keeper.Push(first, values)
						check()
					}
				}
			}
		}
	}
}

// Whatever the pieces, the order of the pieces, and the order within a piece.
func TestTopKDependsOnTheSetAlone(t *testing.T) {
	forEachISA(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(23, 24))
		const n, first = 700, math.MaxInt - 10_000 // beyond what 32 bits count
		for name, values := range streams(r, n) {
			for _, k := range []int{1, 3, 20, 100, n} {
				for _, order := range []Order{Smallest, Largest} {
					keeper, indices := NewTopK[float32](k, order), upwards(n)
					for i := range indices {
						indices[i] += first
					}
					check := func(how string) {
						t.Helper()
						requireBest(t, keeper, k, order, indices, values, "%s, k %d, order %d: %s", name, k, order, how)
						keeper.Reset()
					}
					for _, size := range []int{1, 2, 15, 16, 17, 31, 100, n} {
						for lo := 0; lo < n; lo += size {
							keeper.Push(indices[lo], values[lo:min(n, lo+size)])
						}
						check("cut")
						for lo := (n - 1) / size * size; lo >= 0; lo -= size {
							keeper.Push(indices[lo], values[lo:min(n, lo+size)])
						}
						check("the last piece first")
					}
					at, mixed := make([]int, n), make([]float32, n)
					for i, j := range r.Perm(n) {
						at[i], mixed[i] = indices[j], values[j]
					}
					for lo := 0; lo < n; {
						hi := min(n, lo+1+r.IntN(90))
						keeper.PushAt(at[lo:hi], mixed[lo:hi])
						lo = hi
					}
					check("shuffled")
					for i := range values { // both ways in turn, with a look in between
						if i%2 == 0 {
							keeper.PushAt(at[i:i+1], mixed[i:i+1])
						} else {
							keeper.Push(at[i], mixed[i:i+1])
						}
						if i%50 == 0 {
							keeper.Best(nil, nil)
							keeper.Bound()
						}
					}
					check("one by one")
				}
			}
		}
	})
}

// An index that comes more than once is kept as often; indices may be any int.
func TestTopKOfAnyIndices(t *testing.T) {
	for _, k := range []int{3, 100} {
		keeper := NewTopK[float32](k, Smallest)
		indices, values := slices.Repeat([]int{5}, 400), slices.Repeat([]float32{2}, 400)
		keeper.PushAt(indices, values)
		requireBest(t, keeper, k, Smallest, indices, values, "duplicates, k %d", k)
		keeper.Push(-4, []float32{2, 2})
		keeper.Push(math.MaxInt, []float32{1})
		got := make([]int, k)
		require.Equal(t, k, keeper.Best(got, nil))
		assert.Equal(t, []int{math.MaxInt, -4, -3}, got[:3])
	}
}

func TestTopKBound(t *testing.T) {
	for order, values := range map[Order][]float32{Smallest: {5, 3, 9, nan, 1, 4}, Largest: {-5, -3, -9, nan, -1, -4}} {
		keeper := NewTopK[float32](3, order)
		var bounds []float32
		for i, v := range values {
			keeper.Push(i, []float32{v})
			bounds = append(bounds, keeper.Bound()*(1-2*float32(order)))
		}
		assert.Equal(t, []float32{inf, inf, 9, 9, 5, 4}, bounds)
		keeper.Reset()
		assert.Equal(t, inf, keeper.Bound()*(1-2*float32(order)))
	}
	many := NewTopK[float32](100, Smallest)
	for i := range 1000 {
		many.Push(i, []float32{-float32(i)})
		want := inf
		if i >= 99 {
			want = float32(99 - i)
		}
		require.Equal(t, want, many.Bound())
	}
	nothing := NewTopK[float32](0, Smallest)
	nothing.Push(0, []float32{1, 2})
	assert.Equal(t, inf, nothing.Bound())
}

func TestTopKAllocatesNothing(t *testing.T) {
	x, indices := make([]float32, 5000), upwards(5000)
	for i := range x {
		x[i] = -float32(i)
	}
	keeper, dst, values := NewTopK[float32](50, Smallest), make([]int, 50), make([]float32, 50)
	assert.Zero(t, testing.AllocsPerRun(10, func() {
		keeper.Reset()
		keeper.Push(0, x)
		keeper.PushAt(indices, x)
		keeper.Bound()
		keeper.Best(dst, values)
	}))
}

func TestTopKPanics(t *testing.T) {
	for message, f := range map[string]func(){
		"kernels: NewTopK: k -1 is negative":                  func() { NewTopK[float32](-1, Smallest) },
		"kernels: NewTopK: Order(2)":                          func() { NewTopK[float32](1, 2) },
		"kernels: PushAt: length of indices 1, want 2":        func() { NewTopK[float32](1, Smallest).PushAt(make([]int, 1), make([]float32, 2)) },
		"kernels: Best: indices of length 1, want room for 2": func() { NewTopK[float32](2, Smallest).Best(make([]int, 1), nil) },
		"kernels: Best: values of length 0, want room for 2":  func() { NewTopK[float32](2, Smallest).Best(nil, []float32{}) },
	} {
		assert.PanicsWithValue(t, message, f)
	}
}
