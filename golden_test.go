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

// definitions are what has no assembly, but bits that must not change.
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
			g.add(expGeneric(math.Float32frombits(i * 131071)))
		}
	}},
	{"log", func(g *goldenHash) {
		for i := range uint32(1 << 15) {
			g.add(logGeneric(math.Float32frombits(i * 131071)))
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
		g.scores(s, func(x []float32) { g.add(Hinge(x, x, s.below(len(x)), 1, s.value(plain))) })
	}},
}

// A goldenHash takes bits, not memory: it is the same on big-endian machines. Any
// NaN counts as the same one.
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

// scores adds what f makes of rows of scores, in place.
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

func (r reduction) golden(g *goldenHash) {
	s := newSource(11)
	for n := range 4*lanes + 4 {
		for m := range moods {
			g.add(r.kernel(s.values(n, m), s.values(n, m)))
		}
	}
	for _, n := range []int{127, 128, 129, 784, 785, 3072} {
		g.add(r.kernel(s.values(n, plain), s.values(n, plain)))
	}
}

func (c carried) golden(g *goldenHash) {
	s := newSource(12)
	for n := 0; n <= 512; n += 64 {
		for m := range moods {
			acc := [64]float32(s.values(64, m))
			c.kernel(&acc, s.values(n, m), s.values(n, m))
			g.add(acc[:]...)
		}
	}
}

func (e elementwise) golden(g *goldenHash) {
	s := newSource(13)
	for n := range 4*lanes + 4 {
		for m := range moods {
			y := s.values(n, m)
			e.kernel(s.value(m), s.values(n, m), y)
			g.add(y...)
		}
	}
}

func (r rowwise) golden(g *goldenHash) {
	s := newSource(14)
	for rows := range 13 {
		for cols := range 3*lanes + 3 {
			m, stride := mood((rows+cols)%int(moods)), cols+s.below(4)
			dst := make([]float32, rows)
			r.kernel(dst, s.values(cols, m), s.values(extent(rows, cols, stride), m), stride)
			g.add(dst...)
		}
	}
}

// The corpus is whole products, in panels as wide as the ISA has them.
func (g gemmOf[E]) golden(h *goldenHash) {
	s := newSource(15)
	const rows, cols = 29, 80
	_, width := TileShape()
	for _, k := range []int{0, 1, 7, 64} {
		for m := range moods {
			a, b, c, alpha := s.values(rows*k, m), elements[E](s, k*cols, m), s.values(rows*cols, m), s.value(plain)
			lda := rows
			if g.rows {
				lda = k
			}
			for j := 0; j < cols; j += width {
				g.kernel(k, a, lda, b[min(j, len(b)):], cols, c[j:], cols, rows, min(width, cols-j), alpha, m%2 == 0)
			}
			h.add(c...)
		}
	}
}

func (g scoreTileOfKind[E]) golden(h *goldenHash) {
	s := newSource(16)
	const rows, classes = 30, 30 // multiples of every tile
	height, width := ScoreTileShape()
	for _, k := range []int{0, 16, 48, 160} {
		for m := range moods {
			x, w, bias, dst := elements[E](s, rows*k, m), s.values(classes*k, m), s.values(classes, m), make([]float32, rows*classes)
			g.whole(g.kernel, height, width, rows, classes, k, 2*lanes, x, k, w, k, bias, dst, classes)
			h.add(dst...)
		}
	}
}

func (k lossRows) golden(g *goldenHash) {
	s := newSource(17)
	for n := 1; n <= 3*lanes; n++ {
		for m := range moods {
			l := newLossCase(s, n, 7, n, n+1, m)
			k.kernel(l)
			l.settle()
			for i := range l.rows {
				g.add(l.dst[i*l.ldd:][:n]...)
			}
			g.add(l.first...)
			g.add(l.second...)
		}
	}
}

func (c combination) golden(g *goldenHash) {
	s := newSource(18)
	for n := range 4*lanes + 4 {
		for m := range moods {
			x := s.sums(n)
			c.kernel(x, s.values(n, m), x)
			g.add(x...)
		}
	}
}

func (c conversion) golden(g *goldenHash) {
	x, dst := make([]uint8, 256), make([]float32, 256)
	for i := range x {
		x[i] = uint8(i)
	}
	c.kernel(dst, x)
	g.add(dst...)
}

// hashes computes the lines of the golden file on the active ISA.
func hashes() []string {
	var lines []string
	line := func(name string, golden func(g *goldenHash)) {
		g := &goldenHash{sha256.New()}
		golden(g)
		lines = append(lines, fmt.Sprintf("%s %x", name, g.Sum(nil)))
	}
	for _, k := range kernels {
		line(k.name, k.golden)
	}
	for _, d := range definitions {
		line(d.name, d.golden)
	}
	return lines
}

func TestGolden(t *testing.T) {
	if *update {
		require.Equal(t, "generic", Active(), "only the reference writes the golden file: set ARGMAX_ISA=generic")
		require.NoError(t, os.WriteFile(goldenFile, []byte(strings.Join(hashes(), "\n")+"\n"), 0o644))
	}
	file, err := os.ReadFile(goldenFile)
	require.NoError(t, err)
	want := strings.Split(strings.TrimSpace(string(file)), "\n")
	isas := cpu.Available()
	if os.Getenv(cpu.Variable) != "" {
		isas = []cpu.ISA{cpu.Active}
	}
	for _, isa := range isas {
		t.Run(isa.String(), func(t *testing.T) {
			defer cpu.Use(isa)()
			have := hashes()
			require.Len(t, have, len(want))
			for i := range want {
				assert.Equal(t, want[i], have[i])
			}
		})
	}
}
