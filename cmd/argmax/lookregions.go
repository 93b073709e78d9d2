package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"gonum.org/v1/plot"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/classifier/metrics"
	"github.com/seed842bec00/argmax/classifier/pca"
	"github.com/seed842bec00/argmax/cmd/argmax/look"
	"github.com/seed842bec00/argmax/dataset"
	"github.com/seed842bec00/argmax/kernels"
)

type regionsFlags struct {
	pictureFlags
	dataFlags
	features  []int // from 1; none for principal components
	limit     int
	losses    []string
	l2        float64
	automatic bool // l2
	margin    float32
	ks        []int
	metric    string
	cells     int
	seed      uint64
	workers   int
}

func newLookRegions() *cobra.Command {
	f := regionsFlags{limit: 500, margin: 1, metric: "l2", cells: 300}
	cmd := &cobra.Command{
		Use:   "regions DATA -o FILE",
		Short: "Draw the regions that classifiers cut a plane into",
		Long: `regions puts examples in a plane, by two of their features or by their first two principal
components, trains classifiers there, and draws the region that each gives to every class:
linear classifiers with the lines between the classes and, dashed, the margins of hinges, and
nearest neighbours. The examples that are learned from are on top; those that get the
wrong class are outlined. The accuracy on other examples, those of the test set if there is one, shows
what the plane leaves of the classes.

The components are those of the whole training set. With --json it prints their share of the
variance, the accuracies, and the weights and lines of the linear classifiers.`,
		Example: `  argmax look regions iris.csv --features 3,4 -o iris.svg
  argmax look regions mnist/ --loss softmax -k 1,5,25 -o mnist.png --theme dark`,
		Args: wantArguments(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args[0]) },
	}
	f.pictureFlags.add(cmd)
	addFlags(cmd, "Plane", func(flags *pflag.FlagSet) {
		flags.IntSliceVar(&f.features, "features", nil, "two features, by their `numbers` from 1 (default: the first two principal components, unless there are only two features)")
		flags.Var(count(&f.limit, 2), "limit", "learn from this many examples, of all classes in proportion")
		flags.Uint64Var(&f.seed, "seed", 0, "seed of the choice of the examples")
		flags.Var(count(&f.cells, 2), "cells", "cells of a plot across and down, each the pixel of a region")
	})
	addFlags(cmd, "Classifiers", func(flags *pflag.FlagSet) {
		flags.Var(listOf(&f.losses, lossNames()...), "loss", "linear classifiers with these losses: some of "+either(lossNames())+" (default softmax and hinge, without -k)")
		flags.Var(notNegative(&f.l2), "l2", "λ of their penalty λ ΣW² (default that of argmax train)")
		flags.Var(positive(&f.margin), "margin", "margin of the hinges")
		flags.IntSliceVarP(&f.ks, "neighbours", "k", nil, "nearest neighbours, of these `numbers` (default 1 and 5, without --loss)")
		flags.Var(oneOf(&f.metric, distanceNames()...), "metric", "their distance: "+either(distanceNames()))
	})
	f.dataFlags.add(cmd)
	addFlags(cmd, "Data", func(flags *pflag.FlagSet) {
		flags.Var(count(&f.workers, 0), "workers", "threads; 0 means one per processor")
	})
	return cmd
}

// planeRegions is what a classifier makes of the plane, for JSON.
type planeRegions struct {
	Classifier string      `json:"classifier"`
	Accuracy   float64     `json:"accuracy"`          // on the examples that it learned from
	Others     *float64    `json:"others,omitempty"`  // on other ones
	Weights    [][]float32 `json:"weights,omitempty"` // of each class, with its bias
	Lines      []planeLine `json:"lines,omitempty"`   // between classes
	Margins    []planeLine `json:"margins,omitempty"`
}

// planeLine is a line of a plot.
type planeLine struct {
	Class   string     `json:"class"`
	Against string     `json:"against,omitempty"`
	From    [2]float64 `json:"from"`
	To      [2]float64 `json:"to"`
}

func (f *regionsFlags) run(cmd *cobra.Command, path string) error {
	if err := f.check(); err != nil {
		return err
	}
	f.automatic = !cmd.Flags().Changed("l2")
	data, err := f.load(cmd, path)
	if err != nil {
		return err
	}
	defer data.Close()
	train := data.Train
	switch {
	case train == nil:
		return fmt.Errorf("%s has no training set", path)
	case train.Labels() == nil:
		return fmt.Errorf("%s has no labels", path)
	}
	learned, others := train, data.Test
	if f.limit < train.Len() {
		var rest dataset.Examples
		if learned, rest = dataset.Stratified(train, f.limit, f.seed); others == nil {
			others = rest
		}
	}
	flat, err := f.flatten(cmd.Context(), train)
	if err != nil {
		return err
	}
	points, err := flat.examples(cmd.Context(), learned)
	if err != nil {
		return err
	}
	d := regionsDrawing{flags: f, flat: flat, points: points, plane: look.PlaneAround(points.X, f.cells, f.cells)}
	if flat.components != nil {
		d.plane = d.plane.Squared() // distances are those of the rows
	}
	if others != nil {
		if d.others, err = flat.examples(cmd.Context(), others); err != nil {
			return err
		}
	}
	for _, name := range f.losses {
		if err := d.addLinear(cmd.Context(), name); err != nil {
			return err
		}
	}
	if f.ks != nil {
		if err := d.addNeighbours(cmd.Context()); err != nil {
			return err
		}
	}
	numbers := map[string]any{"data": train.Name(), "examples": learned.Len(), "regions": d.numbers}
	if flat.components != nil {
		numbers["explained"] = flat.components.Explained()
	}
	return f.write(cmd, d.figure(train.Name()), numbers)
}

// check finds what can be wrong with the flags, and sets the classifiers if none is named.
func (f *regionsFlags) check() error {
	if err := f.pictureFlags.check(); err != nil {
		return err
	}
	if err := checkFeatures(f.features); err != nil {
		return err
	}
	for _, k := range f.ks {
		if k < 1 {
			return usage("--neighbours %d: want whole numbers of at least 1", k)
		}
	}
	if f.losses == nil && f.ks == nil {
		f.losses, f.ks = []string{"softmax", "hinge"}, []int{1, 5}
	}
	return nil
}

// checkFeatures checks the features of points of the plane.
func checkFeatures(features []int) error {
	if features != nil && (len(features) != 2 || features[0] < 1 || features[1] < 1 || features[0] == features[1]) {
		return usage("--features %v: want the numbers of two features, such as 3,4", features)
	}
	return nil
}

// flattening makes points of the plane of examples.
type flattening struct {
	features   [2]int   // from 0
	components *pca.PCA // nil: the features
	x, y       string   // the labels of the axes
	workers    int
}

// flatten returns what makes points of examples like those of train.
func (f *regionsFlags) flatten(ctx context.Context, train dataset.Examples) (*flattening, error) {
	n := train.Features()
	features := f.features
	switch {
	case n < 2:
		return nil, errors.New("a plane needs two features: there is one")
	case features == nil && n == 2:
		features = []int{1, 2}
	case features == nil:
		p, err := pca.Fit(ctx, train, pca.Config{Components: 2, Workers: f.workers})
		if err != nil {
			return nil, err
		}
		if p.Components() < 2 {
			return nil, errors.New("the examples lie on a line, not in a plane: they have one principal component")
		}
		label := func(i int) string {
			return fmt.Sprintf("principal component %d (%.1f %% of the variance)", i+1, 100*p.Explained()[i])
		}
		return &flattening{components: p, x: label(0), y: label(1), workers: f.workers}, nil
	}
	if largest := max(features[0], features[1]); largest > n {
		return nil, usage("--features: there are %d features, and no %d", n, largest)
	}
	label := func(i int) string { return fmt.Sprintf("feature %d", i) }
	return &flattening{features: [2]int{features[0] - 1, features[1] - 1}, x: label(features[0]), y: label(features[1])}, nil
}

// examples returns the points of examples, with their labels.
func (f *flattening) examples(ctx context.Context, ex dataset.Examples) (*classifier.Table, error) {
	t := &classifier.Table{X: kernels.NewMatrix(ex.Len(), 2), Y: ex.Labels(), Names: ex.Classes()}
	if f.components != nil {
		return t, f.components.Transform(ctx, t.X, ex, f.workers)
	}
	row := kernels.NewMatrix(1, ex.Features())
	for i := range ex.Len() {
		ex.Gather(row, []int{i})
		for j, feature := range f.features {
			t.X.Row(i)[j] = row.Data[feature]
		}
	}
	return t, nil
}

// regionsDrawing collects plots.
type regionsDrawing struct {
	flags   *regionsFlags
	flat    *flattening
	points  *classifier.Table
	others  *classifier.Table // may be nil
	plane   look.Plane
	plots   []*plot.Plot
	numbers []planeRegions
}

// addLinear adds the regions of a linear classifier.
func (d *regionsDrawing) addLinear(ctx context.Context, name string) error {
	l := lossOf(name, d.flags.margin)
	o := classifier.Objective{Loss: l, L2: d.flags.l2}
	if d.flags.automatic {
		o.L2 = defaultL2(d.points.Len(), 2)
	}
	m, _, err := classifier.Auto{}.Fit(ctx, d.points, o, classifier.Options{Workers: d.flags.workers})
	if err != nil {
		return err
	}
	r := look.RegionPlot{Boundaries: d.plane.Boundaries(m, 0)}
	margin := float64(d.flags.margin)
	switch l.(type) {
	case loss.WestonWatkins, loss.SquaredWestonWatkins, loss.CrammerSinger:
		r.Margins = d.plane.Boundaries(m, margin)
	case loss.Hinge, loss.SquaredHinge:
		if len(m.Classes()) == 2 { // one score for both
			r.Margins = d.plane.Boundaries(m, margin)
		} else {
			r.Margins = append(d.plane.Levels(m, margin), d.plane.Levels(m, -margin)...)
		}
	}
	if r.Regions, err = d.plane.Regions(ctx, m, d.flags.workers); err != nil {
		return err
	}
	n := planeRegions{Classifier: name, Lines: linesOf(r.Boundaries, m.Classes()), Margins: linesOf(r.Margins, m.Classes())}
	for k := range m.Classes() {
		w := make([]float32, 2)
		m.Template(w, k)
		n.Weights = append(n.Weights, append(w, m.Bias(k)))
	}
	predict := func(t *classifier.Table) ([]int, error) {
		predicted := make([]int, t.Len())
		return predicted, m.PredictAll(ctx, predicted, t, d.flags.workers)
	}
	return d.add(r, n, name, predict)
}

// lossOf returns the loss of a name.
func lossOf(name string, margin float32) loss.Loss {
	return losses[slices.IndexFunc(losses, func(l namedLoss) bool { return l.name == name })].of(margin, 0)
}

func linesOf(boundaries []look.Boundary, classes []string) (lines []planeLine) {
	for _, b := range boundaries {
		l := planeLine{Class: classes[b.Class], From: b.From, To: b.To}
		if b.Against >= 0 {
			l.Against = classes[b.Against]
		}
		lines = append(lines, l)
	}
	return lines
}

// addNeighbours adds the regions of each number of neighbours.
func (d *regionsDrawing) addNeighbours(ctx context.Context) error {
	config := classifier.KNNConfig{Metric: distanceOf(d.flags.metric)}
	m, err := classifier.NewKNN(d.points, config)
	if err != nil {
		return err
	}
	for _, k := range d.flags.ks {
		config.K = k
		regions, err := d.plane.RegionsOfNeighbours(ctx, d.points, config, d.flags.workers)
		if err != nil {
			return err
		}
		name := fmt.Sprintf("%d nearest neighbours", k)
		if k == 1 {
			name = "nearest neighbour"
		}
		predict := func(t *classifier.Table) ([]int, error) {
			predicted := make([]int, t.Len())
			return predicted, m.PredictEach(ctx, [][]int{predicted}, t, []int{k}, d.flags.workers, nil)
		}
		n := planeRegions{Classifier: fmt.Sprintf("knn-%d", k)}
		if err := d.add(look.RegionPlot{Regions: regions}, n, name, predict); err != nil {
			return err
		}
	}
	return nil
}

// add adds a plot and its numbers.
func (d *regionsDrawing) add(r look.RegionPlot, n planeRegions, title string, predict func(*classifier.Table) ([]int, error)) error {
	var err error
	if r.Predicted, err = predict(d.points); err != nil {
		return err
	}
	n.Accuracy = accuracy(r.Predicted, d.points.Y)
	r.Title = fmt.Sprintf("%s: %.1f %%", title, 100*n.Accuracy)
	if d.others != nil {
		predicted, err := predict(d.others)
		if err != nil {
			return err
		}
		report, err := metrics.Evaluate(metrics.Predictions{Classes: d.points.Names, Labels: predicted}, d.others, metrics.Options{})
		if err != nil {
			return err
		}
		n.Others = &report.Accuracy
		r.Title += fmt.Sprintf(" (others %.1f %%)", 100*report.Accuracy)
	}
	r.Plane, r.Points, r.Labels, r.X, r.Y = d.plane, d.points.X, d.points.Y, d.flat.x, d.flat.y
	d.plots = append(d.plots, r.Plot(d.flags.style()))
	d.numbers = append(d.numbers, n)
	return nil
}

func accuracy(predicted, labels []int) float64 {
	hits := 0
	for i, p := range predicted {
		if p == labels[i] {
			hits++
		}
	}
	return float64(hits) / float64(len(labels))
}

// figure returns the picture.
func (d *regionsDrawing) figure(name string) look.Figure {
	note := fmt.Sprintf("%s: %d examples, learned from in the plane. Those that get the wrong class are outlined; accuracies are of them", name, d.points.Len())
	if d.others != nil {
		note += fmt.Sprintf(", and of %d others", d.others.Len())
	}
	note += "."
	if slices.ContainsFunc(d.flags.losses, func(name string) bool { return name != "softmax" && name != "ovr-logistic" }) {
		note += " Dashed lines are the margins of hinges."
	}
	return look.Figure{
		Title: "Decision regions", Note: note,
		Blocks: []look.Block{
			look.ClassLegend(d.points.Names),
			look.Plots{Plots: d.plots, Columns: min(2, len(d.plots)), Aspect: 0.95},
		},
	}
}
