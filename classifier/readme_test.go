package classifier_test

import (
	"context"
	"fmt"
	"go/format"
	"log"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/dataset/fashion"
)

func Example() {
	train, test, err := fashion.Load() // a part of Fashion-MNIST; see package dataset for your own
	if err != nil {
		log.Fatal(err)
	}
	model, _, err := classifier.Auto{}.Fit(context.Background(), train, classifier.Objective{L2: 1e-3}, classifier.Options{})
	if err != nil {
		log.Fatal(err)
	}
	x := make([]float32, test.Features())
	test.Row(x, 0)
	fmt.Println(test.Classes()[model.Predict(x)])
	// Output: Ankle boot
}

// The example of the README is the one above, which is compiled and run.
func TestReadmeExample(t *testing.T) {
	body := func(file, function, end string) string {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		_, rest, found := strings.Cut(string(text), "\nfunc "+function+"() {\n")
		require.True(t, found, "%s has no %s", file, function)
		body, _, found := strings.Cut(rest, end)
		require.True(t, found)
		return body
	}
	assert.Equal(t, body("readme_test.go", "Example", "\n}\n"), body("../README.md", "main", "\n}\n"))

	text, err := os.ReadFile("../README.md")
	require.NoError(t, err)
	for _, block := range regexp.MustCompile("(?s)```go\n(.*?)```").FindAllSubmatch(text, -1) {
		formatted, err := format.Source(block[1])
		require.NoError(t, err)
		assert.Equal(t, string(formatted), string(block[1]), "the README's Go is not gofmt'ed")
	}
}
