package bench

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/bench/internal/compare"
	"github.com/seed842bec00/argmax/bench/internal/results"
)

var update = flag.Bool("update", false, "write the kept reports and the table of the README again, from the raw files")

// Each directory of reports holds the raw files of one processor and the report that is
// made of them, and the README shows its excerpts: what it claims was measured.
func TestKeptReports(t *testing.T) {
	dirs, err := filepath.Glob(filepath.Join("reports", "*"))
	require.NoError(t, err)
	require.NotEmpty(t, dirs)
	var excerpts []string
	for _, dir := range dirs {
		kept, err := filepath.Glob(filepath.Join(dir, "*.txt"))
		require.NoError(t, err)
		require.NotEmpty(t, kept, "%s has no raw file", dir)
		slices.Sort(kept)

		made := t.TempDir()
		var files []*results.File
		var copies []string
		for _, name := range kept {
			f, err := results.Load(name)
			require.NoError(t, err)
			content, err := os.ReadFile(name)
			require.NoError(t, err)
			copies = append(copies, filepath.Join(made, filepath.Base(name)))
			require.NoError(t, os.WriteFile(copies[len(copies)-1], content, 0o666))
			files = append(files, f)
		}
		_, err = Write(copies)
		require.NoError(t, err)
		for _, name := range []string{"report.html", "report.md", "ratios.svg"} {
			agree(t, filepath.Join(dir, name), read(t, filepath.Join(made, name)))
		}
		excerpts = append(excerpts, compare.New(files).Excerpt("bench/"+filepath.ToSlash(dir)))
	}
	readme, err := compare.Insert(read(t, filepath.Join("..", "README.md")), excerpts...)
	require.NoError(t, err)
	agree(t, filepath.Join("..", "README.md"), readme)
}

// agree compares a file with what it should hold, or writes that.
func agree(t *testing.T, name, want string) {
	t.Helper()
	if *update {
		require.NoError(t, os.WriteFile(name, []byte(want), 0o666))
	}
	assert.True(t, read(t, name) == want, "%s is not what the raw files say; go test -run Kept -update . writes it again", name)
}

func read(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(name)
	require.NoError(t, err)
	return string(content)
}
