package argmax

import (
	"crypto/sha256"
	"encoding/binary"
	"flag"
	"fmt"
	"hash"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/internal/cpu"
)

var update = flag.Bool("update", false, "write testdata/golden.txt anew; only with ARGMAX_ISA=generic")

const goldenFile = "testdata/golden.txt"

// definitions have no assembly of their own, but their bits must not change either.
var definitions = []struct {
	name   string
	golden func(g *goldenHash)
}{
	{"fma", func(g *goldenHash) {
		s := newSource(20)
		for range 20000 {
			for m := range moods {
				g.add(fma32(s.value(m), s.value(m), s.value(m)))
			}
		}
	}},
	{"exp", func(g *goldenHash) {
		for i := range uint32(1 << 15) {
			g.add(exp32(math.Float32frombits(i * 131071)))
		}
	}},
	{"log", func(g *goldenHash) {
		for i := range uint32(1 << 15) {
			g.add(log32(math.Float32frombits(i * 131071)))
		}
	}},
	{"softmax", func(g *goldenHash) {
		s := newSource(21)
		g.scores(s, func(x []float32) { Softmax(x, x) })
	}},
	{"crossEntropy", func(g *goldenHash) {
		s := newSource(22)
		g.scores(s, func(x []float32) { g.add(CrossEntropy(x, x, s.below(len(x)), s.value(plain))) })
	}},
	{"hinge", func(g *goldenHash) {
		s := newSource(23)
		g.scores(s, func(x []float32) { g.add(Hinge(x, x, s.below(len(x)), s.value(plain), 1)) })
	}},
	{"squaredHinge", func(g *goldenHash) {
		s := newSource(24)
		g.scores(s, func(x []float32) { g.add(SquaredHinge(x, x, s.below(len(x)), s.value(plain), 1)) })
	}},
	{"crammerSinger", func(g *goldenHash) {
		s := newSource(25)
		g.scores(s, func(x []float32) { g.add(CrammerSinger(x, x, s.below(len(x)), s.value(plain), 1)) })
	}},
	{"logSoftmax", func(g *goldenHash) {
		s := newSource(26)
		g.scores(s, func(x []float32) { LogSoftmax(x, x) })
	}},
	{"logSumExp", func(g *goldenHash) {
		s := newSource(27)
		g.scores(s, func(x []float32) { g.add(LogSumExp(x)) })
	}},
}

// A goldenHash hashes bits and not memory, so that it is the same on big-endian machines.
// All NaN count as the same.
type goldenHash struct{ hash.Hash }

func (g *goldenHash) add(values ...float32) {
	var b [4]byte
	for _, v := range values {
		bits := uint32(0x7fc00000)
		if v == v {
			bits = math.Float32bits(v)
		}
		binary.LittleEndian.PutUint32(b[:], bits)
		g.Write(b[:])
	}
}

// scores adds the results of f, applied in place to rows of scores.
func (g *goldenHash) scores(s *source, f func(x []float32)) {
	for n := 1; n <= 2*lanes+3; n++ {
		for m := range moods {
			for range 4 {
				x := s.values(n, m)
				f(x)
				g.add(x...)
			}
		}
	}
}

// goldens returns the entries of the golden file: their names and the functions that add
// their bits. A definition may have the name of a kernel; its line comes later.
func goldens() (names []string, add map[string]func(g *goldenHash)) {
	for _, k := range kernels {
		names = append(names, k.name)
	}
	for _, d := range definitions {
		names = append(names, d.name)
	}
	names = numbered(names)
	add = map[string]func(g *goldenHash){}
	for i, name := range names {
		if i < len(kernels) {
			add[name] = kernels[i].golden
		} else {
			add[name] = definitions[i-len(kernels)].golden
		}
	}
	return names, add
}

// numbered appends #2 to the second occurrence of a name.
func numbered(names []string) []string {
	var list []string
	count := map[string]int{}
	for _, name := range names {
		if count[name]++; count[name] > 1 {
			name = fmt.Sprintf("%s#%d", name, count[name])
		}
		list = append(list, name)
	}
	return list
}

// readGolden returns the names in the golden file, in order and numbered, and their
// hashes.
func readGolden(t *testing.T) (names []string, hashes map[string]string) {
	file, err := os.ReadFile(goldenFile)
	require.NoError(t, err)
	var inOrder []string
	for line := range strings.Lines(string(file)) {
		name, hash, _ := strings.Cut(strings.TrimSpace(line), " ")
		names, inOrder = append(names, name), append(inOrder, hash)
	}
	names, hashes = numbered(names), map[string]string{}
	for i, name := range names {
		hashes[name] = inOrder[i]
	}
	return names, hashes
}

// hashOf returns the hash of the bits that add computes with the active ISA.
func hashOf(add func(g *goldenHash)) string {
	g := &goldenHash{sha256.New()}
	add(g)
	return fmt.Sprintf("%x", g.Sum(nil))
}

// writeGolden writes the file anew in its present order, new entries last.
func writeGolden(t *testing.T) {
	old, _ := readGolden(t)
	names, add := goldens()
	var text strings.Builder
	for _, name := range append(old, names...) {
		if add[name] != nil {
			plain, _, _ := strings.Cut(name, "#")
			fmt.Fprintf(&text, "%s %s\n", plain, hashOf(add[name]))
			delete(add, name)
		}
	}
	require.NoError(t, os.WriteFile(goldenFile, []byte(text.String()), 0o644))
}

func TestGolden(t *testing.T) {
	if *update {
		require.Equal(t, "generic", Active(), "only the reference writes the golden file: set ARGMAX_ISA=generic")
		writeGolden(t)
	}
	_, want := readGolden(t)
	isas := cpu.Available()
	if os.Getenv(cpu.Variable) != "" {
		isas = []cpu.ISA{cpu.Active}
	}
	for _, isa := range isas {
		t.Run(isa.String(), func(t *testing.T) {
			defer cpu.Use(isa)()
			names, add := goldens()
			for _, name := range names {
				assert.Equal(t, want[name], hashOf(add[name]), name)
			}
		})
	}
}
