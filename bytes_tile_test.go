package argmax

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/internal/cpu"
)

// Tiles give the sums that pairs give, for every number of columns, rows and queries.
func TestByteTiles(t *testing.T) {
	s := newSource(39)
	type shape struct{ m, n, k int }
	var shapes []shape
	for k := range 20 {
		shapes = append(shapes, shape{1 + s.below(30), 1 + s.below(70), k})
	}
	for n := range 40 {
		shapes = append(shapes, shape{s.below(20), n, 8*s.below(9) + s.below(2)*s.below(8)})
	}
	shapes = append(shapes, shape{300, 33, 50}, shape{2, 3, ByteTileColumns}, shape{9, 2, ByteTileColumns - 1})
	for _, isa := range cpu.Available() {
		restore := cpu.Use(isa)
		for _, sh := range shapes {
			for mood, fill := range byteMoods {
				if sh.k > 1000 && testing.Short() {
					continue
				}
				what := fmt.Sprintf("%v: %+v, mood %d", isa, sh, mood)
				strideQ, strideR := sh.k+s.below(3), sh.k+s.below(3)
				q, rows := make([]uint8, extent(sh.n, sh.k, strideQ)), make([]uint8, extent(sh.m, sh.k, strideR))
				fill(s, q, false)
				fill(s, rows, true)
				sums := make([]int32, sh.m)
				for i := range sums {
					for _, v := range rows[i*strideR:][:sh.k] {
						sums[i] += int32(v)
					}
				}
				for _, tile := range []ByteTile{DotTile, L1DistTile, CoarseDotTile} {
					pair := DotBytes
					switch tile {
					case L1DistTile:
						pair = L1DistBytes
					case CoarseDotTile:
						for i := range q {
							q[i] %= CoarseLevels
						}
					}
					packed := make([]uint8, tile.PackedSize(sh.n, sh.k))
					tile.Pack(packed, Strided[uint8]{q, strideQ}, sh.n, sh.k)
					stride := tile.Padded(sh.n) + s.below(2)
					dst := make([]int32, extent(sh.m, tile.Padded(sh.n), stride))
					tile.Sums(dst, stride, Strided[uint8]{rows, strideR}, sums, packed, sh.m, sh.n, sh.k)
					for i := range sh.m {
						for j := range sh.n {
							want := pair(rows[i*strideR:][:sh.k], q[j*strideQ:][:sh.k])
							require.Equal(t, want, int64(dst[i*stride+j]), "%s, tile %d, row %d, query %d", what, tile, i, j)
						}
					}
				}
			}
		}
		restore()
	}
}

// The words in which coarse products are added reach from −32640 to 31620.
func TestExtremesOfCoarseTiles(t *testing.T) {
	const m, n, k = 7, 20, 100
	rows, sums := slices.Repeat([]uint8{255}, m*k), slices.Repeat([]int32{255 * k}, m)
	for _, isa := range cpu.Available() {
		restore := cpu.Use(isa)
		for _, level := range []uint8{0, CoarseLevels - 1} {
			packed, stride := make([]uint8, CoarseDotTile.PackedSize(n, k)), CoarseDotTile.Padded(n)
			CoarseDotTile.Pack(packed, Strided[uint8]{slices.Repeat([]uint8{level}, n*k), k}, n, k)
			dst := make([]int32, m*stride)
			CoarseDotTile.Sums(dst, stride, Strided[uint8]{rows, k}, sums, packed, m, n, k)
			for i := range m {
				require.Equal(t, slices.Repeat([]int32{255 * k * int32(level)}, n), dst[i*stride:][:n], "%v, row %d", isa, i)
			}
		}
		restore()
	}
}

func TestByteTilePanics(t *testing.T) {
	tile, data, sums := DotTile, Strided[uint8]{make([]uint8, 40), 10}, make([]int32, 4)
	packed := make([]uint8, tile.PackedSize(4, 10))
	dst, stride := make([]int32, 4*tile.Padded(4)), tile.Padded(4)
	for message, f := range map[string]func(){
		"argmax: Pack of 32769 columns of bytes, at most 32768":                           func() { tile.Pack(nil, Strided[uint8]{}, 0, 1<<15+1) },
		"argmax: Pack: queries of length 40 cannot hold 5 rows of length 10 at stride 10": func() { tile.Pack(packed, data, 5, 10) },
		"argmax: Pack: packed overlaps queries":                                           func() { tile.Pack(packed, Strided[uint8]{packed, 10}, 4, 10) },
		"argmax: Sums: rows of length 40 cannot hold 5 rows of length 10 at stride 10":    func() { tile.Sums(dst, stride, data, sums, packed, 5, 4, 10) },
		"argmax: Sums: dst of length 64 cannot hold 4 rows of length 16 at stride 17":     func() { tile.Sums(dst, stride+1, data, sums, packed, 4, 4, 10) },
		"argmax: Sums: sums of lengths 4 and 3":                                           func() { tile.Sums(dst, stride, data, sums, packed, 3, 4, 10) },
		"argmax: Sums: dst overlaps sums":                                                 func() { tile.Sums(dst, stride, data, dst[:4], packed, 4, 4, 10) },
		"argmax: Pack: byte 3 of query 2 is 64, not below 64": func() {
			CoarseDotTile.Pack(make([]uint8, CoarseDotTile.PackedSize(4, 10)), Strided[uint8]{slices.Replace(make([]uint8, 40), 23, 24, 64), 10}, 4, 10)
		},
		"argmax: FindNear of n = 3, not a multiple of 16": func() { FindNear(nil, nil, 0, 3, nil, nil) },
		"argmax: FindNear: rows of lengths 2 and 4":       func() { FindNear(dst, make([]int32, 16), 1, 16, make([]float32, 2), make([]float32, 80)) },
	} {
		assert.PanicsWithValue(t, message, f)
	}
	assert.Panics(t, func() { tile.Pack(packed[1:], data, 4, 10) })
	assert.Panics(t, func() { tile.Sums(dst, stride, data, sums, packed[1:], 4, 4, 10) })
}

func TestByteTilesAllocateNothing(t *testing.T) {
	q, rows := Strided[uint8]{make([]uint8, 10*100), 100}, Strided[uint8]{make([]uint8, 50*100), 100}
	sums, positions := make([]int32, 50), make([]int32, 50*16)
	for _, tile := range []ByteTile{DotTile, L1DistTile, CoarseDotTile} {
		packed, dst := make([]uint8, tile.PackedSize(10, 100)), make([]int32, 50*16)
		assert.Zero(t, testing.AllocsPerRun(3, func() {
			tile.Pack(packed, q, 10, 100)
			tile.Sums(dst, 16, rows, sums, packed, 50, 10, 100)
			FindNear(positions, dst, 50, 16, make([]float32, 200), make([]float32, 80))
		}))
	}
}
