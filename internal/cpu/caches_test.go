package cpu

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

const kB, mB = 1 << 10, 1 << 20

// What is not plausible is replaced, and nothing else.
func TestImplausibleCaches(t *testing.T) {
	assumed := Caches{32 * kB, 256 * kB, 8 * mB}
	for _, c := range []struct {
		why            string
		reported, used Caches
	}{
		{"nothing is known", Caches{}, assumed},
		{"Zen 2", Caches{32 * kB, 512 * kB, 16 * mB}, Caches{32 * kB, 512 * kB, 16 * mB}},
		{"Apple M1", Caches{128 * kB, 12 * mB, 0}, Caches{128 * kB, 12 * mB, 0}},
		{"a virtual machine with the L3 of its host", Caches{48 * kB, 2 * mB, 260 * mB}, Caches{48 * kB, 2 * mB, 260 * mB}},
		{"no L1", Caches{0, 512 * kB, 16 * mB}, Caches{32 * kB, 512 * kB, 16 * mB}},
		{"no L2", Caches{64 * kB, 0, 4 * mB}, Caches{64 * kB, 256 * kB, 4 * mB}},
		{"an L2 smaller than the L1", Caches{512 * kB, 64 * kB, 0}, Caches{512 * kB, 512 * kB, 0}},
		{"an L1 of 4 KB", Caches{4 * kB, mB, 0}, Caches{32 * kB, mB, 0}},
		{"an L1 of 1 MB", Caches{mB, mB, 0}, Caches{32 * kB, mB, 0}},
		{"an L2 of 1 GB", Caches{32 * kB, 1 << 30, 0}, Caches{32 * kB, 256 * kB, 0}},
		{"an L3 smaller than the L2", Caches{32 * kB, 2 * mB, mB}, Caches{32 * kB, 2 * mB, 0}},
		{"an L3 of almost 2 GB", Caches{32 * kB, 2 * mB, 1<<31 - 1}, Caches{32 * kB, 2 * mB, 0}},
		{"negative sizes", Caches{-1, -1, -1}, Caches{32 * kB, 256 * kB, 0}},
	} {
		assert.Equal(t, c.used, c.reported.plausible(assumed), c.why)
	}
}

func TestDetectCaches(t *testing.T) {
	c := DetectCaches()
	t.Logf("L1 %d KB, L2 %d KB, L3 %d KB", c.L1/kB, c.L2/kB, c.L3/kB)
	assert.Equal(t, c, c.plausible(Caches{}), "plausible")
	assert.Equal(t, c, DetectCaches(), "always the same")
}

// What is assumed is itself plausible.
func TestFallbacks(t *testing.T) {
	for arch, c := range fallbacks {
		assert.Equal(t, c, c.plausible(Caches{}), arch)
	}
	assert.Equal(t, fallback, fallback.plausible(Caches{}))
}
