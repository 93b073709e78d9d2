package suite

import (
	"cmp"
	"container/heap"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"

	"gonum.org/v1/gonum/blas/blas32"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/bench/internal/meter"
	"github.com/seed842bec00/argmax/internal/workload"
	"github.com/seed842bec00/argmax/kernels"
)

// argMaxContests find the class with the highest of ten or a thousand scores, and the
// maximum of a long vector.
func argMaxContests() (cs []Contest) {
	for _, n := range workload.Largest {
		data := meter.L1
		if 4*n > data.Bytes()/2 {
			data = meter.L2
		}
		xs := vectors(workload.Pixels(n*fit(n, data)), n)
		for _, chain := range []bool{false, true} {
			if chain && data != meter.L1 {
				continue
			}
			cs = append(cs, Contest{
				Op: "ArgMax", Size: fmt.Sprintf("n=%d", n), Data: data, Chain: chain, Calls: len(xs) * laps(len(xs)),
				Work: Work{Flops: n, Loads: 4 * n, Far: 4 * n},
				// gonum takes the largest magnitude: the same for numbers that are not negative.
				Entrants: ours(indexRoutine(argmax.ArgMax, asSlice, xs, chain)).
					rival("gonum", true, indexRoutine(blas32.Iamax, asVector, xs, chain)).
					rival("vek", vek.argMax != nil, indexRoutine(vek.argMax, asSlice, xs, chain)).
					rival("loop", true, indexRoutine(loopArgMax, asSlice, xs, chain)),
				exact: func() []value { return []value{{want: float64(slices.Index(xs[0], slices.Max(xs[0])))}} },
			})
		}
	}
	return cs
}

// indexRoutine is reductionRoutine for a result that is an index.
func indexRoutine[V any](call func(x V) int, as func([]float32) V, turns [][]float32, chain bool) routine {
	xs := each(as, turns)
	r := routine{
		pass: func() {
			for range laps(len(xs)) {
				for _, x := range xs {
					call(x)
				}
			}
		},
		result: func() []float32 { return []float32{float32(call(xs[0]))} },
	}
	if chain {
		r.pass = func() {
			last := 0
			for range laps(len(xs)) {
				for i := range xs {
					last = call(xs[i+last&int(never)])
				}
			}
		}
	}
	return r
}

func loopArgMax(x []float32) int {
	best := 0
	for i, v := range x {
		if v > x[best] {
			best = i
		}
	}
	return best
}

// topKContests find the smallest of a million distances. Two streams alternate, so that
// branch prediction cannot learn which of them are among the best.
func topKContests() (cs []Contest) {
	const n = workload.Stream
	random := rand.New(rand.NewPCG(4, n))
	x := make([]float32, 2*n) // the values of pixels repeat, and a repeated value is never better
	for i := range x {
		x[i] = random.Float32()
	}
	streams := vectors(x, n)
	for _, k := range workload.Best {
		do := func(topK func(dst []int, x []float32)) routine {
			dst := make([]int, k)
			return routine{
				pass: func() {
					for _, x := range streams {
						topK(dst, x)
					}
				},
				result: func() []float32 {
					topK(dst, streams[0])
					places := make([]float32, k) // exact below 2²⁴
					for i, at := range dst {
						places[i] = float32(at)
					}
					return places
				},
			}
		}
		keeper := kernels.NewTopK[float32](k, kernels.Smallest)
		cs = append(cs, Contest{
			Op: "TopK", Size: fmt.Sprintf("n=%d/k=%d", n, k), Data: meter.LevelOf(8 * n), Calls: len(streams),
			Work: Work{Flops: n, Loads: 4 * n, Far: 4 * n},
			Entrants: ours(do(func(dst []int, x []float32) {
				keeper.Reset()
				keeper.Push(0, x)
				keeper.Best(dst, nil)
			})).rival("heap", true, do(heapTopK)).rival("sort", true, do(sortTopK)),
			exact: sync.OnceValue(func() (values []value) {
				dst := make([]int, k)
				sortTopK(dst, streams[0])
				for _, at := range dst {
					values = append(values, value{want: float64(at)})
				}
				return values
			}),
		})
	}
	return cs
}

// place is a value and its index.
type place struct {
	value float32
	index int
}

// nearer orders places by value, and by index among equal values.
func nearer(x, y place) int {
	if x.value != y.value {
		return cmp.Compare(x.value, y.value)
	}
	return cmp.Compare(x.index, y.index)
}

// heapTopK is the usual solution in Go: a heap of the best, with the worst on top.
func heapTopK(dst []int, x []float32) {
	best := make(worstFirst, 0, len(dst))
	for i, v := range x {
		switch {
		case len(best) < cap(best):
			heap.Push(&best, place{v, i})
		case v < best[0].value:
			best[0] = place{v, i}
			heap.Fix(&best, 0)
		}
	}
	slices.SortFunc(best, nearer)
	for i, p := range best {
		dst[i] = p.index
	}
}

type worstFirst []place

func (h worstFirst) Len() int           { return len(h) }
func (h worstFirst) Less(i, j int) bool { return nearer(h[i], h[j]) > 0 }
func (h worstFirst) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *worstFirst) Push(x any)        { *h = append(*h, x.(place)) }
func (h *worstFirst) Pop() any          { panic("not called") }

// sortTopK sorts all values.
func sortTopK(dst []int, x []float32) {
	all := make([]place, len(x))
	for i, v := range x {
		all[i] = place{v, i}
	}
	slices.SortFunc(all, nearer)
	for i := range dst {
		dst[i] = all[i].index
	}
}
