package main

import (
	"fmt"

	"github.com/seed842bec00/argmax/bench/internal/meter"
	"github.com/seed842bec00/argmax/internal/cpu"
)

// target is a time that AVX-512 has to reach on the reference machine, a core of
// 3.7 GHz that reads 349 GB/s from L1 and 184 from L2.
type target struct {
	op, size string
	data     meter.Level // there
	ns       float64
}

var reference = map[meter.Level]float64{meter.L1: 349, meter.L2: 184}

var targets = []target{
	{"Dot", "n=128", meter.L1, 6},
	{"Dot", "n=784", meter.L1, 22},
	{"Dot", "n=3072", meter.L1, 78},
	{"SqDist", "n=3072", meter.L1, 95},
	{"L1Dist", "n=3072", meter.L1, 115},
	{"ScoreRows", "rows=10/n=784", meter.L1, 130},
	{"ScoreRows", "rows=10/n=3072", meter.L2, 830},
}

// targets compares with the targets, in proportion to how fast this machine reads.
func (t *text) targets(results []result, best limits) {
	l, ok := best.of(cpu.AVX512)
	if !ok || cpu.Active != cpu.AVX512 {
		return
	}
	var rows [][]string
	for _, g := range targets {
		for _, r := range results {
			if r.Op != g.op || r.Size != g.size || r.Data != g.data || r.Chain {
				continue
			}
			here, ns := g.ns*reference[g.data]/l.Read[g.data], r.time[r.champion].Center
			verdict := "met"
			if ns > here {
				verdict = fmt.Sprintf("%.2f times as long", ns/here)
			}
			rows = append(rows, []string{r.Op, r.Size, r.Data.String(), seconds(g.ns), seconds(here), seconds(ns), r.share(best), verdict})
		}
	}
	if len(rows) == 0 {
		return
	}
	t.line("## Targets\n")
	t.line("Set for a core that reads %.0f GB/s from L1 and %.0f from L2; here in proportion.\n", reference[meter.L1], reference[meter.L2])
	t.header("operation", "size", "data", "target there", "target here", "time", "of limit", "")
	for _, row := range rows {
		t.row(row...)
	}
	t.line("")
}
