package fpcontrol

import (
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
)

// Go leaves rounding to nearest and denormals on: on amd64 all exceptions are
// masked as well.
func TestWord(t *testing.T) {
	want := map[string]uint64{"amd64": 0x1f80}[runtime.GOARCH]
	assert.Equal(t, want, Word())
}
