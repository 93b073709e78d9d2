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
)

// prediction is the result for one file.
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
		Long: `predict prints the most likely classes of each PNG, JPEG or GIF file, with their
probabilities if the model was trained with the softmax loss and with their scores
otherwise. Images are resized to the shape that the model was trained on. A file
that cannot be read is reported, and the others are still predicted; the exit code
is then 1.`,
		Args: arguments(cobra.MinimumNArgs(2)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if top < 1 {
				return usageError{fmt.Errorf("--top %d", top)}
			}
			model, err := classifier.ReadLinearFile(args[0])
			if err != nil {
				return err
			}
			if model.Info().Shape == (classifier.Shape{}) {
				return fmt.Errorf("%s is not a model of images: it has no image shape", args[0])
			}
			predictions, failed := make([]prediction, 0, len(args)-1), 0
			for _, file := range args[1:] {
				if err := cmd.Context().Err(); err != nil {
					return err
				}
				p := predictFile(model, file, top)
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
	cmd.Flags().IntVar(&top, "top", 3, "number of classes to print, the most likely first")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func predictFile(model *classifier.Linear, file string, top int) prediction {
	pixels, err := dataset.ReadImage(file, dataset.Shape(model.Info().Shape), resize)
	if err != nil {
		return prediction{File: file, Error: err.Error()}
	}
	x := make([]float32, len(pixels))
	argmax.FromBytes(x, pixels)
	classes := model.Classes()
	scores := make([]float32, len(classes))
	model.Scores(scores, x)
	for c, s := range scores {
		if s-s != 0 {
			return prediction{File: file, Error: fmt.Sprintf("%s: the score of %s is %v", file, classes[c], s)}
		}
	}
	probabilities := make([]float32, len(classes))
	if model.Probabilities(probabilities, x) != nil { // the model has none
		probabilities = nil
	}
	order := make([]int, len(scores))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(scores[b], scores[a]) })
	p := prediction{File: file, Class: classes[order[0]]}
	for _, c := range order[:min(top, len(order))] {
		s := score{Class: classes[c], Score: scores[c]}
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
