package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/metrics"
	"github.com/seed842bec00/argmax/dataset"
)

type trainFlags struct {
	dataFlags
	objectiveFlags
	solverFlags
	validationFlags
	checkpointFlags
	out   modelFile
	start string
	log   string
	test  bool
}

func newTrain() *cobra.Command {
	var f trainFlags
	cmd := &cobra.Command{
		Use:   "train DATA -o MODEL",
		Short: "Train a linear classifier and write it to a file",
		Long: `train fits a linear classifier f(x) = Wx + b to the mean of a loss over the examples
plus λ ΣW² or λ Σ|W|, and writes it to a safetensors file. The tensors weight and bias
apply to features as they come, such as pixels from 0 to 255; class names and the image
shape are in the metadata. The file is written completely or not at all.

It says how near the minimum the model is: at most how far above it the objective is. The
default solver ends at a tolerance; --solver sgd after some epochs.

An interrupt ends the training early. If anything was learned, the model is written beside
MODEL, as MODEL with .partial before its extension, and the exit code is 1. A second
interrupt ends the program at once.`,
		Example: `  argmax train mnist/ -o mnist.safetensors
  argmax train photos/ --width 32 --height 32 --loss hinge --l2 1e-4 -o photos.safetensors
  argmax train cifar-10-batches-bin/ --solver sgd --epochs 5 -o cifar.safetensors`,
		Args: wantArguments(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args[0]) },
	}
	addFlags(cmd, "Output", func(flags *pflag.FlagSet) {
		flags.StringVarP(&f.out.name, "out", "o", "", "model `file` to write; - is the standard output")
		flags.BoolVar(&f.out.force, "force", false, "overwrite a file that is not a model")
		flags.StringVar(&f.log, "log", "", "`file` for a line of JSON about each iteration")
		flags.BoolVar(&f.test, "test", false, "evaluate the model on the test set of DATA, too")
	})
	addFlags(cmd, "Solver", func(flags *pflag.FlagSet) {
		flags.StringVar(&f.start, "start", "", "model `file` to start from, as when there are more data; its classes are those of the new model")
	})
	f.dataFlags.add(cmd)
	f.objectiveFlags.add(cmd)
	f.solverFlags.add(cmd)
	f.checkpointFlags.add(cmd)
	f.validationFlags.add(cmd)
	return cmd
}

// trained is what train says about its work.
type trained struct {
	Model    string             `json:"model"`
	Data     string             `json:"data"`
	Examples int                `json:"examples"`
	Features int                `json:"features"`
	Classes  []string           `json:"classes"`
	Report   fitReport          `json:"fit"`
	Accuracy map[string]float64 `json:"accuracy"`
}

func (f *trainFlags) run(cmd *cobra.Command, dir string) error {
	// Everything that can be wrong with the call is found before data are read.
	if _, err := f.objectiveFlags.check(cmd); err != nil {
		return err
	}
	if err := f.solverFlags.check(cmd); err != nil {
		return err
	}
	if err := f.checkpointFlags.check(cmd); err != nil {
		return err
	}
	if err := f.out.check(); err != nil {
		return err
	}
	if f.out.name == stdin {
		cmd.SetOut(cmd.ErrOrStderr()) // what else is said must not mix with the model
	}
	data, err := f.load(cmd, dir)
	if err != nil {
		return err
	}
	defer data.Close()
	train, test := data.Train, data.Test
	switch {
	case train == nil:
		return fmt.Errorf("%s has no training set", dir)
	case !f.test:
	case test == nil:
		return usage("--test: %s has no test set", dir)
	default: // before the work: it may have classes that cannot be learned
		if _, err := metrics.Match(train.Classes(), test); err != nil {
			return fmt.Errorf("%s: %w", dir, err)
		}
	}
	say(cmd, "%s: %s, %d classes", train.Name(), content(train), len(train.Classes()))
	objective, err := f.objective(cmd, train.Len(), train.Features(), train.Classes())
	if err != nil {
		return err
	}
	model, report, interrupted := f.fit(cmd, data, objective)
	if model == nil {
		return interrupted
	}
	file := f.out
	if interrupted != nil {
		if report.Iterations == 0 {
			return interrupted // nothing was learned
		}
		file = file.partial()
	}
	if model, err = model.With(f.info(model, train, objective, report, interrupted != nil)); err != nil {
		return err
	}
	if err := file.write(model, cmd.Root().OutOrStdout()); err != nil {
		return err
	}
	if interrupted != nil {
		return fmt.Errorf("interrupted after %d iterations: the unfinished model is in %s", report.Iterations, file.name)
	}
	result := trained{
		Model: f.out.name, Data: train.Name(), Examples: train.Len(), Features: train.Features(), Classes: train.Classes(),
		Report: newFitReport(report), Accuracy: map[string]float64{"train": report.Accuracy},
	}
	say(cmd, "%s", result.Report)
	if !report.Converged && !f.isSGD() {
		warn(cmd, "not converged: %s; see --max-passes and --tolerance", report.Why)
	}
	say(cmd, "%s: accuracy %.2f %%", train.Name(), 100*report.Accuracy)
	if report.Validation.Best > 0 {
		result.Accuracy["validation"] = report.Validation.Accuracy
		say(cmd, "validation: accuracy %.2f %%, loss %.4f, lowest at iteration %d",
			100*report.Validation.Accuracy, report.Validation.Loss, report.Validation.Best)
	}
	if f.test {
		e, err := classifier.Evaluate(cmd.Context(), model, test, metrics.Options{}, 0)
		if err != nil {
			return err
		}
		result.Accuracy["test"] = e.Accuracy
		say(cmd, "%s: accuracy %.2f %% (%d of %d)", test.Name(), 100*e.Accuracy, e.Correct, e.Examples)
	}
	say(cmd, "wrote %s", f.out.name)
	if isSet(cmd, jsonFlag) {
		return writeJSON(cmd.OutOrStdout(), result)
	}
	return nil
}

// fit trains the model. Where the training was interrupted it returns what it has, with
// the error.
func (f *trainFlags) fit(cmd *cobra.Command, data *dataset.Data, o classifier.Objective) (m *classifier.Linear, r classifier.Report, err error) {
	options := classifier.Options{Workers: f.workers}
	if err := f.validationFlags.options(&options, data, f.seed); err != nil {
		return nil, r, err
	}
	if f.start != "" {
		if options.Start, err = readModel(f.start); err != nil {
			return nil, r, err
		}
	}
	finish, err := f.checkpointFlags.options(cmd, &options)
	if err != nil {
		return nil, r, err
	}
	defer finish()
	log := json.NewEncoder(io.Discard)
	if f.log != "" {
		file, err := os.Create(f.log)
		if err != nil {
			return nil, r, err
		}
		checked := &checkedWriter{to: file}
		log = json.NewEncoder(checked)
		defer func() { // a log that is not whole is an error, but the model is kept
			if failed := cmp.Or(checked.err, file.Close()); failed != nil && err == nil {
				warn(cmd, "%s is not complete: %v", f.log, failed)
			}
		}()
	}
	steps := -1 // unknown
	if f.isSGD() {
		steps = cmp.Or(f.sgd.epochs, 20)
	}
	bar := newProgress(cmd, "training", steps)
	defer bar.end()
	options.Progress = func(r classifier.Report) {
		line := fmt.Sprintf("objective %.4f", r.Objective)
		if r.Validation.Best > 0 {
			line += fmt.Sprintf(", validation %.2f %%", 100*r.Validation.Accuracy)
		}
		bar.describe(r.Iterations, line)
		_ = log.Encode(newFitReport(r)) // checked at the end
	}
	return f.of().Fit(cmd.Context(), data.Train, o, options)
}

// info returns the metadata of the model file.
func (f *trainFlags) info(model *classifier.Linear, train dataset.Examples, o classifier.Objective, r classifier.Report, interrupted bool) classifier.Info {
	info := model.Info()
	info.Notes = f.objectiveFlags.notes(o)
	maps.Copy(info.Notes, f.solverFlags.notes(r, o.Loss))
	maps.Copy(info.Notes, f.dataFlags.notes())
	info.Notes["data"], info.Notes["version"] = train.Name(), version()
	info.Notes["gap"] = number(r.Gap)
	if interrupted {
		info.Notes["interrupted"] = fmt.Sprintf("after %d iterations", r.Iterations)
	}
	return info
}
