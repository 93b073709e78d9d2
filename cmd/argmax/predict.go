package main

import (
	"cmp"
	"fmt"
	"slices"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/dataset"
	"github.com/seed842bec00/argmax/kernels"
)

// prediction is what predict says of a file.
type prediction struct {
	File  string  `json:"file"`
	Class string  `json:"class,omitempty"`
	Top   []score `json:"top,omitempty"`
	Error string  `json:"error,omitempty"`
}

type score struct {
	Class       string   `json:"class"`
	Score       float32  `json:"score"`
	Probability *float32 `json:"probability,omitempty"`
}

func newPredict() *cobra.Command {
	var (
		top    int
		asJSON bool
	)
	cmd := &cobra.Command{
		Use:   "predict MODEL FILE...",
		Short: "Predict the classes of image files",
		Long: `predict says which class each PNG, JPEG or GIF belongs to. Images are resized to
the shape that the model was trained on. A model that was trained with the softmax
loss also gives probabilities. A file that cannot be read is reported and does not
keep the others from being predicted; the exit code is then 1.`,
		Args: arguments(cobra.MinimumNArgs(2)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if top < 1 {
				return usageError{fmt.Errorf("--top %d", top)}
			}
			model, err := classifier.ReadLinearFile(args[0])
			if err != nil {
				return err
			}
			info := model.Info()
			if info.Height == 0 {
				return fmt.Errorf("%s does not say what shape its images have", args[0])
			}
			predictions, failed := make([]prediction, 0, len(args)-1), 0
			for _, file := range args[1:] {
				if err := cmd.Context().Err(); err != nil {
					return err
				}
				p := predictFile(model, info, file, top)
				if p.Error != "" {
					failed++
					fmt.Fprintln(cmd.ErrOrStderr(), "argmax:", p.Error)
				}
				predictions = append(predictions, p)
			}
			if asJSON {
				err = writeJSON(cmd.OutOrStdout(), predictions)
			} else {
				err = printPredictions(cmd, predictions)
			}
			if err == nil && failed > 0 {
				err = fmt.Errorf("%d of %d files have no prediction", failed, len(predictions))
			}
			return err
		},
	}
	cmd.Flags().IntVar(&top, "top", 3, "how many classes to show, the likeliest first")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func predictFile(model *classifier.Linear, info classifier.Info, file string, top int) prediction {
	shape := dataset.Shape{Height: info.Height, Width: info.Width, Channels: info.Channels}
	pixels, err := dataset.ReadImage(file, shape, resize)
	if err != nil {
		return prediction{File: file, Error: err.Error()}
	}
	n := len(pixels)
	x := make([]float32, n)
	kernels.Convert(kernels.Matrix{Rows: 1, Cols: n, Stride: n, Data: x}, kernels.Dense[uint8]{Rows: 1, Cols: n, Stride: n, Data: pixels})
	scores := make([]float32, model.Classes())
	model.Scores(scores, x)
	for c, s := range scores {
		if s-s != 0 {
			return prediction{File: file, Error: fmt.Sprintf("%s: the score of %s is %v", file, info.Classes[c], s)}
		}
	}
	var probabilities []float32
	if info.Notes["loss"] == classifier.Softmax.String() {
		probabilities = make([]float32, len(scores))
		argmax.Softmax(probabilities, scores)
	}
	order := make([]int, len(scores))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(scores[b], scores[a]) })
	p := prediction{File: file, Class: info.Classes[order[0]]}
	for _, c := range order[:min(top, len(order))] {
		s := score{Class: info.Classes[c], Score: scores[c]}
		if probabilities != nil {
			s.Probability = &probabilities[c]
		}
		p.Top = append(p.Top, s)
	}
	return p
}

func printPredictions(cmd *cobra.Command, predictions []prediction) error {
	t := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
	for _, p := range predictions {
		if p.Error != "" {
			continue
		}
		fmt.Fprint(t, p.File)
		for _, s := range p.Top {
			if s.Probability != nil {
				fmt.Fprintf(t, "\t%s %.1f %%", s.Class, 100**s.Probability)
			} else {
				fmt.Fprintf(t, "\t%s %.2f", s.Class, s.Score)
			}
		}
		fmt.Fprintln(t)
	}
	return t.Flush()
}
