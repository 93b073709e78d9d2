package dataset_test

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/seed842bec00/argmax/dataset"
)

// The 5000 images of one class.
func ExampleReadCIFAR10() {
	train, _, err := dataset.ReadCIFAR10("cifar-10-batches-bin")
	if err != nil {
		log.Fatal(err)
	}
	var frogs []int
	for i, label := range train.Labels() {
		if train.Classes()[label] == "frog" {
			frogs = append(frogs, i)
		}
	}
	fmt.Println(train.Subset(frogs).Len())
}

func ExampleReadCIFAR100() {
	train, test, err := dataset.ReadCIFAR100("cifar-100-binary")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(train.Len(), test.Len(), len(train.Classes()))
}

// A batch that is not on disk.
func ExampleDecodeCIFAR10() {
	set, err := dataset.DecodeCIFAR10(os.Stdin, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(set.Len())
}

// An image in the shape that the model expects.
func ExampleDecodeImage() {
	pixels, err := dataset.DecodeImage(os.Stdin, dataset.ImageConfig{Shape: dataset.Shape{Height: 32, Width: 32, Channels: 3}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(pixels))
}

func ExampleDecodeCIFAR100() {
	set, err := dataset.DecodeCIFAR100(os.Stdin, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(set.Len())
}

// An upload of at most a megapixel.
func ExampleLimits_DecodeImage() {
	limits := dataset.Limits{Pixels: 1 << 20}
	pixels, err := limits.DecodeImage(os.Stdin, dataset.ImageConfig{Shape: dataset.Shape{Height: 32, Width: 32, Channels: 3}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(pixels))
}

// Embeddings in x_train.npy and x_test.npy, with their labels in y_train.npy and
// y_test.npy.
func ExampleLoad() {
	data, err := dataset.Load(context.Background(), "embeddings", dataset.Config{})
	if err != nil {
		log.Fatal(err)
	}
	defer data.Close()
	for _, note := range data.Report.Notes {
		fmt.Println(note)
	}
	if table, ok := data.Train.(*dataset.Table[float32]); ok {
		fmt.Println(table.Dense().Row(0), table.Classes()[table.Labels()[0]])
	}
}
