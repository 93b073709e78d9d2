package index

import (
	"math"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/internal/cpu"
	"github.com/seed842bec00/argmax/internal/wide"
	"github.com/seed842bec00/argmax/kernels"
)

// halves are rows of float16 or bfloat16. They stay what they are: proposals read them
// by kernels that convert, or convert a block of them, and decisions convert a row.
type halves[E argmax.Half] struct{}

// halfMemory is the memory of a worker for rows of 16 bits, converted.
type halfMemory struct{ query, row, block []float32 }

func (halves[E]) exact() bool                { return false }
func (halves[E]) tuning(isa cpu.ISA) *tuning { return &tunings[isa].floats }
func (halves[E]) convert(dst []float32, x []E) {
	fromHalves(dst, x)
}

// fromHalves sets dst to the numbers of x.
func fromHalves[E argmax.Half](dst []float32, x []E) {
	dst = dst[:len(x)]
	switch x := any(x).(type) {
	case []argmax.Float16:
		for i, h := range x {
			// The exponent of a float32 is 112 larger; the product also makes denormal
			// numbers normal.
			v := math.Float32frombits(uint32(h&0x7fff)<<13) * 0x1p112
			if h&0x7c00 == 0x7c00 { // infinity or NaN
				v = math.Float32frombits(0x7f800000 | uint32(h&0x3ff)<<13)
			}
			dst[i] = math.Float32frombits(math.Float32bits(v) | uint32(h&0x8000)<<16)
		}
	case []argmax.BFloat16:
		for i, h := range x {
			dst[i] = math.Float32frombits(uint32(h) << 16)
		}
	}
}

// square is the wide sum of the converted row and itself.
func (halves[E]) square(x []E) float64 {
	var part [64 * wide.Lanes]float32
	var s [wide.Lanes]float64
	for len(x) > 0 {
		n := min(len(x), len(part))
		fromHalves(part[:], x[:n])
		for i, v := range part[:n] {
			s[i%wide.Lanes] += float64(float64(v) * float64(v))
		}
		x = x[n:]
	}
	return wide.Reduce(&s)
}

func (halves[E]) block(w *worker[E], at, n, p, k int) floatRows {
	rows := &w.index.rows
	const stride = argmax.KC + apart
	w.block = resize(w.block, n*stride)
	for i := range n {
		fromHalves(w.block[i*stride:], rows.Data[(at+i)*rows.Stride+p:][:k])
	}
	return rowsOf(w.block, stride)
}

func (halves[E]) decide(w *worker[E], i int) {
	t, q, x := &w.keepers[i], &w.group.queries[i], w.index
	if len(t.rows) == 0 {
		return
	}
	m := &w.halves
	m.query, m.row = resize(m.query, len(q.row)), resize(m.row, len(q.row))
	fromHalves(m.query, q.row)
	for _, r := range t.rows {
		fromHalves(m.row, x.rows.Row(r))
		t.place(decision{value: distance64(x.metric, m.query, m.row, q.square, x.squares[r]), row: r})
	}
}

func (e halves[E]) compare(w *worker[E], r rowSet) {
	switch w.index.metric {
	case L1, LInf:
		e.compareConverted(w, r)
	default:
		e.compareProducts(w, r)
	}
}

// compareConverted converts the rows once for all queries.
func (halves[E]) compareConverted(w *worker[E], r rowSet) {
	x, m, columns := w.index, &w.halves, w.index.rows.Cols
	m.block, m.query = resize(m.block, r.n*columns), resize(m.query, columns)
	for p := range r.n {
		fromHalves(m.block[p*columns:], x.rows.Row(r.row(p)))
	}
	values, rows := w.values[:r.n], rowsOf(m.block, columns)
	for i := range w.group.queries {
		q := &w.group.queries[i]
		if !q.regular {
			continue
		}
		m.query = resize(m.query, columns)
		fromHalves(m.query, q.row)
		if x.metric == L1 {
			argmax.L1DistRows(values, m.query, rows)
		} else {
			argmax.LInfDistRows(values, m.query, rows)
		}
		w.proposeAll(i, values, r)
	}
}

// compareProducts proposes by inner products, also for L2: see bounds.
func (halves[E]) compareProducts(w *worker[E], r rowSet) {
	x, m := w.index, &w.halves
	values := w.values[:r.n]
	for i := range w.group.queries {
		q := &w.group.queries[i]
		if !q.regular {
			continue
		}
		m.query = resize(m.query, len(q.row))
		fromHalves(m.query, q.row)
		if r.list == nil {
			argmax.ScoreHalfRows(values, m.query, strided(x.rows, r.lo))
		} else {
			for p, row := range r.list {
				argmax.ScoreHalfRows(values[p:p+1], m.query, strided(x.rows, row))
			}
		}
		if x.metric == L2 {
			w.proposeSquares(i, values, r)
		} else {
			w.proposeProducts(i, values, r)
		}
	}
}

// proposeSquares is proposeProducts for L2.
func (w *worker[E]) proposeSquares(i int, values []float32, r rowSet) {
	x := w.index
	test := x.bounds.newTest(w.group.queries[i].square, w.keepers[i].limit, x.longest)
	for p := range values {
		row := r.row(p)
		values[p] = float32(x.lowered[row]-2*values[p]) + float32(test.slope*x.lengths[row])
	}
	for _, p := range w.find(values, -test.shift) {
		row := r.row(int(p))
		low, high := x.bounds.interval(&test, float64(values[p])+float64(test.shift), float64(x.lengths[row]), x.squares[row])
		w.propose(i, low, high, row)
	}
}

// tiled: rows of 16 bits meet queries in tiles by their sketch only.
func (halves[E]) tiled(x *Index[E], queries int) bool { return x.usesSketch(queries) }

func (halves[E]) prepare(*Index[E], *kernels.Pool) {}

func (halves[E]) packTiles(g *group[E], x *Index[E], queries kernels.Dense[E]) {
	columns := queries.Cols
	g.sketch.floats = resize(g.sketch.floats, queries.Rows*columns)
	for i := range queries.Rows {
		fromHalves(g.sketch.floats[i*columns:], queries.Row(i))
	}
}

func (e halves[E]) tile(w *worker[E], at, n int) {
	if w.unlimited() {
		first := min(n, pieceRows)
		e.compare(w, rowSet{lo: at, n: first})
		at, n = at+first, n-first
	}
	tileSketch(w, at, n, func(i, row int) { e.offer(w, i, row) })
}

// offer offers a row that is near query i by its sketch.
func (halves[E]) offer(w *worker[E], i, row int) {
	x, columns, value := w.index, w.index.rows.Cols, w.values[:1]
	argmax.ScoreHalfRows(value, w.group.sketch.floats[i*columns:][:columns], strided(x.rows, row))
	test, length := x.bounds.newTest(w.group.queries[i].square, w.keepers[i].limit, x.longest), float64(x.lengths[row])
	excess := -float64(value[0])
	if x.metric == L2 {
		excess = float64(x.lowered[row]) + 2*excess
	}
	excess += float64(float64(test.slope)*length) + float64(test.shift)
	low, high := x.bounds.interval(&test, excess, length, x.squares[row])
	w.propose(i, low, high, row)
}
