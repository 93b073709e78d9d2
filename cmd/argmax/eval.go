package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/dataset"
)

func newEval() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "eval MODEL DATA",
		Short: "Evaluate a model: accuracy, recall of each class, confusion matrix",
		Long: `eval predicts the classes of the test set of DATA, or of all of DATA if it has no
test set, and compares them with the labels. Classes are matched by name; DATA need
not have all classes of the model. Images in folders are resized to the model's
shape. The confusion matrix is shown for up to 20 classes.`,
		Args: wantArguments(2, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			model, err := classifier.ReadLinearFile(args[0])
			if err != nil {
				return err
			}
			f := shapeFlags{dataset.Shape(model.Info().Shape)}
			train, test, err := f.load(cmd.Context(), args[1])
			if err != nil {
				return err
			}
			set := test
			if set == nil {
				set = train
			}
			ex, err := relabel(set, args[1], model.Classes())
			if err != nil {
				return err
			}
			e, err := evaluate(cmd.Context(), model, ex)
			if err != nil {
				return err
			}
			if asJSON {
				return writeJSON(cmd.OutOrStdout(), map[string]any{
					"data": set.Name(), "examples": e.Examples, "correct": e.Correct, "accuracy": e.Accuracy(),
					"classes": model.Classes(), "confusion": e.Confusion, "unknown": e.Unknown,
				})
			}
			return printEvaluation(cmd.OutOrStdout(), set.Name(), model.Classes(), e)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON: confusion[true][predicted] counts images, unknown[true] those without a prediction")
	return cmd
}

func printEvaluation(w io.Writer, name string, classes []string, e classifier.Evaluation) error {
	fmt.Fprintf(w, "%s: accuracy %.2f %% (%d of %d)\n\n", name, 100*e.Accuracy(), e.Correct, e.Examples)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "class\timages\trecall\tmost often mistaken for")
	for truth, row := range e.Confusion {
		images := e.Unknown[truth]
		for _, n := range row {
			images += n
		}
		if images == 0 {
			fmt.Fprintf(t, "%s\t0\t\t\n", classes[truth])
			continue
		}
		fmt.Fprintf(t, "%s\t%d\t%.1f %%\t%s\n", classes[truth], images, 100*float64(row[truth])/float64(images), mistakes(classes, row, truth))
	}
	if err := t.Flush(); err != nil || len(classes) > 20 {
		return err
	}
	return printConfusion(w, classes, e.Confusion)
}

// printConfusion prints the confusion matrix: a row for each true class, a column,
// headed by its number, for each predicted one.
func printConfusion(w io.Writer, classes []string, confusion [][]int) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(t, "\npredicted\t\t")
	for c := range classes {
		fmt.Fprintf(t, "%d\t", c)
	}
	for truth, row := range confusion {
		fmt.Fprintf(t, "\n%s\t%d\t", classes[truth], truth)
		for _, n := range row {
			if n == 0 {
				fmt.Fprint(t, "·\t")
			} else {
				fmt.Fprintf(t, "%d\t", n)
			}
		}
	}
	fmt.Fprintln(t)
	return t.Flush()
}

// mistakes lists the classes that truth is most often mistaken for.
func mistakes(classes []string, row []int, truth int) string {
	const most = 3
	var others []int
	for c, n := range row {
		if c != truth && n > 0 {
			others = append(others, c)
		}
	}
	slices.SortStableFunc(others, func(a, b int) int { return cmp.Compare(row[b], row[a]) })
	var text []string
	for _, c := range others[:min(most, len(others))] {
		text = append(text, fmt.Sprintf("%s %d", classes[c], row[c]))
	}
	return strings.Join(text, ", ")
}
