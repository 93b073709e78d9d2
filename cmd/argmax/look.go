package main

import (
	"fmt"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"gonum.org/v1/plot/vg"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/cmd/argmax/look"
	"github.com/seed842bec00/argmax/dataset"
)

func newLook() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "look",
		Short: "Draw what a model learned and how well it does",
		Long: `look writes pictures as SVG or PNG files, on a light or a dark background, in colours that
people with a colour vision deficiency can tell apart. The same input gives the same SVG file,
byte for byte. With --json it prints the numbers that the picture shows, too.`,
		Args: wantCommand,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newLookTemplates(), newLookConfusion(), newLookMistakes(), newLookCalibration(), newLookROC(), newLookRow())
	cmd.AddCommand(newLookRegions(), newLookTraining(), newLookPath(), newLookSearch())
	return cmd
}

// pictureFlags say where a picture is written, and how it looks.
type pictureFlags struct {
	out   string
	theme string
	width int
}

func (f *pictureFlags) add(cmd *cobra.Command) {
	var names []string
	for _, t := range look.Themes {
		names = append(names, t.Name)
	}
	f.theme, f.width = names[0], int(look.DefaultWidth/look.Pixel)
	addFlags(cmd, "Picture", func(flags *pflag.FlagSet) {
		flags.StringVarP(&f.out, "out", "o", "", "picture `file` to write, .svg or .png")
		flags.Var(oneOf(&f.theme, names...), "theme", either(names))
		flags.Var(count(&f.width, 480), "out-width", "width of the picture in pixels")
	})
}

// check returns an error unless a picture can be written to the file.
func (f *pictureFlags) check() error {
	if f.out == "" {
		return usage("--out: the picture to write is missing")
	}
	return checkPicture(f.out)
}

// checkPicture returns an error unless a picture can be written to a file of this name.
func checkPicture(name string) error {
	if !slices.Contains(look.Formats, filepath.Ext(name)) {
		return usage("%s: a picture is %s", name, either(look.Formats))
	}
	return nil
}

// style returns how the picture looks.
func (f *pictureFlags) style() look.Style {
	theme, _ := look.ThemeOf(f.theme) // one of the choices
	return look.Style{Theme: theme, Width: look.Pixel * vg.Length(f.width)}
}

// write writes the picture, and prints its numbers if they are asked for.
func (f *pictureFlags) write(cmd *cobra.Command, figure look.Figure, numbers any) error {
	if err := figure.WriteFile(f.out, f.style()); err != nil {
		return err
	}
	say(cmd, "wrote %s", f.out)
	if isSet(cmd, jsonFlag) {
		return writeJSON(cmd.OutOrStdout(), numbers)
	}
	return nil
}

// modelDataFlags are the flags of pictures of a model on data.
type modelDataFlags struct {
	pictureFlags
	dataFlags
	workers int
}

func (f *modelDataFlags) add(cmd *cobra.Command) {
	f.pictureFlags.add(cmd)
	addFlags(cmd, "Data", func(flags *pflag.FlagSet) {
		f.addTable(flags)
		f.addSkip(flags)
		flags.Var(count(&f.workers, 0), "workers", "threads; 0 means one per processor")
	})
}

// open reads the model and the data.
func (f *modelDataFlags) open(cmd *cobra.Command, modelFile, path string) (*classifier.Linear, *dataset.Data, error) {
	m, err := f.openModel(modelFile)
	if err != nil {
		return nil, nil, err
	}
	data, err := f.openData(cmd, m, path)
	return m, data, err
}

// openModel reads the model, after a check of the flags.
func (f *modelDataFlags) openModel(name string) (*classifier.Linear, error) {
	if err := f.pictureFlags.check(); err != nil {
		return nil, err
	}
	return readModel(name)
}

// openData reads data for a model.
func (f *modelDataFlags) openData(cmd *cobra.Command, m *classifier.Linear, path string) (*dataset.Data, error) {
	f.as(m.Info())
	data, err := f.load(cmd, path)
	if err != nil {
		return nil, err
	}
	if got := toEvaluate(data).Features(); got != m.Features() {
		data.Close()
		return nil, fmt.Errorf("%s has rows of %d features: the model has %d", path, got, m.Features())
	}
	return data, nil
}
