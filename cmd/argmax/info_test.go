package main

import (
	"encoding/json"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestInfo(t *testing.T) {
	model := filepath.Join(t.TempDir(), "model")
	mustRun(t, "train", folders(t, 3, 4), "-o", model, "--l2", "0.25")
	out := mustRun(t, "info", model)
	for _, line := range []string{
		`kind +linear classifier`, `classes +2: dark, light`, `features +16, the pixels of images of 4x4x1 .*`,
		`weights +32, 0 of them zero`, `probabilities +softmax`, `l2 +0\.25`, `loss +softmax`, `solver +L-BFGS`,
	} {
		assert.Regexp(t, `(?m)^`+line+`$`, out)
	}
	var d description
	require.NoError(t, json.Unmarshal([]byte(mustRun(t, "info", model, "--json")), &d))
	assert.Equal(t, "4x4x1", d.Shape)
	assert.Equal(t, []string{"dark", "light"}, d.Classes)
	assert.Equal(t, "0.25", d.Notes["l2"])
	mustFail(t, 1, "info", filepath.Join(t.TempDir(), "nothing"))
}
