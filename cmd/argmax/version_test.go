package main

import (
	"bytes"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestVersion(t *testing.T) {
	var out bytes.Buffer
	cmd := newCommand()
	cmd.SetOut(&out)
	cmd.SetArgs([]string{"version"})
	require.NoError(t, cmd.Execute())
	assert.Regexp(t, `^argmax \S+, go\S.*, `+runtime.GOOS+"/"+runtime.GOARCH+"\ninstruction set \\S+ \\(available: .*generic\\)\n$", out.String())
}
