package main

import (
	"bytes"
	"fmt"
	"go/format"
	"strconv"

	"github.com/seed842bec00/argmax/asm/ops"
)

// constants returns the Go file in which the library has the numbers of exp and log.
func constants() ([]byte, error) {
	var out bytes.Buffer
	fmt.Fprintf(&out, "// %s\n\npackage argmax\n\n// The numbers of exp and log, in Go and in assembly.\nconst (\n", header)
	for _, c := range ops.Constants() {
		fmt.Fprintf(&out, "%s = %s // %s\n", c.Name, strconv.FormatFloat(float64(c.Value), 'x', -1, 32), c.Doc)
	}
	fmt.Fprint(&out, ")\n")
	return format.Source(out.Bytes())
}
