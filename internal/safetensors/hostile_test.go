package safetensors

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/internal/peak"
)

// hostile writes a file whose header is head, n times unit, and tail, and reads it.
// The error must contain problem ("" for none), the memory of the process may grow
// by a number of MiB, and the time is bounded.
func hostile(t *testing.T, head, unit string, n int, tail, problem string, mebibytes int64) {
	t.Helper()
	var path string
	start := time.Now()
	used := peak.Memory(t, func() {
		path = filepath.Join(t.TempDir(), "hostile")
		f, err := os.Create(path)
		require.NoError(t, err)
		w := bufio.NewWriter(f)
		binary.Write(w, binary.LittleEndian, uint64(len(head)+n*len(unit)+len(tail)))
		w.WriteString(head)
		for many := strings.Repeat(unit, 1000); n > 0; n -= 1000 {
			w.WriteString(many[:len(unit)*min(n, 1000)])
		}
		w.WriteString(tail)
		require.NoError(t, w.Flush())
		require.NoError(t, f.Close())
	}, func() {
		_, _, err := readFile(path)
		if (err == nil) != (problem == "") || err != nil && !strings.Contains(err.Error(), problem) {
			fmt.Println("the error is", err)
			os.Exit(1)
		}
	})
	assert.Less(t, used, mebibytes<<20)
	assert.Less(t, time.Since(start), time.Minute)
}

// Each of these took 1 to 3 GB and 17 to 27 s when headers could have 80 MB of
// anything.

func TestHostileHeader(t *testing.T) {
	hostile(t, `{`, " ", 40_000_000, `}`, "a header of 40000002 bytes, the limit is 33554432", 8)
}

func TestHostileMetadata(t *testing.T) {
	hostile(t, `{"__metadata__":{"":""`, `,"1":""`, 4_000_000, `}}`, `key "1" comes twice`, 80)
}

func TestHostileMetadataKeys(t *testing.T) {
	var keys strings.Builder
	for i := range 2000 {
		fmt.Fprintf(&keys, `,"%d":""`, i)
	}
	hostile(t, `{"__metadata__":{"":""`+keys.String(), " ", 30_000_000, `}}`, "more than 1024 metadata keys", 80)
}

func TestHostileDimensions(t *testing.T) {
	hostile(t, `{"w":{"dtype":"F32","shape":[0`, ",1", 16_000_000, `],"data_offsets":[0,0]}}`, "more than 8 dimensions", 80)
}

func TestHostileNumber(t *testing.T) {
	hostile(t, `{"w":{"dtype":"F32","shape":[`, "1", 32_000_000, `],"data_offsets":[0,0]}}`, "is no integer from 0 to", 256)
}

func TestHostileUnknownKey(t *testing.T) {
	hostile(t, `{"w":{"x":`, "[", 32_000_000, `}}`, "more than 64 levels", 80)
	hostile(t, `{"w":{"x":[1`, ",1", 16_000_000, `]}}`, "no dtype", 80)
}

func TestHostileNesting(t *testing.T) {
	hostile(t, `{"w":`, "[", 32_000_000, `}`, "[ instead of {", 80)
}

func TestHostileName(t *testing.T) {
	hostile(t, `{"`, "n", 32_000_000, `":{"dtype":"I64"}}`, "no shape", 256)
}

func TestHostileEscapes(t *testing.T) {
	hostile(t, `{"`, `\u0000`, 5_000_000, `":{"dtype":"I64"}}`, "no shape", 256)
}

// A legitimate value that fills the header.
func TestLargestMetadata(t *testing.T) {
	hostile(t, `{"__metadata__":{"k":"`, "v", MaxHeader-100, `"}}`, "", 256)
}

// A sparse file has any size and takes no space.
func TestHostileSparseFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sparse")
	const size int64 = 64 << 30
	header := fmt.Sprintf(`{"w":{"dtype":"F32","shape":[%d,%d],"data_offsets":[0,%d]}}`, 1<<17, size>>19, size)
	require.NoError(t, os.WriteFile(path, image(header), 0o600))
	if err := os.Truncate(path, int64(prefix+len(header))+size); err != nil {
		t.Skip("no sparse files here: ", err)
	}
	_, _, err := readFile(path)
	assert.ErrorContains(t, err, `tensor "w", bytes 0 to 68719476736 of the data, the limit is `)
}
