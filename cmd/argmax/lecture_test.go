package main

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the pictures of doc/lecture")

// The pictures of doc/lecture are what the commands on its pages draw. The pages' commands
// are run in their order, in that directory; they write elsewhere.
func TestLecturePictures(t *testing.T) {
	if testing.Short() {
		t.Skip("trains a model of images")
	}
	elsewhere := t.TempDir()
	t.Chdir(filepath.Join("..", "..", "doc", "lecture"))
	pages, err := filepath.Glob("*.md")
	require.NoError(t, err)
	written, kept := map[string]string{}, 0
	for _, page := range pages {
		text, err := os.ReadFile(page)
		require.NoError(t, err)
		for line := range strings.Lines(string(text)) {
			command, ok := strings.CutPrefix(line, "    argmax ")
			if !ok {
				continue
			}
			arguments := strings.Fields(command)
			var output string
			for i, argument := range arguments {
				if i > 0 && arguments[i-1] == "-o" {
					output = argument
					written[output] = filepath.Join(elsewhere, output)
				}
				if file, ok := written[argument]; ok {
					arguments[i] = file
				}
			}
			mustRun(t, append(arguments, "--quiet")...)
			if filepath.Ext(output) != ".svg" {
				continue
			}
			kept++
			assert.Contains(t, string(text), "]("+output+")", "%s does not show what it draws", page)
			drawn, err := os.ReadFile(written[output])
			require.NoError(t, err)
			if *update {
				require.NoError(t, os.WriteFile(output, drawn, 0o644))
			}
			shown, err := os.ReadFile(output)
			require.NoError(t, err, "make lecture writes it")
			assert.True(t, string(drawn) == string(shown), "%s is not what the command on %s draws; make lecture writes it", output, page)
		}
	}
	pictures, err := filepath.Glob("*.svg")
	require.NoError(t, err)
	assert.Equal(t, len(pictures), kept, "pictures of doc/lecture that no page draws")
}
