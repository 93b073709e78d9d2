//go:build ignore

// Command make writes the data files of this package: of the training and the
// test set of Fashion-MNIST the first images of each class, in the order of the
// originals. The same originals give the same bytes, from one version of Go's
// compressor.
//
// Usage: go run make.go -src DIR [-o DIR] [-train N] [-test N]
package main

import (
	"compress/gzip"
	"encoding/binary"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/seed842bec00/argmax/dataset"
)

func main() {
	log.SetFlags(0)
	src := flag.String("src", "", "the directory of the four original files")
	dst := flag.String("o", ".", "the directory to write to")
	trainEach := flag.Int("train", 450, "images of each class for training")
	testEach := flag.Int("test", 100, "images of each class for testing")
	flag.Parse()
	for _, part := range []struct {
		name string
		each int
	}{{"train", *trainEach}, {"t10k", *testEach}} {
		if err := write(*src, *dst, part.name, part.each); err != nil {
			log.Fatal(err)
		}
	}
}

func write(src, dst, part string, each int) error {
	images, labels := part+"-images-idx3-ubyte.gz", part+"-labels-idx1-ubyte.gz"
	all, err := dataset.ReadIDX(filepath.Join(src, images), filepath.Join(src, labels), nil)
	if err != nil {
		return err
	}
	var pixels, classes []byte
	taken := make([]int, len(all.Classes()))
	for i := range all.Len() {
		if class := all.Label(i); taken[class] < each {
			taken[class]++
			pixels = append(pixels, all.Pixels(i)...)
			classes = append(classes, byte(class))
		}
	}
	if want := each * len(taken); len(classes) != want {
		return fmt.Errorf("%s: %d images of %d", images, len(classes), want)
	}
	shape := all.Shape()
	if err := writeIDX(filepath.Join(dst, images), pixels, len(classes), shape.Height, shape.Width); err != nil {
		return err
	}
	return writeIDX(filepath.Join(dst, labels), classes, len(classes))
}

// writeIDX writes unsigned bytes with these dimensions, compressed.
func writeIDX(file string, data []byte, dims ...int) error {
	header := []byte{0, 0, 8, byte(len(dims))}
	for _, d := range dims {
		header = binary.BigEndian.AppendUint32(header, uint32(d))
	}
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	defer f.Close()
	z, err := gzip.NewWriterLevel(f, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := z.Write(append(header, data...)); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	return f.Close()
}
