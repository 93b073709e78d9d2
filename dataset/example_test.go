package dataset_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"log"
	"testing/fstest"

	"github.com/seed842bec00/argmax/dataset"
)

// A set of two images of 2x2 grey pixels.
func Example() {
	shape := dataset.Shape{Height: 2, Width: 2, Channels: 1}
	pixels := []byte{
		56, 231, 24, 2,
		0, 255, 255, 0,
	}
	set, err := dataset.New(shape, []string{"cat", "dog", "ship"}, pixels, []int{0, 2})
	if err != nil {
		log.Fatal(err)
	}
	row := make([]float32, set.Features())
	for i := range set.Len() {
		set.Row(row, i)
		fmt.Println(set.Classes()[set.Label(i)], row)
	}
	// Output:
	// cat [56 231 24 2]
	// ship [0 255 255 0]
}

// Ten of a hundred images are kept to choose a model by.
func ExampleStratified() {
	labels := make([]int, 100)
	for i := range 30 {
		labels[i] = 1
	}
	shape := dataset.Shape{Height: 1, Width: 1, Channels: 1}
	set, err := dataset.New(shape, []string{"cat", "dog"}, make([]byte, 100), labels)
	if err != nil {
		log.Fatal(err)
	}
	validation, train := dataset.Stratified(set, 10, 231)
	dogs := 0
	for i := range validation.Len() {
		dogs += validation.Label(i)
	}
	fmt.Println(train.Len(), validation.Len(), "of them dogs:", dogs)
	// Output: 90 10 of them dogs: 3
}

// A folder has a folder for each class. Here it is in memory; os.DirFS gives one
// on disk.
func ExampleReadFolder() {
	var file bytes.Buffer
	picture := image.NewGray(image.Rect(0, 0, 3, 2))
	picture.SetGray(0, 0, color.Gray{Y: 200})
	if err := png.Encode(&file, picture); err != nil {
		log.Fatal(err)
	}
	pets := fstest.MapFS{
		"cats/1.png": {Data: file.Bytes()},
		"dogs/1.png": {Data: file.Bytes()},
		"dogs/2.png": {Data: file.Bytes()},
	}
	set, _, err := dataset.ReadFolder(context.Background(), pets, dataset.Config{}) // grey, of the size of all images
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(set.Len(), "images of", set.Shape(), "in", set.Classes())
	fmt.Println(set.Pixels(0))
	// Output:
	// 3 images of 2x3x1 in [cats dogs]
	// [200 0 0 0 0 0]
}
