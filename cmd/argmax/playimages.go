package main

import (
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/cmd/argmax/internal/play"
	"github.com/seed842bec00/argmax/dataset"
	"github.com/seed842bec00/argmax/dataset/fashion"
)

// playImages returns the images that argmax play shows, those of path or, if it is empty, of
// the demonstration, and a model of them, that of file or, if it is empty, one that it trains.
func playImages(cmd *cobra.Command, path, file string) (*play.Images, error) {
	flags := dataFlags{fit: fits[0]}
	var model *classifier.Linear
	if file != "" {
		var err error
		if model, err = readModel(file); err != nil {
			return nil, err
		}
		flags.as(model.Info())
	}
	name := "a part of Fashion-MNIST"
	train, test, err := fashion.Load()
	if path != "" {
		name = filepath.Base(path)
		train, test, err = imagesOf(cmd, path, &flags)
	}
	if err != nil {
		return nil, err
	}
	if model == nil {
		if model, err = playModel(cmd, train); err != nil {
			return nil, err
		}
	}
	return play.NewImages(name, train, test, model, flags.image())
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

// imagesOf returns the training set and the set to evaluate on of path.
func imagesOf(cmd *cobra.Command, path string, flags *dataFlags) (train, test *dataset.Set, err error) {
	data, err := flags.load(cmd, path)
	if err != nil {
		return nil, nil, err
	}
	train, ok := data.Train.(*dataset.Set)
	if !ok {
		return nil, nil, fmt.Errorf("%s is a table: argmax play takes images", path)
	}
	return train, toEvaluate(data).(*dataset.Set), nil
}
