package blocks

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/seed842bec00/argmax/internal/cpu"
)

const kB, mB = 1 << 10, 1 << 20

// processors are the caches of processors, and what the rules choose for them.
var processors = []struct {
	name   string
	isa    cpu.ISA
	caches cpu.Caches
	want   Blocks
}{
	{"Skylake", cpu.AVX2, cpu.Caches{L1: 32 * kB, L2: 256 * kB, L3: 8 * mB}, Blocks{5120, 256 * kB, 128 * kB, 64, 1024, 181 * 181 * 181, 1 << 17, 128 * kB, 1 << 20, 1 << 14}},
	{"Zen 2", cpu.AVX2, cpu.Caches{L1: 32 * kB, L2: 512 * kB, L3: 16 * mB}, Blocks{5120, 512 * kB, 256 * kB, 96, 1024, 256 * 256 * 256, 1 << 17, 256 * kB, 1 << 20, 1 << 15}},
	{"Zen 5", cpu.AVX512, cpu.Caches{L1: 48 * kB, L2: 1 * mB, L3: 32 * mB}, Blocks{7680, 1 * mB, 512 * kB, 96, 1024, 362 * 362 * 362, 1 << 18, 256 * kB, 1 << 20, 1 << 15}},
	{"Golden Cove", cpu.AVX512, cpu.Caches{L1: 48 * kB, L2: 2 * mB, L3: 30 * mB}, Blocks{7680, 2 * mB, 1 * mB, 96, 1024, 443 * 443 * 443, 1 << 18, 256 * kB, 1 << 20, 1 << 15}},
	{"a virtual machine with the L3 of its host", cpu.AVX512, cpu.Caches{L1: 48 * kB, L2: 2 * mB, L3: 260 * mB}, Blocks{7680, 2 * mB, 1 * mB, 96, 1024, 443 * 443 * 443, 1 << 18, 256 * kB, 1 << 20, 1 << 15}},
	{"Cortex-A57", cpu.NEON, cpu.Caches{L1: 32 * kB, L2: 2 * mB, L3: 0}, Blocks{5120, 2 * mB, 1 * mB, 96, 1024, 443 * 443 * 443, 1 << 17, 256 * kB, 1 << 20, 1 << 15}},
	{"Apple M1", cpu.NEON, cpu.Caches{L1: 128 * kB, L2: 12 * mB, L3: 0}, Blocks{10240, 12 * mB, 6 * mB, 96, 1024, 443 * 443 * 443, 1 << 17, 256 * kB, 1 << 20, 1 << 15}},
	{"Apple M1, by its slower cores", cpu.NEON, cpu.Caches{L1: 64 * kB, L2: 4 * mB, L3: 0}, Blocks{10240, 4 * mB, 2 * mB, 96, 1024, 443 * 443 * 443, 1 << 17, 256 * kB, 1 << 20, 1 << 15}},
}

// The blocks fit where the rules say.
func TestBlocksFit(t *testing.T) {
	for _, p := range processors {
		b, c := For(p.isa, p.caches), p.caches
		assert.Equal(t, p.want, b, p.name)

		const kc, element = 256, 4
		assert.LessOrEqual(t, b.PanelRows*kc*element, c.L2/4, "%s: rows of A", p.name)
		edge := 1
		for edge*edge*edge < b.SmallGemm {
			edge++
		}
		assert.LessOrEqual(t, edge*edge*element, c.L2/2, "%s: B of the largest product that is not packed", p.name)
		assert.LessOrEqual(t, b.BasePiece, c.L2/2, "%s: rows of an index", p.name)
		assert.LessOrEqual(t, b.Excesses*element, c.L2/4, "%s: excesses", p.name)
		assert.LessOrEqual(t, b.Near, c.L2/2, "%s: what stays in the second cache", p.name)
		assert.LessOrEqual(t, b.Far, c.L2, "%s: what is in the second cache", p.name)
		assert.Less(t, b.ScoreWeights*element, c.L1*3/4, "%s: weights", p.name)
	}
}

// Whatever a machine reports, there are blocks.
func TestBlocksOfAnyCaches(t *testing.T) {
	sizes := []int{1, 8 * kB, 48 * kB, 512 * kB, 16 * mB, 1 << 30}
	for _, l1 := range sizes {
		for _, l2 := range sizes {
			for _, l3 := range append(sizes, 0) {
				c := cpu.Caches{L1: l1, L2: l2, L3: l3}
				b, most := For(cpu.AVX2, c), For(cpu.AVX2, cpu.Caches{L1: 1 << 30, L2: 1 << 30, L3: 1 << 30})
				assert.Positive(t, b.ScoreWeights, c)
				assert.LessOrEqual(t, b.PanelRows, most.PanelRows, c)
				assert.LessOrEqual(t, b.SmallGemm, most.SmallGemm, c)
				assert.LessOrEqual(t, b.Excesses, most.Excesses, c)
			}
		}
	}
}

func TestCurrentIsThatOfTheISA(t *testing.T) {
	for _, isa := range cpu.Available() {
		restore := cpu.Use(isa)
		assert.Same(t, Of(isa.Base()), Current(), isa)
		assert.Equal(t, For(isa.Base(), cpu.DetectCaches()), *Current(), isa)
		restore()
	}
}
