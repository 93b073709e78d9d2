package cpu

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// The subleaves as processors report them: EAX, EBX and ECX of each.
func TestCachesOf(t *testing.T) {
	for name, c := range map[string]struct {
		leaf [][3]uint32
		want Caches
	}{
		"Zen 2": {[][3]uint32{
			{0x00004121, 0x01c0003f, 0x0000003f}, {0x00004122, 0x01c0003f, 0x0000003f},
			{0x00004143, 0x01c0003f, 0x000003ff}, {0x0001c163, 0x03c0003f, 0x00003fff}, {}, {0x00004121, 0x01c0003f, 0x0000ffff},
		}, Caches{32 * kB, 512 * kB, 16 * mB}},
		"Golden Cove": {[][3]uint32{
			{0xfc004121, 0x02c0003f, 0x0000003f}, {0xfc004122, 0x01c0003f, 0x0000003f},
			{0xfc01c143, 0x03c0003f, 0x000007ff}, {0xfc1fc163, 0x02c0003f, 0x0000ffff}, {},
		}, Caches{48 * kB, 2 * mB, 48 * mB}},
		"two partitions": {[][3]uint32{{0x00000021, 0x01c0103f, 0x0000003f}, {}}, Caches{L1: 64 * kB}},
		"no end, as if every leaf were the last one": {func() (leaf [][3]uint32) {
			for range 100 {
				leaf = append(leaf, [3]uint32{0x00000021, 0x01c0003f, 0x0000003f})
			}
			return leaf
		}(), Caches{L1: 32 * kB}},
		"the largest numbers": {[][3]uint32{{0x00000063, 0xffffffff, 0xffffffff}, {}}, Caches{L3: 1<<31 - 1}},
		"a fourth level":      {[][3]uint32{{0x00000083, 0x01c0003f, 0x0000003f}, {}}, Caches{}},
		"none":                {[][3]uint32{{}}, Caches{}},
		"nothing after an L3": {[][3]uint32{{0x00000063, 0x01c0003f, 0x00003fff}, {0x00000021, 0x01c0003f, 0x0000003f}}, Caches{L3: 8 * mB}},
	} {
		got := cachesOf(func(subleaf uint32) (eax, ebx, ecx uint32) {
			r := c.leaf[subleaf]
			return r[0], r[1], r[2]
		})
		assert.Equal(t, c.want, got, name)
	}
}
