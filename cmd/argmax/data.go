package main

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	_ "golang.org/x/image/bmp"  // decoder
	_ "golang.org/x/image/tiff" // decoder
	_ "golang.org/x/image/webp" // decoder
	"golang.org/x/text/unicode/norm"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/dataset"
)

// dataFlags say how data are read.
type dataFlags struct {
	shape       dataset.Shape
	fit         string
	unoriented  bool
	table       dataset.TableConfig
	skipDamaged bool
	listSkipped bool
}

// fits are the names of how images are made to fit, in the order of dataset.Fit.
var fits = []string{"stretch", "crop", "pad"}

func (f *dataFlags) add(cmd *cobra.Command) {
	f.fit = fits[0]
	addFlags(cmd, "Data", func(flags *pflag.FlagSet) {
		flags.Var(count(&f.shape.Width, 1), "width", fmt.Sprintf("resize images of folders to this width (default: that of the images, or %d on the longer side if they are larger or differ)", dataset.DefaultSide))
		flags.Var(count(&f.shape.Height, 1), "height", "resize images of folders to this height")
		flags.Var(count(&f.shape.Channels, 1), "channels", "convert images of folders to 1 channel, grey, or 3, colour (default: 1 if all are grey)")
		flags.Var(oneOf(&f.fit, fits...), "fit", "what becomes of images of other proportions: "+either(fits))
		flags.BoolVar(&f.unoriented, "unoriented", false, "ignore the orientation in the metadata of photographs")
		f.addTable(flags)
		f.addSkip(flags)
	})
}

// addTable adds the flags that say where the labels and the features of tables are.
func (f *dataFlags) addTable(flags *pflag.FlagSet) {
	flags.StringVar(&f.table.Labels, "labels", "", "labels of a table: a `file` (.npy, or text with one a line), or the name of an array beside the features")
	flags.StringVar(&f.table.LabelColumn, "label-column", "", "`column` of the labels in a CSV file: its name, or its number from 1, or from -1 backwards")
	flags.StringVar(&f.table.Array, "array", "", "`name` of the features among the arrays of a .npz or .safetensors file")
}

// addSkip adds what commands that evaluate have, too.
func (f *dataFlags) addSkip(flags *pflag.FlagSet) {
	flags.BoolVar(&f.skipDamaged, "skip-damaged", false, "go on without images that cannot be read")
	flags.BoolVar(&f.listSkipped, "list-skipped", false, "list the files that are not read, and why")
}

// image returns how images become pixels.
func (f *dataFlags) image() dataset.ImageConfig {
	config := dataset.ImageConfig{Shape: f.shape, Resize: resize, Unoriented: f.unoriented}
	for i, name := range fits {
		if name == f.fit {
			config.Fit = dataset.Fit(i)
		}
	}
	return config
}

// notes are what a model must know of the flags to read other images in the same way.
func (f *dataFlags) notes() map[string]string {
	notes := map[string]string{}
	if f.fit != fits[0] {
		notes["fit"] = f.fit
	}
	if f.unoriented {
		notes["unoriented"] = "true"
	}
	return notes
}

// as sets the flags to those that a model was trained with.
func (f *dataFlags) as(info classifier.Info) {
	f.shape = dataset.Shape(info.Shape)
	f.fit = cmp.Or(info.Notes["fit"], fits[0])
	f.unoriented = info.Notes["unoriented"] == "true"
}

// load reads data, and says what it did not read.
func (f *dataFlags) load(cmd *cobra.Command, path string) (*dataset.Data, error) {
	if (f.shape.Width == 0) != (f.shape.Height == 0) {
		return nil, usage("--width and --height: give both or neither")
	}
	data, err := dataset.Load(cmd.Context(), path, dataset.Config{
		Image: f.image(), Table: f.table, SkipDamaged: f.skipDamaged, NormalizeName: norm.NFC.String,
	})
	if err != nil {
		if strings.Contains(err.Error(), "files cannot be read") {
			err = fmt.Errorf("%w\n(--skip-damaged goes on without them)", err)
		}
		return nil, err
	}
	for _, part := range []dataset.Examples{data.Train, data.Validation, data.Test} {
		if err := f.check(path, part); err != nil {
			return nil, err
		}
	}
	f.describe(cmd, data.Report)
	return data, nil
}

// check returns an error if images do not have the shape that was asked for.
func (f *dataFlags) check(path string, part dataset.Examples) error {
	set, ok := part.(*dataset.Set)
	if !ok {
		return nil
	}
	got := set.Shape()
	want := dataset.Shape{
		Height:   cmp.Or(f.shape.Height, got.Height),
		Width:    cmp.Or(f.shape.Width, got.Width),
		Channels: cmp.Or(f.shape.Channels, got.Channels),
	}
	if got != want {
		return fmt.Errorf("%s has images of %v, not %v: only images in folders are resized", path, got, want)
	}
	return nil
}

// describe says what was not read.
func (f *dataFlags) describe(cmd *cobra.Command, r dataset.Report) {
	for _, note := range r.Notes {
		say(cmd, "%s", note)
	}
	for _, list := range []struct {
		what string
		dataset.Unread
	}{{"damaged", r.Damaged}, {"skipped", r.Skipped}} {
		switch {
		case list.Count == 0:
		case !f.listSkipped:
			warn(cmd, "%s %d, such as %s (--list-skipped lists them)", list.what, list.Count, plain(list.Errors[0]))
		default:
			for _, err := range list.Errors {
				warn(cmd, "%s: %s", list.what, plain(err))
			}
			if more := list.Count - len(list.Errors); more > 0 {
				warn(cmd, "%s: %d more", list.what, more)
			}
		}
	}
}

// toEvaluate returns the part of the data that a model is evaluated on: what it was
// least likely trained on.
func toEvaluate(data *dataset.Data) dataset.Examples {
	switch {
	case data.Test != nil:
		return data.Test
	case data.Validation != nil:
		return data.Validation
	}
	return data.Train
}

// content says what examples are, for a sentence.
func content(ex dataset.Examples) string {
	if set, ok := ex.(*dataset.Set); ok {
		return fmt.Sprintf("%d images of %v", set.Len(), set.Shape())
	}
	return fmt.Sprintf("%d rows of %d features", ex.Len(), ex.Features())
}
