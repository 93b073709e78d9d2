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

// playFlags say what argmax play shows.
type playFlags struct {
	dataFlags
	model    string
	features []int // of the points, from 1; none for principal components
}

// playPoints is the number of examples that become points: few enough to be moved.
const playPoints = 240

// config returns what the page shows of path, or of the demonstration's images if it is
// empty.
func (f *playFlags) config(cmd *cobra.Command, path string) (c play.Config, err error) {
	if err := checkFeatures(f.features); err != nil {
		return c, err
	}
	var model *classifier.Linear
	if f.model != "" {
		if model, err = readModel(f.model); err != nil {
			return c, err
		}
		f.as(model.Info())
	}
	var train, test dataset.Examples
	name := filepath.Base(path)
	if path == "" {
		name = "a part of Fashion-MNIST"
		train, test, err = fashion.Load()
	} else {
		var data *dataset.Data
		if data, err = f.load(cmd, path); err == nil {
			train, test = data.Train, toEvaluate(data)
		}
	}
	if err != nil {
		return c, err
	}
	if train == nil || train.Labels() == nil {
		return c, fmt.Errorf("%s has no training set with labels", name)
	}
	images, isImages := train.(*dataset.Set)
	own, err := f.points(cmd, name, train)
	switch {
	case err == nil && path != "":
		c.Sets = append([]play.Set{own}, play.Examples()...)
	case err == nil:
		c.Sets = append(play.Examples(), own)
	case isImages:
		warn(cmd, "no points of %s: %s", name, plain(err))
	default:
		return c, err
	}
	switch {
	case isImages:
		c.Images, err = playImages(cmd, name, images, test.(*dataset.Set), model, f.image())
	case model != nil:
		err = usage("--model: %s is a table, and a model is for images", name)
	}
	return c, err
}

// points returns examples as points of the plane.
func (f *playFlags) points(cmd *cobra.Command, name string, train dataset.Examples) (play.Set, error) {
	flat, err := (&regionsFlags{features: f.features}).flatten(cmd.Context(), train)
	if err != nil {
		return play.Set{}, err
	}
	chosen := train
	if n := playPoints * max(play.MostClasses, len(train.Classes())) / play.MostClasses; n < train.Len() {
		chosen, _ = dataset.Stratified(train, n, 0)
	}
	table, err := flat.examples(cmd.Context(), chosen)
	if err != nil {
		return play.Set{}, err
	}
	return play.NewSet(name, flat.x, flat.y, table), nil
}
