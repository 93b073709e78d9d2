package argmax

import (
	"bytes"
	"fmt"
	"go/ast"
	"math"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/internal/cpu"
)

// These tests call every exported function that has operands in memory: with every
// pair of a destination and another operand that overlap, and with every small shape.
// TestEveryFunctionHasItsOperands fails if one is missing from the table.

// A call is an exported function with operands for a test to place.
type call struct {
	operands []operand
	inPlace  [2]string // two operands that may be the same
	do       func()
}

// An operand is a slice; place sets it to the memory at an address.
type operand struct {
	name        string
	destination bool
	size, align int // in bytes
	place       func(at unsafe.Pointer)
	fill        func(s *source)
}

func newOperand[E any](name string, to *[]E, n int, destination bool, value func(s *source) E) operand {
	size := int(unsafe.Sizeof(*new(E)))
	return operand{name, destination, n * size, size,
		func(at unsafe.Pointer) { *to = unsafe.Slice((*E)(at), n)[:n:n] },
		func(s *source) {
			for i := range *to {
				(*to)[i] = value(s)
			}
		},
	}
}

// in returns an operand that is only read, out one that is written.
func in[E any](name string, to *[]E, n int) operand {
	return newOperand(name, to, n, false, anything[E])
}
func out[E any](name string, to *[]E, n int) operand {
	return newOperand(name, to, n, true, anything[E])
}

// anything returns a value that is valid everywhere: bytes and floats are small integers,
// whose sums are exact, labels and indices are 0.
func anything[E any](s *source) (v E) {
	switch p := any(&v).(type) {
	case *float32:
		*p = float32(s.below(17) - 8)
	case *uint8:
		*p = uint8(s.below(256))
	}
	return v
}

// A maker makes a call with m rows, n columns and a depth of k. It returns false if
// the function does not take this shape.
type maker func(m, n, k int) (call, bool)

// calls lists the exported functions by name. A function may be called in several ways,
// told apart by what follows a slash.
var calls = map[string]maker{
	"Dot":        pairOf(Dot),
	"SqDist":     pairOf(SqDist),
	"L1Dist":     pairOf(L1Dist),
	"LInfDist":   pairOf(LInfDist),
	"CosineDist": pairOf(CosineDist),

	"Sum":        reductionOf("x", func(x []float32) { Sum(x) }),
	"SumSquares": reductionOf("x", func(x []float32) { SumSquares(x) }),
	"SumAbs":     reductionOf("x", func(x []float32) { SumAbs(x) }),
	"Max":        reductionOf("x", func(x []float32) { Max(x) }),
	"ArgMax":     reductionOf("x", func(x []float32) { ArgMax(x) }),
	"LogSumExp":  reductionOf("scores", func(scores []float32) { LogSumExp(scores) }),

	"Axpy": mapOf("y", "x", func(y, x []float32) { Axpy(y, x, 2) }),
	"Scale": func(_, n, _ int) (call, bool) {
		var x []float32
		return call{operands: []operand{out("x", &x, n)}, do: func() { Scale(x, 3) }}, true
	},
	"SoftThreshold": func(_, n, _ int) (call, bool) {
		var x []float32
		return call{operands: []operand{out("x", &x, n)}, do: func() { SoftThreshold(x, 3) }}, true
	},
	"FromBytes": func(_, n, _ int) (call, bool) {
		var dst []float32
		var x []uint8
		return call{operands: []operand{out("dst", &dst, n), in("x", &x, n)}, do: func() { FromBytes(dst, x) }}, true
	},
	"FindAtMost":  searchOf(FindAtMost),
	"FindAtLeast": searchOf(FindAtLeast),

	"ScoreRows":      rowsOf(ScoreRows),
	"SqDistRows":     rowsOf(SqDistRows),
	"L1DistRows":     rowsOf(L1DistRows),
	"LInfDistRows":   rowsOf(LInfDistRows),
	"CosineRows":     rowsOf(CosineRows),
	"ScoreRowsAt":    rowsAtOf(ScoreRowsAt),
	"SqDistRowsAt":   rowsAtOf(SqDistRowsAt),
	"L1DistRowsAt":   rowsAtOf(L1DistRowsAt),
	"LInfDistRowsAt": rowsAtOf(LInfDistRowsAt),
	"CosineRowsAt":   rowsAtOf(CosineRowsAt),

	"DotBytes":          pairOf(DotBytes),
	"SqDistBytes":       pairOf(SqDistBytes),
	"L1DistBytes":       pairOf(L1DistBytes),
	"DotBytesRows":      rowsOf(DotBytesRows),
	"SqDistBytesRows":   rowsOf(SqDistBytesRows),
	"L1DistBytesRows":   rowsOf(L1DistBytesRows),
	"DotBytesRowsAt":    rowsAtOf(DotBytesRowsAt),
	"SqDistBytesRowsAt": rowsAtOf(SqDistBytesRowsAt),
	"L1DistBytesRowsAt": rowsAtOf(L1DistBytesRowsAt),

	"GemmColumns":            gemmOfCall[float32](GemmColumns[float32], true, Overwrite),
	"GemmColumns/accumulate": gemmOfCall[float32](GemmColumns[float32], true, Accumulate),
	"GemmColumns/bytes":      gemmOfCall[uint8](GemmColumns[uint8], true, Overwrite),
	"GemmRows":               gemmOfCall[float32](GemmRows, false, Overwrite),
	"GemmRows/accumulate":    gemmOfCall[float32](GemmRows, false, Accumulate),
	"ScoreTile":              scoreTileOfCall[float32](0),
	"ScoreTile/bytes":        scoreTileOfCall[uint8](Prefetch),
	"ScoreTile/resume":       scoreTileOfCall[float32](Resume),
	"ScoreTile/suspend":      scoreTileOfCall[float32](Suspend),
	"ScoreTile/both":         scoreTileOfCall[uint8](Resume | Suspend),

	"Exp":        mapOf("dst", "x", Exp),
	"Log":        mapOf("dst", "x", Log),
	"Softmax":    mapOf("dst", "scores", Softmax),
	"LogSoftmax": mapOf("dst", "scores", LogSoftmax),

	"SoftmaxRows":    matrixMapOf(SoftmaxRows),
	"LogSoftmaxRows": matrixMapOf(LogSoftmaxRows),
	"LogSumExpRows": func(m, n, _ int) (call, bool) {
		var dst, scores []float32
		return call{operands: []operand{out("dst", &dst, m), in("scores", &scores, extent(m, n, n+1))},
			do: func() { LogSumExpRows(dst, strided(scores, n+1), n) }}, true
	},

	"CrossEntropy":  lossOf(func(grad, scores []float32) { CrossEntropy(grad, scores, len(scores)-1, 2) }),
	"Hinge":         lossOf(func(grad, scores []float32) { Hinge(grad, scores, len(scores)-1, 2, 1) }),
	"SquaredHinge":  lossOf(func(grad, scores []float32) { SquaredHinge(grad, scores, len(scores)-1, 2, 1) }),
	"CrammerSinger": lossOf(func(grad, scores []float32) { CrammerSinger(grad, scores, len(scores)-1, 2, 1) }),

	"CrossEntropyRows": lossRowsOf(func(losses []float32, grad, scores Strided[float32], n int, labels []int, weights []float32, _ float32) {
		CrossEntropyRows(losses, grad, scores, n, labels, weights)
	}),
	"LogisticRows": lossRowsOf(func(losses []float32, grad, scores Strided[float32], n int, labels []int, weights []float32, _ float32) {
		LogisticRows(losses, grad, scores, n, labels, weights)
	}),
	"HingeRows":         lossRowsOf(HingeRows),
	"SquaredHingeRows":  lossRowsOf(SquaredHingeRows),
	"CrammerSingerRows": lossRowsOf(CrammerSingerRows),

	"DotHalf": func(_, n, _ int) (call, bool) {
		var x []float32
		var y []Float16
		return call{operands: []operand{in("x", &x, n), in("y", &y, n)}, do: func() { DotHalf(x, y) }}, true
	},
	"ScoreHalfRows/float16":  halfRowsOf[Float16],
	"ScoreHalfRows/bfloat16": halfRowsOf[BFloat16],

	"SGD": func(_, n, _ int) (call, bool) {
		var w, g []float32
		return call{operands: []operand{out("w", &w, n), in("g", &g, n)}, do: func() { SGD(w, g, 1, 2) }}, true
	},
	"Momentum": momentumOf(Momentum),
	"Nesterov": momentumOf(Nesterov),
	"Adam": func(_, n, _ int) (call, bool) {
		var w, m, v, g []float32
		step := NewAdamStep(1, 1, 0.5, 0.5, 1, 0)
		return call{operands: []operand{out("w", &w, n), out("m", &m, n), out("v", &v, n), in("g", &g, n)},
			do: func() { Adam(w, m, v, g, step) }}, true
	},
}

func pairOf[E Element, R any](f func(x, y []E) R) maker {
	return func(_, n, _ int) (call, bool) {
		var x, y []E
		return call{operands: []operand{in("x", &x, n), in("y", &y, n)}, do: func() { f(x, y) }}, true
	}
}

func reductionOf(name string, f func(x []float32)) maker {
	return func(_, n, _ int) (call, bool) {
		var x []float32
		return call{operands: []operand{in(name, &x, n)}, do: func() { f(x) }}, true
	}
}

func mapOf(dst, src string, f func(dst, src []float32)) maker {
	return func(_, n, _ int) (call, bool) {
		var d, s []float32
		return call{operands: []operand{out(dst, &d, n), in(src, &s, n)}, inPlace: [2]string{dst, src}, do: func() { f(d, s) }}, true
	}
}

func matrixMapOf(f func(dst, scores Strided[float32], rows, n int)) maker {
	return func(m, n, _ int) (call, bool) {
		var d, s []float32
		size := extent(m, n, n+2)
		return call{operands: []operand{out("dst", &d, size), in("scores", &s, size)}, inPlace: [2]string{"dst", "scores"},
			do: func() { f(strided(d, n+2), strided(s, n+2), m, n) }}, true
	}
}

func searchOf(f func(positions []int32, x []float32, bound float32) int) maker {
	return func(_, n, _ int) (call, bool) {
		var positions []int32
		var x []float32
		return call{operands: []operand{out("positions", &positions, n), in("x", &x, n)}, do: func() {
			clear(positions[f(positions, x, 1):]) // which may hold anything
		}}, true
	}
}

func rowsOf[D any, E Element](f func(dst []D, x []E, rows Strided[E])) maker {
	return func(m, n, _ int) (call, bool) {
		var dst []D
		var x, rows []E
		return call{operands: []operand{out("dst", &dst, m), in("x", &x, n), in("rows", &rows, extent(m, n, n+3))},
			do: func() { f(dst, x, strided(rows, n+3)) }}, true
	}
}

func rowsAtOf[D any, E Element](f func(dst []D, x []E, rows Strided[E], index []int)) maker {
	return func(m, n, _ int) (call, bool) {
		var dst []D
		var x, rows []E
		var index []int
		return call{operands: []operand{out("dst", &dst, m), in("x", &x, n), in("rows", &rows, n), in("index", &index, m)},
			do: func() { f(dst, x, strided(rows, n), index) }}, true
	}
}

func gemmOfCall[E Element](f func(c, a Strided[float32], b Strided[E], m, n, k int, alpha float32, mode GemmMode), transposed bool, mode GemmMode) maker {
	return func(m, n, k int) (call, bool) {
		n *= grain[E]() // columns of bytes come in blocks
		_, cols := TileShape()
		var c, a []float32
		var b []E
		rowsA, colsA := m, k
		if transposed {
			rowsA, colsA = k, m
		}
		return call{operands: []operand{out("c", &c, extent(m, n, n+1)), in("a", &a, extent(rowsA, colsA, colsA+1)), in("b", &b, extent(k, n, n+2))},
			do: func() { f(strided(c, n+1), strided(a, colsA+1), strided(b, n+2), m, n, k, 2, mode) }}, n <= cols
	}
}

func scoreTileOfCall[E Element](mode ScoreMode) maker {
	return func(_, _, k int) (call, bool) {
		if grain[E]() > 1 || mode&Suspend != 0 {
			k *= lanes
		}
		rows, classes := ScoreTileShape()
		var dst, state, w, bias []float32
		var x []E
		operands := []operand{in("x", &x, extent(rows, k, k+1)), in("w", &w, extent(classes, k, k+2))}
		if mode&(Resume|Suspend) != 0 {
			operands = append(operands, newOperand("state", &state, rows*classes*lanes, mode&Suspend != 0, anything[float32]))
		}
		if mode&Suspend == 0 {
			operands = append(operands, out("dst", &dst, extent(rows, classes, classes+1)), in("bias", &bias, classes))
		}
		return call{operands: operands, do: func() {
			ScoreTile(strided(dst, classes+1), state, strided(x, k+1), strided(w, k+2), bias, k, mode)
		}}, true
	}
}

func lossOf(f func(grad, scores []float32)) maker {
	return func(_, n, _ int) (call, bool) {
		c, _ := mapOf("grad", "scores", f)(0, n, 0)
		return c, n > 0 // else no label is valid
	}
}

func lossRowsOf(f func(losses []float32, grad, scores Strided[float32], n int, labels []int, weights []float32, margin float32)) maker {
	return func(m, n, _ int) (call, bool) {
		var losses, grad, scores, weights []float32
		var labels []int
		size := extent(m, n, n+2)
		return call{
			operands: []operand{out("losses", &losses, m), out("grad", &grad, size), in("scores", &scores, size), in("labels", &labels, m), in("weights", &weights, m)},
			inPlace:  [2]string{"grad", "scores"},
			do:       func() { f(losses, strided(grad, n+2), strided(scores, n+2), n, labels, weights, 1) },
		}, m == 0 || n > 0
	}
}

func halfRowsOf[E Half](m, n, _ int) (call, bool) {
	var dst, x []float32
	var rows []E
	return call{
		operands: []operand{out("dst", &dst, m), in("x", &x, n), in("rows", &rows, extent(m, n, n+2))},
		do:       func() { ScoreHalfRows(dst, x, Strided[E]{rows, n + 2}) },
	}, true
}

func momentumOf(f func(w, v, g []float32, rate, momentum, decay float32)) maker {
	return func(_, n, _ int) (call, bool) {
		var w, v, g []float32
		return call{operands: []operand{out("w", &w, n), out("v", &v, n), in("g", &g, n)}, do: func() { f(w, v, g, 1, 2, 3) }}, true
	}
}

// slot is the room for an operand, in bytes. There is a free one before the first and
// after the last.
const slot = 1 << 14

// memory places the operands of a call apart, fills them and returns all of the memory.
func (c call) memory(t *testing.T, s *source) []uint8 {
	words := make([]uint64, (len(c.operands)+2)*slot/8)
	all := unsafe.Slice((*uint8)(unsafe.Pointer(&words[0])), len(words)*8)
	for i, o := range c.operands {
		require.Less(t, o.size, slot)
		o.place(unsafe.Pointer(&all[(i+1)*slot]))
		o.fill(s)
	}
	return all
}

// Every overlap of a destination with another operand panics before anything is
// written, unless they are the same and may be.
func TestOverlaps(t *testing.T) {
	message := regexp.MustCompile(`^argmax: \w+: \w+ overlaps \w+$`)
	for name, make := range calls {
		for _, isa := range cpu.Available() {
			restore := cpu.Use(isa)
			c, ok := make(4, 11, 5)
			if !ok {
				c, ok = make(4, 1, 5)
			}
			require.True(t, ok, name)
			for i, d := range c.operands {
				for j, o := range c.operands {
					if i == j || !d.destination {
						continue
					}
					same := c.inPlace == [2]string{d.name, o.name}
					for _, offset := range []int{0, o.align, d.size - o.align, o.align - o.size, -o.align} {
						if offset%o.align != 0 || offset >= d.size || offset <= -o.size || offset%4 != 0 && o.align != 1 {
							continue // apart, or not where such a slice can be
						}
						all := c.memory(t, newSource(90))
						o.place(unsafe.Pointer(&all[(i+1)*slot+offset]))
						before := slices.Clone(all)
						what := fmt.Sprintf("%v: %s: %s with %s %d bytes behind its beginning", isa, name, d.name, o.name, offset)
						if same && offset == 0 {
							assert.NotPanics(t, c.do, what)
							continue
						}
						panicked := func() (p any) {
							defer func() { p = recover() }()
							c.do()
							return nil
						}()
						assert.Regexp(t, message, fmt.Sprint(panicked), what)
						assert.True(t, bytes.Equal(before, all), "%s: written before the panic", what)
					}
				}
			}
			restore()
		}
	}
}

// Small and empty shapes do not panic, have the same bits on every ISA and write
// nothing outside.
func TestSmallShapes(t *testing.T) {
	sizes := []int{0, 1, 2, 3, 17}
	for name, make := range calls {
		for _, m := range sizes {
			for _, n := range sizes {
				for _, k := range sizes {
					var want []uint8
					for _, isa := range []cpu.ISA{cpu.Generic, cpu.Active} {
						restore := cpu.Use(isa)
						if c, ok := make(m, n, k); ok {
							all := c.memory(t, newSource(91))
							before := slices.Clone(all)
							what := fmt.Sprintf("%v: %s with m = %d, n = %d, k = %d", isa, name, m, n, k)
							require.NotPanics(t, c.do, what)
							for i, o := range c.operands {
								end := (i + 1) * slot
								if o.destination {
									end += o.size
								}
								require.True(t, bytes.Equal(before[end:(i+2)*slot], all[end:(i+2)*slot]), "%s: wrote outside %s", what, o.name)
							}
							if want == nil || strings.HasPrefix(name, "ScoreTile") { // whose shape is that of the ISA
								want = all
							}
							require.True(t, bytes.Equal(want, all), what)
						}
						restore()
					}
				}
			}
		}
	}
}

// The results of functions of empty vectors.
func TestEmptyValues(t *testing.T) {
	for _, isa := range cpu.Available() {
		restore := cpu.Use(isa)
		for name, v := range map[string]struct{ want, got float32 }{
			"Dot":        {0, Dot(nil, nil)},
			"SqDist":     {0, SqDist(nil, nil)},
			"L1Dist":     {0, L1Dist(nil, nil)},
			"LInfDist":   {0, LInfDist(nil, nil)},
			"CosineDist": {1, CosineDist(nil, nil)},
			"Sum":        {0, Sum(nil)},
			"SumSquares": {0, SumSquares(nil)},
			"SumAbs":     {0, SumAbs(nil)},
			"Max":        {-inf, Max(nil)},
			"ArgMax":     {-1, float32(ArgMax(nil))},
			"LogSumExp":  {-inf, LogSumExp(nil)},
		} {
			assert.Truef(t, same(v.want, v.got), "%v: %s: %g", isa, name, v.got)
		}
		for name, f := range map[string]struct {
			want float32
			rows func(dst, x []float32, rows Strided[float32])
		}{
			"ScoreRows": {0, ScoreRows}, "SqDistRows": {0, SqDistRows}, "L1DistRows": {0, L1DistRows},
			"LInfDistRows": {0, LInfDistRows}, "CosineRows": {1, CosineRows},
			"LogSumExpRows": {-inf, func(dst, _ []float32, rows Strided[float32]) { LogSumExpRows(dst, rows, 0) }},
			"GemmColumns": {0, func(dst, _ []float32, _ Strided[float32]) {
				GemmColumns(strided(dst, 1), Strided[float32]{}, Strided[float32]{}, len(dst), 1, 0, 3, Overwrite)
			}},
		} {
			for rows := range 20 {
				dst := slices.Repeat([]float32{nan}, rows)
				f.rows(dst, nil, Strided[float32]{})
				assert.Negative(t, firstDifference(slices.Repeat([]float32{f.want}, rows), dst), "%v: %s: %d rows of nothing: %v", isa, name, rows, dst)
			}
		}
		restore()
	}
}

// Shapes with one huge dimension and one that is 0 return at once. Shapes that no slice
// can hold panic.
func TestHugeEmptyShapes(t *testing.T) {
	const huge = math.MaxInt/2 + 1
	none, bytes := Strided[float32]{}, Strided[uint8]{}
	SoftmaxRows(none, none, huge, 0)
	LogSoftmaxRows(none, none, huge, 0)
	SoftmaxRows(none, none, 0, huge) // no row, which has no stride
	LogSoftmaxRows(none, none, 0, huge)
	LogSumExpRows(nil, none, huge)
	CrossEntropyRows(nil, none, none, huge, nil, nil)
	HingeRows(nil, none, none, huge, nil, nil, 1)
	GemmColumns(none, none, none, huge, 0, 0, 1, Overwrite)
	GemmColumns(none, none, bytes, huge, 0, 0, 1, Overwrite)
	GemmRows(none, none, none, huge, 0, 0, 1, Accumulate)
	ScoreRowsAt(make([]float32, 1), nil, none, []int{huge})
	wide := Strided[float32]{Stride: huge}
	for name, f := range map[string]func(){
		"SoftmaxRows":      func() { SoftmaxRows(wide, wide, 3, huge) },
		"LogSoftmaxRows":   func() { LogSoftmaxRows(none, none, -1, 0) },
		"LogSumExpRows":    func() { LogSumExpRows(make([]float32, 2), wide, -1) },
		"HingeRows":        func() { HingeRows(nil, none, none, -1, nil, nil, 1) },
		"GemmRows":         func() { GemmRows(wide, wide, wide, huge, 1, 1, 1, Overwrite) },
		"CrossEntropyRows": func() { CrossEntropyRows(make([]float32, 3), wide, wide, huge, make([]int, 3), make([]float32, 3)) },
	} {
		assert.Panics(t, f, name)
	}
}

// Every exported function with slices among its parameters is in the table, with all
// of them, by name.
func TestEveryFunctionHasItsOperands(t *testing.T) {
	have := map[string][]string{}
	for name, make := range calls {
		c, _ := make(3, 1, 2)
		name, _, _ = strings.Cut(name, "/")
		for _, o := range c.operands {
			if !slices.Contains(have[name], o.name) {
				have[name] = append(have[name], o.name)
			}
		}
	}
	want := map[string][]string{}
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		for name, fn := range functions(t, file) {
			if !ast.IsExported(name) {
				continue
			}
			for _, field := range fn.Type.Params.List {
				_, slice := field.Type.(*ast.ArrayType)
				_, matrix := field.Type.(*ast.IndexExpr)
				for _, parameter := range field.Names {
					if slice || matrix {
						want[name] = append(want[name], parameter.Name)
					}
				}
			}
		}
	}
	require.NotEmpty(t, want)
	for name := range want {
		assert.ElementsMatch(t, want[name], have[name], name)
	}
	for name := range have {
		assert.Contains(t, want, name)
	}
}
