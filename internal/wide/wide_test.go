package wide

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/internal/cpu"
)

var sums = []Sum{Dot, SqDist, L1Dist}

// number returns a float32: of any size, among them denormals, zeros of both signs,
// infinities and NaN, or, in the first mood, one near 1.
func number(r *rand.Rand, mood int) float32 {
	switch {
	case mood == 0:
		return float32(r.NormFloat64())
	case mood == 2 && r.IntN(8) == 0:
		special := []float32{0, float32(math.Copysign(0, -1)), float32(math.Inf(1)), float32(math.Inf(-1)), float32(math.NaN()), math.MaxFloat32, 1e-45}
		return special[r.IntN(len(special))]
	}
	return math.Float32frombits(r.Uint32()&0x80000000 | r.Uint32N(0x7f800000))
}

func equal(a, b float64) bool {
	return a != a && b != b || math.Float64bits(a) == math.Float64bits(b)
}

// Every instruction set gives the bits of the definition, for lists of rows of all lengths.
func TestConformance(t *testing.T) {
	lengths := []int{100, 784, 785, callElements, callElements + 1}
	for n := range 70 {
		lengths = append(lengths, n)
	}
	for _, isa := range cpu.Available() {
		t.Run(isa.String(), func(t *testing.T) {
			defer cpu.Use(isa)()
			r := rand.New(rand.NewPCG(1, 2))
			for _, n := range lengths {
				most := 11
				if n > 1000 {
					most = 2
				}
				const apart = 3
				stride := n + apart
				for mood := range 3 {
					x, data := make([]float32, n), make([]float32, most*stride)
					for i := range x {
						x[i] = number(r, mood)
					}
					for i := range data {
						data[i] = number(r, mood)
					}
					data = data[:len(data)-apart] // the last row ends where the memory ends
					rows := argmax.Strided[float32]{Data: data[:len(data):len(data)], Stride: stride}
					for count := range most + 1 {
						index := make([]int, count)
						for i := range index {
							index[i] = r.IntN(most)
						}
						for _, s := range sums {
							got, want := make([]float64, count+1), make([]float64, count)
							got[count] = 5
							s.RowsAt(got[:count], x, rows, index)
							s.rowsGeneric(want, x, rows, index)
							for i := range want {
								require.True(t, equal(got[i], want[i]), "sum %d of %d elements, row %d of %d: %v, want %v", s, n, i, count, got[i], want[i])
							}
							require.Equal(t, 5.0, got[count])
						}
					}
				}
			}
		})
	}
}

// The sums are those of their formulas, lane by lane.
func TestDefinition(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for n := range 40 {
		x, y := make([]float32, n), make([]float32, n)
		var want [3][Lanes]float64
		cosine := [Lanes]float64{}
		const a, b = 0.25, 3.0
		for i := range x {
			x[i], y[i] = number(r, 0), number(r, 0)
			d, c := float64(x[i])-float64(y[i]), float64(x[i])*a-float64(float64(y[i])*b)
			want[Dot][i%Lanes] += float64(float64(x[i]) * float64(y[i]))
			want[SqDist][i%Lanes] += float64(d * d)
			want[L1Dist][i%Lanes] += math.Abs(d)
			cosine[i%Lanes] += float64(c * c)
		}
		for _, s := range sums {
			lanes := want[s]
			assert.Equal(t, Reduce(&lanes), s.Of(x, y))
			total := 0.0
			for _, v := range lanes {
				total += v
			}
			assert.InDelta(t, total, s.Of(x, y), 1e-12)
		}
		assert.Equal(t, Reduce(&cosine)/2, CosineDist(x, y, a, b))
	}
}

func TestSumsAllocateNothing(t *testing.T) {
	x, dst, index := make([]float32, 100), make([]float64, 3), []int{0, 0, 0}
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		SqDist.RowsAt(dst, x, argmax.Strided[float32]{Data: x, Stride: 100}, index)
		dst[0] += L1Dist.Of(x, x)
	}))
}

func TestRowsMustExist(t *testing.T) {
	x, rows := make([]float32, 4), argmax.Strided[float32]{Data: make([]float32, 9), Stride: 5}
	for _, row := range []int{-1, 2, math.MaxInt/5 + 1, math.MinInt / 5} {
		assert.Panics(t, func() { Dot.RowsAt(make([]float64, 1), x, rows, []int{row}) }, row)
	}
	assert.NotPanics(t, func() { Dot.RowsAt(make([]float64, 1), x, rows, []int{1}) })
}

func BenchmarkRowsAt(b *testing.B) {
	const n, count = 784, 16
	r := rand.New(rand.NewPCG(5, 6))
	x, data, index := make([]float32, n), make([]float32, count*n), make([]int, count)
	for i := range data {
		data[i] = number(r, 0)
	}
	for i := range index {
		index[i] = i
	}
	dst := make([]float64, count)
	for _, s := range sums {
		b.Run([]string{"Dot", "SqDist", "L1Dist"}[s], func(b *testing.B) {
			for b.Loop() {
				s.RowsAt(dst, x, argmax.Strided[float32]{Data: data, Stride: n}, index)
			}
		})
	}
}
