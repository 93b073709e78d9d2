package meter

import (
	"math/rand/v2"

	"github.com/seed842bec00/argmax"
)

// TilePeak returns the rate of a tile of sums over pairs of bytes, with the instruction
// set in use, if everything is in L1: billions of pairs a second.
func TilePeak(t argmax.ByteTile) float64 {
	const queries, columns = 32, 512
	rows := t.Height()
	random := rand.New(rand.NewPCG(5, 6))
	bytes := func(n int) []uint8 {
		x := make([]uint8, n)
		for i := range x {
			x[i] = uint8(random.Uint32())
		}
		return x
	}
	x, q := bytes(rows*columns), bytes(queries*columns)
	packed, dst, sums := make([]uint8, t.PackedSize(queries, columns)), make([]int32, rows*t.Padded(queries)), make([]int32, rows)
	t.Pack(packed, argmax.Strided[uint8]{Data: q, Stride: columns}, queries, columns)
	return best(float64(rows*queries*columns), func() {
		t.Sums(dst, t.Padded(queries), argmax.Strided[uint8]{Data: x, Stride: columns}, sums, packed, rows, queries, columns)
	})
}
