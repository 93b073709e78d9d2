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

// dispatch returns the Go file in which operations choose what the active ISA has:
// shapes by a switch, kernels in the assembly of jumps. goarch is empty where there is no
// assembly.
func dispatch(goarch string) ([]byte, error) {
	best := bestFirst(goarch)
	var out bytes.Buffer
	fmt.Fprintf(&out, "// %s\n\n", header)
	if len(best) == 0 {
		fmt.Fprint(&out, "//go:build !amd64 && !arm64\n\n")
	}
	fmt.Fprint(&out, "package argmax\n\n")
	if len(best) > 0 {
		fmt.Fprint(&out, "import \"github.com/seed842bec00/argmax/internal/cpu\"\n\n")
	}
	choose := func(name, results, generic string, of func(isa) string) {
		fmt.Fprintf(&out, "func %s() (%s) {\n", name, results)
		if len(best) == 0 {
			fmt.Fprintf(&out, "return %s\n}\n\n", generic)
			return
		}
		fmt.Fprint(&out, "switch cpu.Active {\n")
		for at := 0; at < len(best); {
			shape, names := of(best[at]), "cpu."+best[at].name
			for at++; at < len(best) && of(best[at]) == shape; at++ {
				names += ", cpu." + best[at].name
			}
			fmt.Fprintf(&out, "case %s:\nreturn %s\n", names, shape)
		}
		fmt.Fprintf(&out, "default:\nreturn %s\n}\n}\n\n", generic)
	}
	choose("tileShape", "rows, cols int", "tileRowsGeneric, tileColsGeneric", func(i isa) string {
		return fmt.Sprintf("%d, %d", i.shape.TileHeights[0], i.shape.TileBlocks*vec.Lanes)
	})
	choose("scoreTileShape", "rows, classes int", "tileExamplesGeneric, tileClassesGeneric", func(i isa) string {
		return fmt.Sprintf("%d, %d", i.shape.ScoreRows, i.shape.ScoreClasses)
	})
	choose("distTileShape", "rows, cols int", "distTileRowsGeneric, distTileColsGeneric", func(i isa) string {
		return fmt.Sprintf("%d, %d", i.shape.DistRows, i.shape.DistCols)
	})
	choose("byteTileShape", "rows, lanes int, form byteForm", "tileRowsGeneric, tileLanesGeneric, plainBytes", func(i isa) string {
		form := "wordPairs"
		switch {
		case i.goarch == "arm64":
			form = "plainBytes"
		case slices.Contains(i.features, "AVX512VNNI"):
			form = "signedBytes"
		}
		return fmt.Sprintf("%d, %d, %s", i.shape.TileHeights[0], i.shape.TileBlocks*vec.Lanes/2, form)
	})
	for _, k := range ops.Kernels {
		signature, err := vec.ParseSignature(k.GoSignature())
		if err != nil {
			return nil, fmt.Errorf("%s: %w", k.Name, err)
		}
		declaration := strings.Replace(k.GoSignature(), "func", "func "+k.Name, 1)
		if len(best) > 0 {
			fmt.Fprintf(&out, "//go:noescape\n%s\n\n", declaration)
			continue
		}
		result := ""
		if signature.Results().Bytes() > 0 {
			result = "return "
		}
		fmt.Fprintf(&out, "%s {\n%s%sGeneric(%s)\n}\n\n", declaration, result, k.Name, strings.Join(signature.Names(), ", "))
	}
	return format.Source(out.Bytes())
}

// bestFirst lists the instruction sets of an architecture.
func bestFirst(goarch string) (best []isa) {
	for _, i := range isas {
		if i.goarch == goarch {
			best = slices.Insert(best, 0, i)
		}
	}
	return best
}

// jumps returns the assembly in which every kernel jumps to the function of the active
// ISA, which finds the arguments where they are. (A function of Go in its place copies
// them once more, which takes 1 ns: inner products of 64 took 7.2 ns with it and take 5.6
// without.)
func jumps(goarch string) ([]byte, error) {
	load, compare, below, jump := "MOVBLZX %s, AX", "CMPL AX, $%d", "JLT", "JMP"
	if goarch == "arm64" {
		load, compare, below, jump = "MOVBU %s, R0", "CMP $%d, R0", "BLT", "B"
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, "// %s\n\n#include \"textflag.h\"\n", header)
	for _, k := range ops.Kernels {
		signature, err := vec.ParseSignature(k.GoSignature())
		if err != nil {
			return nil, fmt.Errorf("%s: %w", k.Name, err)
		}
		fmt.Fprintf(&out, "\n// %s\nTEXT ·%s(SB), NOSPLIT, $0-%d\n", strings.Replace(k.GoSignature(), "func", "func "+k.Name, 1), k.Name, signature.Bytes())
		fmt.Fprintf(&out, "\t"+load+"\n", "github·com∕seed842bec00∕argmax∕internal∕cpu·Active(SB)")
		function := func(i isa) string {
			if own := i.runs(func(name string) bool { return slices.Contains(k.ISAs, name) }); own != nil {
				return k.Function(own.shape) + own.name
			}
			return k.Name + "Generic"
		}
		best := bestFirst(goarch)
		for at, i := range best {
			if at+1 < len(best) && function(best[at+1]) == function(i) {
				continue
			}
			next := "below" + i.name
			fmt.Fprintf(&out, "\t"+compare+"\n\t%s %s\n\t%s ·%s(SB)\n\n%s:\n", number(i), below, next, jump, function(i), next)
		}
		fmt.Fprintf(&out, "\t%s ·%sGeneric(SB)\n", jump, k.Name)
	}
	return out.Bytes(), nil
}

// number is the value of the constant of internal/cpu.
func number(i isa) int {
	return 1 + slices.IndexFunc(isas, func(other isa) bool { return other.name == i.name })
}
