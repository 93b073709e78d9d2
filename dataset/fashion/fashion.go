// Package fashion holds a part of Fashion-MNIST: photographs of clothes, 28×28
// grey, in ten classes, for demonstrations and tests. It adds 2.4 MB to the
// program that imports it.
//
// The training set has the first 450 images of each class of the original
// training set, the test set the first 100 of each class of the original test
// set, both in the original order.
//
// Fashion-MNIST is by Han Xiao, Kashif Rasul and Roland Vollgraf: Fashion-MNIST:
// a Novel Image Dataset for Benchmarking Machine Learning Algorithms, 2017,
// https://arxiv.org/abs/1708.07747. Copyright © 2017 Zalando SE,
// https://tech.zalando.com; MIT licence, in the file LICENSE of this package.
package fashion

import (
	_ "embed"
	"strings"

	"github.com/seed842bec00/argmax/dataset"
)

// Names and formats are those of the originals, so that dataset.Load and other
// programs read this directory too.
var (
	//go:embed train-images-idx3-ubyte.gz
	trainImages string
	//go:embed train-labels-idx1-ubyte.gz
	trainLabels string
	//go:embed t10k-images-idx3-ubyte.gz
	testImages string
	//go:embed t10k-labels-idx1-ubyte.gz
	testLabels string
	//go:embed classes.txt
	classes string
)

// Load returns 4,500 images to train with and 1,000 to test with. It unpacks
// them anew each time.
func Load() (train, test *dataset.Set, err error) {
	if train, err = decode(trainImages, trainLabels); err != nil {
		return nil, nil, err
	}
	if test, err = decode(testImages, testLabels); err != nil {
		return nil, nil, err
	}
	return train.Named("fashion-mnist (part) train"), test.Named("fashion-mnist (part) test"), nil
}

func decode(images, labels string) (*dataset.Set, error) {
	names := strings.Split(strings.TrimSpace(classes), "\n")
	return dataset.DecodeIDX(strings.NewReader(images), strings.NewReader(labels), names)
}
