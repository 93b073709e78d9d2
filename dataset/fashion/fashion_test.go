package fashion_test

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/seed842bec00/argmax/dataset"
	"github.com/seed842bec00/argmax/dataset/fashion"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func Example() {
	train, test, err := fashion.Load()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(train.Len(), "and", test.Len(), "images of", train.Shape())
	fmt.Println("the first is of class", train.Classes()[train.Label(0)])
	// Output:
	// 4500 and 1000 images of 28x28x1
	// the first is of class Ankle boot
}

func TestClassesAreBalanced(t *testing.T) {
	train, test, err := fashion.Load()
	require.NoError(t, err)
	assert.Equal(t, []string{"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
		"Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"}, train.Classes())
	assert.Equal(t, train.Classes(), test.Classes())
	for set, each := range map[*dataset.Set]int{train: 450, test: 100} {
		n := make([]int, 10)
		for i := range set.Len() {
			n[set.Label(i)]++
		}
		for class := range n {
			assert.Equal(t, each, n[class], "%s: %s", set.Name(), set.Classes()[class])
		}
	}
}

// The directory is a data set like any other.
func TestLoadReadsTheDirectory(t *testing.T) {
	train, test, err := fashion.Load()
	require.NoError(t, err)
	data, err := dataset.Load(context.Background(), ".", dataset.Config{})
	require.NoError(t, err)
	assert.Equal(t, train.Named(""), data.Train.(*dataset.Set).Named(""))
	assert.Equal(t, test.Named(""), data.Test.(*dataset.Set).Named(""))
}

var files = []string{"train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz",
	"t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"}

func TestSize(t *testing.T) {
	var total int64
	for _, file := range files {
		info, err := os.Stat(file)
		require.NoError(t, err)
		total += info.Size()
	}
	assert.LessOrEqual(t, total, int64(2_500_000))
}

// The committed files are what make.go makes. They are compared unpacked: a
// newer compressor may pack them otherwise.
func TestMake(t *testing.T) {
	root := os.Getenv("ARGMAX_DATA")
	if root == "" {
		t.Skip("needs real data: set ARGMAX_DATA to a directory that holds fashion-mnist")
	}
	src, dst := filepath.Join(root, "fashion-mnist"), t.TempDir()
	if _, err := os.Stat(src); err != nil {
		t.Skip("needs real data: ", err)
	}
	make := exec.Command("go", "run", "make.go", "-src", src, "-o", dst)
	make.Env = append(os.Environ(), "GOOS=", "GOARCH=") // of this machine, also when the test is emulated
	out, err := make.CombinedOutput()
	require.NoError(t, err, "%s", out)
	for _, file := range files {
		assert.True(t, unpack(t, file) == unpack(t, filepath.Join(dst, file)), "%s differs", file)
	}
}

func unpack(t *testing.T, file string) string {
	f, err := os.Open(file)
	require.NoError(t, err)
	defer f.Close()
	z, err := gzip.NewReader(f)
	require.NoError(t, err)
	data, err := io.ReadAll(z)
	require.NoError(t, err)
	return string(data)
}
