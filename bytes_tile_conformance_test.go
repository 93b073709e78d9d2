package argmax

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

type byteTileKernel = func(steps int, rows []uint8, stride int, sums []int32, panel []uint8, registers int, c []int32, ldc, m int, add bool, ahead int)

func byteTileTest(kernel, twin byteTileKernel) tileOfBytes {
	c := make([]int32, 1*tileLanesGeneric)
	twin(1, slices.Repeat([]uint8{3}, coarseStep), coarseStep, nil, slices.Repeat([]uint8{2}, coarseStep*tileLanesGeneric), 1, c, tileLanesGeneric, 1, false, 0)
	kind := map[int32]ByteTile{4 * 6: DotTile, 8 * 1: L1DistTile, 8 * 6: CoarseDotTile}[c[0]]
	return tileOfBytes{kind, kernel, twin}
}

type tileOfBytes struct {
	kind         ByteTile
	kernel, twin byteTileKernel
}

// layouts returns that of the kernel, with the active instruction set, and that of its twin.
func (b tileOfBytes) layouts() (own, generic byteLayout) {
	own, generic = b.kind.layout(), b.kind.layoutOf(tileRowsGeneric, tileLanesGeneric, plainBytes)
	if b.kind == CoarseDotTile {
		generic.step = coarseStep
		height, lanes, form := byteTileShape()
		if form == plainBytes { // no kernel
			return generic, generic
		}
		own = b.kind.layoutOf(height, lanes, coarseBytes)
	}
	return own, generic
}

// fill fills bytes, of queries that the tile takes.
func (b tileOfBytes) fill(s *source, x []uint8, mood func(s *source, x []uint8, first bool), first bool) {
	mood(s, x, first)
	if b.kind == CoarseDotTile && !first {
		for i := range x {
			x[i] %= CoarseLevels
		}
	}
}

// call computes the sums of rows of steps·step bytes and queries with a kernel that
// reads a layout, in two parts if the first has some steps. The queries fill the panel's
// registers.
func (b tileOfBytes) call(f byteTileKernel, l byteLayout, c []int32, ldc int, rows []uint8, stride int, queries []uint8, count, steps, part int, at arena, offset int) {
	k := steps * l.step
	packed := make([]uint8, l.padded(count)*steps*l.wide())
	l.pack(packed, Strided[uint8]{queries, k}, count, k)
	if at != nil {
		packed = placed(at, packed, offset)
	}
	m, registers := (len(c)+ldc-1)/ldc, l.padded(count)/l.lanes
	sums, add := rowSums(rows, stride, m, k), false
	if part > 0 {
		f(part, rows, stride, sums, packed, registers, c, ldc, m, false, 0)
		steps, rows, packed, add = steps-part, rows[part*l.step:], packed[part*l.wide()*l.padded(count):], true
	}
	f(steps, rows, stride, sums, packed, registers, c, ldc, m, add, 64)
}

func rowSums(rows []uint8, stride, m, k int) []int32 {
	sums := make([]int32, m)
	for i := range sums {
		for _, v := range rows[i*stride:][:k] {
			sums[i] += int32(v)
		}
	}
	return sums
}

func (b tileOfBytes) conforms(t *testing.T) {
	s := newSource(35)
	own, generic := b.layouts()
	counts := []int{1, 2, 3, 5, 7, 8, 9, 13, 14, 15, 23, 29}
	base, panels, results := newArena(t, 29*260), newArena(t, 64*300), newArena(t, 29*40)
	var m, k, offset int
	defer where(t, "%d rows of %d, offset %d", &m, &k, &offset)
	for _, m = range counts {
		for _, steps := range []int{0, 1, 2, 3, 17, 100} {
			steps = min(steps, 800/own.step)
			k = steps * own.step
			for registers := 1; registers <= 2; registers++ {
				for mood, fill := range byteMoods {
					queries, stride := registers*own.lanes, k+s.below(5)
					ldc, part := queries+s.below(3), s.below(steps+1)
					rows, q := make([]uint8, extent(m, k, stride)), make([]uint8, queries*k)
					b.fill(s, rows, fill, true)
					b.fill(s, q, fill, false)
					c := make([]int32, extent(m, queries, ldc))
					for i := range c {
						c[i] = int32(s.below(1 << 20))
					}
					want := slices.Clone(c)
					for j := 0; j < queries; j += generic.lanes { // a narrow panel after the other
						b.call(b.twin, generic, want[j:], ldc, rows, stride, q[j*k:], generic.lanes, steps, 0, nil, 0)
					}
					offset = []int{0, 1 + s.below(atEnd-1), atEnd}[(mood+registers)%3]
					for i := range results {
						results[i] = canary
					}
					got := placed(results, c, offset)
					b.call(b.kernel, own, got, ldc, placed(base, rows, offset), stride, q, queries, steps, part, panels, offset)
					require.Equal(t, want, got, "%d rows of %d, %d registers, mood %d, part %d, offset %d", m, k, registers, mood, part, offset)
					for i := range got {
						got[i] = int32(math.Float32bits(canary))
					}
					require.Equal(t, slices.Repeat(arena{canary}, len(results)).bits(), results.bits(), "%d rows of %d: wrote outside", m, k)
				}
			}
		}
	}
}

func (b tileOfBytes) golden(g *goldenHash) {
	s := newSource(36)
	l, _ := b.layouts()
	const queries, m = 32, 9
	for _, steps := range []int{0, 1, 5, 40} {
		for _, fill := range byteMoods {
			k := steps * l.step
			rows, q, c := make([]uint8, m*k), make([]uint8, queries*k), make([]int32, m*queries)
			b.fill(s, rows, fill, true)
			b.fill(s, q, fill, false)
			for j := 0; j < queries; j += l.lanes {
				b.call(b.kernel, l, c[j:], queries, rows, k, q[j*k:], l.lanes, steps, 0, nil, 0)
			}
			for _, v := range c {
				g.addIntegers([]int64{int64(v)})
			}
		}
	}
}

func findNearTest(kernel, twin func(positions, c []int32, m, n int, rows, queries []float32) int) nearFinder {
	return nearFinder{kernel, twin}
}

type nearFinder struct {
	kernel, twin func(positions, c []int32, m, n int, rows, queries []float32) int
}

// nearCase returns a matrix and terms with which about one in so many elements is near.
func nearCase(s *source, m, n, rare int) (c []int32, rows, queries []float32) {
	c, rows, queries = make([]int32, m*n), s.values(nearRow*m, plain), s.values(nearQuery*n, plain)
	for i := range c {
		c[i] = int32(s.below(1 << 25))
		if s.below(rare) == 0 {
			c[i] = -c[i] * 64
		}
	}
	for j := range n {
		queries[j] = 1 + queries[j]*queries[j]
		if s.below(16) == 0 {
			queries[(1+s.below(nearQuery-1))*n+j] = []float32{nan, inf, -inf}[s.below(3)]
		}
	}
	for i := range m {
		if rows[nearRow*i] = 1 + rows[nearRow*i]*rows[nearRow*i]; s.below(16) == 0 {
			rows[nearRow*i+s.below(nearRow)] = nan
		}
	}
	return c, rows, queries
}

func (f nearFinder) conforms(t *testing.T) {
	s := newSource(37)
	matrix, results, terms := newArena(t, 12*96), newArena(t, 12*96), newArena(t, nearQuery*96)
	var m, n, offset int
	defer where(t, "%d×%d, offset %d", &m, &n, &offset)
	want := make([]int32, 12*96)
	for _, m = range []int{0, 1, 2, 5, 12} {
		for n = 16; n <= 96; n += 16 {
			for _, rare := range []int{1, 2, 50, 1 << 30} {
				c, rows, queries := nearCase(s, m, n, rare)
				count := f.twin(want, c, m, n, rows, queries)
				offset = []int{s.below(atEnd), atEnd}[s.below(2)]
				got := asPositions(results.place(make([]float32, m*n), offset))
				require.Equal(t, count, f.kernel(got, placed(matrix, c, offset), m, n, rows, terms.place(queries, offset)), "%d×%d, one in %d", m, n, rare)
				require.Equal(t, want[:count], got[:count], "%d×%d, one in %d", m, n, rare)
				require.Truef(t, results.intact(m*n, offset), "%d×%d: wrote outside", m, n)
			}
		}
	}
}

func (f nearFinder) golden(g *goldenHash) {
	s := newSource(38)
	for _, rare := range []int{1, 3, 100} {
		c, rows, queries := nearCase(s, 20, 48, rare)
		positions := make([]int32, len(c))
		for _, p := range positions[:f.kernel(positions, c, 20, 48, rows, queries)] {
			g.addIntegers([]int64{int64(p)})
		}
	}
}
