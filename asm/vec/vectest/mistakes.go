package vectest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/seed842bec00/argmax/asm/vec"
)

// Mistakes checks that a machine, made by start, refuses kernels that are wrong: the
// rules of handles are the same on all.
func Mistakes(t *testing.T, start func() vec.Machine) {
	for _, c := range []struct {
		name, message string
		kernel        func(m vec.Machine)
	}{
		{"use after free", "a Block is used after Free; it was made at vectest/mistakes.go:", func(m vec.Machine) {
			b := m.Zero()
			m.Free(b)
			m.Abs(b, b)
		}},
		{"freed twice", "a Block is used after Free", func(m vec.Machine) {
			b := m.Zero()
			m.Free(b, b)
		}},
		{"fill freed", "a Block is used after Free", func(m vec.Machine) {
			fill := m.Zero()
			m.Partial(m.Int("n"), fill, func() {
				m.Free(fill)
				m.Load(m.Ptr("x"), 0)
			})
		}},
		{"freed by ReduceTo", "a Block is used after Free", func(m vec.Machine) {
			b := m.Zero()
			m.ReduceTo([]vec.Block{b}, m.Ptr("x"))
			m.Clear(b)
		}},
		{"freed by MulAddConst", "a Block is used after Free", func(m vec.Machine) {
			b, c := m.Zero(), m.Constants(1)[0]
			m.MulAddConst(b, b, c)
			m.Clear(b)
		}},
		{"freed by Exponent", "a Block is used after Free", func(m vec.Machine) {
			n, shifted := m.Zero(), m.Zero()
			m.Exponent(n, shifted)
			m.Clear(n)
		}},
		{"block not freed", "a Block is not freed; it was made at vectest/mistakes.go:", func(m vec.Machine) {
			m.Zero()
			m.Return()
		}},
		{"block not freed at ReturnInt", "a Block is not freed", func(m vec.Machine) {
			m.Zero()
			m.ReturnInt(m.Int("n"))
		}},
		{"mask not freed", "a Mask is not freed", func(m vec.Machine) {
			b := m.Zero()
			m.Compare(vec.Equal, b, b)
			m.Free(b)
			m.Return()
		}},
		{"packed not freed", "a Packed is not freed", func(m vec.Machine) {
			b := m.Zero()
			m.PackSum([]vec.Block{b})
			m.Free(b)
			m.Return()
		}},
		{"flag not freed", "a Flag is not freed", func(m vec.Machine) {
			m.NewFlag()
			m.Return()
		}},
		{"sum not freed", "a Sum is not freed", func(m vec.Machine) {
			m.ByteSums(vec.ByteDistance, nil).New()
			m.Return()
		}},
		{"mask used after free", "a Mask is used after Free", func(m vec.Machine) {
			b := m.Zero()
			mask := m.Compare(vec.Equal, b, b)
			m.FreeMask(mask)
			m.ZeroMask(b, b, mask)
		}},
		{"int out of its scope", "a Int is used after Free", func(m vec.Machine) {
			var n vec.Int
			m.Scope(func() { n = m.Int("n") })
			m.Decrease(n, 1)
		}},
		{"pointer out of its scope", "a Ptr is used after Free", func(m vec.Machine) {
			var p vec.Ptr
			m.ScopePtrs(func() []vec.Ptr {
				p = m.Ptr("x")
				return []vec.Ptr{m.Ptr("x")}
			})
			m.Prefetch(p, 0)
		}},
		{"no handle", "a zero Block is used", func(m vec.Machine) { m.Free(vec.Block{}) }},
		{"scale", "Scale by 12, not a power of two", func(m vec.Machine) { m.Scale(m.Int("n"), 12) }},
		{"no such argument", "argument y_base: unknown", func(m vec.Machine) { m.Ptr("y_base") }},
		{"no pointer", "argument n points to no element", func(m vec.Machine) { m.Ptr("n") }},
		{"integers as a block", "int64 cannot be loaded here", func(m vec.Machine) { m.Load(m.Ptr("positions"), 0) }},
		{"bytes in part", "uint8 cannot be loaded here", func(m vec.Machine) {
			m.Partial(m.Int("n"), vec.Block{}, func() { m.Load(m.Ptr("pixels_base"), 0) })
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := start()
			m.Func("mistake", "func(x *float32, positions *int64, pixels []uint8, n int) int", "is wrong.")
			message := panics(func() { c.kernel(m) })
			assert.True(t, strings.HasPrefix(message, "mistake"), message)
			assert.Contains(t, message, ": "+c.message)
		})
	}
	t.Run("handle of another function", func(t *testing.T) {
		m := start()
		m.Func("earlier", "func(x *float32)", "is another.")
		b := m.Zero()
		m.Free(b)
		m.Return()
		m.Func("mistake", "func(x *float32)", "is wrong.")
		assert.Regexp(t, "^mistake.*: a Block of earlier.* is used$", panics(func() { m.Abs(b, b) }))
	})
}

// panics returns what f panics with.
func panics(f func()) (message string) {
	defer func() { message = fmt.Sprint(recover()) }()
	f()
	return ""
}
