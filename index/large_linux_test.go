package index_test

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/internal/race"
	"github.com/seed842bec00/argmax/internal/sections"
	"github.com/seed842bec00/argmax/kernels"

	. "github.com/seed842bec00/argmax/index"
)

// A process that may have half as much memory as the file is large opens and searches it.
func TestFileLargerThanMemory(t *testing.T) {
	const (
		variable      = "ARGMAX_TEST_LARGE"
		rows, columns = 1 << 17, 4096
		special       = 100_000 // all 7; the others are zero
	)
	if path := os.Getenv(variable); path != "" {
		limit := syscall.Rlimit{Cur: rows * columns / 2, Max: rows * columns / 2}
		require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_DATA, &limit))
		_, err := syscall.Mmap(-1, 0, rows*columns, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
		require.ErrorIs(t, err, syscall.ENOMEM, "the file has no room in memory")
		x, err := Open[uint8](path, OpenOptions{})
		require.NoError(t, err)
		query := kernels.NewDense[uint8](1, columns)
		for j := range query.Data {
			query.Data[j] = 7
		}
		dst, count := make([]Neighbour, 2), make([]int, 1)
		x.Search(dst, count, query, 2, nil)
		require.NoError(t, x.Close())
		require.Equal(t, []Neighbour{{Row: special}, {Row: 0, Distance: 49 * columns}}, dst)
		fmt.Println("found")
		return
	}
	switch {
	case testing.Short() || os.Getenv("ARGMAX_EMULATED") != "":
		t.Skip("reads 512 MB in a process of its own")
	case race.Enabled:
		t.Skip("the race detector needs more memory than that")
	}
	squares := make([]byte, 8*rows)
	binary.LittleEndian.PutUint64(squares[8*special:], math.Float64bits(49*columns))
	memory := func(name string, data []byte) sections.Section {
		return sections.Section{Name: name, Length: int64(len(data)), Write: func(w io.Writer) error {
			_, err := w.Write(data)
			return err
		}}
	}
	path := filepath.Join(t.TempDir(), "index")
	f, err := os.Create(path)
	require.NoError(t, err)
	defer f.Close()
	require.NoError(t, sections.Write(sparse{f}, []sections.Section{
		memory("index", about(1, 2, 0, 0, rows, columns)), memory("squares", squares),
		{Name: "rows", Length: rows * columns, Write: func(w io.Writer) error {
			row := make([]byte, columns)
			for i := range rows {
				for j := range row {
					row[j] = 0
					if i == special {
						row[j] = 7
					}
				}
				if _, err := w.Write(row); err != nil {
					return err
				}
			}
			return nil
		}},
	}))
	size, err := f.Seek(0, io.SeekCurrent)
	require.NoError(t, err)
	require.NoError(t, f.Truncate(size))

	self, err := os.Executable()
	require.NoError(t, err)
	child := exec.Command(self, "-test.run=^TestFileLargerThanMemory$")
	child.Env = append(os.Environ(), variable+"="+path)
	out, err := child.CombinedOutput()
	require.NoError(t, err, "%s", out)
	assert.Contains(t, string(out), "found")
}

// A sparse file has no blocks for what is zero.
type sparse struct{ *os.File }

func (f sparse) Write(p []byte) (int, error) {
	for _, v := range p {
		if v != 0 {
			return f.File.Write(p)
		}
	}
	_, err := f.Seek(int64(len(p)), io.SeekCurrent)
	return len(p), err
}
