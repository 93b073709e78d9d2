package index

import (
	"math"
	"sync/atomic"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/internal/cpu"
	"github.com/seed842bec00/argmax/kernels"
)

// A compact copy has a byte for each element of the rows, from which tiles of bytes
// propose; for L1 see storeDistances. With b, one number for all rows, let y' = y − b be a
// row less b in every column, of Cosine y' = y/|y| − b, and x' = x − b the query of L2,
// otherwise x' = x. Then
//
//	L2            D = |x'|² + |y'|² − 2·x'·y'
//	InnerProduct  D = −(x'·y' + b·Σxᵢ)
//	Cosine        D = 1 − (x'·y' + b·Σxᵢ)/|x|
//
// A row is stored as u, y' = s·(u − 128) + r, where s is a number of the row, and ρ ≥ |r|.
// A query is q with first steps, x' = s₁·(q₁ − h) + r₁, and what they leave is q₂ with
// finer ones, r₁ = s₂·(q₂ − 128) + r₂. The middle h of the bytes q₁ is 128, or that of
// coarse ones, where tiles are faster with these. By the Cauchy–Schwarz inequality
//
//	|x'·y' − s₁·s·Σ(q₁ − h)(u − 128)| ≤ |x'|·ρ + ρ₁·(|y'| + ρ)
//	|x'·y' − s₁·s·Σ(q₁ − h)(u − 128) − s₂·s·Σ(q₂ − 128)(u − 128)| ≤ |x'|·ρ + ρ₂·(|y'| + ρ)
//
// The sums are exact integers, Σ(q − h)(u − 128) = Σqu − h·Σ(u − 128) − 128·Σq. Tiles
// compute those of q₁ for all rows. Where the first bound lets D be below the limit, the
// second is computed, too, in float64, and the row is proposed with it.
//
// Rows and queries are shifted and quantized in float32. Each element of y' is rounded
// once, by 2⁻²⁴ of itself, or of Cosine twice, the second time by that of an element of a
// vector of length 1; so is each element of r. ρ covers this, and the rounding of its own
// squares and their sum, ⌈d/64⌉ + 6 roundings.
//
// What is computed in float32, the excesses, is made smaller by more than it is rounded:
// by nearSlack of each of its terms. What is computed in float64, here and by the
// definition, is off by at most δ times the terms, as in bounds.
type compact struct {
	rows    kernels.Dense[uint8] // u
	sums    []int32              // of the elements of each of these rows; nil with L1
	terms   []float32            // nearRow of each row: −s, 128·s·Σ(u − 128), ρ, and |y'|², a little lowered, with L2; with L1 s and −|r|
	squares []float32            // |y'|² with L2
	offset  float64              // b
	step    float64              // the s with which all rows could be stored
	longest float64              // no |y'| + ρ is larger, with L1 no |r|

	// loose says that a search found distances too close together to be told apart: other
	// ways are faster.
	loose atomic.Bool
}

// compactLongest is how long y' may be, lest float32 overflow.
const compactLongest = 0x1p50

// compactFrom is from how many elements and columns on rows are stored compactly, a
// variable for tests. Fewer elements are in L2 anyway. Measured on a Xeon with VNNI,
// one core, 60,000 rows, milliseconds for 1 and 16 queries without a copy and with it: of
// 24 columns 0.21 and 1.9 against 0.82 and 1.0, of 48 0.49 and 3.2 against 0.78 and 1.1,
// of 96 1.7 and 6.3 against 0.57 and 1.5; AVX2, of 96 1.7 and 15 against 0.72 and 2.9. Of
// 784 columns, microseconds for one query: 669 rows 43 against 30, AVX2 43 against 35; 1000
// rows 112 against 41, AVX2 104 against 45.
var compactFrom = struct{ elements, columns int }{1 << 19, 64}

func (e floats) prepare(x *Index[float32], pool *kernels.Pool) {
	rows := &x.rows
	if x.lean || x.file != nil || x.metric == LInf || rows.Cols < compactFrom.columns || rows.Cols > argmax.ByteTileColumns || rows.Rows*rows.Cols < compactFrom.elements {
		return
	}
	low, high := x.extent(pool)
	if !(low <= high && max(-low, high) <= compactLongest) {
		return
	}
	c := &compact{
		rows:  kernels.NewDense[uint8](rows.Rows, rows.Cols),
		terms: make([]float32, nearRow*rows.Rows),
		step:  float64(float32((high - low) / 255)),
	}
	if x.metric == L1 {
		e.storeDistances(x, c, low, high, pool)
		x.compact = c
		return
	}
	c.sums = make([]int32, rows.Rows)
	c.offset = float64(float32(low + 128*c.step))
	if x.metric == L2 {
		c.squares = make([]float32, rows.Rows)
	}
	lengths := make([]float32, rows.Rows)
	pool.Split(rows.Rows, pieceRows, func(lo, hi int) {
		m := newQuantizer(rows.Cols)
		for i := lo; i < hi; i++ {
			lengths[i] = e.store(x, c, i, m)
		}
	})
	pool.Split(rows.Rows, pieceRows, func(lo, hi int) {
		setSums(c.sums, c.rows, lo, hi)
		for i := lo; i < hi; i++ {
			c.terms[nearRow*i+1] = -c.terms[nearRow*i] * 128 * float32(int(c.sums[i])-128*rows.Cols)
		}
	})
	for _, length := range lengths {
		c.longest = max(c.longest, float64(length))
	}
	if c.longest <= compactLongest {
		x.compact = c
	}
}

// compactFactor is what a row is multiplied by before it is stored.
func (x *Index[E]) compactFactor(row int) float64 {
	if square := x.squares[row]; x.metric == Cosine && square > 0 {
		return 1 / math.Sqrt(square)
	}
	return 1
}

// extent returns the least and the largest element of what is stored of the rows.
func (x *Index[E]) extent(pool *kernels.Pool) (low, high float64) {
	n := x.rows.Rows
	lows, highs := make([]float64, n), make([]float64, n)
	pool.Split(n, pieceRows, func(lo, hi int) {
		line := make([]float32, x.rows.Cols)
		for i := lo; i < hi; i++ {
			lows[i], highs[i] = math.Inf(1), math.Inf(-1)
			if length := x.lengths[i]; length == length {
				factor := x.compactFactor(i)
				x.element.convert(line, x.rows.Row(i))
				least, most := extremes(line)
				lows[i], highs[i] = float64(least)*factor, float64(most)*factor
			}
		}
	})
	low, high = math.Inf(1), math.Inf(-1)
	for i := range n {
		low, high = min(low, lows[i]), max(high, highs[i])
	}
	return low, high
}

// extremes returns the least and the largest of some numbers, whose signs it changes.
func extremes(x []float32) (least, most float32) {
	most = argmax.Max(x)
	argmax.Scale(x, -1)
	return -argmax.Max(x), most
}

// store stores a row, and returns a bound on |y'| + ρ.
func (floats) store(x *Index[float32], c *compact, i int, m *quantizer) float32 {
	terms := (*[nearRow]float32)(c.terms[nearRow*i:])
	if length := x.lengths[i]; length != length {
		terms[3] = float32(math.NaN()) // never near
		return 0
	}
	off, factor := 0.0, x.compactFactor(i)
	if factor != 1 {
		off = 0x1.1p-24
	}
	length := m.shift(x.rows.Row(i), float32(factor), float32(c.offset))
	s, rho := m.quantize(c.rows.Row(i), 128, c.step)
	rho += off
	terms[0], terms[2] = -s, above(rho*(1+0x1p-20))
	if c.squares != nil {
		square := length * length
		c.squares[i] = float32(square)
		terms[3] = float32(square * (1 - nearSlack - m.squared))
	}
	return above((length*(1+m.squared) + off + rho) * (1 + 0x1p-20))
}

// A quantizer is what it takes to make bytes of rows and queries.
type quantizer struct {
	line, bytes, ones []float32
	length            float64 // of the line when it was shifted
	squared           float64 // how far, relatively, its square may be off
}

func newQuantizer(columns int) *quantizer {
	m := new(quantizer)
	m.resize(columns)
	return m
}

func (m *quantizer) resize(columns int) {
	if len(m.line) == columns && columns > 0 {
		return
	}
	m.line, m.bytes, m.ones = make([]float32, columns), make([]float32, columns), make([]float32, columns)
	for j := range m.ones {
		m.ones[j] = 1
	}
	m.squared = squareError(columns)
}

// squareError is how far, relatively, a sum of squares of float32 of this many columns may
// be off, each of which is rounded before.
func squareError(columns int) float64 { return (float64(columns)/64 + 12) * 0x1p-24 }

// shift sets the line to factor·x − offset and returns its length.
func (m *quantizer) shift(x []float32, factor, offset float32) float64 {
	copy(m.line, m.ones)
	argmax.Scale(m.line, -offset)
	argmax.Axpy(m.line, x, factor)
	m.length = math.Sqrt(float64(argmax.SumSquares(m.line)))
	return m.length
}

// smallestStep is below what steps nothing is stored: their reciprocals would overflow.
const smallestStep = 0x1p-100

// quantize sets dst to the integers closest to line/s + half, which are below 2·half, for
// an s that it returns, the least or, if that is not much larger, step. It subtracts
// s·(dst − half) from the line and returns a bound on the length of what is left, and of
// what the line was off.
func (m *quantizer) quantize(dst []uint8, half, step float64) (s float32, rho float64) {
	copy(m.bytes, m.line)
	least, most := extremes(m.bytes)
	scale := max(float64(most)/(half-1), float64(least)/-half, 0)
	if scale > 0.9*step && scale <= step {
		scale = step
	}
	s = above(scale)
	inverse, middle := float32(0), float32(half+0.5)
	if s >= smallestStep {
		inverse = 1 / s
	}
	line := m.line[:len(dst)]
	for j, v := range line {
		dst[j] = uint8(int32(float32(v*inverse) + middle))
	}
	argmax.FromBytes(m.bytes, dst)
	argmax.Axpy(m.bytes, m.ones, -float32(half))
	argmax.Axpy(m.line, m.bytes, -s)
	columns := math.Sqrt(float64(len(dst)))
	rest := math.Sqrt(float64(argmax.SumSquares(m.line)))
	return s, rest*(1+m.squared) + 0x1.1p-23*m.length + columns*0x1p-74
}

// quantize sets dst to the integers closest to line/s + 128 for an s that it returns, the
// least or, if that is not much larger, step. It subtracts s·(dst − 128) from line and
// returns the length of what is left.
func quantize(dst []uint8, line []float64, step float64) (s float32, rho float64) {
	least, most := 0.0, 0.0
	for _, v := range line {
		least, most = min(least, v), max(most, v)
	}
	scale := max(most/127, least/-128)
	if scale > 0.9*step && scale <= step {
		scale = step
	}
	s = above(scale)
	scale, inverse := float64(s), 0.0
	if s > 0 {
		inverse = 1 / scale
	}
	square := 0.0
	for j, v := range line {
		u := max(-128, min(math.RoundToEven(v*inverse), 127))
		dst[j] = uint8(int(u) + 128)
		line[j] = v - float64(scale*u)
		square += float64(line[j] * line[j])
	}
	return s, math.Sqrt(square) * (1 + 0x1p-40)
}

// A compactQuery is what is known of a query.
type compactQuery struct {
	s, sum   [2]float64 // s₁ and s₂, Σq₁ and Σq₂
	rho      [2]float64 // ρ₁ and ρ₂
	length   float64    // |x'|
	alpha    float64    // the distance times unit is rest − alpha·x'·y', and |y'|² with L2
	rest     float64
	unit     float64 // |x| with Cosine, otherwise 1
	rounding float64 // of what is computed in float64, in the same unit
}

// compactGroup is what a group of queries is with a compact copy.
type compactGroup struct {
	first, second kernels.Dense[uint8]
	half          float64 // h
	quantizer     quantizer
	queries       []compactQuery
}

// tile returns the tile of the first bytes.
func (p *compactGroup) tile() argmax.ByteTile {
	if p.half < 128 {
		return argmax.CoarseDotTile
	}
	return argmax.DotTile
}

func (e floats) packTiles(g *group[float32], x *Index[float32], queries kernels.Dense[float32]) {
	n, cols, c, p := queries.Rows, queries.Cols, x.compact, &g.compact
	p.queries, p.half = resize(p.queries, n), 128
	p.quantizer.resize(cols)
	for _, m := range []*kernels.Dense[uint8]{&p.first, &p.second} {
		*m = kernels.Dense[uint8]{Rows: n, Cols: cols, Stride: cols, Data: resize(m.Data, n*cols)}
	}
	if x.metric == L1 {
		e.packDistances(g, x, queries)
		return
	}
	if argmax.CoarseDotTile.HasOwnKernels() && n >= byteTunings[cpu.Active].products {
		p.half = argmax.CoarseLevels / 2
	}
	for i := range n {
		q := &p.queries[i]
		*q = compactQuery{alpha: 1, unit: 1}
		if !g.queries[i].regular {
			clear(p.first.Row(i))
			continue
		}
		offset, step, sum, square := 0.0, 0.0, 0.0, 0.0
		if x.metric == L2 {
			offset = c.offset
			if p.half == 128 {
				step = c.step
			}
		}
		for _, v := range queries.Row(i) {
			d := float64(v) - offset
			square += float64(d * d)
			sum += float64(v)
		}
		q.length = math.Sqrt(square) * (1 + 0x1p-40)
		p.quantizer.shift(queries.Row(i), 1, float32(offset))
		half := p.half
		for level, m := range []*kernels.Dense[uint8]{&p.first, &p.second} {
			s, rho := p.quantizer.quantize(m.Row(i), half, step)
			q.s[level], q.rho[level] = float64(s), rho
			half, step = 128, 0
			for _, v := range m.Row(i) {
				q.sum[level] += float64(v)
			}
		}
		size := q.length * (c.longest + math.Abs(c.offset)*math.Sqrt(float64(cols)))
		switch x.metric {
		case L2:
			q.alpha, q.rest = 2, square
			size += square + c.longest*c.longest
		case Cosine:
			q.unit = math.Sqrt(square)
			q.rest = q.unit - float64(c.offset*sum)
			size += q.unit
		default:
			q.rest = -c.offset * sum
		}
		q.rounding = 4*x.bounds.delta*size + 0x1p-130
	}
	if !g.sketch.used && !oneByOne(x.metric, n) {
		g.packTiles(p.tile(), p.first)
	}
}

// oneByOne reports whether the sums of this number of queries and compact rows are faster
// computed for one query after the other than in tiles.
func oneByOne(metric Metric, queries int) bool {
	tuning := &byteTunings[cpu.Active]
	if metric == L1 {
		return queries < tuning.distances
	}
	return queries < tuning.products
}

// tiled: other ways are as fast on processors without products of bytes if there are
// many queries. It is left if it proposes too much.
func (floats) tiled(x *Index[float32], queries int) bool {
	c := x.compact
	if c == nil || c.loose.Load() {
		return false
	}
	if x.usesSketch(queries) {
		return true
	}
	return x.metric == L1 || byteTunings[cpu.Active].products != never || queries < x.element.tuning(cpu.Active).least(x.rows.Cols)
}

// judge decides whether too many of the pairs are proposed for a compact copy to pay. The
// first rows do not count, when little is known of what is near. The more columns, the more a
// tile gains.
func (c *compact) judge(w *worker[float32], rows int) {
	const first, enough, share = 1 << 13, 1 << 9, 16
	if w.compared += rows; w.compared <= first {
		w.proposed = 0
		return
	}
	counted, k, d := w.compared-first, w.request.k, c.rows.Cols
	if counted >= enough && w.proposed > len(w.group.queries)*(max(counted/share, counted*d/(nearGain+d))+share*min(k, counted)) {
		c.loose.Store(true)
	}
}

func (e floats) tile(w *worker[float32], at, n int) {
	if w.unlimited() {
		first := min(n, pieceRows)
		e.compare(w, rowSet{lo: at, n: first})
		at, n = at+first, n-first
	}
	c := w.index.compact
	if w.group.sketch.used {
		tileSketch(w, at, n, func(i, row int) { e.offer(w, i, row) })
		return
	}
	if c.loose.Load() {
		for lo := at; lo < at+n; lo += pieceRows {
			e.compare(w, rowSet{lo: lo, n: min(pieceRows, at+n-lo)})
		}
		return
	}
	wide := w.sumTile(at, n)
	e.setNearCompact(w, wide)
	w.findNear(n, wide, c.terms[nearRow*at:], func(i, row int, sum int32) {
		row += at
		low, high := e.interval(w, i, row, sum)
		w.proposed++
		w.propose(i, low, high, row)
	})
	c.judge(w, n)
}

// offer offers a row that is near query i by its sketch.
func (e floats) offer(w *worker[float32], i, row int) {
	g, c := &w.group.compact, w.index.compact
	first := argmax.DotBytes(g.first.Row(i), c.rows.Row(row))
	if low, _ := c.interval(&g.queries[i], g.half, row, first, nothing); low >= w.keepers[i].limit {
		return
	}
	low, high := e.interval(w, i, row, int32(first))
	w.propose(i, low, high, row)
}

// interval returns between which bounds a row is proposed that is near query i. Where its
// bytes do not tell that it is too far away, what a row kernel computes does: bytes leave so
// much open that several times as many rows would be decided as there are neighbours.
func (floats) interval(w *worker[float32], i, row int, sum int32) (low, high float64) {
	x, g, limit := w.index, &w.group.compact, w.keepers[i].limit
	c, q := x.compact, &g.queries[i]
	if x.metric == L1 {
		low = c.lowest(q, row, sum) // the limit may be lower by now
	} else {
		second := int64(0)
		if q.s[1] > 0 {
			second = argmax.DotBytes(g.second.Row(i), c.rows.Row(row))
		}
		low, _ = c.interval(q, g.half, row, int64(sum), second)
	}
	if low > limit {
		return low, math.Inf(1)
	}
	own, value := &w.group.queries[i], w.values[:1]
	rowDistances(value, x.metric, own.row, x.rows, rowSet{lo: row, n: 1})
	if x.metric == L2 || x.metric == L1 {
		return x.bounds.within(value[0])
	}
	return x.bounds.ofProduct(value[0], math.Sqrt(own.square)*math.Sqrt(x.squares[row]))
}

// sumTile computes the sums of n rows of a compact copy and all queries, and returns how
// wide their matrix is.
func (w *worker[E]) sumTile(at, n int) (wide int) {
	x, queries := w.index, len(w.group.queries)
	c, t := x.compact, w.group.compact.tile()
	if x.metric == L1 {
		t = argmax.L1DistTile
	}
	wide = t.Padded(queries)
	w.sums = resize(w.sums, n*wide)
	if oneByOne(x.metric, queries) {
		w.sumRows(w.group.compact.first, c.rows, x.metric, at, n, wide)
		return wide
	}
	var sums []int32
	if c.sums != nil {
		sums = c.sums[at : at+n]
	}
	t.Sums(w.sums, wide, strided(c.rows, at), sums, w.group.packed, n, queries, x.rows.Cols)
	return wide
}

// sumRows computes the sums of n rows from at on and few queries row by row.
func (w *worker[E]) sumRows(queries, rows kernels.Dense[uint8], metric Metric, at, n, wide int) {
	if metric != L1 {
		metric = InnerProduct
	}
	for lo := 0; lo < n; lo += pieceRows {
		values := w.integers[:min(pieceRows, n-lo)]
		for i := range w.group.queries {
			byteSums(values, metric, queries.Row(i), rows, rowSet{lo: at + lo, n: len(values)})
			for r, v := range values {
				w.sums[(lo+r)*wide+i] = int32(v)
			}
		}
	}
}

// setNearCompact sets the terms for the limits that the keepers have by now.
func (floats) setNearCompact(w *worker[float32], wide int) {
	x, c, d, half := w.index, w.index.compact, float64(w.index.rows.Cols), w.group.compact.half
	w.setNear(wide, func(i int) nearTerms {
		q, limit := &w.group.compact.queries[i], w.keepers[i].limit
		if !w.group.queries[i].regular {
			return nearTerms{shift: math.Inf(1)}
		}
		switch x.metric {
		case L1:
			return x.compact.nearDistances(q, limit)
		case Cosine:
			limit = withinCosine(limit)
		}
		s, bound := q.alpha*q.s[0], float64(limit*q.unit)
		largest := math.Abs(q.rest) + math.Abs(bound) + float64(q.alpha*q.length*c.longest)
		return nearTerms{
			factor: s,
			offset: -128*float64(s*q.sum[0]) + float64(nearSlack*s*d*half*(1<<10)),
			u:      s * half / 128,
			v:      -q.alpha * q.length * (1 + nearSlack),
			shift:  q.rest - bound - float64(q.alpha*q.rho[0]*c.longest) - q.rounding - float64(nearSlack*largest),
		}
	})
}

// nothing stands for a second sum that was not computed.
const nothing = math.MinInt64

// interval returns between which bounds the distance of a row lies, from its sums.
func (c *compact) interval(q *compactQuery, half float64, row int, first, second int64) (low, high float64) {
	if q.unit == 0 {
		return 1, 1
	}
	s, centred := -float64(c.terms[nearRow*row]), float64(int(c.sums[row])-128*c.rows.Cols)
	product := float64(q.s[0] * (float64(first) - float64(half*centred) - 128*q.sum[0]))
	left := q.rho[1]
	switch {
	case second == nothing:
		left = q.rho[0]
	case q.s[1] > 0:
		product += float64(q.s[1] * (float64(second) - 128*(centred+q.sum[1])))
	}
	e := q.rest - float64(q.alpha*s*product)
	err := float64(q.alpha*(float64(q.length*float64(c.terms[nearRow*row+2]))+float64(left*c.longest))) + q.rounding
	if c.squares != nil {
		square := float64(c.squares[row])
		e += square
		err += float64((0x1p-23 + squareError(c.rows.Cols)) * square)
	}
	return (e - err) / q.unit, (e + err) / q.unit
}
