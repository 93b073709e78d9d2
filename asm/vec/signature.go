package vec

import (
	"fmt"
	"go/token"
	"go/types"
	"strings"

	"github.com/mmcloughlin/avo/gotypes"
)

// A Signature is the Go signature of a kernel.
type Signature struct {
	*gotypes.Signature
	params *types.Tuple
}

// ParseSignature parses a function type such as "func(x []float32) float32".
func ParseSignature(expr string) (Signature, error) {
	t, err := types.Eval(token.NewFileSet(), library, token.NoPos, expr)
	if err != nil {
		return Signature{}, err
	}
	s, ok := t.Type.(*types.Signature)
	if !ok {
		return Signature{}, fmt.Errorf("vec: %s is not a function type", expr)
	}
	return Signature{gotypes.NewSignature(library, s), s.Params()}, nil
}

// library declares the element types that are not Go's own.
var library = func() *types.Package {
	p := types.NewPackage("argmax", "argmax")
	for _, e := range elements {
		if types.Universe.Lookup(e.name) == nil {
			name := types.NewTypeName(token.NoPos, p, e.name, nil)
			types.NewNamed(name, types.Typ[types.Uint16], nil)
			p.Scope().Insert(name)
		}
	}
	p.MarkComplete()
	return p
}()

// Names returns the names of the parameters.
func (s Signature) Names() (names []string) {
	for v := range s.params.Variables() {
		names = append(names, v.Name())
	}
	return names
}

// Component finds "x", "x_base" or "x_len", a parameter or a part of one.
func (s Signature) Component(arg string) gotypes.Component {
	if name, ok := strings.CutSuffix(arg, "_base"); ok {
		return s.Params().Lookup(name).Base()
	}
	if name, ok := strings.CutSuffix(arg, "_len"); ok {
		return s.Params().Lookup(name).Len()
	}
	return s.Params().Lookup(arg)
}

// Element returns the type of what the pointer "x" or "x_base" points to.
func (s Signature) Element(arg string) (Element, error) {
	name := strings.TrimSuffix(arg, "_base")
	for v := range s.params.Variables() {
		if v.Name() == name {
			if e, ok := elementOf(v.Type()); ok {
				return e, nil
			}
			return 0, fmt.Errorf("argument %s points to no element", arg)
		}
	}
	return 0, fmt.Errorf("argument %s: unknown", arg)
}
