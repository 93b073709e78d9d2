package dataset_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"slices"
	"testing"

	"github.com/seed842bec00/argmax/dataset"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// exif is a TIFF directory with another tag and the orientation.
func exif(order binary.AppendByteOrder, orientation uint16) []byte {
	b := []byte("II\x2a\x00")
	if order == binary.AppendByteOrder(binary.BigEndian) {
		b = []byte("MM\x00\x2a")
	}
	b = order.AppendUint32(b, 10) // the directory is off the header
	b = append(b, 0, 0)
	b = order.AppendUint16(b, 2)
	for _, entry := range [][2]uint16{{0x010f, 7}, {0x0112, orientation}} {
		b = order.AppendUint16(b, entry[0])
		b = order.AppendUint16(b, 3) // short
		b = order.AppendUint32(b, 1)
		b = order.AppendUint16(b, entry[1])
		b = append(b, 0, 0)
	}
	return b
}

// withEXIF inserts metadata before everything else in a JPEG or PNG.
func withEXIF(file, exif []byte) []byte {
	if file[0] == 0xff {
		content := append([]byte("Exif\x00\x00"), exif...)
		segment := binary.BigEndian.AppendUint16([]byte("\xff\xe0\x00\x04ab\xff\xe1"), uint16(len(content)+2))
		return slices.Concat(file[:2], segment, content, file[2:])
	}
	chunk := append([]byte("eXIf"), exif...)
	chunk = binary.BigEndian.AppendUint32(append(binary.BigEndian.AppendUint32(nil, uint32(len(exif))), chunk...), crc32.ChecksumIEEE(chunk))
	const after = 8 + 25 // the signature and IHDR
	return slices.Concat(file[:after], chunk, file[after:])
}

// stored are two rows of three grey pixels, 1 to 6, in a PNG.
func stored() []byte {
	m := image.NewGray(image.Rect(0, 0, 3, 2))
	copy(m.Pix, []byte{1, 2, 3, 4, 5, 6})
	return encodePNG(m)
}

// The eight orientations as CIPA DC-008 describes them: where the stored row 0 and
// column 0 are shown.
func TestOrientations(t *testing.T) {
	for orientation, c := range map[uint16]struct {
		height, width int
		want          []byte
	}{
		1: {2, 3, []byte{1, 2, 3, 4, 5, 6}},
		2: {2, 3, []byte{3, 2, 1, 6, 5, 4}}, // top, right
		3: {2, 3, []byte{6, 5, 4, 3, 2, 1}}, // bottom, right
		4: {2, 3, []byte{4, 5, 6, 1, 2, 3}}, // bottom, left
		5: {3, 2, []byte{1, 4, 2, 5, 3, 6}}, // left, top
		6: {3, 2, []byte{4, 1, 5, 2, 6, 3}}, // right, top
		7: {3, 2, []byte{6, 3, 5, 2, 4, 1}}, // right, bottom
		8: {3, 2, []byte{3, 6, 2, 5, 1, 4}}, // left, bottom
		9: {2, 3, []byte{1, 2, 3, 4, 5, 6}}, // none
	} {
		for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
			file := withEXIF(stored(), exif(order, orientation))
			assert.Equal(t, c.want, decode(t, file, dataset.Shape{Height: c.height, Width: c.width, Channels: 1}), "%d", orientation)

			unturned, err := dataset.DecodeImage(bytes.NewReader(file), dataset.ImageConfig{Shape: dataset.Shape{Height: 2, Width: 3, Channels: 1}, Unoriented: true})
			require.NoError(t, err)
			assert.Equal(t, []byte{1, 2, 3, 4, 5, 6}, unturned)
		}
	}
}

// A photograph whose sky is stored on the left and shown on the top.
func TestOrientationOfPhotographs(t *testing.T) {
	m := image.NewGray(image.Rect(0, 0, 80, 80))
	for i := range m.Pix {
		if i%80 < 40 {
			m.Pix[i] = 250
		}
	}
	phone := withEXIF(encodeJPEG(m), exif(binary.BigEndian, 6))
	set, err := readFolder(map[string][]byte{"a/1.jpg": phone}, dataset.Config{Image: dataset.ImageConfig{Shape: grey2x2, Resize: nearest}})
	require.NoError(t, err)
	assert.InDeltaSlice(t, []int{250, 250, 0, 0}, toInts(set.Pixels(0)), 3)
	set, err = readFolder(map[string][]byte{"a/1.jpg": phone}, dataset.Config{Image: dataset.ImageConfig{Shape: grey2x2, Resize: nearest, Unoriented: true}})
	require.NoError(t, err)
	assert.InDeltaSlice(t, []int{250, 0, 250, 0}, toInts(set.Pixels(0)), 3)
}

func toInts(b []byte) []int {
	n := make([]int, len(b))
	for i, v := range b {
		n[i] = int(v)
	}
	return n
}

// The size of turned images is that which is shown.
func TestShapeOfTurnedImages(t *testing.T) {
	set, err := readFolder(map[string][]byte{"a/1.png": withEXIF(stored(), exif(binary.LittleEndian, 8))}, dataset.Config{})
	require.NoError(t, err)
	assert.Equal(t, "3x2x1", set.Shape().String())
}

// Metadata that are cut, or point out of the file, turn nothing and break nothing.
func TestDamagedMetadata(t *testing.T) {
	whole := exif(binary.LittleEndian, 6)
	for n := range whole {
		assert.Len(t, decode(t, withEXIF(stored(), whole[:n]), dataset.Shape{Height: 2, Width: 3, Channels: 1}), 6)
	}
	far := bytes.Clone(whole)
	binary.LittleEndian.PutUint32(far[4:], 1<<32-1)
	assert.Len(t, decode(t, withEXIF(stored(), far), dataset.Shape{Height: 2, Width: 3, Channels: 1}), 6)
}

// Whatever the first bytes of a file are, its orientation is 1 to 8: the image has the
// size that its header says, or the turned one.
func FuzzOrientation(f *testing.F) {
	f.Add(exif(binary.LittleEndian, 6), true)
	f.Add(exif(binary.BigEndian, 3), false)
	photo := encodeJPEG(image.NewGray(image.Rect(0, 0, 3, 2)))
	f.Fuzz(func(t *testing.T, exif []byte, isJPEG bool) {
		if len(exif) > 60000 {
			t.Skip()
		}
		file := stored()
		if isJPEG {
			file = photo
		}
		set, _, err := dataset.ReadFolder(context.Background(), mapFS(map[string][]byte{"a/1.png": withEXIF(file, exif)}), dataset.Config{})
		require.NoError(t, err)
		require.Contains(t, []string{"2x3x1", "3x2x1"}, set.Shape().String())
	})
}

// Six columns of shades 1 to 6, in two rows, fitted into squares of two.
func TestFit(t *testing.T) {
	m := image.NewGray(image.Rect(0, 0, 6, 2))
	for i := range m.Pix {
		m.Pix[i] = byte(i%6 + 1)
	}
	wide := encodePNG(m)
	shape := func(height, width int) dataset.Shape {
		return dataset.Shape{Height: height, Width: width, Channels: 1}
	}
	for _, c := range []struct {
		fit   dataset.Fit
		shape dataset.Shape
		want  []byte
	}{
		{dataset.Stretch, shape(2, 2), []byte{1, 4, 1, 4}},
		{dataset.Crop, shape(2, 2), []byte{3, 4, 3, 4}},
		{dataset.Pad, shape(3, 3), []byte{255, 255, 255, 1, 3, 5, 255, 255, 255}},
		{dataset.Pad, shape(1, 6), []byte{255, 1, 3, 5, 255, 255}},
		{dataset.Crop, shape(1, 6), []byte{1, 2, 3, 4, 5, 6}},
	} {
		pixels, err := dataset.DecodeImage(bytes.NewReader(wide), dataset.ImageConfig{Shape: c.shape, Resize: nearest, Fit: c.fit})
		require.NoError(t, err)
		assert.Equal(t, c.want, pixels, fmt.Sprint(c.fit, c.shape))
	}
}
