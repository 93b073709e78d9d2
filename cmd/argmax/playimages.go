package main

import (
	"github.com/spf13/cobra"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/cmd/argmax/internal/play"
	"github.com/seed842bec00/argmax/dataset"
)

// playImages returns the images that argmax play shows, and a model of them, which it trains
// unless there is one.
func playImages(cmd *cobra.Command, name string, train, test *dataset.Set, model *classifier.Linear, c dataset.ImageConfig) (*play.Images, error) {
	if model == nil {
		var err error
		if model, err = playModel(cmd, train); err != nil {
			return nil, err
		}
	}
	return play.NewImages(name, train, test, model, c)
}

// playModel trains a softmax classifier. With a penalty as large as this, neighbouring pixels have
// similar weights, so that templates show something; on CIFAR-10 it predicts about as well as
// one with a tenth of it.
func playModel(cmd *cobra.Command, train *dataset.Set) (*classifier.Linear, error) {
	s := classifier.SGD{Epochs: 10}
	bar := newProgress(cmd, "softmax", s.Epochs)
	defer bar.end()
	m, _, err := s.Fit(cmd.Context(), train, classifier.Objective{L2: 0.03},
		classifier.Options{Progress: func(r classifier.Report) { bar.at(r.Iterations) }})
	return m, err
}
