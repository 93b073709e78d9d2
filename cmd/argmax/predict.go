package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/dataset"
)

type predictFlags struct {
	from    string
	format  string
	top     int
	reject  classifier.Confidence
	workers int
}

func newPredict() *cobra.Command {
	f := predictFlags{format: predictionFormats[0], top: 3}
	cmd := &cobra.Command{
		Use:   "predict MODEL [FILE|FOLDER|-]...",
		Short: "Predict the classes of images",
		Long: `predict prints the most likely classes of each image, with their probabilities if the
model has any and with their scores otherwise. Results come as they are ready, in the
order of the images. Images are resized to the shape that the model was trained on;
folders are searched with the folders in them; - is an image on the standard input.

The formats tsv and csv have a line for each of the --top classes, jsonl has an object
for each image, as --json has.

An image that cannot be read is reported on the standard error, and in jsonl, and the
others are still predicted; the exit code is then 1. After an interrupt, all images up to
the last one printed are done.`,
		Example: `  argmax predict model.safetensors cat.jpg
  argmax predict model.safetensors photos/ --format csv > photos.csv
  find . -name '*.jpg' | argmax predict model.safetensors --from -`,
		Args: wantArguments(1, -1),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args[0], args[1:]) },
	}
	addFlags(cmd, "Input", func(flags *pflag.FlagSet) {
		flags.StringVar(&f.from, "from", "", "`file` with the names of more files or folders, a line each; - is the standard input")
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

func (f *predictFlags) run(cmd *cobra.Command, modelFile string, arguments []string) error {
	if len(arguments) == 0 && f.from == "" {
		return usage("no image: give files or folders, or --from")
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
	model, err := classifier.ReadLinearFile(modelFile)
	if err != nil {
		return err
	}
	if model.Info().Shape == (classifier.Shape{}) {
		return fmt.Errorf("%s is not a model of images: it has no image shape", modelFile)
	}
	var list io.Reader
	switch f.from {
	case "":
	case stdin:
		list = cmd.InOrStdin()
	default:
		file, err := os.Open(f.from)
		if err != nil {
			return err
		}
		defer file.Close()
		list = file
	}
	out, err := newPredictionWriter(f.format, cmd.OutOrStdout())
	if err != nil {
		return err
	}
	var data dataFlags
	data.as(model.Info())
	p := predictor{model, data.image(), f.top, f.reject, cmd.InOrStdin()}
	done, failed := 0, 0
	err = inOrder(cmd.Context(), inputs(files(arguments, list)), f.workers, p.predict, func(r prediction) error {
		done++
		if r.Error != "" {
			failed++
			warn(cmd, "%s", r.Error)
		}
		return out.write(r)
	})
	switch {
	case errors.Is(err, context.Canceled):
		return fmt.Errorf("interrupted after %d images", done)
	case err != nil:
		return err
	case done == 0:
		return errors.New("there are no images")
	case failed > 0:
		return fmt.Errorf("%d of %d images have no prediction", failed, done)
	}
	return nil
}

// input is a file to predict, or why there is none.
type input struct {
	name string
	err  error
}

func inputs(files iter.Seq2[string, error]) iter.Seq[input] {
	return func(yield func(input) bool) {
		for name, err := range files {
			if !yield(input{name, err}) {
				return
			}
		}
	}
}

// predictor makes predictions of inputs. It is safe for concurrent use.
type predictor struct {
	model  *classifier.Linear
	image  dataset.ImageConfig
	top    int
	demand classifier.Confidence
	stdin  io.Reader
}

func (p predictor) predict(in input) prediction {
	r := prediction{File: in.name}
	pixels, err := p.read(in)
	if err == nil {
		err = p.fill(&r, pixels)
	}
	if err != nil {
		r.Error = plain(err)
	}
	return r
}

func (p predictor) read(in input) ([]byte, error) {
	switch {
	case in.err != nil:
		return nil, in.err
	case in.name == stdin:
		return dataset.DecodeImage(p.stdin, p.image)
	}
	return dataset.ReadImage(in.name, p.image)
}

// fill fills in the classes of an image.
func (p predictor) fill(r *prediction, pixels []byte) error {
	classes, model := p.model.Classes(), p.model.Bytes()
	ranked := make([]classifier.Ranked, len(classes))
	if n := model.TopK(ranked, pixels); n < len(ranked) {
		return fmt.Errorf("%s: a score is NaN", r.File)
	}
	for _, c := range ranked {
		if c.Score-c.Score != 0 {
			return fmt.Errorf("%s: the score of %s is %v", r.File, classes[c.Class], c.Score)
		}
	}
	decided, err := model.Decide(pixels, p.demand)
	if err != nil {
		return err
	}
	if r.Rejected = decided < 0; !r.Rejected {
		r.Class = classes[decided]
	}
	for _, c := range ranked[:min(p.top, len(ranked))] {
		s := score{Class: classes[c.Class], Score: c.Score}
		if c.Probability == c.Probability {
			s.Probability = &c.Probability
		}
		r.Top = append(r.Top, s)
	}
	return nil
}
