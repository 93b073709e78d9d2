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
	result   func() any // what the last call of do returned; nil if it returns nothing
}

// An operand is a slice; place sets it to the memory at an address.
type operand struct {
	name        string
	destination bool
	size, align int // in bytes
	place       func(at unsafe.Pointer)
	fill        func(s *source, m mood)
	oneNaN      func() // makes all NaN the same
}

func newOperand[E any](name string, to *[]E, n int, destination bool, value func(s *source, m mood) E) operand {
	size := int(unsafe.Sizeof(*new(E)))
	return operand{name, destination, n * size, size,
		func(at unsafe.Pointer) { *to = unsafe.Slice((*E)(at), n)[:n:n] },
		func(s *source, m mood) {
			for i := range *to {
				(*to)[i] = value(s, m)
			}
		},
		func() {
			if x, ok := any(*to).([]float32); ok {
				for i, v := range x {
					if v != v {
						x[i] = nan
					}
				}
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

// integers is the mood of small integers, whose sums are exact.
const integers mood = -1

// anything returns a value that is valid everywhere: a float of the mood, any byte, and 0
// for a label or an index.
func anything[E any](s *source, m mood) (v E) {
	switch p := any(&v).(type) {
	case *float32:
		if *p = float32(s.below(17) - 8); m != integers {
			*p = s.value(m)
		}
	case *uint8:
		*p = uint8(s.below(256))
	}
	return v
}

// A shape is m rows, n columns and a depth of k. Rows lie gap elements apart.
type shape struct{ m, n, k, gap int }

// matrix returns the elements and the stride of a matrix.
func (s shape) matrix(rows, cols int) (size, stride int) {
	stride = cols + s.gap
	return extent(rows, cols, stride), stride
}

// A maker makes a call of a shape. It returns false if the function does not take it.
type maker func(s shape) (call, bool)

// calls lists the exported functions by name. A function may be called in several ways,
// told apart by what follows a slash.
var calls = map[string]maker{
	"Dot":        pairOf(Dot),
	"SqDist":     pairOf(SqDist),
	"L1Dist":     pairOf(L1Dist),
	"LInfDist":   pairOf(LInfDist),
	"CosineDist": pairOf(CosineDist),

	"Sum":        reductionOf("x", Sum),
	"SumSquares": reductionOf("x", SumSquares),
	"SumAbs":     reductionOf("x", SumAbs),
	"Max":        reductionOf("x", Max),
	"ArgMax":     reductionOf("x", ArgMax),
	"LogSumExp":  reductionOf("scores", LogSumExp),

	"Axpy": mapOf("y", "x", func(y, x []float32) { Axpy(y, x, 2) }),
	"Scale": func(s shape) (call, bool) {
		var x []float32
		return call{operands: []operand{out("x", &x, s.n)}, do: func() { Scale(x, 3) }}, true
	},
	"SoftThreshold": func(s shape) (call, bool) {
		var x []float32
		return call{operands: []operand{out("x", &x, s.n)}, do: func() { SoftThreshold(x, 3) }}, true
	},
	"FromBytes": func(s shape) (call, bool) {
		var dst []float32
		var x []uint8
		return call{operands: []operand{out("dst", &dst, s.n), in("x", &x, s.n)}, do: func() { FromBytes(dst, x) }}, true
	},
	"FindAtMost":  searchOf(FindAtMost),
	"FindAtLeast": searchOf(FindAtLeast),
	"FindNear": func(s shape) (call, bool) {
		var positions, c []int32
		var rows, queries []float32
		n, found := s.n*lanes, 0
		return call{operands: []operand{out("positions", &positions, s.m*n), in("c", &c, s.m*n), in("rows", &rows, nearRow*s.m), in("queries", &queries, nearQuery*n)}, do: func() {
			found = FindNear(positions, c, s.m, n, rows, queries)
			clear(positions[found:]) // which may hold anything
		}, result: func() any { return found }}, 4*s.m*n < slot
	},

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

	"SqDistMatrix":   distMatrixOf(SqDistMatrix),
	"L1DistMatrix":   distMatrixOf(L1DistMatrix),
	"LInfDistMatrix": distMatrixOf(LInfDistMatrix),

	"DotBytes":          pairOf(DotBytes),
	"SqDistBytes":       pairOf(SqDistBytes),
	"L1DistBytes":       pairOf(L1DistBytes),
	"DotBytesRows":      rowsOf(DotBytesRows),
	"SqDistBytesRows":   rowsOf(SqDistBytesRows),
	"L1DistBytesRows":   rowsOf(L1DistBytesRows),
	"DotBytesRowsAt":    rowsAtOf(DotBytesRowsAt),
	"SqDistBytesRowsAt": rowsAtOf(SqDistBytesRowsAt),
	"L1DistBytesRowsAt": rowsAtOf(L1DistBytesRowsAt),

	"PrefetchRowsAt":       prefetchOf[float32],
	"PrefetchRowsAt/bytes": prefetchOf[uint8],

	"GemmColumns":            gemmOfCall[float32](GemmColumns[float32], true, Overwrite),
	"GemmColumns/accumulate": gemmOfCall[float32](GemmColumns[float32], true, Accumulate),
	"GemmColumns/continue":   gemmOfCall[float32](GemmColumns[float32], true, Continue),
	"GemmColumns/bytes":      gemmOfCall[uint8](GemmColumns[uint8], true, Overwrite),
	"GemmRows":               gemmOfCall[float32](GemmRows, false, Overwrite),
	"GemmRows/accumulate":    gemmOfCall[float32](GemmRows, false, Accumulate),
	"Transpose": func(s shape) (call, bool) {
		var dst, src []float32
		sizeD, strideD := s.matrix(s.n, s.m)
		sizeS, strideS := s.matrix(s.m, s.n)
		return call{operands: []operand{out("dst", &dst, sizeD), in("src", &src, sizeS)},
			do: func() { Transpose(strided(dst, strideD), strided(src, strideS), s.m, s.n) }}, true
	},
	"ScoreTiles":         scoreTilesOfCall[float32](0),
	"ScoreTiles/bytes":   scoreTilesOfCall[uint8](Prefetch),
	"ScoreTiles/resume":  scoreTilesOfCall[float32](Resume),
	"ScoreTiles/suspend": scoreTilesOfCall[float32](Suspend),
	"ScoreTiles/both":    scoreTilesOfCall[uint8](Resume | Suspend),

	"Exp":        mapOf("dst", "x", Exp),
	"Log":        mapOf("dst", "x", Log),
	"Softmax":    mapOf("dst", "scores", Softmax),
	"LogSoftmax": mapOf("dst", "scores", LogSoftmax),

	"SoftmaxRows":    matrixMapOf(SoftmaxRows),
	"LogSoftmaxRows": matrixMapOf(LogSoftmaxRows),
	"LogSumExpRows": func(s shape) (call, bool) {
		var dst, scores []float32
		size, stride := s.matrix(s.m, s.n)
		return call{operands: []operand{out("dst", &dst, s.m), in("scores", &scores, size)},
			do: func() { LogSumExpRows(dst, strided(scores, stride), s.n) }}, true
	},

	"CrossEntropy":  lossOf(func(grad, scores []float32) float32 { return CrossEntropy(grad, scores, len(scores)-1, 2) }),
	"Hinge":         lossOf(func(grad, scores []float32) float32 { return Hinge(grad, scores, len(scores)-1, 2, 1) }),
	"SquaredHinge":  lossOf(func(grad, scores []float32) float32 { return SquaredHinge(grad, scores, len(scores)-1, 2, 1) }),
	"CrammerSinger": lossOf(func(grad, scores []float32) float32 { return CrammerSinger(grad, scores, len(scores)-1, 2, 1) }),

	"CrossEntropyRows": lossRowsOf(func(losses []float32, grad, scores Strided[float32], n int, labels []int, weights []float32, _ float32) {
		CrossEntropyRows(losses, grad, scores, n, labels, weights)
	}),
	"LogisticRows": lossRowsOf(func(losses []float32, grad, scores Strided[float32], n int, labels []int, weights []float32, _ float32) {
		LogisticRows(losses, grad, scores, n, labels, weights)
	}),
	"HingeRows":         lossRowsOf(HingeRows),
	"SquaredHingeRows":  lossRowsOf(SquaredHingeRows),
	"CrammerSingerRows": lossRowsOf(CrammerSingerRows),

	"DotHalf/float16":        dotHalfOf[Float16],
	"DotHalf/bfloat16":       dotHalfOf[BFloat16],
	"ScoreHalfRows/float16":  halfRowsOf[Float16],
	"ScoreHalfRows/bfloat16": halfRowsOf[BFloat16],

	"SGD": func(s shape) (call, bool) {
		var w, g []float32
		return call{operands: []operand{out("w", &w, s.n), in("g", &g, s.n)}, do: func() { SGD(w, g, 1, 2) }}, true
	},
	"Momentum": momentumOf(Momentum),
	"Nesterov": momentumOf(Nesterov),
	"Adam": func(s shape) (call, bool) {
		var w, m, v, g []float32
		step := NewAdamStep(1, 1, 0.5, 0.5, 1, 0)
		return call{operands: []operand{out("w", &w, s.n), out("m", &m, s.n), out("v", &v, s.n), in("g", &g, s.n)},
			do: func() { Adam(w, m, v, g, step) }}, true
	},
}

func pairOf[E Element, R any](f func(x, y []E) R) maker {
	return func(s shape) (call, bool) {
		var x, y []E
		var r R
		return call{operands: []operand{in("x", &x, s.n), in("y", &y, s.n)},
			do: func() { r = f(x, y) }, result: func() any { return r }}, true
	}
}

func reductionOf[R any](name string, f func(x []float32) R) maker {
	return func(s shape) (call, bool) {
		var x []float32
		var r R
		return call{operands: []operand{in(name, &x, s.n)}, do: func() { r = f(x) }, result: func() any { return r }}, true
	}
}

func mapOf(dst, src string, f func(dst, src []float32)) maker {
	return func(s shape) (call, bool) {
		var d, x []float32
		return call{operands: []operand{out(dst, &d, s.n), in(src, &x, s.n)}, inPlace: [2]string{dst, src},
			do: func() { f(d, x) }}, true
	}
}

func matrixMapOf(f func(dst, scores Strided[float32], rows, n int)) maker {
	return func(s shape) (call, bool) {
		var d, x []float32
		size, stride := s.matrix(s.m, s.n)
		return call{operands: []operand{out("dst", &d, size), in("scores", &x, size)}, inPlace: [2]string{"dst", "scores"},
			do: func() { f(strided(d, stride), strided(x, stride), s.m, s.n) }}, true
	}
}

func searchOf(f func(positions []int32, x []float32, bound float32) int) maker {
	return func(s shape) (call, bool) {
		var positions []int32
		var x []float32
		var found int
		return call{operands: []operand{out("positions", &positions, s.n), in("x", &x, s.n)}, do: func() {
			found = f(positions, x, 1)
			clear(positions[found:]) // which may hold anything
		}, result: func() any { return found }}, true
	}
}

func rowsOf[D any, E Element](f func(dst []D, x []E, rows Strided[E])) maker {
	return func(s shape) (call, bool) {
		var dst []D
		var x, rows []E
		size, stride := s.matrix(s.m, s.n)
		return call{operands: []operand{out("dst", &dst, s.m), in("x", &x, s.n), in("rows", &rows, size)},
			do: func() { f(dst, x, strided(rows, stride)) }}, true
	}
}

func distMatrixOf(f func(dst, x, y Strided[float32], m, n, k int)) maker {
	return func(s shape) (call, bool) {
		var dst, x, y []float32
		sizeX, strideX := s.matrix(s.m, s.k)
		sizeY, strideY := s.matrix(s.n, s.k)
		sizeD, strideD := s.matrix(s.m, s.n)
		return call{operands: []operand{out("dst", &dst, sizeD), in("x", &x, sizeX), in("y", &y, sizeY)},
			do: func() {
				f(strided(dst, strideD), strided(x, strideX), strided(y, strideY), s.m, s.n, s.k)
			}}, true
	}
}

// rowsAtOf lists the last row for all of dst.
func rowsAtOf[D any, E Element](f func(dst []D, x []E, rows Strided[E], index []int)) maker {
	return func(s shape) (call, bool) {
		var dst []D
		var x, rows []E
		var index []int
		size, stride := s.matrix(s.m, s.n)
		last := func(*source, mood) int { return max(0, s.m-1) }
		return call{operands: []operand{out("dst", &dst, s.m), in("x", &x, s.n), in("rows", &rows, size), newOperand("index", &index, s.m, false, last)},
			do: func() { f(dst, x, strided(rows, stride), index) }}, true
	}
}

// prefetchOf lists the last row, as rowsAtOf does.
func prefetchOf[E Element](s shape) (call, bool) {
	var rows []E
	var index []int
	size, stride := s.matrix(s.m, s.n)
	last := func(*source, mood) int { return max(0, s.m-1) }
	return call{operands: []operand{in("rows", &rows, size), newOperand("index", &index, s.m, false, last)},
		do: func() { PrefetchRowsAt(strided(rows, stride), s.n, index) }}, true
}

func gemmOfCall[E Element](f func(c, a Strided[float32], b Strided[E], m, n, k int, alpha float32, mode GemmMode), transposed bool, mode GemmMode) maker {
	return func(s shape) (call, bool) {
		s.n *= grain[E]() // columns of bytes come in blocks
		var c, a []float32
		var b []E
		rowsA, colsA := s.m, s.k
		if transposed {
			rowsA, colsA = s.k, s.m
		}
		sizeA, strideA := s.matrix(rowsA, colsA)
		sizeB, strideB := s.matrix(s.k, s.n)
		sizeC, strideC := s.matrix(s.m, s.n)
		return call{operands: []operand{out("c", &c, sizeC), in("a", &a, sizeA), in("b", &b, sizeB)},
			do: func() {
				f(strided(c, strideC), strided(a, strideA), strided(b, strideB), s.m, s.n, s.k, 2, mode)
			}}, 4*max(sizeB, sizeC) < slot
	}
}

// scoreTilesOfCall makes calls with m more rows and n more classes than a tile has.
func scoreTilesOfCall[E Element](mode ScoreMode) maker {
	return func(s shape) (call, bool) {
		k := s.k
		if grain[E]() > 1 || mode&Suspend != 0 {
			k *= lanes
		}
		rows, classes := ScoreTileShape()
		rows, classes = rows+s.m%8, classes+s.n%8
		var dst, state, w, bias []float32
		var x []E
		sizeX, strideX := s.matrix(rows, k)
		sizeW, strideW := s.matrix(classes, k)
		sizeD, strideD := s.matrix(rows, classes)
		operands := []operand{in("x", &x, sizeX), in("w", &w, sizeW)}
		if mode&(Resume|Suspend) != 0 || isBytes[E]() {
			size := ScoreStateSize[E](rows, classes, k)
			operands = append(operands, newOperand("state", &state, size, mode&Suspend != 0 || isBytes[E](), anything[float32]))
		}
		if mode&Suspend == 0 {
			operands = append(operands, out("dst", &dst, sizeD), in("bias", &bias, classes))
		}
		return call{operands: operands, do: func() {
			ScoreTiles(strided(dst, strideD), state, strided(x, strideX), strided(w, strideW), bias, rows, classes, k, mode)
		}}, true
	}
}

func lossOf(f func(grad, scores []float32) float32) maker {
	return func(s shape) (call, bool) {
		var grad, scores []float32
		var r float32
		return call{operands: []operand{out("grad", &grad, s.n), in("scores", &scores, s.n)}, inPlace: [2]string{"grad", "scores"},
			do: func() { r = f(grad, scores) }, result: func() any { return r }}, s.n > 0 // else no label is valid
	}
}

func lossRowsOf(f func(losses []float32, grad, scores Strided[float32], n int, labels []int, weights []float32, margin float32)) maker {
	return func(s shape) (call, bool) {
		var losses, grad, scores, weights []float32
		var labels []int
		size, stride := s.matrix(s.m, s.n)
		label := func(from *source, _ mood) int { return from.below(s.n) }
		return call{
			operands: []operand{out("losses", &losses, s.m), out("grad", &grad, size), in("scores", &scores, size),
				newOperand("labels", &labels, s.m, false, label), in("weights", &weights, s.m)},
			inPlace: [2]string{"grad", "scores"},
			do: func() {
				f(losses, strided(grad, stride), strided(scores, stride), s.n, labels, weights, 1)
			},
		}, s.m == 0 || s.n > 0
	}
}

func dotHalfOf[E Half](s shape) (call, bool) {
	var x []float32
	var y []E
	var r float32
	return call{operands: []operand{in("x", &x, s.n), in("y", &y, s.n)},
		do: func() { r = DotHalf(x, y) }, result: func() any { return r }}, true
}

func halfRowsOf[E Half](s shape) (call, bool) {
	var dst, x []float32
	var rows []E
	size, stride := s.matrix(s.m, s.n)
	return call{
		operands: []operand{out("dst", &dst, s.m), in("x", &x, s.n), in("rows", &rows, size)},
		do:       func() { ScoreHalfRows(dst, x, Strided[E]{rows, stride}) },
	}, true
}

func momentumOf(f func(w, v, g []float32, rate, momentum, decay float32)) maker {
	return func(s shape) (call, bool) {
		var w, v, g []float32
		return call{operands: []operand{out("w", &w, s.n), out("v", &v, s.n), in("g", &g, s.n)},
			do: func() { f(w, v, g, 1, 2, 3) }}, true
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
		o.fill(s, integers)
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
			c, ok := make(shape{4, 11, 5, 2})
			if !ok {
				c, ok = make(shape{4, 1, 5, 2})
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
	if testing.Short() {
		sizes = []int{0, 1, 17}
	}
	for name, make := range calls {
		for _, m := range sizes {
			for _, n := range sizes {
				for _, k := range sizes {
					var want []uint8
					for _, isa := range []cpu.ISA{cpu.Generic, cpu.Active} {
						restore := cpu.Use(isa)
						if c, ok := make(shape{m, n, k, 3}); ok {
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
							if want == nil || strings.HasPrefix(name, "ScoreTiles") { // whose shape is that of the ISA
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
		c, _ := make(shape{3, 1, 2, 0})
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
