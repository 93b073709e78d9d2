package models

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"

	"github.com/seed842bec00/argmax/bench/internal/measure"
	"github.com/seed842bec00/argmax/bench/internal/results"
	"github.com/seed842bec00/argmax/index"
	"github.com/seed842bec00/argmax/kernels"
)

// checked is an entrant and its check.
type checked struct {
	entrant measure.Entrant
	check   func() error
}

// faissEntrants returns FAISS as it comes, forced to compute products from one query on,
// and on an index of bytes for a search of bytes.
func (t *table) faissEntrants(ctx context.Context, s search, scan *scan, rate func(float64) []results.Value) (es []checked, err error) {
	p := t.rivals.faiss(ctx)
	if p == nil {
		return nil, nil
	}
	base, queries := filepath.Join(t.rivals.dir, s.from.name), filepath.Join(t.rivals.dir, s.from.name+".queries")
	for name, m := range map[string]kernels.Matrix{base: s.from.rows, queries: s.from.queries} {
		if _, err := os.Stat(name); err == nil {
			continue
		}
		if err := writeFloats(name, m); err != nil {
			return nil, err
		}
	}
	for _, kind := range []struct {
		name      string
		threshold float64
		bytes     int
	}{{"faiss", 20, 0}, {"faiss-gemm", 1, 0}, {"faiss-sq8", 20, 1}} {
		if kind.name == "faiss-gemm" && (s.metric == index.L1 || s.queries >= 20) || kind.bytes > 0 && (!s.bytes || s.metric == index.L1 || s.queries > 100) { // which take it ten seconds
			continue
		}
		// The index is made once, which is not part of a search.
		makeIndex := func() error {
			r := request{Do: "index", Path: base, Rows: s.rows, Columns: scan.base.Cols, Task: s.metric.String(), Bytes: kind.bytes}
			if key := fmt.Sprint(r); t.faissHas[kind.bytes] != key {
				t.faissHas[kind.bytes] = ""
				if err := p.Ask(r, &answer{}); err != nil {
					return err
				}
				t.faissHas[kind.bytes] = key
			}
			return nil
		}
		r := request{Do: "search", Path: queries, Rows: s.queries, K: s.k, Bytes: kind.bytes, Limit: kind.threshold}
		run := asked(p, r, nil)
		es = append(es, checked{
			measure.Entrant{Name: kind.name, Run: func(ctx context.Context, passes int) (measure.Sample, error) {
				if err := makeIndex(); err != nil {
					return measure.Sample{}, err
				}
				sample, err := run(ctx, passes)
				sample.Values = rate(float64(sample.Elapsed.Nanoseconds()) / float64(max(1, sample.Calls)))
				return sample, err
			}},
			func() error {
				if err := makeIndex(); err != nil {
					return named(kind.name, err)
				}
				r.Do = "distances"
				var a answer
				if err := p.Ask(r, &a); err != nil {
					return named(kind.name, err)
				}
				if s.metric == index.InnerProduct {
					for i := range a.Objectives {
						a.Objectives[i] *= -1
					}
				}
				return named(kind.name, scan.same(a.Objectives))
			},
		})
	}
	return es, nil
}

func writeFloats(name string, m kernels.Matrix) error {
	b := make([]byte, 0, 4*m.Rows*m.Cols)
	for i := range m.Rows {
		for _, v := range m.Row(i) {
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
		}
	}
	return os.WriteFile(name, b, 0o600)
}
