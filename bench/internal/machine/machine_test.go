package machine

import (
	"runtime"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/seed842bec00/argmax/internal/cpu"
)

func TestDescribe(t *testing.T) {
	said := map[string]string{}
	Describe(func(key, value string) {
		assert.NotContains(t, said, key, "said twice")
		said[key] = value
	})
	for key, want := range map[string]string{
		"cores": strconv.Itoa(runtime.NumCPU()), "goarch": runtime.GOARCH, "go": runtime.Version(), "active": cpu.Active.String(),
	} {
		assert.Equal(t, want, said[key], key)
	}
	assert.NotEmpty(t, said["cpu"])
	assert.Contains(t, said["os"], runtime.GOOS)
	assert.Regexp(t, "^(unknown|[0-9a-f]{40}( modified)?)$", said["commit"])
	l1, err := strconv.Atoi(said["l1"])
	assert.NoError(t, err)
	assert.GreaterOrEqual(t, l1, 8<<10)
}
