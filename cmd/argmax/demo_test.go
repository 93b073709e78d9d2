package main

import (
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/seed842bec00/argmax"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The accuracies of the demonstration are the same on every processor.
func TestDemo(t *testing.T) {
	for _, isa := range argmax.Available() {
		if isa == "generic" {
			continue // it is the others' definition, and takes longer
		}
		cmd := exec.Command(os.Args[0], "demo")
		cmd.Env = append(os.Environ(), "ARGMAX_TEST_MAIN=1", "ARGMAX_ISA="+isa)
		begin := time.Now()
		printed, err := cmd.Output()
		require.NoError(t, err)
		assert.Less(t, time.Since(begin), 15*time.Second)
		out := string(printed)
		assert.Contains(t, out, "instruction set: "+isa+"\n")
		for _, row := range []string{`softmax +83\.2 %`, `SVM +83\.6 %`, `5 nearest neighbours +81\.6 %`} {
			assert.Regexp(t, `(?m)^`+row+` +[\d.]+ to [\d.]+ % +\S+s +\S+s$`, out)
		}
	}
}
