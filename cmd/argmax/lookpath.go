package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/classifier/metrics"
	"github.com/seed842bec00/argmax/classifier/selection"
	"github.com/seed842bec00/argmax/cmd/argmax/look"
	"github.com/seed842bec00/argmax/dataset"
)

type lookPathFlags struct {
	pictureFlags
	dataFlags
	limit   int
	count   int
	weights int
	loss    string
	class   string
	part    float64
	seed    uint64
	workers int
}

func newLookPath() *cobra.Command {
	f := lookPathFlags{limit: 1000, count: 25, weights: 24, loss: "softmax", part: 0.2}
	var smooth []string
	for _, l := range losses {
		if _, ok := l.of(1, 0).(loss.Smooth); ok {
			smooth = append(smooth, l.name)
		}
	}
	cmd := &cobra.Command{
		Use:   "path DATA -o FILE",
		Short: "Draw the weights under L2, L1 and elastic net as λ grows",
		Long: `path fits linear classifiers with a penalty of λ ΣW² (L2), λ Σ|W| (L1), and both in equal parts
(elastic net, λ/2 Σ|W| + λ/4 ΣW²), for many values of λ, and draws the weights of one class,
the number of weights that are not zero, and the accuracy on the examples that the models
learned from and on others, with the λ that is best there: of several the largest.
--json prints the numbers.`,
		Example: `  argmax look path iris.csv -o path.svg
  argmax look path mnist/ --limit 2000 --class 3 -o path.png`,
		Args: wantArguments(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args[0]) },
	}
	f.pictureFlags.add(cmd)
	addFlags(cmd, "Path", func(flags *pflag.FlagSet) {
		flags.Var(oneOf(&f.loss, smooth...), "loss", either(smooth))
		flags.Var(count(&f.count, 2), "count", "number of values of λ")
		flags.StringVar(&f.class, "class", "", "class whose weights are drawn (default: the first, or of two the second)")
		flags.Var(count(&f.weights, 1), "weights", "draw this many weights, those that are the largest")
		flags.Var(count(&f.limit, 2), "limit", "use this many examples, of all classes in proportion")
		flags.Var(fraction(&f.part), "val", "part of them that λ is chosen by, unless DATA has a validation set")
		flags.Uint64Var(&f.seed, "seed", 0, "seed of the choice of the examples")
	})
	f.dataFlags.add(cmd)
	addFlags(cmd, "Data", func(flags *pflag.FlagSet) {
		flags.Var(count(&f.workers, 0), "workers", "threads; 0 means one per processor")
	})
	return cmd
}

// penalties are the kinds of penalties, for λ = 1.
var penalties = []struct {
	name   string
	l1, l2 float64
}{{"L2", 0, 1}, {"L1", 1, 0}, {"elastic net", 0.5, 0.25}}

func (f *lookPathFlags) run(cmd *cobra.Command, path string) error {
	if err := f.pictureFlags.check(); err != nil {
		return err
	}
	data, err := f.load(cmd, path)
	if err != nil {
		return err
	}
	defer data.Close()
	if data.Train == nil {
		return fmt.Errorf("%s has no training set", path)
	}
	train := data.Train
	if f.limit < train.Len() {
		train, _ = dataset.Stratified(train, f.limit, f.seed)
	}
	var learned, validation classifier.Examples = train, data.Validation
	if data.Validation == nil || data.Validation.Labels() == nil {
		split, err := selection.HoldOut(train, f.part, f.seed)
		if err != nil {
			return err
		}
		learned, validation = classifier.Subset(train, split.Learn), classifier.Subset(train, split.Validate)
	}
	class := min(1, len(train.Classes())-1)
	if len(train.Classes()) > 2 {
		class = 0
	}
	if f.class != "" {
		if class = slices.Index(train.Classes(), f.class); class < 0 {
			return usage("--class %s: there is no such class%s", f.class, didYouMean(f.class, train.Classes()))
		}
	}
	var paths []look.Path
	numbers := map[string]any{"data": train.Name(), "examples": learned.Len(), "class": train.Classes()[class]}
	for _, p := range penalties {
		bar := newProgress(cmd, p.name, f.count)
		made, features, err := f.path(cmd.Context(), learned, validation, class, p.l1, p.l2, bar)
		bar.end()
		if err != nil {
			return err
		}
		made.Name = p.name
		paths = append(paths, made)
		numbers[p.name] = map[string]any{"chosen": made.Steps[made.Chosen].Lambda, "features": features, "steps": made.Steps}
	}
	figure, err := look.Paths(paths, train.Classes()[class], f.style())
	if err != nil {
		return err
	}
	if n := train.Features(); n > f.weights {
		figure.Note += fmt.Sprintf(" Of %d weights, the %d are drawn that are the largest.", n, f.weights)
	}
	return f.write(cmd, figure, numbers)
}

// path fits the path of a penalty, and returns it with the features, from 1, whose weights it has.
func (f *lookPathFlags) path(ctx context.Context, learned, validation classifier.Examples, class int, l1, l2 float64, bar *progress) (look.Path, []int, error) {
	path := classifier.Path{Count: f.count, Ratio: 1e-3}
	if l1 == 0 {
		path.Ratio = 1e-6 // the largest λ is far above any that helps
	}
	done := 0
	options := classifier.Options{Workers: f.workers, Progress: func(classifier.Report) { done++; bar.at(done) }}
	fitted, err := path.Fit(ctx, learned, classifier.Objective{Loss: lossOf(f.loss, 1), L1: l1, L2: l2}, options)
	if err != nil {
		return look.Path{}, nil, err
	}
	slices.Reverse(fitted)
	all := make([][]float32, len(fitted))
	for i, m := range fitted {
		all[i] = make([]float32, learned.Features())
		m.Model.Template(all[i], class)
	}
	features := largest(all, f.weights)
	var p look.Path
	for i, m := range fitted {
		step := look.PathStep{Nonzeros: m.Nonzeros, Training: m.Report.Accuracy, Lambda: (m.Objective.L1 + m.Objective.L2) / (l1 + l2)}
		for _, j := range features {
			step.Weights = append(step.Weights, float64(all[i][j-1]))
		}
		report, err := classifier.Evaluate(ctx, m.Model, validation, metrics.Options{}, f.workers)
		if err != nil {
			return p, nil, err
		}
		step.Validation = report.Accuracy
		p.Steps = append(p.Steps, step)
		if step.Validation >= p.Steps[p.Chosen].Validation {
			p.Chosen = i
		}
	}
	return p, features, nil
}

// largest returns the numbers, from 1, of n features whose weights are the largest in any
// model, in order.
func largest(weights [][]float32, n int) []int {
	size := make([]float32, len(weights[0]))
	features := make([]int, len(size))
	for j := range size {
		features[j] = j + 1
		for _, w := range weights {
			size[j] = max(size[j], max(w[j], -w[j]))
		}
	}
	slices.SortStableFunc(features, func(a, b int) int { return cmp.Compare(size[b-1], size[a-1]) })
	features = features[:min(n, len(features))]
	slices.Sort(features)
	return features
}
