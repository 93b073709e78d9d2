package vec

import (
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// Handles name what a kernel works on. The machine that made a handle keeps what
// it stands for, registers or addresses, in a [Table]. The zero value of each
// type names nothing; see [Has].
//
// A Block, Mask, Packed, Flag or Sum lives until Free, or until a method that is
// documented to free it. All of them must be freed before the function ends. An
// Int or Ptr lives until the end of its Scope or function, a Const until the end
// of the function. These rules are the same on every machine: using a handle
// after its end, or forgetting to free it, panics.
type (
	// Block is 16 float32 lanes.
	Block id
	// Mask selects some of the lanes.
	Mask id
	// Packed holds one number for each of several rows: the results of reductions.
	Packed id
	// Flag accumulates, lane by lane, whether a NaN was met.
	Flag id
	// Sum is a sum of integers in lanes; see Bytes.
	Sum id
	// Const is a number in all lanes that many instructions take as an operand: in
	// a register where there are enough of them, in memory elsewhere.
	Const id
	// Int is an integer register: a count, an index, or a distance in bytes.
	Int id
	// Ptr is the address of elements of one type. Several may share a base
	// register; see Pointers.
	Ptr id
)

type id struct {
	function *Function
	number   int
}

// A Handle is any of the handle types.
type Handle interface {
	Block | Mask | Packed | Flag | Sum | Const | Int | Ptr
}

// Has reports whether h names something: the zero handle does not.
func Has[H Handle](h H) bool { return id(h).function != nil }

// A Function is what handles belong to: one function of the assembly file.
type Function struct{ Name string }

// Fail panics with a mistake in the kernel that emits f.
func (f *Function) Fail(format string, args ...any) {
	panic(f.Name + ": " + fmt.Sprintf(format, args...))
}

// A Table keeps what the handles of one type stand for on a machine, during one
// function.
type Table[H Handle, T any] struct {
	function *Function
	entries  []entry[T]
}

type entry[T any] struct {
	value   T
	freed   bool
	callers [12]uintptr
}

// Begin empties the table for a new function.
func (t *Table[H, T]) Begin(f *Function) {
	t.function, t.entries = f, nil
}

// New returns a new handle for value.
func (t *Table[H, T]) New(value T) H {
	e := entry[T]{value: value}
	runtime.Callers(2, e.callers[:])
	t.entries = append(t.entries, e)
	return H(id{t.function, len(t.entries) - 1})
}

// Get returns what h stands for. It panics unless h is alive.
func (t *Table[H, T]) Get(h H) T { return t.alive(h).value }

// Free ends the lives of handles.
func (t *Table[H, T]) Free(hs ...H) {
	for _, h := range hs {
		t.alive(h).freed = true
	}
}

func (t *Table[H, T]) alive(h H) *entry[T] {
	switch f := id(h).function; f {
	case t.function:
	case nil:
		t.function.Fail("a zero %s is used", t.kind())
	default:
		t.function.Fail("a %s of %s is used", t.kind(), f.Name)
	}
	e := &t.entries[id(h).number]
	if e.freed {
		t.function.Fail("a %s is used after Free; it was made at %s", t.kind(), e.origin())
	}
	return e
}

// Mark returns a mark for FreeSince.
func (t *Table[H, T]) Mark() int { return len(t.entries) }

// FreeSince frees the handles made since Mark returned mark, but those to keep.
func (t *Table[H, T]) FreeSince(mark int, keep ...H) {
	for i := mark; i < len(t.entries); i++ {
		t.entries[i].freed = t.entries[i].freed || !slices.Contains(keep, H(id{t.function, i}))
	}
}

// CheckFreed panics if a handle is still alive.
func (t *Table[H, T]) CheckFreed() {
	for _, e := range t.entries {
		if !e.freed {
			t.function.Fail("a %s is not freed; it was made at %s", t.kind(), e.origin())
		}
	}
}

func (t *Table[H, T]) kind() string {
	return strings.TrimPrefix(fmt.Sprintf("%T", *new(H)), "vec.")
}

// origin is the line of the kernel that made the handle: the first one outside the
// packages of this module's machines.
func (e *entry[T]) origin() string {
	frames := runtime.CallersFrames(e.callers[:])
	for {
		frame, more := frames.Next()
		dir := filepath.Base(filepath.Dir(frame.File))
		inside := dir == "x86" || dir == "arm64" || dir == "vec"
		if !inside || strings.HasSuffix(frame.File, "_test.go") || !more {
			return fmt.Sprintf("%s:%d", filepath.Join(dir, filepath.Base(frame.File)), frame.Line)
		}
	}
}
