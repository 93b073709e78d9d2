package dataset_test

import (
	archive "archive/zip"
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/seed842bec00/argmax/dataset"
	"github.com/seed842bec00/argmax/internal/peak"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// hostile loads, in a process of its own, a directory that prepare fills. The error
// must contain problem, and the memory of the process may grow by at most mebibytes.
func hostile(t *testing.T, prepare func(dir string), problem string, mebibytes int64) {
	t.Helper()
	var dir string
	used := peak.Memory(t, func() {
		dir = t.TempDir()
		prepare(dir)
	}, func() {
		_, err := dataset.Load(context.Background(), dir, dataset.Config{})
		if err == nil || !strings.Contains(err.Error(), problem) {
			fmt.Println("the error is", err)
			os.Exit(1)
		}
	})
	assert.Less(t, used, mebibytes<<20)
}

// on32 returns narrow where an int has 32 bits, and wide elsewhere: sets that large are
// refused earlier there.
func on32(narrow, wide string) string {
	if strconv.IntSize == 32 {
		return narrow
	}
	return wide
}

// create creates a file in a folder and calls write with it.
func create(t *testing.T, name string, write func(w io.Writer)) {
	require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
	f, err := os.Create(name)
	require.NoError(t, err)
	w := bufio.NewWriter(f)
	write(w)
	require.NoError(t, w.Flush())
	require.NoError(t, f.Close())
}

// blank is the beginning of a PNG of these many grey pixels: few of their bytes
// follow.
func blank(height, width uint32) []byte {
	var small bytes.Buffer
	if err := png.Encode(&small, image.NewGray(image.Rect(0, 0, 8, 8))); err != nil {
		panic(err)
	}
	return append(header(height, width), small.Bytes()[33:]...)
}

// Eighty images of 75 bytes, each of which claims to have 8192 × 8192 pixels. A reader
// that trusts the first one allocates 15 GB.
func TestHostileFolder(t *testing.T) {
	hostile(t, func(dir string) {
		for i := range 80 {
			create(t, filepath.Join(dir, "a", fmt.Sprintf("%02d.png", i)), func(w io.Writer) { w.Write(blank(8192, 8192)) })
		}
	}, "the image has 8192x8192 pixels (height x width), more than its 75 bytes can hold", 16)
}

// The same, but each file is so long that it could hold the pixels.
func TestHostileFolderPadded(t *testing.T) {
	hostile(t, func(dir string) {
		for i := range 80 {
			create(t, filepath.Join(dir, "a", fmt.Sprintf("%02d.png", i)), func(w io.Writer) {
				w.Write(blank(8192, 8192))
				w.Write(make([]byte, 5000))
			})
		}
	}, on32("80 images of 8192x8192x1: the limit of a set is", "a/00.png: "), 700)
}

// A photograph may begin with notes, but not with nothing else.
func TestHostileJPEG(t *testing.T) {
	hostile(t, func(dir string) {
		create(t, filepath.Join(dir, "a", "0.png"), func(w io.Writer) { w.Write(grey(2, 2, 1)) })
		create(t, filepath.Join(dir, "a", "1.jpg"), func(w io.Writer) {
			segment := append([]byte("\xff\xe1\xff\xff"), make([]byte, 1<<16-3)...)
			w.Write([]byte("\xff\xd8"))
			for range 1500 {
				w.Write(segment)
			}
		})
	}, "the size of the image is not in the first 16777216 bytes", 96)
}

// bomb writes a gzip stream of head and then megabytes of zeros.
func bomb(w io.Writer, head []byte, megabytes int) {
	z := gzip.NewWriter(w)
	z.Write(head)
	z.Close()
	var block bytes.Buffer
	z.Reset(&block)
	zeros(z, 16)
	z.Close()
	for range megabytes / 16 {
		w.Write(block.Bytes())
	}
}

func zeros(w io.Writer, megabytes int) {
	block := make([]byte, 1<<16)
	for range megabytes * 16 {
		w.Write(block)
	}
}

// 2 GB of blank images in 2 MB.
func TestHostileGzipOfIDX(t *testing.T) {
	const n = 2 << 20
	hostile(t, func(dir string) {
		create(t, filepath.Join(dir, "train-images-idx3-ubyte.gz"), func(w io.Writer) { bomb(w, idx(nil, n, 32, 32), 2<<10) })
		create(t, filepath.Join(dir, "train-labels-idx1-ubyte.gz"), func(w io.Writer) { w.Write(zip(idx(make([]byte, n), n))) })
	}, on32("2097152 images of 32x32x1: the limit of a set is", "the gzip stream unpacks to more than 200 times its length"), 160)
}

func TestHostileGzipOfCIFAR(t *testing.T) {
	hostile(t, func(dir string) {
		create(t, filepath.Join(dir, "data_batch_1.bin"), func(w io.Writer) { bomb(w, nil, 2<<10) })
	}, "the gzip stream unpacks to more than 200 times its length", 160)
}

// Images of one pixel, whose labels take eight times as much.
func TestHostileLabels(t *testing.T) {
	const n = 1 << 26
	hostile(t, func(dir string) {
		create(t, filepath.Join(dir, "train-images-idx3-ubyte"), func(w io.Writer) { w.Write(idx(nil, n, 16, 16)) })
		create(t, filepath.Join(dir, "train-labels-idx1-ubyte"), func(w io.Writer) { w.Write(idx(nil, n)) })
	}, "67108864 images of 16x16x1: the limit of a set is ", 8)
}

func TestHostileNames(t *testing.T) {
	hostile(t, func(dir string) {
		create(t, filepath.Join(dir, "train-images-idx3-ubyte"), func(w io.Writer) { w.Write(idx(count(2), 2, 1, 1)) })
		create(t, filepath.Join(dir, "train-labels-idx1-ubyte"), func(w io.Writer) { w.Write(idx(count(2), 2)) })
		names := filepath.Join(dir, "classes.txt")
		create(t, names, func(w io.Writer) { io.WriteString(w, "a\n") })
		require.NoError(t, os.Truncate(names, 3<<30))
	}, "more than 1048576 bytes of class names", 8)
}

// A PNG whose chunks before the pixels are long is skipped over, not stored.
func TestHostilePNG(t *testing.T) {
	hostile(t, func(dir string) {
		create(t, filepath.Join(dir, "a", "1.png"), func(w io.Writer) {
			w.Write(header(2, 2))
			w.Write(binary.BigEndian.AppendUint32(nil, 64<<20))
			sum := crc32.NewIEEE()
			chunk := io.MultiWriter(w, sum)
			io.WriteString(chunk, "zTXt")
			zeros(chunk, 64)
			w.Write(sum.Sum(nil))
		})
	}, "unexpected EOF", 16)
}

// A file that ends in nothing but zeros, which take no room on the disk.
func long(t *testing.T, name string, size int64, begin []byte) {
	create(t, name, func(w io.Writer) { w.Write(begin) })
	require.NoError(t, os.Truncate(name, size))
}

func TestHostileHeaderOfNPY(t *testing.T) {
	hostile(t, func(dir string) {
		long(t, filepath.Join(dir, "x.npy"), 2<<30, []byte("\x93NUMPY\x02\x00\x00\x00\x00\x40"))
	}, "a header of 1073741824 bytes, the limit is 65536", 8)
}

// An array of which there is much, but not as much as it says; one that is compressed.
func TestHostileRowsOfNPY(t *testing.T) {
	hostile(t, func(dir string) {
		long(t, filepath.Join(dir, "x.npy"), 3<<30, numpy("<f8", false, "(67108864, 32)", []byte{}, binary.LittleEndian))
	}, on32("its size overflows", "unexpected EOF in the array: it has 67108864 rows of 32 features"), 8)
}

func TestHostileGzipOfNPY(t *testing.T) {
	hostile(t, func(dir string) {
		create(t, filepath.Join(dir, "x.npy.gz"), func(w io.Writer) {
			bomb(w, numpy("<f4", false, "(4194304, 128)", []byte{}, binary.LittleEndian), 2<<10)
		})
	}, on32("its size overflows", "the gzip stream unpacks to more than 200 times its length"), 160)
}

func TestHostileNPZ(t *testing.T) {
	hostile(t, func(dir string) {
		create(t, filepath.Join(dir, "x.npz"), func(w io.Writer) {
			z := archive.NewWriter(w)
			m, err := z.Create("x.npy")
			require.NoError(t, err)
			m.Write(numpy("<f4", false, "(4194304, 128)", []byte{}, binary.LittleEndian))
			zeros(m, 64)
			require.NoError(t, z.Close())
		})
	}, on32("its size overflows", "the zip stream unpacks to more than 200 times its length"), 96)
}

// An archive of many empty files: each takes more memory than room on the disk.
func TestHostileDirectoryOfNPZ(t *testing.T) {
	hostile(t, func(dir string) {
		create(t, filepath.Join(dir, "x.npz"), func(w io.Writer) {
			io.WriteString(w, "PK\x03\x04")
			entry := append([]byte("PK\x01\x02"), make([]byte, 42)...)
			const n = 1 << 20
			for range n {
				w.Write(entry)
			}
			end := append([]byte("PK\x05\x06"), make([]byte, 18)...)
			binary.LittleEndian.PutUint32(end[12:], n*46)
			binary.LittleEndian.PutUint32(end[16:], 4)
			w.Write(end)
		})
	}, "an archive whose directory has 48234496 bytes, the limit is 4194304", 16)
}

func TestHostileLineOfCSV(t *testing.T) {
	hostile(t, func(dir string) { long(t, filepath.Join(dir, "x.csv"), 3<<30, []byte("a,b\n1,")) },
		"a line of more than 16777216 bytes", 128)
}

// A quotation that does not end, of many short lines.
func TestHostileQuoteOfCSV(t *testing.T) {
	hostile(t, func(dir string) {
		create(t, filepath.Join(dir, "x.csv"), func(w io.Writer) {
			io.WriteString(w, "a,b\n1,\"")
			for range 3 << 17 {
				io.WriteString(w, strings.Repeat("x", 63)+"\n")
			}
		})
	}, "a line of more than 16777216 bytes", 128)
}

func TestHostileLineOfSVMLight(t *testing.T) {
	hostile(t, func(dir string) { long(t, filepath.Join(dir, "x.svm"), 3<<30, []byte("1 1:1\n1 ")) },
		"line 2 is longer than 16777216 bytes", 96)
}

func TestHostileLabelsOfTable(t *testing.T) {
	hostile(t, func(dir string) {
		create(t, filepath.Join(dir, "x.npy"), func(w io.Writer) { w.Write(floats(1, 1, 1)) })
		long(t, filepath.Join(dir, "labels.txt"), 3<<30, []byte("a"))
	}, "line 1 is longer than 16777216 bytes", 96)
}
