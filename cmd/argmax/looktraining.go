package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/cmd/argmax/look"
)

type lookTrainingFlags struct {
	pictureFlags
	dataFlags
	objectiveFlags
	solverFlags
	validationFlags
}

func newLookTraining() *cobra.Command {
	var f lookTrainingFlags
	cmd := &cobra.Command{
		Use:   "training LOG|DATA -o FILE",
		Short: "Draw the loss, the accuracy and the gap while a model is trained",
		Long: `training draws how a fit went: the losses and the accuracies of training and validation,
the objective with its loss and its penalty, and the gap to the minimum or, where no gap is
known, the length of the steps. It reads the file that argmax train --log has written, or
trains with the flags of argmax train. --json prints the numbers.`,
		Example: `  argmax train mnist/ -o mnist.safetensors --val 10% --log mnist.log
  argmax look training mnist.log -o training.svg
  argmax look training mnist/ --solver sgd --epochs 10 --val 10% -o training.svg`,
		Args: wantArguments(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args[0]) },
	}
	f.pictureFlags.add(cmd)
	f.dataFlags.add(cmd)
	f.objectiveFlags.add(cmd)
	f.solverFlags.add(cmd)
	f.validationFlags.add(cmd)
	return cmd
}

func (f *lookTrainingFlags) run(cmd *cobra.Command, path string) error {
	if err := f.pictureFlags.check(); err != nil {
		return err
	}
	reports, err := readLog(path)
	if errors.Is(err, errNoLog) {
		reports, err = f.train(cmd, path)
	}
	if err != nil {
		return err
	}
	figure, err := look.Training(reports, f.style())
	if err != nil {
		return err
	}
	numbers := make([]fitReport, len(reports))
	for i, r := range reports {
		numbers[i] = newFitReport(r)
	}
	return f.write(cmd, figure, numbers)
}

// train fits a model and returns the reports on its iterations.
func (f *lookTrainingFlags) train(cmd *cobra.Command, path string) ([]classifier.Report, error) {
	if _, err := f.objectiveFlags.check(cmd); err != nil {
		return nil, err
	}
	if err := f.solverFlags.check(cmd); err != nil {
		return nil, err
	}
	data, err := f.load(cmd, path)
	if err != nil {
		return nil, err
	}
	defer data.Close()
	if data.Train == nil {
		return nil, fmt.Errorf("%s has no training set", path)
	}
	o, err := f.objective(cmd, data.Train.Len(), data.Train.Features(), data.Train.Classes())
	if err != nil {
		return nil, err
	}
	options := classifier.Options{Workers: f.workers}
	if err := f.validationFlags.options(&options, data, f.seed); err != nil {
		return nil, err
	}
	var reports []classifier.Report
	bar := newProgress(cmd, "training", -1)
	defer bar.end()
	options.Progress = func(r classifier.Report) {
		reports = append(reports, r)
		bar.describe(r.Iterations, fmt.Sprintf("objective %.4f", r.Objective))
	}
	_, _, err = f.of().Fit(cmd.Context(), data.Train, o, options)
	return reports, err
}

// errNoLog is the error of files that are no log of a training: data, perhaps.
var errNoLog = errors.New("not a log of argmax train")

// readLog returns the reports in a file that train --log has written.
func readLog(path string) ([]classifier.Report, error) {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		return nil, errNoLog // whoever reads the data says what is wrong
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	reports, err := parseLog(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return reports, nil
}

// mostReports is the largest number of iterations that a picture is drawn of.
const mostReports = 1_000_000

// parseLog reads a report from each line.
func parseLog(r io.Reader) ([]classifier.Report, error) {
	in := bufio.NewReader(r)
	if first, err := in.Peek(1); err != nil || first[0] != '{' {
		return nil, errNoLog
	}
	var reports []classifier.Report
	lines := bufio.NewScanner(in)
	for n := 1; lines.Scan(); n++ {
		line := fitReport{Iterations: -1}
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		last := -1
		if len(reports) > 0 {
			last = reports[len(reports)-1].Iterations
		}
		switch {
		case line.Iterations < 0:
			return nil, fmt.Errorf("line %d is no report of a training", n)
		case line.Iterations <= last:
			return nil, fmt.Errorf("line %d: iteration %d follows iteration %d", n, line.Iterations, last)
		case len(reports) == mostReports:
			return nil, fmt.Errorf("more than %d iterations", mostReports)
		}
		reports = append(reports, line.report())
	}
	return reports, lines.Err()
}

// report is the inverse of newFitReport.
func (r fitReport) report() classifier.Report {
	or := func(x *float64, missing float64) float64 {
		if x == nil {
			return missing
		}
		return *x
	}
	report := classifier.Report{
		Solver: r.Solver, Choice: r.Choice, Converged: r.Converged, Why: r.Why,
		Objective: r.Objective, Loss: r.Loss, Penalty: r.Penalty,
		Gap: or(r.Gap, math.Inf(1)), Gradient: or(r.Gradient, math.NaN()),
		Iterations: r.Iterations, Passes: r.Passes, Accuracy: r.Accuracy, Update: r.Update,
		Elapsed: time.Duration(math.Round(r.Seconds * 1e9)),
	}
	if v := r.Validation; v != nil {
		report.Validation = classifier.Validation{Loss: v.Loss, Accuracy: v.Accuracy, Best: max(1, r.Iterations)}
	}
	return report
}
