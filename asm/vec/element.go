package vec

import "go/types"

// An Element is a type of numbers in memory. Load converts all but those of 64 bits
// to float32: exactly, except that it rounds integers of 32 bits.
type Element int

const (
	Float32 Element = iota
	Float16
	BFloat16
	Uint8
	Int32
	Int64 // or int
	Float64
)

// elements holds, for each Element, its name in Go, its size in bytes, and whether
// Load takes it within Partial.
var elements = [...]struct {
	name    string
	size    int
	partial bool
}{
	Float32:  {"float32", 4, true},
	Float16:  {"Float16", 2, true}, // the library's type, as is BFloat16
	BFloat16: {"BFloat16", 2, true},
	Uint8:    {"uint8", 1, false},
	Int32:    {"int32", 4, false},
	Int64:    {"int64", 8, false},
	Float64:  {"float64", 8, false},
}

// String returns the Go type.
func (e Element) String() string { return elements[e].name }

// Size returns the size in bytes.
func (e Element) Size() int { return elements[e].size }

// Partial reports whether Load takes e within Partial; otherwise it takes whole
// blocks only.
func (e Element) Partial() bool { return elements[e].partial }

// elementOf returns the Element behind a parameter: a slice, or a pointer to a
// number or to an array.
func elementOf(t types.Type) (e Element, ok bool) {
	switch u := t.Underlying().(type) {
	case *types.Slice:
		t = u.Elem()
	case *types.Pointer:
		t = u.Elem()
		if array, ok := t.Underlying().(*types.Array); ok {
			t = array.Elem()
		}
	default:
		return 0, false
	}
	name := types.TypeString(t, func(*types.Package) string { return "" })
	if name == "int" {
		return Int64, true
	}
	for e := range elements {
		if elements[e].name == name {
			return Element(e), true
		}
	}
	return 0, false
}
