package compare

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// Bounds of AVX2 on processors that have nothing wider stand beside those of this one.
func TestBoundsElsewhere(t *testing.T) {
	r := newRaw(t, "kernels")
	here := "flops=1568 loads=6272 far=6272 stores=0 avx512-bound=17.1 avx512-by=load avx2-bound=28.1 avx2-by=load"
	r.contest("Dot", "n=784/data=L1/chain=false", here+" avx2-haswell-cycles=98.5 avx2-haswell-by=decoding avx2-zen2-cycles=98 avx2-zen2-by=add-+-load", 1,
		ours(20), entry{name: "argmax", isa: "avx2", ns: 35})
	table := counted(r.file())
	assert.Equal(t, []string{"latency", "avx2 on Haswell", "avx2 on Zen 2"}, table.Header[6:])
	assert.Equal(t, []string{"", "", ""}, table.Rows[0].Cells[6:], "avx512")
	assert.Equal(t, []string{"", "98.5 cycles, decoding", "98 cycles, add + load"}, table.Rows[1].Cells[6:], "avx2")

	r = newRaw(t, "kernels")
	r.contest("Dot", "n=784/data=L1/chain=false", here, 1, ours(20), entry{name: "argmax", isa: "avx2", ns: 35})
	assert.Len(t, counted(r.file()).Header, 7, "nothing is known of others")
}
