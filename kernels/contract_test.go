package kernels_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/seed842bec00/argmax/kernels"
)

// contracts has a row for every exported function and method of the package: what
// holds for all of them is tested for each. TestContractsAreComplete fails if one is
// missing.
var contracts = map[string]contract{
	"Convert":          {dims: 2, dsts: "dst", ops: "src", call: func(m *arena, d []int, _ *Pool) { Convert(m.floats("dst", d[0], d[1]), m.bytes("src", d[0], d[1])) }},
	"Convert, float32": {dims: 2, dsts: "dst", ops: "src", call: func(m *arena, d []int, _ *Pool) { Convert(m.floats("dst", d[0], d[1]), m.floats("src", d[0], d[1])) }},
	"Gather": {dims: 3, dsts: "dst", ops: "src rows", needs: [][2]int{{0, 2}}, call: func(m *arena, d []int, _ *Pool) {
		Gather(m.floats("dst", d[0], d[1]), m.bytes("src", d[2], d[1]), m.ints("rows", d[0], d[2]))
	}},
	"Score": {dims: 2, dsts: "dst", ops: "x w bias", call: func(m *arena, d []int, _ *Pool) {
		Score(m.vector("dst", d[0]), slice[uint8](m, "x", d[1]), NewWeights(m.floats("w", d[0], d[1]), m.vector("bias", d[0])))
	}},
	"Score, float32": {dims: 2, dsts: "dst", ops: "x w bias", call: func(m *arena, d []int, _ *Pool) {
		Score(m.vector("dst", d[0]), m.vector("x", d[1]), NewWeights(m.floats("w", d[0], d[1]), m.vector("bias", d[0])))
	}},
	"Scores": {dims: 3, dsts: "dst", ops: "x w bias", call: func(m *arena, d []int, p *Pool) {
		Scores(m.floats("dst", d[2], d[0]), m.bytes("x", d[2], d[1]), NewWeights(m.floats("w", d[0], d[1]), m.vector("bias", d[0])), p)
	}},
	"Scores, float32": {dims: 3, dsts: "dst", ops: "x w bias", call: func(m *arena, d []int, p *Pool) {
		Scores(m.floats("dst", d[2], d[0]), m.floats("x", d[2], d[1]), NewWeights(m.floats("w", d[0], d[1]), m.vector("bias", d[0])), p)
	}},
	"Gradient": {dims: 3, dsts: "dst", ops: "a x", call: func(m *arena, d []int, p *Pool) {
		Gradient(m.floats("dst", d[0], d[1]), m.floats("a", d[2], d[0]), m.bytes("x", d[2], d[1]), p)
	}},
	"Gradient, float32": {dims: 3, dsts: "dst", ops: "a x", call: func(m *arena, d []int, p *Pool) {
		Gradient(m.floats("dst", d[0], d[1]), m.floats("a", d[2], d[0]), m.floats("x", d[2], d[1]), p)
	}},
	"AddGradient": {dims: 3, dsts: "dst", ops: "a x", call: func(m *arena, d []int, p *Pool) {
		AddGradient(m.floats("dst", d[0], d[1]), m.floats("a", d[2], d[0]), m.bytes("x", d[2], d[1]), p)
	}},
	"AddGradient, float32": {dims: 3, dsts: "dst", ops: "a x", call: func(m *arena, d []int, p *Pool) {
		AddGradient(m.floats("dst", d[0], d[1]), m.floats("a", d[2], d[0]), m.floats("x", d[2], d[1]), p)
	}},
	"ColumnSums":            {dims: 2, dsts: "dst", ops: "a", call: func(m *arena, d []int, _ *Pool) { ColumnSums(m.vector("dst", d[1]), m.floats("a", d[0], d[1])) }},
	"Gemm":                  {dims: 3, dsts: "c", ops: "a b", call: gemm(NoTranspose)},
	"Gemm, A transposed":    {dims: 3, dsts: "c", ops: "a b", call: gemm(TransposeA)},
	"Gemm, B transposed":    {dims: 3, dsts: "c", ops: "a b", call: gemm(TransposeB)},
	"Gemm, both transposed": {dims: 3, dsts: "c", ops: "a b", call: gemm(TransposeA | TransposeB)},
	"Gemv": {dims: 2, dsts: "y", ops: "a x", call: func(m *arena, d []int, p *Pool) {
		Gemv(m.vector("y", d[0]), m.floats("a", d[0], d[1]), m.vector("x", d[1]), 2, 3, p)
	}},
	"GemvTransposed": {dims: 2, dsts: "y", ops: "a x", call: func(m *arena, d []int, p *Pool) {
		GemvTransposed(m.vector("y", d[1]), m.floats("a", d[0], d[1]), m.vector("x", d[0]), 2, 3, p)
	}},
	"Softmax": {dims: 2, dsts: "dst", ops: "scores", call: func(m *arena, d []int, p *Pool) {
		Softmax(m.floats("dst", d[0], d[1]), m.floats("scores", d[0], d[1]), p)
	}},
	"LogSoftmax": {dims: 2, dsts: "dst", ops: "scores", call: func(m *arena, d []int, p *Pool) {
		LogSoftmax(m.floats("dst", d[0], d[1]), m.floats("scores", d[0], d[1]), p)
	}},
	"LogSumExp":                 {dims: 2, dsts: "dst", ops: "scores", call: func(m *arena, d []int, p *Pool) { LogSumExp(m.vector("dst", d[0]), m.floats("scores", d[0], d[1]), p) }},
	"LossGradient":              {dims: 2, dsts: "grad", ops: "scores labels weights", needs: [][2]int{{0, 1}}, call: lossGradient(CrossEntropy{})},
	"LossGradient, hinge":       {dims: 2, dsts: "grad", ops: "scores labels weights", needs: [][2]int{{0, 1}}, call: lossGradient(WestonWatkins{1})},
	"LossGradient, squared":     {dims: 2, dsts: "grad", ops: "scores labels weights", needs: [][2]int{{0, 1}}, call: lossGradient(SquaredWestonWatkins{1})},
	"LossGradient, best of all": {dims: 2, dsts: "grad", ops: "scores labels weights", needs: [][2]int{{0, 1}}, call: lossGradient(CrammerSinger{1})},
	"Nearest": {dims: 3, dsts: "dst", ops: "q base", call: func(m *arena, d []int, _ *Pool) {
		for _, metric := range metrics {
			m.returned(Nearest(slice[Neighbour](m, "dst", d[0]), slice[uint8](m, "q", d[1]), m.bytes("base", d[2], d[1]), metric))
		}
	}},
	"Nearest, float32": {dims: 3, dsts: "dst", ops: "q base", call: func(m *arena, d []int, _ *Pool) {
		for _, metric := range metrics {
			m.returned(Nearest(slice[Neighbour](m, "dst", d[0]), m.vector("q", d[1]), m.floats("base", d[2], d[1]), metric))
		}
	}},
	"NearestRows": {dims: 4, dsts: "dst count", ops: "queries base", call: func(m *arena, d []int, p *Pool) {
		for _, metric := range metrics {
			NearestRows(slice[Neighbour](m, "dst", d[0]*d[3]), slice[int](m, "count", d[0]), m.bytes("queries", d[0], d[1]), m.bytes("base", d[2], d[1]), d[3], metric, p)
		}
	}},
	"NearestRows, float32": {dims: 4, dsts: "dst count", ops: "queries base", call: func(m *arena, d []int, p *Pool) {
		for _, metric := range metrics {
			NearestRows(slice[Neighbour](m, "dst", d[0]*d[3]), slice[int](m, "count", d[0]), m.floats("queries", d[0], d[1]), m.floats("base", d[2], d[1]), d[3], metric, p)
		}
	}},
	"ArgTopK": {dims: 2, dsts: "dst", ops: "x", call: func(m *arena, d []int, _ *Pool) { m.returned(ArgTopK(slice[int](m, "dst", d[0]), m.vector("x", d[1]))) }},
	"TopK.Best": {dims: 2, dsts: "indices values", call: func(m *arena, d []int, _ *Pool) {
		keeper := NewTopK[float32](d[0], Smallest)
		keeper.Push(0, make([]float32, d[1]))
		keeper.Best(slice[int](m, "indices", d[0]), m.vector("values", d[0]))
	}},

	// These have no destination.
	"NewMatrix":   {dims: 2, call: func(_ *arena, d []int, _ *Pool) { NewMatrix(d[0], d[1]) }},
	"NewDense":    {dims: 2, call: func(_ *arena, d []int, _ *Pool) { NewDense[uint8](d[0], d[1]) }},
	"NewWeights":  {dims: 2, call: func(m *arena, d []int, _ *Pool) { NewWeights(m.floats("w", d[0], d[1]), m.vector("bias", d[0])) }},
	"SquaredNorm": {dims: 2, call: func(m *arena, d []int, _ *Pool) { m.returned(SquaredNorm(m.floats("w", d[0], d[1]))) }},
	"L1Norm":      {dims: 2, call: func(m *arena, d []int, _ *Pool) { m.returned(L1Norm(m.floats("w", d[0], d[1]))) }},
	"Pool.Split":  {dims: 1, call: func(_ *arena, d []int, p *Pool) { p.Split(d[0], 1, func(int, int) {}) }},
	"NewTopK":     {dims: 1, call: func(_ *arena, d []int, _ *Pool) { NewTopK[int64](d[0], Largest) }},
	"TopK.Push":   {dims: 2, call: func(m *arena, d []int, _ *Pool) { NewTopK[int64](d[0], Largest).Push(0, make([]int64, d[1])) }},
	"TopK.PushAt": {dims: 2, call: func(m *arena, d []int, _ *Pool) {
		NewTopK[int64](d[0], Largest).PushAt(make([]int, d[1]), make([]int64, d[1]))
	}},
	"TopK.Bound": {dims: 1, call: func(_ *arena, d []int, _ *Pool) { NewTopK[int64](d[0], Smallest).Bound() }},
	"TopK.Reset": {dims: 1, call: func(_ *arena, d []int, _ *Pool) { NewTopK[int64](d[0], Smallest).Reset() }},
	"Dense.Row": {dims: 2, call: func(m *arena, d []int, _ *Pool) {
		for i := range d[0] {
			m.floats("m", d[0], d[1]).Row(i)
		}
	}},
	"Dense.Slice":       {dims: 2, call: func(m *arena, d []int, _ *Pool) { m.floats("m", d[0], d[1]).Slice(0, d[0]) }},
	"Dense.Columns":     {dims: 2, call: func(m *arena, d []int, _ *Pool) { m.floats("m", d[0], d[1]).Columns(0, d[1]) }},
	"Dense.Check":       {dims: 2, call: func(m *arena, d []int, _ *Pool) { must(m.floats("m", d[0], d[1]).Check()) }},
	"Weights.Classes":   {},
	"Weights.Features":  {},
	"Weights.Matrix":    {},
	"Weights.Bias":      {},
	"NewPool":           {},
	"Pool.WithContext":  {},
	"Pool.Err":          {},
	"Pool.Workers":      {},
	"PanicError.Error":  {},
	"PanicError.Unwrap": {},
	"Metric.String":     {},
}

type contract struct {
	dims  int      // dimensions that may be anything
	needs [][2]int // pairs of them: where the first is not 0, neither may be the second
	dsts  string   // names of destinations, and of operands that they may not overlap
	ops   string
	call  func(m *arena, d []int, pool *Pool)
}

var metrics = []Metric{L2, L1, LInf, InnerProduct, Cosine}

func gemm(ops Transpose) func(m *arena, d []int, pool *Pool) {
	return func(m *arena, d []int, pool *Pool) {
		c, ra, ca, rb, cb := m.floats("c", d[0], d[1]), d[0], d[2], d[2], d[1]
		if ops&TransposeA != 0 {
			ra, ca = ca, ra
		}
		if ops&TransposeB != 0 {
			rb, cb = cb, rb
		}
		Gemm(c, m.floats("a", ra, ca), m.floats("b", rb, cb), ops, 2, 3, pool)
	}
}

func lossGradient(loss Loss) func(m *arena, d []int, pool *Pool) {
	return func(m *arena, d []int, pool *Pool) {
		grad, scores := m.floats("grad", d[0], d[1]), m.floats("scores", d[0], d[1])
		m.returned(LossGradient(grad, scores, Targets{Labels: m.ints("labels", d[0], d[1]), Weights: m.vector("weights", d[0]), Scale: 0.5}, loss, pool))
	}
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// arena is memory for the operands of a call, one after the other, or one of them,
// operand, overlapping another, target.
type arena struct {
	memory          []uint64
	free            int
	at              map[string][2]int // begin and end in bytes
	target, operand string
	place           func(target [2]int, size int) (begin int)
	gap             int // between rows
	value           func(i int) float32
	results         []any // what the call returned
}

const arenaStart = 1 << 14

func newArena() *arena { return newArenaOf(1 << 14) }

func newArenaOf(words int) *arena {
	value := func(i int) float32 { return float32(i*7%5) - 1.5 }
	return &arena{memory: make([]uint64, words), free: arenaStart, at: map[string][2]int{}, gap: 1, value: value}
}

func (a *arena) returned(result any) { a.results = append(a.results, result) }

// slice returns n elements of the operand with a name.
func slice[T any](a *arena, name string, n int) []T {
	size := n * int(unsafe.Sizeof(*new(T)))
	at, known := a.at[name]
	switch {
	case known:
	case name == a.operand:
		begin := a.place(a.at[a.target], size)
		at = [2]int{begin, begin + size}
	default:
		at = [2]int{a.free, a.free + size}
		a.free += (size + 64) &^ 7
	}
	if at[1] > 8*len(a.memory) {
		panic("the arena is too small")
	}
	a.at[name] = at
	return unsafe.Slice((*T)(unsafe.Add(unsafe.Pointer(&a.memory[0]), at[0])), n)
}

// fill is for operands that nothing else overlaps.
func fill[T any](a *arena, name string, n int, value func(i int) T) []T {
	x := slice[T](a, name, n)
	if a.operand == "" {
		for i := range x {
			x[i] = value(i)
		}
	}
	return x
}

func (a *arena) vector(name string, n int) []float32 {
	return fill(a, name, n, a.value)
}

func (a *arena) ints(name string, n, limit int) []int {
	return fill(a, name, n, func(i int) int { return i % limit })
}

func (a *arena) floats(name string, rows, cols int) Matrix {
	return Matrix{Rows: rows, Cols: cols, Stride: cols + a.gap, Data: a.vector(name, a.extent(rows, cols))}
}

func (a *arena) bytes(name string, rows, cols int) Dense[uint8] {
	value := func(i int) uint8 { return uint8(int8(max(-100, min(100, a.value(i))))) }
	return Dense[uint8]{Rows: rows, Cols: cols, Stride: cols + a.gap, Data: fill(a, name, a.extent(rows, cols), value)}
}

func (a *arena) extent(rows, cols int) int {
	if rows == 0 {
		return 0
	}
	return (rows-1)*(cols+a.gap) + cols
}

// function is what a row is about: what follows a comma tells rows apart.
func function(row string) string { name, _, _ := strings.Cut(row, ","); return name }

func TestContractsAreComplete(t *testing.T) {
	rows := map[string]bool{}
	for row := range contracts {
		rows[function(row)] = true
	}
	files, err := os.ReadDir(".")
	require.NoError(t, err)
	found := 0
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".go") || strings.HasSuffix(f.Name(), "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), f.Name(), nil, 0)
		require.NoError(t, err)
		for _, d := range file.Decls {
			d, ok := d.(*ast.FuncDecl)
			if !ok || !d.Name.IsExported() {
				continue
			}
			name := d.Name.Name
			if d.Recv != nil {
				receiver := strings.Trim(typeName(d.Recv.List[0].Type), "*")
				if !ast.IsExported(receiver) {
					continue
				}
				name = receiver + "." + name
			}
			found++
			assert.True(t, rows[name], "%s: %s has no row in contracts", f.Name(), name)
		}
	}
	assert.Len(t, rows, found, "rows of functions that are no more")
}

// typeName returns the name of a receiver's type.
func typeName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return typeName(e.X)
	case *ast.IndexExpr:
		return typeName(e.X)
	}
	return e.(*ast.Ident).Name
}

// A destination that overlaps another destination, or an operand, panics and leaves
// all memory as it is.
func TestOverlapsPanic(t *testing.T) {
	places := map[string]func(target [2]int, size int) int{
		"one element further":  func(at [2]int, _ int) int { return at[0] + 8 },
		"from its last bytes":  func(at [2]int, _ int) int { return (at[1] - 1) &^ 7 },
		"up to its first byte": func(at [2]int, size int) int { return (at[0] - size + 8) &^ 7 },
	}
	pairs := 0
	for row, c := range contracts {
		dims := slices.Repeat([]int{5}, c.dims)
		dsts := strings.Fields(c.dsts)
		for i, dst := range dsts {
			for _, other := range append(dsts[i+1:], strings.Fields(c.ops)...) {
				pairs++
				for where, place := range places {
					m := newArena()
					m.target, m.operand, m.place = dst, other, place
					var message any
					func() {
						defer func() { message = recover() }()
						c.call(m, dims, nil)
					}()
					assert.Regexp(t, "^kernels: "+function(row[strings.Index(row, ".")+1:])+": .* overlaps ", fmt.Sprint(message), "%s: %s overlaps %s, %s", row, other, dst, where)
					assert.Zero(t, slices.Max(m.memory), "%s: %s overlaps %s, %s: something was written", row, other, dst, where)
				}
			}
		}
	}
	assert.Greater(t, pairs, 40)
}

// Every dimension may be 0, 1 or anything, and results do not depend on the pool.
func TestEveryShape(t *testing.T) {
	numbers, pool := []int{0, 1, 3, 17, 50}, NewPool(3)
	if testing.Short() {
		numbers = []int{0, 1, 50}
	}
	forEachISA(t, func(t *testing.T) {
		for row, c := range contracts {
			d := make([]int, c.dims)
			for combination := range int(math.Pow(float64(len(numbers)), float64(c.dims))) {
				for i := range d {
					d[i] = numbers[combination%len(numbers)]
					combination /= len(numbers)
				}
				if c.call == nil || slices.ContainsFunc(c.needs, func(n [2]int) bool { return d[n[0]] > 0 && d[n[1]] == 0 }) {
					continue
				}
				alone, shared := newArena(), newArena()
				require.NotPanics(t, func() { c.call(alone, d, nil) }, "%s of %v", row, d)
				c.call(shared, d, pool)
				require.True(t, slices.Equal(alone.memory, shared.memory), "%s of %v differs with a pool", row, d)
			}
		}
	})
}

// Rows without columns take neither memory nor time, however many they are.
func TestCountlessEmptyRows(t *testing.T) {
	const countless = math.MaxInt/2 + 1
	floats, bytes := Matrix{Rows: countless}, Dense[uint8]{Rows: countless}
	nothing := NewMatrix(0, 0)
	for _, pool := range []*Pool{nil, NewPool(3)} {
		Convert(floats, bytes)
		Gemm(floats, floats, nothing, NoTranspose, 1, 2, pool)
		Gemm(floats, Matrix{Cols: countless}, nothing, TransposeA|TransposeB, 1, 2, pool)
		Gemm(nothing, floats, floats, TransposeA, 1, 0, pool)
		Gradient(nothing, floats, floats, pool)
		Gradient(nothing, floats, bytes, pool)
		Scores(floats, bytes, NewWeights(nothing, nil), pool)
		Scores(floats, floats, NewWeights(nothing, nil), pool)
		Softmax(floats, floats, pool)
		LogSoftmax(floats, floats, pool)
		ColumnSums(nil, floats)
		Gemv(nil, nothing, nil, 1, 0, pool)
		GemvTransposed(nil, Matrix{}, nil, 1, 0, pool)
		assert.Zero(t, SquaredNorm(floats))
		assert.Zero(t, L1Norm(floats))
		best, count := make([]Neighbour, 4), make([]int, 2)
		for metric, distance := range map[Metric]float32{L2: 0, L1: 0, LInf: 0, InnerProduct: 0, Cosine: 1} {
			want := []Neighbour{{0, distance}, {1, distance}}
			assert.Equal(t, 2, Nearest(best[:2], nil, bytes, metric))
			assert.Equal(t, want, best[:2])
			assert.Equal(t, 2, Nearest(best[:2], nil, floats, metric))
			assert.Equal(t, want, best[:2])
			NearestRows(best, count, NewMatrix(2, 0), floats, 2, metric, pool)
			assert.Equal(t, slices.Concat(want, want), best)
			assert.Equal(t, []int{2, 2}, count)
		}
	}
}

// What the small shapes of the table do not show: a shift by whole blocks of rows, and
// the same rows at another stride, with goroutines to share them.
func TestOverlapsOfManyRows(t *testing.T) {
	const rows, cols = 1000, 64
	data, labels := make([]float32, 2*rows*cols), make([]int, rows)
	at := func(first, stride int) Matrix { return Matrix{rows, cols, stride, data[first*cols:]} }
	for _, pool := range []*Pool{nil, NewPool(4)} {
		for name, call := range map[string]func(dst, scores Matrix){
			"LossGradient": func(dst, scores Matrix) { LossGradient(dst, scores, Targets{Labels: labels}, CrossEntropy{}, pool) },
			"Softmax":      func(dst, scores Matrix) { Softmax(dst, scores, pool) },
			"LogSoftmax":   func(dst, scores Matrix) { LogSoftmax(dst, scores, pool) },
		} {
			for _, dst := range []Matrix{at(256, cols), at(0, cols+1), at(999, cols)} {
				assert.Panics(t, func() { call(dst, at(0, cols)) }, name)
			}
			assert.Zero(t, slices.Max(data), name)
		}
	}
	require.NotPanics(t, func() { Softmax(at(1000, cols), at(0, cols), nil) })
}
