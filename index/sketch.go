package index

import (
	"math"
	"sync/atomic"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/internal/cpu"
	"github.com/seed842bec00/argmax/internal/wide"
	"github.com/seed842bec00/argmax/kernels"
)

// A sketch has a few bytes for each row, from which tiles tell which rows cannot be near.
// It is made for rows that lie close to a subspace, as images do. Let y' be a row of L2
// less the mean, of Cosine the row divided by its length, less the mean, so that |x' − y'|²
// is T = D with L2 and T = 2·D with Cosine. Let the rows of B be nearly orthonormal, and
// R = I − BᵀB. The sketch of y' is (By', |Ry'|). By the triangle inequality, and with
// E = BBᵀ − I,
//
//	|Bx' − By'|² + (|Rx'| − |Ry'|)² ≤ |B(x' − y')|² + |R(x' − y')|² ≤ T·(1 + ε)
//
// where ε = |E|·(1 + |E|), since BᵀB + R² = I + BᵀEB. A row is stored as bytes u,
// ŷ = s·(u − 128), with ρ no less than the distance of ŷ from its sketch. So a row is near
// only if
//
//	|x̂ − ŷ| ≤ √(T·(1 + ε)) + ρ(x) + ρ(y)
//
// whose square is compared. |Ry'|² = |y'|² − |By'|² + By'·E·By' is computed without its
// last term, which ρ covers, as it covers what is rounded.
//
// With InnerProduct, y' is the row less the mean m, x' the query less the mean, and
// D = −(x'·y' + m·y' + m·x' + |m|²). By the Cauchy–Schwarz inequality
//
//	x'·y' ≤ Bx'·By' + |Rx'|·|Ry'| + |E|·|Bx'|·|By'|
//
// The sum of the first two is the inner product of the sketches, which is at most
// x̂·ŷ + |x̂|·ρ(y) + ρ(x)·(|ŷ| + ρ(y)). What is subtracted from |Rx'| and |Ry'| before they
// are stored, c, adds c·(|Rx'| + |Ry'|) − c².
type sketch struct {
	rows kernels.Dense[uint8] // u
	// terms are nearRow of each row: −s, 128·s·Σ(u − 128), ρ, and, a little lowered,
	// |ŷ|² − ρ² or, with InnerProduct, −m·y' − c·|Ry'|.
	terms   []float32
	sums    []int32        // of the elements of each row
	basis   kernels.Matrix // B
	mean    []float32      // m
	middle  float64        // c, which makes |Ry'| smaller
	defect  float64        // |E|
	longest float64        // no |ŷ| + ρ is larger
	offset  float64        // |m|

	// loose says that searches for a few queries, or for many, found too many rows near:
	// other ways are faster.
	loose [2]atomic.Bool
}

const (
	// sketchWidth is the number of columns of a sketch.
	sketchWidth = 64
	// sketchSample is the most rows from which the basis is made, and sketchRounds how
	// many times it is improved.
	sketchSample = 4096
	sketchRounds = 4
	// sketchQueries is how many rows of the sample try out the sketch.
	sketchQueries = 64
)

// sketchFrom is from how many elements and columns on rows are sketched, and which part of
// the sample may be near the rows that try out the sketch, a variable for tests. Measured on a Xeon, one core, 60,000 × 784 bytes (Fashion-MNIST), k = 10,
// milliseconds with a sketch and without, for 1, 16, 100 and 1000 queries: L2, AVX2 0.88, 4.9,
// 24 and 213 against 2.4, 17, 120 and 1134; VNNI 0.79, 2.6, 17 and 138 against 2.3, 5.5, 32
// and 242; InnerProduct, AVX2 0.74, 4.3, 22 and 188 against 2.0, 15, 103 and 1071; VNNI 0.71,
// 2.2, 16 and 111 against 3.0, 3.5, 21 and 276; InnerProduct of float16, VNNI 1.6, 5.7, 29 and
// 230 against 9.5, 119, 276 and 1375: BenchmarkSketch. A sketch of 128 columns takes as long.
// It takes 0.2 to 0.3 s to make.
var sketchFrom = struct {
	elements, columns int
	share             float64
}{1 << 22, 4 * sketchWidth, 0.125}

// sketchBlock is how many rows are projected together.
const sketchBlock = 128

// newSketch returns a sketch of the rows of an index, nil if it would not pay.
func newSketch[E Element](x *Index[E], pool *kernels.Pool) *sketch {
	rows := &x.rows
	if !usesProducts(x.metric) || x.tiler == nil || rows.Cols < sketchFrom.columns ||
		rows.Cols > argmax.ByteTileColumns || rows.Rows*rows.Cols < sketchFrom.elements || x.irregular > 0 {
		return nil
	}
	k := &sketch{mean: make([]float32, rows.Cols)}
	if !k.fit(x.metric, x.sample(), pool) {
		return nil
	}
	n := rows.Rows
	k.rows, k.terms, k.sums = kernels.NewDense[uint8](n, sketchWidth), make([]float32, nearRow*n), make([]int32, n)
	lengths := make([]float64, n)
	pool.Split(n, sketchBlock, func(lo, hi int) {
		centred, products := kernels.NewMatrix(sketchBlock, rows.Cols), kernels.NewMatrix(sketchBlock, sketchWidth-1)
		for at := lo; at < hi; at += sketchBlock {
			block := centred.Slice(0, min(sketchBlock, hi-at))
			for i := range block.Rows {
				center(x, k, block.Row(i), rows.Row(at+i), x.squares[at+i])
			}
			kernels.Gemm(products.Slice(0, block.Rows), block, k.basis, kernels.TransposeB, 1, 0, nil)
			for i := range block.Rows {
				lengths[at+i] = k.store(x.metric, &x.bounds, at+i, block.Row(i), products.Row(i), x.squares[at+i])
			}
		}
	})
	for _, length := range lengths {
		k.longest = max(k.longest, length)
	}
	if !(k.longest <= compactLongest) {
		return nil
	}
	return k
}

// sample returns some of the rows, those of Cosine divided by their lengths.
func (x *Index[E]) sample() kernels.Matrix {
	n := min(x.rows.Rows, sketchSample)
	s := kernels.NewMatrix(n, x.rows.Cols)
	for i := range n {
		row := int(uint64(i) * uint64(x.rows.Rows) / uint64(n))
		x.element.convert(s.Row(i), x.rows.Row(row))
		if x.metric == Cosine {
			argmax.Scale(s.Row(i), float32(x.unit(x.squares[row])))
		}
	}
	return s
}

// unit is what a vector of this squared length is multiplied by.
func (x *Index[E]) unit(square float64) float64 {
	if x.metric == Cosine && square > 0 {
		return 1 / math.Sqrt(square)
	}
	return 1
}

// center sets dst to a row or query less the mean.
func center[E Element](x *Index[E], k *sketch, dst []float32, row []E, square float64) {
	x.element.convert(dst, row)
	if x.metric == Cosine {
		argmax.Scale(dst, float32(x.unit(square)))
	}
	argmax.Axpy(dst, k.mean, -1)
}

// store stores the sketch of a row, and returns a bound on |ŷ| + ρ.
func (k *sketch) store(metric Metric, b *bounds, i int, centred, products []float32, square float64) float64 {
	terms := (*[nearRow]float32)(k.terms[nearRow*i:])
	if metric == Cosine && square == 0 {
		terms[3] = float32(math.Inf(-1)) // always near
		return 0
	}
	v := k.quantize(metric, b, k.rows.Row(i), centred, products, square)
	k.sums[i] = int32(v.sum)
	terms[0], terms[1], terms[2] = -v.s, 128*v.s*float32(v.sum-128*sketchWidth), above(v.rho)
	if metric == InnerProduct {
		terms[3] = -above(v.beyond + float64(nearSlack*math.Abs(v.beyond)))
	} else {
		terms[3] = float32(v.square - float64(v.rho*v.rho) - float64(nearSlack*(v.square+float64(v.rho*v.rho))))
	}
	return (math.Sqrt(v.square) + v.rho) * (1 + 0x1p-20)
}

// quantized is what is known of a row or query, besides its bytes.
type quantized struct {
	s      float32
	sum    int     // of the bytes
	square float64 // |ŷ|²
	rho    float64 // ρ
	beyond float64 // with InnerProduct no less than m·y' + c·|Ry'|
}

// quantize sets dst to the bytes of a row or query, less the mean, whose products with the
// basis are given.
func (k *sketch) quantize(metric Metric, b *bounds, dst []uint8, centred, products []float32, square float64) (v quantized) {
	var line [sketchWidth]float64
	whole2, inside2 := float64(argmax.Dot(centred, centred)), 0.0
	for j, p := range products {
		line[j] = float64(p)
		inside2 += float64(p) * float64(p)
	}
	left := math.Sqrt(max(0, whole2-inside2))
	line[sketchWidth-1] = left - k.middle
	off := k.error(metric, b, whole2, inside2, left, square)
	s, rest := quantize(dst, line[:], 0)
	squares := 0
	for _, u := range dst {
		v.sum += int(u)
		squares += (int(u) - 128) * (int(u) - 128)
	}
	v.s, v.square, v.rho = s, float64(float64(s)*float64(s))*float64(squares), (rest+off)*(1+0x1p-20)
	if metric == InnerProduct {
		v.beyond = wide.Dot.Of(k.mean, centred) + float64(0x1p-22*k.offset*math.Sqrt(whole2)) + float64(k.middle*(left+off)*(1+0x1p-40))
	}
	return v
}

// error returns a bound on how far a sketch is off that was computed in float32: the
// products with the basis, what is left, and the row less the mean.
func (k *sketch) error(metric Metric, b *bounds, whole2, inside2, left, square float64) float64 {
	length, inside := math.Sqrt(whole2), math.Sqrt(inside2)
	products := math.Sqrt(sketchWidth)*b.kappa*length*(1+k.defect) + 0x1p-120
	left2 := k.defect*inside2*1.01 + 2*inside*products + products*products + 2*b.kappa*whole2
	rest := math.Sqrt(left2)
	if left > rest {
		rest = left2 / left
	}
	rounded := 0x1p-23 * length
	if metric == Cosine {
		rounded += 0x1p-22 // the row has the length 1
	}
	return products + rest + 1.1*rounded
}

// A sketchQuery is what is known of a query.
type sketchQuery struct {
	quantized
	all bool // whether everything is near
}

// sketchGroup is what a group of queries is with a sketch.
type sketchGroup struct {
	used     bool
	rows     kernels.Dense[uint8]
	queries  []sketchQuery
	centred  []float32 // of one query
	products [sketchWidth - 1]float32
	floats   []float32 // the queries converted, if rows are of 16 bits
}

// usesSketch reports whether a search for this number of queries together looks at the
// sketch first.
func (x *Index[E]) usesSketch(queries int) bool {
	return x.sketch != nil && !x.sketch.loose[many(queries)].Load()
}

// many returns 1 if tiles are faster than one query after the other, 0 otherwise.
func many(queries int) int {
	if queries >= byteTunings[cpu.Active].products {
		return 1
	}
	return 0
}

// packSketch packs the queries of a group.
func packSketch[E Element](g *group[E], x *Index[E], queries kernels.Dense[E]) {
	n, p := queries.Rows, &g.sketch
	p.queries, p.centred = resize(p.queries, n), resize(p.centred, queries.Cols)
	p.rows = matrixOf(resize(p.rows.Data, n*sketchWidth), n, sketchWidth)
	for i := range n {
		q, dst := &p.queries[i], p.rows.Row(i)
		*q = sketchQuery{}
		square := g.queries[i].square
		if q.all = x.metric == Cosine && square == 0; q.all || !g.queries[i].regular {
			clear(dst)
			continue
		}
		center(x, x.sketch, p.centred, queries.Row(i), square)
		argmax.ScoreRows(p.products[:], p.centred, rowsOf(x.sketch.basis.Data, x.sketch.basis.Stride))
		q.quantized = x.sketch.quantize(x.metric, &x.bounds, dst, p.centred, p.products[:], square)
	}
	if many(n) == 1 {
		g.packTiles(argmax.DotTile, p.rows)
	}
}

// tileSketch calls near for the n rows from at on that may be near a query.
func tileSketch[E Element](w *worker[E], at, n int, near func(i, row int)) {
	x, k, g := w.index, w.index.sketch, &w.group.sketch
	queries := len(g.queries)
	wide := argmax.DotTile.Padded(queries)
	w.sums = resize(w.sums, n*wide)
	if many(queries) == 1 {
		argmax.DotTile.Sums(w.sums, wide, strided(k.rows, at), k.sums[at:at+n], w.group.packed, n, queries, sketchWidth)
	} else {
		w.sumRows(g.rows, k.rows, InnerProduct, at, n, wide)
	}
	w.setNear(wide, func(i int) nearTerms { return x.nearSketch(w.group, i, w.keepers[i].limit) })
	w.findNear(n, wide, k.terms[nearRow*at:], func(i, row int, _ int32) {
		w.proposed++
		near(i, at+row)
	})
	judgeSketch(w, n)
}

// nearSketch returns the terms of query i.
func (x *Index[E]) nearSketch(g *group[E], i int, limit float64) nearTerms {
	k, q := x.sketch, &g.sketch.queries[i]
	switch {
	case !g.queries[i].regular:
		return nearTerms{shift: math.Inf(1)}
	case q.all:
		return nearTerms{shift: math.Inf(-1)}
	}
	size := float64(g.queries[i].square + x.longest*x.longest)
	switch x.metric {
	case InnerProduct:
		return k.nearProduct(q, limit, math.Sqrt(g.queries[i].square), x.longest, 8*x.bounds.delta*size+0x1p-140)
	case Cosine:
		limit, size = 2*withinCosine(limit), 4
	}
	length, s := math.Sqrt(q.square), float64(q.s)
	farthest := 1.01 * (length + k.longest)
	limit = max(0, min(limit, 2*float64(farthest*farthest)))
	near := math.Sqrt(limit*(1+k.defect*(1+k.defect))*(1+0x1p-40)+8*x.bounds.delta*size+0x1p-140) + q.rho
	near = min(near, farthest)
	largest := q.square + float64(near*near) + float64(2*length*k.longest) + float64(2*near*k.longest)
	return nearTerms{
		factor: 2 * s,
		offset: q.offset(2 * s),
		u:      2 * s,
		v:      -2 * near * (1 + nearSlack),
		shift:  q.square - float64(near*near) - float64(nearSlack*largest),
	}
}

// offset is that of an excess with a factor, a little larger: it is multiplied by −s of a row.
func (q *sketchQuery) offset(factor float64) float64 {
	return -128*float64(factor*float64(q.sum)) + float64(nearSlack*factor*sketchWidth*(1<<17))
}

// nearProduct returns the terms of a query of InnerProduct, of which and of the longest row
// the lengths are given, and how far what is computed in float64 may be off.
func (k *sketch) nearProduct(q *sketchQuery, limit, length, longest, rounding float64) nearTerms {
	farthest := 1.01 * float64(length*longest)
	limit = max(-farthest, min(limit, farthest))
	inside, s := math.Sqrt(q.square), float64(q.s)
	rest := float64(q.rho*k.longest) + float64(k.defect*(1+k.defect)*(inside+q.rho)*k.longest)
	own := q.beyond + float64(k.offset*k.offset) - float64(k.middle*k.middle)
	largest := math.Abs(limit) + rest + math.Abs(q.beyond) + float64(k.offset*k.offset) + float64(k.middle*k.middle) +
		float64(2*inside*k.longest) + float64(1.01*(k.offset+k.middle)*(longest+k.offset))
	return nearTerms{
		factor: s,
		offset: q.offset(s),
		u:      s,
		v:      -inside * (1 + nearSlack),
		shift:  -limit - own - rest - rounding - float64(nearSlack*largest),
	}
}

// judgeSketch decides whether too many rows are near for a sketch to pay. The first ones do
// not count, when little is known of what is near. A row that is near costs as much as some
// twenty pairs in a tile, but hardly more than a pair one by one.
func judgeSketch[E Element](w *worker[E], rows int) {
	const first, enough = 1 << 13, 1 << 12
	queries, share := len(w.group.queries), 4
	if many(queries) == 1 {
		share = 24
	}
	if w.compared += rows; w.compared <= first {
		w.proposed = 0
		return
	}
	if counted := w.compared - first; counted >= enough && w.proposed > queries*(counted/share+w.request.k) {
		w.index.sketch.loose[many(queries)].Store(true)
	}
}
