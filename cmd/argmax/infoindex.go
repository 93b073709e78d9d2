package main

import (
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/seed842bec00/argmax/index"
)

// indexDescription is what info prints of an index.
type indexDescription struct {
	File     string            `json:"file"`
	Kind     string            `json:"kind"`
	Bytes    int64             `json:"bytes"`
	Rows     int               `json:"rows"`
	Features int               `json:"features"`
	Element  string            `json:"element"`
	Metric   string            `json:"metric"`
	Classes  []string          `json:"classes,omitempty"`
	K        int               `json:"k,omitempty"`
	Vote     string            `json:"vote,omitempty"`
	Clusters int               `json:"clusters,omitempty"`
	Probes   int               `json:"probes,omitempty"` // the number of clusters that a search compares with
	Notes    map[string]string `json:"notes,omitempty"`
}

// describeIndex describes an index file.
func describeIndex(name string, file os.FileInfo, info index.Info) (indexDescription, error) {
	d := indexDescription{
		File: name, Kind: info.Kind.String(), Bytes: file.Size(), Rows: info.Rows, Features: info.Columns,
		Element: info.Element, Metric: info.Metric.String(),
	}
	if info.Kind == index.KindLive || info.Element != "uint8" && info.Element != "float32" {
		return d, nil // openIndex opens no such file
	}
	s, model, err := openIndex(name, 0, 1)
	if err != nil {
		return d, err
	}
	if model != nil {
		m := model.Info()
		d.Classes, d.K, d.Vote, d.Notes = model.Classes(), model.Config().K, model.Config().Vote.String(), m.Notes
	}
	d.Clusters, d.Probes = s.clusters()
	return d, s.close()
}

func (d indexDescription) print(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	line := func(what, format string, args ...any) { fmt.Fprintf(t, what+"\t"+format+"\n", args...) }
	line("file", "%s, %d bytes", d.File, d.Bytes)
	line("kind", "%s", d.Kind)
	line("rows", "%d of %d features, %s", d.Rows, d.Features, d.Element)
	line("metric", "%s", d.Metric)
	if d.Clusters > 0 {
		line("clusters", "%d, of which a search compares with %d", d.Clusters, d.Probes)
	}
	if d.Classes != nil {
		line("classes", "%d: %s", len(d.Classes), strings.Join(d.Classes, ", "))
		line("neighbours", "%d, vote %s", d.K, d.Vote)
	}
	for _, key := range slices.Sorted(maps.Keys(d.Notes)) {
		line(key, "%s", d.Notes[key])
	}
	return t.Flush()
}
