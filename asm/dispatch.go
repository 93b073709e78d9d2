package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"regexp"
	"strings"

	"github.com/seed842bec00/argmax/asm/ops"
	"github.com/seed842bec00/argmax/asm/vec"
)

// An isa is an instruction set of internal/cpu, by the name of its constant there,
// and the suffixes of the kernels that it runs, the best first.
type isa struct {
	name     string
	suffixes []string
	shape    ops.Shape
}

// A kernel is what was emitted of an operation: functions of one signature.
type kernel struct {
	op, signature string
	functions     map[string]string // by suffix
}

// recorder is a machine that notes the functions it is asked for.
type recorder struct {
	vec.Machine
	suffix  string
	kernels *[]kernel
}

// tiled is the shape in the name of a kernel, which differs from one ISA to the
// other.
var tiled = regexp.MustCompile(`\d+x\d+$`)

func (r recorder) Func(name, signature, doc string) {
	r.Machine.Func(name, signature, doc)
	op := tiled.ReplaceAllString(name, "")
	for _, k := range *r.kernels {
		if k.op == op {
			k.functions[r.suffix] = name + r.suffix
			return
		}
	}
	*r.kernels = append(*r.kernels, kernel{op, signature, map[string]string{r.suffix: name + r.suffix}})
}

// dispatch is the Go file in which every operation chooses the function of the
// active ISA, by a switch: a call through a variable would make its arguments
// escape. isas is empty where there is no assembly.
func dispatch(header, constraint string, kernels []kernel, isas []isa) ([]byte, error) {
	var out bytes.Buffer
	fmt.Fprintf(&out, "// %s\n\n%spackage argmax\n\n", header, constraint)
	if len(isas) > 0 {
		fmt.Fprint(&out, "import \"github.com/seed842bec00/argmax/internal/cpu\"\n\n")
	}
	choose := func(name, signature, generic string, of func(isa) string) {
		fmt.Fprintf(&out, "func %s%s {\n", name, signature)
		if len(isas) > 0 {
			fmt.Fprint(&out, "switch cpu.Active {\n")
			for at := 0; at < len(isas); {
				call, names := of(isas[at]), "cpu."+isas[at].name
				for at++; at < len(isas) && of(isas[at]) == call; at++ {
					names += ", cpu." + isas[at].name
				}
				if call != "" {
					fmt.Fprintf(&out, "case %s:\n%s\n", names, call)
				}
			}
			fmt.Fprint(&out, "default:\n"+generic+"\n}\n}\n\n")
			return
		}
		fmt.Fprint(&out, generic+"\n}\n\n")
	}
	choose("tileShape", "() (rows, cols int)", "return tileRowsGeneric, tileColsGeneric", func(i isa) string {
		return fmt.Sprintf("return %d, %d", i.shape.TileHeights[0], i.shape.TileBlocks*vec.Lanes)
	})
	choose("scoreTileShape", "() (rows, classes int)", "return tileExamplesGeneric, tileClassesGeneric", func(i isa) string {
		return fmt.Sprintf("return %d, %d", i.shape.ScoreRows, i.shape.ScoreClasses)
	})
	for _, k := range kernels {
		signature, err := parser.ParseExpr(k.signature)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", k.op, err)
		}
		var args []string
		for _, field := range signature.(*ast.FuncType).Params.List {
			for _, name := range field.Names {
				args = append(args, name.Name)
			}
		}
		result := ""
		if signature.(*ast.FuncType).Results != nil {
			result = "return "
		}
		call := func(function string) string { return result + function + "(" + strings.Join(args, ", ") + ")" }
		choose(k.op, strings.TrimPrefix(k.signature, "func"), call(k.op+"Generic"), func(i isa) string {
			for _, suffix := range i.suffixes {
				if function, ok := k.functions[suffix]; ok {
					return call(function)
				}
			}
			return ""
		})
	}
	return format.Source(out.Bytes())
}
