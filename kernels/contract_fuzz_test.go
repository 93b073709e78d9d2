package kernels_test

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/internal/cpu"
	. "github.com/seed842bec00/argmax/kernels"
)

// FuzzContracts draws a function of the table, an instruction set, a number of
// goroutines, dimensions, strides, values and an overlap. Operands that lie apart must
// give the results and the memory that the generic code gives on one goroutine, which
// leaves untouched what is not part of a destination. A destination that overlaps must
// panic before anything is written.
func FuzzContracts(f *testing.F) {
	rows := slices.Sorted(maps.Keys(contracts))
	rows = slices.DeleteFunc(rows, func(row string) bool { return contracts[row].call == nil })
	for i := range rows {
		f.Add(uint8(i), uint8(0), uint8(2), uint8(9), uint8(33), uint8(17), uint8(3), uint8(1), uint64(i), uint8(0), int16(0))
		f.Add(uint8(i), uint8(1), uint8(3), uint8(100), uint8(5), uint8(70), uint8(20), uint8(0), uint64(i), uint8(1), int16(8))
	}
	f.Fuzz(func(t *testing.T, function, isa, workers, d0, d1, d2, d3, gap uint8, seed uint64, pair uint8, behind int16) {
		row := rows[int(function)%len(rows)]
		d := drawn{
			contract: contracts[row],
			dims:     []int{int(d0 % 128), int(d1 % 128), int(d2 % 128), int(d3 % 128)}[:contracts[row].dims],
			gap:      int(gap % 20),
			seed:     seed,
			isa:      cpu.Available()[int(isa)%len(cpu.Available())],
		}
		if d.contract.dims == 4 { // the last is a number of neighbours
			d.dims[0], d.dims[3] = d.dims[0]%20, d.dims[3]%40
		}
		if slices.ContainsFunc(d.contract.needs, func(n [2]int) bool { return d.dims[n[0]] > 0 && d.dims[n[1]] == 0 }) {
			return
		}
		what := fmt.Sprintf("%s of %v, %d workers on %v, gap %d, seed %d", row, d.dims, workers%5, d.isa, d.gap, seed)
		if dsts := strings.Fields(d.contract.dsts); pair > 0 && len(dsts) > 0 {
			names := append(dsts, strings.Fields(d.contract.ops)...)
			d.overlapped(t, dsts[int(pair)%len(dsts)], names[int(pair)/len(dsts)%len(names)], int(behind)&^7, what)
			return
		}
		d.apart(t, NewPool(int(workers%5)), what)
	})
}

// drawn is what a run of the fuzzer has drawn.
type drawn struct {
	contract
	dims []int
	gap  int
	seed uint64
	isa  cpu.ISA
}

// edges are values that most sums do not survive.
var edges = []float32{float32(math.Inf(1)), float32(math.Inf(-1)), float32(math.NaN()), math.MaxFloat32, 1e-40, float32(math.Copysign(0, -1))}

func (d drawn) arena() *arena {
	m := newArenaOf(arenaStart/8 + 1<<15)
	random := rand.New(rand.NewPCG(d.seed, 0))
	m.gap, m.value = d.gap, func(int) float32 {
		if d.seed%4 == 0 && random.IntN(50) == 0 {
			return edges[random.IntN(len(edges))]
		}
		return float32(random.IntN(2001)-1000) / 64
	}
	return m
}

func (d drawn) run(isa cpu.ISA, m *arena, pool *Pool) (panicked any) {
	defer cpu.Use(isa)()
	defer func() { panicked = recover() }()
	d.call(m, d.dims, pool)
	return nil
}

func (d drawn) apart(t *testing.T, pool *Pool, what string) {
	want, got := d.arena(), d.arena()
	require.Nil(t, d.run(cpu.Generic, want, nil), what)
	require.Nil(t, d.run(d.isa, got, pool), what)
	for i := range want.results {
		require.True(t, want.results[i] == got.results[i] || fmt.Sprint(want.results[i], got.results[i]) == "NaN NaN", what)
	}
	w, g := halves(want.memory), halves(got.memory)
	for i, v := range w {
		if a, b := math.Float32frombits(v), math.Float32frombits(g[i]); v != g[i] && (a == a || b == b) {
			require.Failf(t, "not the bits of the generic code", "%s: %g and %g", what, a, b)
		}
	}
}

func halves(words []uint64) []uint32 {
	return unsafe.Slice((*uint32)(unsafe.Pointer(&words[0])), 2*len(words))
}

func (d drawn) overlapped(t *testing.T, target, operand string, behind int, what string) {
	if target == operand {
		return
	}
	m, overlaps := d.arena(), false
	m.target, m.operand = target, operand
	m.place = func(at [2]int, size int) int {
		length := at[1] - at[0]
		begin := max(arenaStart/2, at[0]+behind%(length+64)&^7)
		overlaps = !slices.Contains(d.dims, 0) && begin < at[1] && begin+size > at[0] && begin != at[0]
		return begin
	}
	panicked := d.run(d.isa, m, nil)
	if overlaps {
		require.Contains(t, fmt.Sprint(panicked), " overlaps ", "%s: %s, %s", what, target, operand)
		require.Zero(t, slices.Max(m.memory), "%s: %s, %s: something was written", what, target, operand)
	}
}
