package compare

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/bench/internal/models"
	"github.com/seed842bec00/argmax/bench/internal/results"
	"github.com/seed842bec00/argmax/bench/internal/suite"
)

// The targets and the lines of the README's table name contests that exist, each of them
// few.
func TestNamedContestsExist(t *testing.T) {
	named := map[string]bool{}
	for _, g := range targets {
		named[g.op] = true
	}
	for _, h := range headlines {
		named[h.op] = true
	}
	exist, matched := map[string]bool{}, map[string]int{}
	seen := func(op, keys string) {
		for _, h := range headlines {
			if h.is(op, keys) {
				matched[h.phrase]++
			}
		}
	}
	for _, op := range suite.Operations() {
		if !named[op.Name] {
			continue // without making its data
		}
		for _, c := range op.Contests() {
			exist[c.Op+" "+c.Size] = true
			seen(c.Op, c.Name())
			assert.Equal(t, IsHeadline(c.Measured(1).Name()), slices.ContainsFunc(headlines, func(h headline) bool { return h.is(c.Op, c.Name()) }))
		}
	}
	o := models.Options{Threads: 1, Missing: func(string, string) {}, Version: func(string, string) {}}
	for _, contests := range []func(models.Options) ([]models.Contest, func(), error){models.Contests, models.Neighbours} {
		all, close, err := contests(o)
		require.NoError(t, err)
		close()
		for _, c := range all {
			seen(c.Op, c.Keys)
		}
	}
	for _, g := range targets {
		assert.True(t, exist[g.op+" "+g.size], "%s %s", g.op, g.size)
	}
	for _, h := range headlines {
		assert.Positive(t, matched[h.phrase], h.phrase)
		assert.LessOrEqual(t, matched[h.phrase], 4, h.phrase)
	}
}

func TestPhrases(t *testing.T) {
	h := headline{"{rows} images, {k} nearest", "Search", "k=10"}
	assert.Equal(t, "60,000 images, 10 nearest", h.of(&results.Contest{Keys: "rows=60000/k=10"}))
	assert.Equal(t, "1,234,005", thousands(1234005))
	assert.True(t, h.is("Search", "rows=5/k=10"))
	assert.False(t, h.is("Search", "rows=5/k=100"))
	assert.False(t, h.is("Search", "k=10/chain=true"))
	assert.False(t, h.is("TopK", "k=10"))
}
