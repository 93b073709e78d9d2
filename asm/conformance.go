package main

import (
	"bytes"
	"fmt"
	"go/format"
	"slices"
	"strings"

	"github.com/seed842bec00/argmax/asm/ops"
	"github.com/seed842bec00/argmax/asm/vec"
)

// conformance returns the Go file of the library's tests that lists its kernels, each
// beside its twin in Go. The function that makes a test of them is named after their
// family.
func conformance() ([]byte, error) {
	var out bytes.Buffer
	fmt.Fprintf(&out, "// %s\n\npackage argmax\n\nimport \"github.com/seed842bec00/argmax/internal/cpu\"\n\n", header)
	fmt.Fprint(&out, "// kernels lists every kernel, with the ISAs beyond the base ones for which it has\n// a function of its own.\nvar kernels = []kernelTest{\n")
	for _, k := range ops.Kernels {
		args, err := testArgs(k)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", k.Name, err)
		}
		extensions := "nil"
		if list := slices.DeleteFunc(slices.Clone(k.ISAs), func(name string) bool { return isaNamed(name).base == "" }); len(list) > 0 {
			extensions = "[]cpu.ISA{cpu." + strings.Join(list, ", cpu.") + "}"
		}
		fmt.Fprintf(&out, "{%q, %sTest(%s), %s},\n", k.Name, k.Family, args, extensions)
	}
	fmt.Fprint(&out, "}\n")
	return format.Source(out.Bytes())
}

// testArgs returns the arguments of the function that makes the test: the kernel and
// its twin, or functions that call them with what the test keeps.
func testArgs(k ops.Kernel) (string, error) {
	kernel, twin := k.Name, k.Name+"Generic"
	signature, err := vec.ParseSignature(k.GoSignature())
	if err != nil {
		return "", err
	}
	names := signature.Names()
	switch k.Family {
	case ops.LossRows:
		args := make([]string, len(names))
		for i, name := range names {
			args[i] = "c." + ops.LossField(name)
		}
		call := func(f string) string {
			return "func(c *lossCase) { " + f + "(" + strings.Join(args, ", ") + ") }"
		}
		return "\n" + call(kernel) + ",\n" + call(twin) + ",\n", nil
	case ops.LossRow:
		args := make([]string, len(names))
		for i, name := range names {
			switch field := ops.LossField(name); field {
			case "dst":
				args[i] = "c.gradient(i)"
			case "scores":
				args[i] = "c.row(i)"
			case "label", "weight":
				args[i] = "c." + field + "s[i]"
			default:
				args[i] = "c." + field
			}
		}
		call := func(f string) string {
			body := f + "(" + strings.Join(args, ", ") + ")"
			if strings.HasSuffix(k.Signature, " float32") {
				body = "c.first[i] = " + body
			}
			if !slices.ContainsFunc(names, func(name string) bool { return ops.LossField(name) == "dst" }) {
				body += "; clear(c.gradient(i))"
			}
			return "func(c *lossCase, i int) { " + body + " }"
		}
		return "\n" + call(kernel) + ",\n" + call(twin) + ",\n", nil
	case ops.Update:
		vectors, scalars := 0, 0
		args := make([]string, len(names))
		for i, name := range names {
			if _, err := signature.Element(name + "_base"); err == nil {
				args[i] = fmt.Sprintf("v[%d]", vectors)
				vectors++
			} else {
				args[i] = fmt.Sprintf("s[%d]", scalars)
				scalars++
			}
		}
		call := func(f string) string {
			return "func(v [][]float32, s []float32) { " + f + "(" + strings.Join(args, ", ") + ") }"
		}
		return fmt.Sprintf("%d, %d,\n%s,\n%s,\n", vectors, scalars, call(kernel), call(twin)), nil
	}
	return kernel + ", " + twin, nil
}
