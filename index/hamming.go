package index

import (
	"encoding/binary"
	"math/bits"

	"github.com/seed842bec00/argmax/kernels"
)

// hammingRows sets dst to the numbers of bits in which q and rows differ. The loop takes
// 8 bytes at a time, with POPCNT where the processor has it.
func hammingRows(dst []int64, q []uint8, rows kernels.Dense[uint8], r rowSet) {
	for p := range dst {
		dst[p] = int64(hamming(q, rows.Row(r.row(p))))
	}
}

func hamming(x, y []uint8) int {
	y = y[:len(x)]
	n := 0
	for len(x) >= 32 {
		a, b := x[:32], y[:32]
		n += bits.OnesCount64(binary.LittleEndian.Uint64(a)^binary.LittleEndian.Uint64(b)) +
			bits.OnesCount64(binary.LittleEndian.Uint64(a[8:])^binary.LittleEndian.Uint64(b[8:])) +
			bits.OnesCount64(binary.LittleEndian.Uint64(a[16:])^binary.LittleEndian.Uint64(b[16:])) +
			bits.OnesCount64(binary.LittleEndian.Uint64(a[24:])^binary.LittleEndian.Uint64(b[24:]))
		x, y = x[32:], y[32:]
	}
	for len(x) >= 8 {
		n += bits.OnesCount64(binary.LittleEndian.Uint64(x) ^ binary.LittleEndian.Uint64(y))
		x, y = x[8:], y[8:]
	}
	for i, v := range x {
		n += bits.OnesCount8(v ^ y[i])
	}
	return n
}
