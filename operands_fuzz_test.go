package argmax

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/internal/cpu"
)

// FuzzCalls draws a function of the table, an instruction set, a shape, values, and
// where in memory the operands lie. Operands that lie apart must give what they give
// with the generic code, and memory around destinations must stay as it is. If a
// destination is made to overlap another operand, the call must panic before it writes.
func FuzzCalls(f *testing.F) {
	names := slices.Sorted(maps.Keys(calls))
	for i := range names {
		f.Add(uint8(i), uint8(0), uint16(5), uint16(33), uint16(7), uint8(1), uint8(i), uint64(i), false, int16(0))
		f.Add(uint8(i), uint8(1), uint16(1), uint16(300), uint16(256), uint8(0), uint8(0), uint64(i), true, int16(4))
	}
	f.Add(uint8(slices.Index(names, "Dot")), uint8(0), uint16(1), uint16(maxVector+77), uint16(1), uint8(0), uint8(0), uint64(1), false, int16(0))
	f.Fuzz(func(t *testing.T, function, isa uint8, m, n, k uint16, gap, feel uint8, seed uint64, overlap bool, behind int16) {
		name := names[int(function)%len(names)]
		d := drawn{
			isa:    cpu.Available()[int(isa)%len(cpu.Available())],
			shape:  shape{int(m), int(n), int(k), int(gap % 24)},
			mood:   mood(feel%uint8(moods+1)) - 1,
			seed:   seed,
			behind: int(behind),
		}
		d.shape.bound(strings.HasPrefix(name, "Gemm"))
		what := fmt.Sprintf("%s with %+v", name, d)
		if overlap {
			d.overlapped(t, calls[name], what)
		} else {
			d.apart(t, calls[name], what)
		}
	})
}

// drawn is what a run of the fuzzer has drawn.
type drawn struct {
	isa    cpu.ISA
	shape  shape
	mood   mood
	seed   uint64
	behind int // bytes from the beginning of a destination to that of an operand
}

// bound keeps a shape small enough for many runs, and k within a block of a product.
func (s *shape) bound(product bool) {
	const most = 1 << 13 // elements of a matrix
	s.k %= KC + 1
	s.n %= maxVector + maxVector/2
	if product {
		s.n %= 128
	}
	s.m %= most/(max(s.n, 1)+s.gap) + 2
	if product {
		s.m %= most/(s.k+s.gap+1) + 2
	}
}

// operandPadding is memory around an operand, more than a kernel loads at once.
const operandPadding = 1 << 9

// run places and fills the operands of a call, lets overlap move them, calls it and
// returns its memory and its result. ok is false if the call does not take the shape.
func (d drawn) run(isa cpu.ISA, make maker, overlap func(c call, at func(operand int) unsafe.Pointer)) (r ran, ok bool) {
	defer cpu.Use(isa)()
	c, ok := make(d.shape)
	if !ok {
		return r, false
	}
	s, starts, size := newSource(d.seed), []int{}, operandPadding
	for _, o := range c.operands { // at any multiple of an element from a cache line
		r.sizes = append(r.sizes, o.size)
		starts = append(starts, size+s.below(64/o.align)*o.align)
		size += (o.size+63)/64*64 + operandPadding
	}
	r.memory = words((size+slices.Max(r.sizes)+2*operandPadding)/8 + 1) // one may lie where the last does
	at := func(i int) unsafe.Pointer { return unsafe.Pointer(&r.memory[starts[i]]) }
	for i, o := range c.operands {
		o.place(at(i))
		o.fill(s, d.mood)
	}
	if overlap != nil {
		overlap(c, at)
	}
	before := slices.Clone(r.memory)
	func() {
		defer func() { r.panicked = recover() }()
		if c.do(); c.result != nil {
			r.result = c.result()
		}
	}()
	r.changed = !bytes.Equal(before, r.memory)
	for i, o := range c.operands {
		if o.destination {
			o.oneNaN()
			copy(before[starts[i]:][:o.size], r.memory[starts[i]:])
		}
	}
	r.stray = overlap == nil && !bytes.Equal(before, r.memory)
	if v, ok := r.result.(float32); ok && v != v {
		r.result = "NaN"
	}
	return r, true
}

// ran is what a call did.
type ran struct {
	sizes    []int
	memory   []uint8
	result   any
	panicked any
	changed  bool // memory, anywhere
	stray    bool // memory outside of destinations
}

// words is aligned memory of NaN.
func words(n int) []uint8 {
	w := make([]uint64, n)
	memory := unsafe.Slice((*uint8)(unsafe.Pointer(&w[0])), 8*n)
	for i := range memory {
		memory[i] = 0xff
	}
	return memory
}

func (d drawn) apart(t *testing.T, make maker, what string) {
	got, ok := d.run(d.isa, make, nil)
	want, alike := d.run(cpu.Generic, make, nil)
	if !ok {
		return
	}
	require.Nil(t, got.panicked, what)
	require.False(t, got.stray, "%s: wrote outside its destinations", what)
	if alike && slices.Equal(got.sizes, want.sizes) { // the shapes of tiles differ
		require.Equal(t, want.result, got.result, what)
		require.True(t, bytes.Equal(want.memory, got.memory), "%s: not the bits of the generic code", what)
	}
}

func (d drawn) overlapped(t *testing.T, make maker, what string) {
	overlapping, allowed := false, false
	got, ok := d.run(d.isa, make, func(c call, at func(int) unsafe.Pointer) {
		var destinations []int
		for i, o := range c.operands {
			if o.destination && o.size > 0 {
				destinations = append(destinations, i)
			}
		}
		if len(destinations) == 0 || len(c.operands) < 2 {
			return
		}
		s := newSource(d.seed)
		i, j := destinations[s.below(len(destinations))], s.below(len(c.operands)-1)
		if j >= i {
			j++
		}
		to, o := c.operands[i], c.operands[j]
		behind := max(d.behind%(to.size+operandPadding/2), -operandPadding/2)
		behind -= int(uintptr(at(i))+uintptr(behind)) % o.align // where such a slice can lie
		o.place(unsafe.Add(at(i), behind))
		overlapping = o.size > 0 && behind < to.size && behind > -o.size
		allowed = behind == 0 && c.inPlace == [2]string{to.name, o.name}
	})
	if ok && overlapping && !allowed {
		require.Regexp(t, `^argmax: \w+: \w+ overlaps \w+$|: index\[|label`, fmt.Sprint(got.panicked), what)
		require.False(t, got.changed, "%s: written before the panic", what)
	}
}
