package arm64

import (
	"bytes"
	"fmt"
	"go/format"
	"strings"
)

// Assembly is the .s file: the functions in the order of their Func. The lines
// of header become a comment at its top.
func (m *Machine) Assembly(header string) []byte {
	return fmt.Appendf(nil, "%s\n#include \"textflag.h\"\n%s%s", comment(header), m.data(), m.text.Bytes())
}

// Stubs is the Go file that declares the functions.
func (m *Machine) Stubs(header, pkg string) []byte {
	source := fmt.Appendf(nil, "%s\npackage %s\n%s", comment(header), pkg, m.stubs.Bytes())
	formatted, err := format.Source(source)
	if err != nil {
		panic(fmt.Sprintf("arm64: stubs: %v", err))
	}
	return bytes.TrimLeft(formatted, "\n")
}

// comment makes text a comment.
func comment(text string) string {
	return "// " + strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n// ") + "\n"
}
