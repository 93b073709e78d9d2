package main

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/convert"
	"github.com/seed842bec00/argmax/classifier/loss"
)

type importFlags struct {
	out                        modelFile
	classes, bias, layer, link string
	shape                      classifier.Shape
}

var links = []string{"none", "softmax", "sigmoid"} // in the order of loss.Links

func newImport() *cobra.Command {
	var f importFlags
	cmd := &cobra.Command{
		Use:   "import FILE -o MODEL",
		Short: "Make a model of one that another tool trained",
		Long: `import reads a linear classifier and writes it as a model of argmax: a linear layer of
PyTorch in a safetensors file, coef_, intercept_ and classes_ of scikit-learn in JSON or
NPZ, weights in NPY, or a model of LIBLINEAR. What a file holds tells its format.

Most formats do not say how scores become probabilities: --link softmax is for models
trained with cross-entropy, --link sigmoid for one logistic regression per class.`,
		Example: `  argmax import head.safetensors --layer fc --classes names.txt --link softmax -o head.model
  argmax import sklearn.json -o sklearn.model --link softmax`,
		Args: wantArguments(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args[0]) },
	}
	f.link = links[0]
	addFlags(cmd, "Output", func(flags *pflag.FlagSet) {
		flags.StringVarP(&f.out.name, "out", "o", "", "model `file` to write; - is the standard output")
		flags.BoolVar(&f.out.force, "force", false, "overwrite a file that is not a model")
	})
	addFlags(cmd, "What the file does not say", func(flags *pflag.FlagSet) {
		flags.StringVar(&f.classes, "classes", "", "`file` with the names of the classes, one a line, in the order of the scores")
		flags.StringVar(&f.bias, "bias", "", "`file` of NPY with the bias, where FILE is NPY and has the weights")
		flags.StringVar(&f.layer, "layer", "", "`name` of the layer in a safetensors file with several, such as fc")
		flags.Var(oneOf(&f.link, links...), "link", "how scores become probabilities: "+either(links))
		flags.Var(value[classifier.Shape]{&f.shape, "HxWxC", parseShape}, "image", "shape of the images whose pixels are the features, such as 28x28x1")
	})
	return cmd
}

func (f *importFlags) run(cmd *cobra.Command, file string) error {
	if err := f.out.check(); err != nil {
		return err
	}
	if f.out.name == stdin {
		cmd.SetOut(cmd.ErrOrStderr())
	}
	o := convert.Options{Shape: f.shape, Layer: f.layer}
	for i, name := range links {
		if name == f.link {
			o.Link = loss.Links[i]
		}
	}
	var err error
	if f.classes != "" {
		if o.Classes, err = readLines(f.classes); err != nil {
			return err
		}
	}
	model, err := f.read(file, o)
	if err != nil {
		return err
	}
	if err := f.out.write(model, cmd.Root().OutOrStdout()); err != nil {
		return err
	}
	d := describe(model)
	d.File = f.out.name
	if isSet(cmd, jsonFlag) {
		return writeJSON(cmd.OutOrStdout(), d)
	}
	say(cmd, "%s: %d classes, %d features, probabilities %s\nwrote %s", file, len(d.Classes), d.Features, d.Probabilities, f.out.name)
	return nil
}

// read reads the model of the other tool.
func (f *importFlags) read(file string, o convert.Options) (*classifier.Linear, error) {
	if f.bias == "" {
		return convert.ReadFile(file, o)
	}
	weights, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer weights.Close()
	bias, err := os.Open(f.bias)
	if err != nil {
		return nil, err
	}
	defer bias.Close()
	m, err := convert.ReadNPY(weights, bias, nil, o)
	if err != nil {
		return nil, fmt.Errorf("%s and %s: %w", file, f.bias, err)
	}
	return m, nil
}

// readLines returns the lines of a file.
func readLines(name string) ([]string, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var lines []string
	s := bufio.NewScanner(f)
	for s.Scan() {
		lines = append(lines, strings.TrimSuffix(s.Text(), "\r"))
	}
	if err := s.Err(); err != nil {
		return nil, fmt.Errorf("%s: line %d: %w", name, len(lines)+1, err)
	}
	if len(lines) > 0 {
		lines[0] = strings.TrimPrefix(lines[0], "\ufeff")
	}
	return lines, nil
}

func parseShape(text string) (classifier.Shape, error) {
	var sides [3]int
	parts := strings.Split(text, "x")
	for i := range sides {
		if len(parts) != len(sides) {
			break
		}
		sides[i], _ = strconv.Atoi(parts[i]) // 0 is no side
	}
	if sides[0] < 1 || sides[1] < 1 || sides[2] != 1 && sides[2] != 3 {
		return classifier.Shape{}, fmt.Errorf("want height x width x channels with 1 or 3 channels, such as 28x28x1")
	}
	return classifier.Shape{Height: sides[0], Width: sides[1], Channels: sides[2]}, nil
}
