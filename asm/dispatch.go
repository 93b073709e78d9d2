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

// dispatch returns the Go file in which every operation chooses the function of the
// active ISA, by a switch: a call through a variable would make its arguments
// escape. goarch is empty where there is no assembly.
func dispatch(goarch string) ([]byte, error) {
	var best []isa // first
	for _, i := range isas {
		if i.goarch == goarch {
			best = slices.Insert(best, 0, i)
		}
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, "// %s\n\n", header)
	if len(best) == 0 {
		fmt.Fprint(&out, "//go:build !amd64 && !arm64\n\n")
	}
	fmt.Fprint(&out, "package argmax\n\n")
	if len(best) > 0 {
		fmt.Fprint(&out, "import \"github.com/seed842bec00/argmax/internal/cpu\"\n\n")
	}
	choose := func(name, signature, generic string, of func(isa) string) {
		fmt.Fprintf(&out, "func %s%s {\n", name, signature)
		if len(best) == 0 {
			fmt.Fprint(&out, generic+"\n}\n\n")
			return
		}
		fmt.Fprint(&out, "switch cpu.Active {\n")
		for at := 0; at < len(best); {
			call, names := of(best[at]), "cpu."+best[at].name
			for at++; at < len(best) && of(best[at]) == call; at++ {
				names += ", cpu." + best[at].name
			}
			if call != "" {
				fmt.Fprintf(&out, "case %s:\n%s\n", names, call)
			}
		}
		fmt.Fprint(&out, "default:\n"+generic+"\n}\n}\n\n")
	}
	choose("tileShape", "() (rows, cols int)", "return tileRowsGeneric, tileColsGeneric", func(i isa) string {
		return fmt.Sprintf("return %d, %d", i.shape.TileHeights[0], i.shape.TileBlocks*vec.Lanes)
	})
	choose("scoreTileShape", "() (rows, classes int)", "return tileExamplesGeneric, tileClassesGeneric", func(i isa) string {
		return fmt.Sprintf("return %d, %d", i.shape.ScoreRows, i.shape.ScoreClasses)
	})
	choose("distTileShape", "() (rows, cols int)", "return distTileRowsGeneric, distTileColsGeneric", func(i isa) string {
		return fmt.Sprintf("return %d, %d", i.shape.DistRows, i.shape.DistCols)
	})
	choose("byteTileShape", "() (rows, lanes int, form byteForm)", "return tileRowsGeneric, tileLanesGeneric, plainBytes", func(i isa) string {
		form := "wordPairs"
		switch {
		case i.goarch == "arm64":
			form = "plainBytes"
		case slices.Contains(i.features, "AVX512VNNI"):
			form = "signedBytes"
		}
		return fmt.Sprintf("return %d, %d, %s", i.shape.TileHeights[0], i.shape.TileBlocks*vec.Lanes/2, form)
	})
	for _, k := range ops.Kernels {
		signature, err := vec.ParseSignature(k.GoSignature())
		if err != nil {
			return nil, fmt.Errorf("%s: %w", k.Name, err)
		}
		result := ""
		if signature.Results().Bytes() > 0 {
			result = "return "
		}
		call := func(function string) string {
			return result + function + "(" + strings.Join(signature.Names(), ", ") + ")"
		}
		choose(k.Name, strings.TrimPrefix(k.GoSignature(), "func"), call(k.Name+"Generic"), func(i isa) string {
			if own := i.runs(func(name string) bool { return slices.Contains(k.ISAs, name) }); own != nil {
				return call(k.Function(own.shape) + own.name)
			}
			return ""
		})
	}
	return format.Source(out.Bytes())
}
