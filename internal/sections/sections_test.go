package sections

import (
	"bytes"
	"fmt"
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func data(name string, b []byte) Section {
	return Section{name, int64(len(b)), func(w io.Writer) error {
		for len(b) > 0 { // in pieces that do not fit in blocks
			n := min(len(b), 300_007)
			if _, err := w.Write(b[:n]); err != nil {
				return err
			}
			b = b[n:]
		}
		return nil
	}}
}

// Sections of lengths around those of blocks and of paddings come back, at multiples of
// 64, and every block of theirs is checked.
func TestSections(t *testing.T) {
	for _, lengths := range [][]int{{}, {0}, {1, 2, 3, 4, 5, 63, 64, 65}, {BlockSize - 1, BlockSize, BlockSize + 1, 0}, {3*BlockSize + 5}} {
		var list []Section
		var contents [][]byte
		for i, n := range lengths {
			b := make([]byte, n)
			for j := range b {
				b[j] = byte(i + j + j>>8)
			}
			contents = append(contents, b)
			list = append(list, data(fmt.Sprint("section ", i), b))
		}
		var file bytes.Buffer
		require.NoError(t, Write(&file, list))
		f, err := Parse(file.Bytes())
		require.NoError(t, err)
		require.Len(t, f.Names(), len(lengths))
		for i, want := range contents {
			name := list[i].Name
			got, offset := f.Section(name)
			require.True(t, bytes.Equal(want, got))
			require.Zero(t, offset%align)
			require.Equal(t, (len(want)+BlockSize-1)/BlockSize, f.Blocks(name))
			for block := range f.Blocks(name) {
				require.NoError(t, f.Check(name, block))
				at := offset + int64(block)*BlockSize
				file.Bytes()[at] ^= 4
				require.ErrorContains(t, f.Check(name, block), fmt.Sprintf("offset %d: section %q is damaged", at, name))
				file.Bytes()[at] ^= 4
			}
		}
		got, _ := f.Section("none")
		assert.Nil(t, got)
		assert.Zero(t, f.Blocks("none"))
		require.NoError(t, f.Close())
	}
}

func TestWriteRefuses(t *testing.T) {
	for _, s := range []Section{{Name: ""}, {Name: "longer than 16 bytes"}, {Name: "a\x00"}, {Name: "negative", Length: -1}} {
		assert.Panics(t, func() { _ = Write(io.Discard, []Section{s}) }, s.Name)
	}
	short := data("a", []byte("abc"))
	short.Length = 4
	assert.EqualError(t, Write(io.Discard, []Section{short}), "sections: section a has 3 bytes, not 4")
}

func FuzzParse(f *testing.F) {
	var file bytes.Buffer
	require.NoError(f, Write(&file, []Section{data("a", []byte("abc")), data("b", nil)}))
	f.Add(file.Bytes())
	f.Fuzz(func(t *testing.T, b []byte) {
		file, err := Parse(b)
		if err != nil {
			return
		}
		for _, name := range file.Names() {
			data, offset := file.Section(name)
			if offset < 0 || offset+int64(len(data)) > int64(len(b)) {
				t.Fatalf("section %q at %d of %d bytes", name, offset, len(data))
			}
			for i := range file.Blocks(name) {
				_ = file.Check(name, i)
			}
		}
	})
}
