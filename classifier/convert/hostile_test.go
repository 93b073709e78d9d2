package convert_test

import (
	"archive/zip"
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/classifier/convert"
	"github.com/seed842bec00/argmax/internal/peak"
)

// hostile reads a file that write writes. The error must contain problem, and the memory of
// the process may grow by a number of MiB.
func hostile(t *testing.T, write func(io.Writer), problem string, mebibytes int64) {
	t.Helper()
	if testing.Short() {
		t.Skip("slow in an emulator, and the same everywhere")
	}
	var path string
	used := peak.Memory(t, func() {
		path = filepath.Join(t.TempDir(), "hostile")
		f, err := os.Create(path)
		require.NoError(t, err)
		w := bufio.NewWriter(f)
		write(w)
		require.NoError(t, w.Flush())
		require.NoError(t, f.Close())
	}, func() {
		if _, err := convert.ReadFile(path, convert.Options{}); err == nil || !strings.Contains(err.Error(), problem) {
			fmt.Println("the error is", err)
			os.Exit(1)
		}
	})
	assert.Less(t, used, mebibytes<<20)
}

func many(w io.Writer, text string, n int) {
	for b := strings.Repeat(text, 1000); n > 0; n -= 1000 {
		io.WriteString(w, b[:len(text)*min(n, 1000)])
	}
}

// A value without an end.
func TestHostileString(t *testing.T) {
	hostile(t, func(w io.Writer) {
		io.WriteString(w, `{"classes_": ["`)
		many(w, "x", 80_000_000)
	}, "a value of more than 33554432 bytes", 320)
}

func TestHostileNames(t *testing.T) {
	hostile(t, func(w io.Writer) {
		io.WriteString(w, `{"classes_": ["a"`)
		many(w, `,"a"`, 3_000_000)
	}, "more names than the limit allows", 240)
}

func TestHostileLine(t *testing.T) {
	hostile(t, func(w io.Writer) {
		io.WriteString(w, "solver_type L2R_LR\nnr_class 3\nlabel ")
		many(w, "1", 50_000_000)
	}, "token too long", 8)
}

func TestHostileFeatures(t *testing.T) {
	hostile(t, func(w io.Writer) {
		io.WriteString(w, "solver_type L2R_LR\nnr_class 3\nlabel 1 2 3\nnr_feature 1000000000\nbias 1\nw\n0 0 0\n")
	}, "word 17, a weight: unexpected EOF", 8)
}

// An archive of 1 MB that claims 16 GiB of weights, and holds a part of them.
func TestHostileArchive(t *testing.T) {
	hostile(t, func(w io.Writer) {
		z := zip.NewWriter(w)
		f, err := z.Create("coef_.npy")
		require.NoError(t, err)
		header := "{'descr': '<f4', 'fortran_order': False, 'shape': (4, 2000000000), }\n"
		io.WriteString(f, "\x93NUMPY\x01\x00"+string([]byte{byte(len(header)), 0})+header)
		many(f, "\x00", 1_000_000)
		require.NoError(t, z.Close())
	}, "the limit is 17179869184 bytes", 8)
	hostile(t, func(w io.Writer) {
		z := zip.NewWriter(w)
		f, err := z.Create("coef_.npy")
		require.NoError(t, err)
		header := "{'descr': '|u1', 'fortran_order': False, 'shape': (4, 1000000000), }\n"
		io.WriteString(f, "\x93NUMPY\x01\x00"+string([]byte{byte(len(header)), 0})+header)
		many(f, "\x00", 20_000_000)
		require.NoError(t, z.Close())
	}, "takes 4000000000 bytes: unexpected EOF", 100)
}
