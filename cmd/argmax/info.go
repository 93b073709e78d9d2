package main

import (
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/index"
)

func newInfo() *cobra.Command {
	return &cobra.Command{
		Use:   "info FILE",
		Short: "Say what a model or an index file holds",
		Long: `info prints the kind of a model, its classes and features, how it makes probabilities,
its size, and how it was trained; and of an index its rows, their type and their metric.`,
		Args: wantArguments(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			file, err := os.Stat(args[0])
			if err != nil {
				return err
			}
			if about, err := index.ReadInfo(args[0]); err == nil {
				d, err := describeIndex(args[0], file, about)
				if err != nil {
					return err
				}
				if isSet(cmd, jsonFlag) {
					return writeJSON(cmd.OutOrStdout(), d)
				}
				return d.print(cmd.OutOrStdout())
			}
			model, err := readModel(args[0])
			if err != nil {
				return err
			}
			d := describe(model)
			d.File, d.Bytes = args[0], file.Size()
			if isSet(cmd, jsonFlag) {
				return writeJSON(cmd.OutOrStdout(), d)
			}
			return d.print(cmd.OutOrStdout())
		},
	}
}

// description is what info prints.
type description struct {
	File          string            `json:"file"`
	Kind          string            `json:"kind"`
	Bytes         int64             `json:"bytes"`
	Classes       []string          `json:"classes"`
	Features      int               `json:"features"`
	Shape         string            `json:"image,omitempty"` // height x width x channels
	Probabilities string            `json:"probabilities"`
	Zeros         int               `json:"zeroWeights"`
	Notes         map[string]string `json:"notes,omitempty"`
}

func describe(m *classifier.Linear) description {
	info := m.Info()
	d := description{
		Kind: "linear classifier", Classes: info.Classes, Features: m.Features(),
		Probabilities: info.Link.String(), Notes: info.Notes,
	}
	if info.Shape != (classifier.Shape{}) {
		d.Shape = info.Shape.String()
	}
	weights := make([]float32, m.Features())
	for class := range info.Classes {
		m.Template(weights, class)
		for _, w := range weights {
			if w == 0 {
				d.Zeros++
			}
		}
	}
	return d
}

func (d description) print(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	line := func(what, format string, args ...any) { fmt.Fprintf(t, what+"\t"+format+"\n", args...) }
	line("file", "%s, %d bytes", d.File, d.Bytes)
	line("kind", "%s", d.Kind)
	line("classes", "%d: %s", len(d.Classes), strings.Join(d.Classes, ", "))
	if d.Shape != "" {
		line("features", "%d, the pixels of images of %s (height x width x channels)", d.Features, d.Shape)
	} else {
		line("features", "%d", d.Features)
	}
	line("weights", "%d, %d of them zero", len(d.Classes)*d.Features, d.Zeros)
	line("probabilities", "%s", d.Probabilities)
	for _, key := range slices.Sorted(maps.Keys(d.Notes)) {
		line(key, "%s", d.Notes[key])
	}
	return t.Flush()
}
