package metrics

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"text/tabwriter"
)

// mostShown is the largest number of classes whose confusion matrix is shown.
const mostShown = 20

// trailing are the spaces that empty cells leave at the ends of lines.
var trailing = regexp.MustCompile(`(?m) +$`)

// String returns the report as text: the numbers of all examples, a table of the classes
// with what each is most often mistaken for and, for up to 20 classes, the confusion
// matrix with a row for each true class and a column, headed by its number, for each
// predicted one.
func (r *Report) String() string {
	var b strings.Builder
	r.summary(&b)
	r.table(&b)
	if len(r.Classes) <= mostShown {
		r.matrix(&b)
	}
	return trailing.ReplaceAllString(b.String(), "")
}

func (r *Report) summary(b *strings.Builder) {
	fmt.Fprintf(b, "accuracy %.2f %% (%d of %d), interval %.2f to %.2f %%\n",
		100*r.Accuracy, r.Correct, r.Examples, 100*r.Interval.Low, 100*r.Interval.High)
	for _, t := range r.Top {
		fmt.Fprintf(b, "top-%d accuracy %.2f %%\n", t.K, 100*t.Accuracy)
	}
	if r.LogLoss == r.LogLoss {
		fmt.Fprintf(b, "log loss %v, Brier score %v, calibration error %v\n", r.LogLoss, r.Brier, r.CalibrationError)
	}
}

// table prints the classes, right-aligned but for the names.
func (r *Report) table(b *strings.Builder) {
	areas := r.Macro.ROCArea == r.Macro.ROCArea
	t := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	fmt.Fprint(t, "\nclass\texamples\tprecision\trecall\tF1\t")
	if areas {
		fmt.Fprint(t, "ROC area\taverage precision\t")
	}
	fmt.Fprintln(t, "most often mistaken for")
	line := func(name string, examples int, s Scores, mistakes string) {
		fmt.Fprintf(t, "%s\t%d\t%v\t%v\t%v\t", name, examples, percent(s.Precision), percent(s.Recall), percent(s.F1))
		if areas {
			fmt.Fprintf(t, "%v\t%v\t", s.ROCArea, s.AveragePrecision)
		}
		fmt.Fprintln(t, mistakes)
	}
	for y, c := range r.Classes {
		line(c.Name, c.Support, c.Scores, r.mistakes(y))
	}
	line("macro average", r.Examples, r.Macro, "")
	line("weighted average", r.Examples, r.Weighted, "")
	_ = t.Flush() // to memory: never fails
}

func percent(v Value) string {
	if v != v {
		return "–"
	}
	return fmt.Sprintf("%.1f %%", 100*float64(v))
}

// mistakes lists the classes that truth is most often mistaken for.
func (r *Report) mistakes(truth int) string {
	const most = 3
	row := r.Confusion[truth]
	var others []int
	for c, n := range row {
		if c != truth && n > 0 {
			others = append(others, c)
		}
	}
	slices.SortStableFunc(others, func(a, b int) int { return cmp.Compare(row[b], row[a]) })
	var text []string
	for _, c := range others[:min(most, len(others))] {
		text = append(text, fmt.Sprintf("%s %d", r.Classes[c].Name, row[c]))
	}
	if n := r.Unclassified[truth]; n > 0 {
		text = append(text, fmt.Sprintf("no class %d", n))
	}
	return strings.Join(text, ", ")
}

func (r *Report) matrix(b *strings.Builder) {
	t := tabwriter.NewWriter(b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(t, "\npredicted\t\t")
	for c := range r.Classes {
		fmt.Fprintf(t, "%d\t", c)
	}
	for truth, row := range r.Confusion {
		fmt.Fprintf(t, "\n%s\t%d\t", r.Classes[truth].Name, truth)
		for _, n := range row {
			if n == 0 {
				fmt.Fprint(t, "·\t")
			} else {
				fmt.Fprintf(t, "%d\t", n)
			}
		}
	}
	fmt.Fprintln(t)
	_ = t.Flush() // to memory: never fails
}
