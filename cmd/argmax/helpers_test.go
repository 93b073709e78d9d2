package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"encoding/json"
	"image"
	"image/png"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/seed842bec00/argmax"
	"github.com/stretchr/testify/require"
)

// TestMain runs the program itself if a test has set the variable, so that tests can
// check exit codes.
func TestMain(m *testing.M) {
	if os.Getenv("ARGMAX_TEST_MAIN") != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// outcome is what a run of the program leaves.
type outcome struct {
	out, problems string
	code          int
}

// call runs the program in this process.
func call(ctx context.Context, args ...string) outcome {
	var out, problems bytes.Buffer
	code := run(ctx, args, strings.NewReader(""), &out, &problems)
	return outcome{out.String(), problems.String(), code}
}

func mustRun(t *testing.T, args ...string) string {
	t.Helper()
	o := call(context.Background(), args...)
	require.Zero(t, o.code, "%v: %s", args, o.problems)
	return o.out
}

// mustFail returns what a run says that fails with the code.
func mustFail(t *testing.T, code int, args ...string) string {
	t.Helper()
	o := call(context.Background(), args...)
	require.Equal(t, code, o.code, "%v: %s%s", args, o.out, o.problems)
	return o.problems
}

// decodeLines returns the values of JSON lines.
func decodeLines[T any](t *testing.T, lines string) []T {
	t.Helper()
	var all []T
	d := json.NewDecoder(strings.NewReader(lines))
	for {
		var v T
		err := d.Decode(&v)
		if err == io.EOF {
			return all
		}
		require.NoError(t, err)
		all = append(all, v)
	}
}

// shades are images of n×n pixels whose brightness is their class, with noise.
func shade(class, n int, r *rand.Rand) *image.Gray {
	m := image.NewGray(image.Rect(0, 0, n, n))
	for i := range m.Pix {
		m.Pix[i] = uint8(60 + 130*class + r.IntN(41) - 20)
	}
	return m
}

// folders writes a folder of images of two classes, dark and light.
func folders(t *testing.T, perClass, size int) string {
	dir, r := t.TempDir(), rand.New(rand.NewPCG(1, 2))
	for class, name := range []string{"dark", "light"} {
		require.NoError(t, os.Mkdir(filepath.Join(dir, name), 0o755))
		for i := range perClass {
			f, err := os.Create(filepath.Join(dir, name, strconv.Itoa(i)+".png"))
			require.NoError(t, err)
			require.NoError(t, png.Encode(f, shade(class, size, r)))
			require.NoError(t, f.Close())
		}
	}
	return dir
}

// idx writes IDX files of two classes with a training and a test set.
func idx(t *testing.T) string {
	dir, r := t.TempDir(), rand.New(rand.NewPCG(3, 4))
	write := func(name string, header []uint32, data []byte) {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		require.NoError(t, binary.Write(z, binary.BigEndian, header))
		_, err := z.Write(data)
		require.NoError(t, err)
		require.NoError(t, z.Close())
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), b.Bytes(), 0o644))
	}
	for part, n := range map[string]int{"train": 60, "t10k": 20} {
		var pixels, labels []byte
		for i := range n {
			pixels = append(pixels, shade(i%2, 5, r).Pix...)
			labels = append(labels, byte(i%2))
		}
		write(part+"-images-idx3-ubyte.gz", []uint32{0x803, uint32(n), 5, 5}, pixels)
		write(part+"-labels-idx1-ubyte.gz", []uint32{0x801, uint32(n)}, labels)
	}
	return dir
}

// cifar100 writes CIFAR-100 files with an image of each class for the test, and
// twice the same ones to train with.
func cifar100(t *testing.T) string {
	dir, r := t.TempDir(), rand.NewChaCha8([32]byte{5})
	var records []byte
	for class := range 100 {
		image := make([]byte, 32*32*3)
		_, _ = r.Read(image) // never fails
		records = append(append(records, byte(class/5), byte(class)), image...)
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, "train.bin"), slices.Repeat(records, 2), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "test.bin"), records, 0o644))
	return dir
}

// asked is a context that is cancelled after left calls of Err, which training makes
// before each step.
type asked struct {
	context.Context
	left int
}

func (a *asked) Err() error {
	if a.left--; a.left < 0 {
		return context.Canceled
	}
	return nil
}

// The test cache does not know variables that are read while packages start, so
// this reads it again: a run that was meant for another ISA fails.
func TestEnvironmentIsObeyed(t *testing.T) {
	if force := os.Getenv("ARGMAX_ISA"); force != "" {
		require.Equal(t, force, argmax.Active())
	}
}
