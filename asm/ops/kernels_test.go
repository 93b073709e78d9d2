package ops_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/asm/arm64"
	"github.com/seed842bec00/argmax/asm/ops"
	"github.com/seed842bec00/argmax/asm/vec"
	"github.com/seed842bec00/argmax/asm/x86"
)

// machines are those that a kernel may name, each with a file of its own.
var machines = map[string]func() vec.Machine{
	"AVX2":       func() vec.Machine { return x86.New().Machine("AVX2", []string{"AVX2"}) },
	"AVX512":     func() vec.Machine { return x86.New().Machine("AVX512", []string{"AVX512F"}) },
	"AVX512VNNI": func() vec.Machine { return x86.New().Machine("AVX512VNNI", []string{"AVX512F", "AVX512VNNI"}) },
	"NEON":       func() vec.Machine { return arm64.New().Machine("NEON", nil) },
	"NEONDot":    func() vec.Machine { return arm64.New().Machine("NEONDot", []string{"ASIMDDP"}) },
}

// least is the shape with one of everything.
var least = ops.Shape{Rows: 1, DotRows: 1, DotSquareRows: 1, Flags: 2, LossRows: 4, TileHeights: []int{1}, TileBlocks: 1, ScoreRows: 1, ScoreClasses: 1, DistRows: 1, DistCols: 1}

// Every kernel is emitted by each machine that it names, in the least shape, and
// frees what it takes: the machines panic if it does not.
func TestEveryKernelIsEmitted(t *testing.T) {
	for _, k := range slices.Concat(ops.Kernels, ops.Meters, ops.Wides) {
		require.NotEmpty(t, k.ISAs, k.Name)
		for _, isa := range k.ISAs {
			require.Contains(t, machines, isa, k.Name)
			assert.NotPanics(t, func() { k.EmitTo(machines[isa](), least) }, "%s for %s", k.Name, isa)
		}
	}
}

// A kernel that forgets to free something is refused.
func TestLeaksAreFound(t *testing.T) {
	leak := ops.Kernel{Name: "leak", Signature: "func(x []float32)", Emit: func(m vec.Machine, _ ops.Shape) {
		m.Load(m.Ptr("x_base"), 0)
		m.Return()
	}}
	for isa, start := range machines {
		assert.PanicsWithValue(t, "leak"+isa+": a Block is not freed; it was made at ops/kernels_test.go:44",
			func() { leak.EmitTo(start(), least) })
	}
}

func TestTable(t *testing.T) {
	names := map[string]bool{}
	for _, k := range ops.Kernels {
		assert.False(t, names[k.Name], "%s: twice", k.Name)
		names[k.Name] = true
		signature, err := vec.ParseSignature(k.GoSignature())
		require.NoError(t, err, k.Name)
		assert.Regexp(t, `^(is|[a-z]+s) .*\.$`, k.Doc, k.Name)
		assert.NotEmpty(t, k.Family, k.Name)
		// The operand of another type is in the signature.
		has := strings.Contains(k.Signature, "[]E")
		assert.Equal(t, has && strings.Contains(k.GoSignature(), "[]"+k.Element.String()), has, k.Name)
		assert.True(t, has || k.Element == vec.Float32, k.Name)
		all := []string{"AVX2", "AVX512", "NEON"}
		if k.Name == "coarseBytesTile" { // for processors whose products of bytes saturate; NEON has others
			all = []string{"AVX2", "AVX512"}
		}
		assert.Subset(t, k.ISAs, all, k.Name)
		assert.NotEmpty(t, signature.Names(), k.Name)
	}
}

func TestFunctionNames(t *testing.T) {
	shape := least
	shape.TileHeights, shape.TileBlocks, shape.ScoreRows, shape.ScoreClasses = []int{14, 1}, 2, 5, 4
	shape.DistRows, shape.DistCols = 4, 6
	for _, k := range ops.Kernels {
		want := k.Name
		switch {
		case strings.HasPrefix(k.Name, "gemm"):
			want += "14x32"
		case strings.HasPrefix(k.Name, "scoreTile"):
			want += "5x4"
		case strings.HasSuffix(k.Name, "DistTile"):
			want += "4x6"
		}
		assert.Equal(t, want, k.Function(shape))
	}
}
