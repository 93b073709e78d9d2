package dataset_test

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
)

// idx is an IDX file of unsigned bytes.
func idx(data []byte, dims ...uint32) []byte {
	file := []byte{0, 0, 8, byte(len(dims))}
	for _, d := range dims {
		file = binary.BigEndian.AppendUint32(file, d)
	}
	return append(file, data...)
}

func zip(data []byte) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Write(data)
	z.Close()
	return b.Bytes()
}

// count returns n bytes: 0, 1, …, 250, 0, …
func count(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i % 251)
	}
	return b
}

// record is a record of CIFAR whose red, green and blue planes have one value
// each.
func record(r, g, b byte, labels ...byte) []byte {
	for _, v := range []byte{r, g, b} {
		labels = append(labels, bytes.Repeat([]byte{v}, 32*32)...)
	}
	return labels
}

// grey is a PNG of one shade.
func grey(height, width int, shade byte) []byte {
	m := image.NewGray(image.Rect(0, 0, width, height))
	for i := range m.Pix {
		m.Pix[i] = shade
	}
	return encodePNG(m)
}

// colour is a PNG of one colour.
func colour(height, width int, c color.Color) []byte {
	m := image.NewNRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			m.Set(x, y, c)
		}
	}
	return encodePNG(m)
}

func encodePNG(m image.Image) []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// write writes files, with the folders they are in, and returns their root.
func write(t testing.TB, files map[string][]byte) string {
	t.Helper()
	root := t.TempDir()
	for name, data := range files {
		file := filepath.Join(root, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(t, os.WriteFile(file, data, 0o644))
	}
	return root
}

// allocated returns the bytes that f allocates.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// realData returns the path of a data set below the directory that the variable
// ARGMAX_DATA names, and skips the test where there is none.
func realData(t *testing.T, name string) string {
	t.Helper()
	root := os.Getenv("ARGMAX_DATA")
	if root == "" {
		t.Skip("needs real data: set ARGMAX_DATA to a directory that holds " + name)
	}
	dir := filepath.Join(root, name)
	if _, err := os.Stat(dir); err != nil {
		t.Skip("needs real data: ", err)
	}
	return dir
}
