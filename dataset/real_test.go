package dataset_test

import (
	"context"
	"fmt"
	"hash/crc32"
	"testing"

	"github.com/seed842bec00/argmax/dataset"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// sum is a checksum of all pixels and labels.
func sum(s *dataset.Set) string {
	h := crc32.NewIEEE()
	for i := range s.Len() {
		h.Write(s.Pixels(i))
		h.Write([]byte{byte(s.Label(i))})
	}
	return fmt.Sprintf("%08x", h.Sum32())
}

func TestRealData(t *testing.T) {
	for _, c := range []struct {
		dir               string
		train, test       int
		shape, class0     string
		trainSum, testSum string // empty: not checked
	}{
		{"mnist", 60000, 10000, "28x28x1", "0", "49a5fea1", "83e3243a"},
		{"fashion-mnist", 60000, 10000, "28x28x1", "0", "16ec0e82", "122085a0"},
		// Copies of CIFAR-10 differ in order and, if made from JPEG, in pixels.
		{"cifar-10-batches-bin", 50000, 10000, "32x32x3", "airplane", "", ""},
	} {
		t.Run(c.dir, func(t *testing.T) {
			data, err := dataset.Load(context.Background(), realData(t, c.dir), dataset.Config{})
			require.NoError(t, err)
			train, test := data.Train.(*dataset.Set), data.Test.(*dataset.Set)
			assert.Equal(t, c.train, train.Len())
			assert.Equal(t, c.test, test.Len())
			assert.Equal(t, c.dir+" train", train.Name())
			for _, s := range []*dataset.Set{train, test} {
				assert.Equal(t, c.shape, s.Shape().String())
				assert.Equal(t, c.class0, s.Classes()[0])
				assert.Len(t, s.Classes(), 10)
				for class, n := range perClass(s) {
					assert.InDelta(t, s.Len()/10, n, float64(s.Len())/60, "class %d", class)
				}
			}
			if c.trainSum != "" {
				assert.Equal(t, c.trainSum, sum(train))
				assert.Equal(t, c.testSum, sum(test))
			}
		})
	}
}
