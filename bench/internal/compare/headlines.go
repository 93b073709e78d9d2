package compare

import "strings"

// Headline is a comparison that is worth a line of the README, in a reader's words.
type Headline struct {
	Phrase string
	Comparison
}

// headlines are the contests of the README's table, in its order.
var headlines = []struct{ phrase, op, keys string }{
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
}

// Headlines returns those of the contests that were measured.
func (r *Report) Headlines() (found []Headline) {
	for _, h := range headlines {
		for _, c := range r.Comparisons {
			if c.Contest.Op == h.op && sizeOf(c.Contest.Keys) == h.keys && c.Contest.Key("chain") != "true" && c.Contest.Threads == 1 {
				found = append(found, Headline{h.phrase, c})
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
	if strings.Contains(keys, "/chain=true") {
		return false
	}
	for _, h := range headlines {
		if h.op == op && h.keys == sizeOf(keys) {
			return true
		}
	}
	return false
}

// sizeOf returns keys up to the place of the data.
func sizeOf(keys string) string {
	size, _, _ := strings.Cut(keys, "/data=")
	return size
}
