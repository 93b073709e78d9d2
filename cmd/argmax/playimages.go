package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/cmd/argmax/internal/play"
	"github.com/seed842bec00/argmax/dataset"
	"github.com/seed842bec00/argmax/dataset/fashion"
)

// playImages returns the images that argmax play shows, those of path or, if it is empty, of
// the demonstration, and a model of them. Without the file of a model it trains the
// demonstration's softmax classifier.
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
		name = path
		train, test, err = imagesOf(cmd, path, &flags)
	}
	if err != nil {
		return nil, err
	}
	if model == nil {
		softmax := contenders()[0]
		bar := newProgress(cmd, softmax.name, demoEpochs)
		trained, err := softmax.train(cmd.Context(), train, bar)
		bar.end()
		if err != nil {
			return nil, err
		}
		model = trained.(*classifier.Linear)
	}
	return play.NewImages(name, train, test, model, flags.image())
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
