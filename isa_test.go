package argmax

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestAvailable(t *testing.T) {
	names := Available()
	assert.Contains(t, names, Active())
	assert.Equal(t, "generic", names[len(names)-1])
}
