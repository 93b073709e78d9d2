package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/dataset"
)

type predictFlags struct {
	from    string
	table   dataset.TableConfig
	format  string
	top     int
	reject  classifier.Confidence
	workers int
}

func newPredict() *cobra.Command {
	f := predictFlags{format: predictionFormats[0], top: 3}
	cmd := &cobra.Command{
		Use:   "predict MODEL [FILE|FOLDER|-]...",
		Short: "Predict the classes of images, or of the rows of tables",
		Long: `predict prints the most likely classes of each image, with their probabilities if the
model has any and with their scores otherwise. Results come as they are ready, in the
order of the images. Images are resized to the shape that the model was trained on;
folders are searched with the folders in them; - is an image on the standard input.

Tables of embeddings (.npy, .npz, .safetensors, .csv, .tsv, .svm) are predicted row by row;
rows are counted from 0.

The formats tsv and csv have a line for each of the --top classes, jsonl has an object
for each image or row, as --json has.

An image that cannot be read is reported on the standard error, and in jsonl, and the
others are still predicted; the exit code is then 1. After an interrupt, all that comes
before the last one printed is done.`,
		Example: `  argmax predict model.safetensors cat.jpg
  argmax predict model.safetensors photos/ --format csv > photos.csv
  find . -name '*.jpg' | argmax predict model.safetensors --from -
  argmax predict probe.safetensors embeddings.npy --format jsonl`,
		Args: wantArguments(1, -1),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args[0], args[1:]) },
	}
	addFlags(cmd, "Input", func(flags *pflag.FlagSet) {
		flags.StringVar(&f.from, "from", "", "`file` with the names of more files or folders, a line each; - is the standard input")
		flags.StringVar(&f.table.LabelColumn, "label-column", "", "`column` of a CSV file with labels, which is left out: its name, or its number from 1, or from -1 backwards")
		flags.StringVar(&f.table.Array, "array", "", "`name` of the features among the arrays of a .npz or .safetensors file")
		flags.Var(count(&f.workers, 0), "workers", "threads; 0 means one per processor")
	})
	addFlags(cmd, "Output", func(flags *pflag.FlagSet) {
		flags.Var(count(&f.top, 1), "top", "classes to print, the most likely first")
		flags.Var(oneOf(&f.format, predictionFormats...), "format", either(predictionFormats))
		flags.Var(below1(&f.reject.Probability), "reject", "reject predictions with a lower probability")
		flags.Var(notNegative(&f.reject.Margin), "reject-margin", "reject predictions whose score is not this much above the next")
	})
	return cmd
}

func (f *predictFlags) check(cmd *cobra.Command, arguments []string) error {
	if len(arguments) == 0 && f.from == "" {
		return usage("no input: give files or folders, or --from")
	}
	if slices.Contains(arguments, stdin) && f.from == stdin {
		return usage("--from -: the standard input is an image already")
	}
	if isSet(cmd, jsonFlag) {
		if cmd.Flags().Changed("format") && f.format != "jsonl" {
			return usage("--json and --format %s contradict each other", f.format)
		}
		f.format = "jsonl"
	}
	return nil
}

func (f *predictFlags) run(cmd *cobra.Command, modelFile string, arguments []string) error {
	if err := f.check(cmd, arguments); err != nil {
		return err
	}
	model, err := classifier.ReadLinearFile(modelFile)
	if err != nil {
		return err
	}
	list, err := f.list(cmd)
	if err != nil {
		return err
	}
	if list != nil {
		defer list.Close()
	}
	out, err := newPredictionWriter(f.format, cmd.OutOrStdout())
	if err != nil {
		return err
	}
	var data dataFlags
	data.as(model.Info())
	f.table.Unlabelled = true
	in := inputs{arguments: arguments, list: list, table: f.table}
	defer in.close()
	p := predictor{model: model, name: modelFile, image: data.image(), top: f.top, demand: f.reject, stdin: cmd.InOrStdin()}
	done, failed := 0, 0
	err = inOrder(cmd.Context(), in.all(cmd.Context()), f.workers, p.predict, func(results []prediction) error {
		for _, r := range results {
			done++
			if r.Error != "" {
				failed++
				warn(cmd, "%s", r.Error)
			}
			if err := out.write(r); err != nil {
				return err
			}
		}
		return nil
	})
	switch {
	case errors.Is(err, context.Canceled):
		return fmt.Errorf("interrupted after %d predictions", done)
	case err != nil:
		return err
	case done == 0:
		return errors.New("there is nothing to predict")
	case failed > 0:
		return fmt.Errorf("%d of %d have no prediction", failed, done)
	}
	return nil
}

// list opens the list of files, if there is one.
func (f *predictFlags) list(cmd *cobra.Command) (io.ReadCloser, error) {
	switch f.from {
	case "":
		return nil, nil
	case stdin:
		return io.NopCloser(cmd.InOrStdin()), nil
	}
	return os.Open(f.from)
}
