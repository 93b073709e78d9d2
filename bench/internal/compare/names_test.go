package compare

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/seed842bec00/argmax/bench/internal/suite"
)

// The targets and the lines of the README's table name contests that exist, which have
// rivals.
func TestNamedContestsExist(t *testing.T) {
	exist, headline := map[string]bool{}, 0
	named := map[string]bool{}
	for _, g := range targets {
		named[g.op] = true
	}
	for _, h := range headlines {
		named[h.op] = true
	}
	for _, op := range suite.Operations() {
		if !named[op.Name] {
			continue // without making its data
		}
		for _, c := range op.Contests() {
			exist[c.Op+" "+c.Size] = true
			if IsHeadline(c.Measured(1).Name()) {
				headline++
			}
		}
	}
	for _, g := range targets {
		assert.True(t, exist[g.op+" "+g.size], "%s %s", g.op, g.size)
	}
	for _, h := range headlines {
		assert.True(t, exist[h.op+" "+h.keys], "%s %s", h.op, h.keys)
	}
	assert.GreaterOrEqual(t, headline, len(headlines))
	assert.Less(t, headline, 2*len(headlines))
}
