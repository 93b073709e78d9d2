package main

import (
	"runtime/debug"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/seed842bec00/argmax/classifier"
)

type predictFlags struct {
	inputFlags
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
		f.inputFlags.define(flags)
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
	if err := f.inputFlags.check(arguments); err != nil {
		return err
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
	model, err := readModel(modelFile)
	if err != nil {
		return err
	}
	in, err := f.inputFlags.open(cmd, arguments)
	if err != nil {
		return err
	}
	defer in.close()
	results := newTimelyWriter(cmd.OutOrStdout())
	out, err := newPredictionWriter(f.format, results)
	if err != nil {
		return err
	}
	debug.SetGCPercent(400) // images come and go; the heap is small
	var data dataFlags
	data.as(model.Info())
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
	if flushed := results.Flush(); err == nil {
		err = flushed
	}
	return ended(err, done, failed)
}
