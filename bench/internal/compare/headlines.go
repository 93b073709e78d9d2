package compare

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/seed842bec00/argmax/bench/internal/results"
)

// Headline is a comparison that is worth a line of the README, in a reader's words.
type Headline struct {
	Phrase string
	Comparison
}

// headline names a contest by its operation and some of its keys. What stands in braces in
// a phrase is the value of a key.
type headline struct{ phrase, op, keys string }

// headlines are the contests of the README's table, in its order.
var headlines = []headline{
	{"scores of 256 images, 784 → 10", "Scores", "rows=256/features=784/classes=10"},
	{"scores of 256 images, 3072 → 10", "Scores", "rows=256/features=3072/classes=10"},
	{"gradient of 256 images, 784 → 10", "Gradient", "rows=256/features=784/classes=10"},
	{"product of 256³", "Gemm", "n=256"},
	{"product of 1024³", "Gemm", "n=1024"},
	{"softmax of 256 rows of 10", "Softmax", "rows=256/n=10"},
	{"cross-entropy and its gradient, 256 rows of 10", "CrossEntropy", "rows=256/n=10"},
	{"hinge loss and its gradient, 256 rows of 10", "Hinge", "rows=256/n=10"},
	{"inner product of 784", "Dot", "n=784"},
	{"squared distances to 100 rows of 784", "SqDistRows", "rows=100/n=784"},
	{"L1 distances to 60,000 rows of 784 bytes", "L1DistBytesRows", "rows=60000/n=784"},
	{"the 10 smallest of a million", "TopK", "n=1000000/k=10"},
	{"a step of Adam, 30,720 weights", "Adam", "n=30720"},
	{"a step of SGD on 256 images", "Step", "batch=256"},
	{"an epoch of SGD on {rows} images", "Epoch", "elements=float32"},
	{"softmax on {rows} images, to 0.1% above the minimum", "Fit", "task=softmax"},
	{"squared hinge on {rows} images, to 0.1% above the minimum", "Fit", "task=squared-hinge"},
	{"{penalties} elastic-net penalties on {rows} images", "Path", "alpha=0.5"},
	{"classes of {rows} images", "Predict", "classes=10"},
	{"p99 of the class of an image, {goroutines} goroutines", "Latency", "goroutines=200"},
	{"{rows} images from a CSV file", "Read", "format=csv"},
	{"10 nearest of {rows} images, one query", "Search", "base=images-float32/metric=L2/k=10/queries=1"},
	{"10 nearest of {rows} images, 100 queries", "Search", "base=images-float32/metric=L2/k=10/queries=100"},
	{"10 nearest of {rows} images of bytes, one query", "Search", "base=images-uint8/metric=L2/k=10/queries=1"},
}

// is reports whether a contest is the one that is meant: keys are all of its keys.
func (h headline) is(op, keys string) bool {
	all := strings.Split(keys, "/")
	return h.op == op && !slices.Contains(all, "chain=true") &&
		!slices.ContainsFunc(strings.Split(h.keys, "/"), func(key string) bool { return !slices.Contains(all, key) })
}

// of returns the phrase for a contest.
func (h headline) of(c *results.Contest) string {
	text := h.phrase
	for _, k := range keys(c) {
		if n, err := strconv.Atoi(k.Text); err == nil {
			text = strings.ReplaceAll(text, "{"+k.Name+"}", thousands(n))
		}
	}
	return text
}

// Headlines returns those of the contests that were measured.
func (r *Report) Headlines() (found []Headline) {
	for _, h := range headlines {
		for _, c := range r.Comparisons {
			if h.is(c.Contest.Op, c.Contest.Keys) && c.Contest.Threads == 1 {
				found = append(found, Headline{h.of(c.Contest), c})
				break
			}
		}
	}
	return found
}

// IsHeadline reports whether a contest, by the name under which it is measured, is one of
// the README's table.
func IsHeadline(name string) bool {
	op, keys, _ := strings.Cut(name, "/")
	return slices.ContainsFunc(headlines, func(h headline) bool { return h.is(op, keys) })
}

// thousands formats a number with commas.
func thousands(n int) string {
	if n < 1000 {
		return strconv.Itoa(n)
	}
	return fmt.Sprintf("%s,%03d", thousands(n/1000), n%1000)
}
