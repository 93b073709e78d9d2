package index_test

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/internal/sections"
	"github.com/seed842bec00/argmax/kernels"

	. "github.com/seed842bec00/argmax/index"
)

// An index that was written and opened finds the same.
func TestFiles(t *testing.T) {
	r := rand.New(rand.NewPCG(61, 62))
	testFiles(t, "float32", normal(r))
	testFiles(t, "uint8", below[uint8](r, 256))
	testFiles(t, "float16", func(int, int) argmax.Float16 { return argmax.ToFloat16(float32(r.NormFloat64())) })
	testFiles(t, "bfloat16", func(int, int) argmax.BFloat16 { return argmax.BFloat16(r.Uint32()) }) // NaN among them
}

func testFiles[E Element](t *testing.T, element string, value func(i, j int) E) {
	path := filepath.Join(t.TempDir(), "index")
	for _, shape := range []struct{ rows, cols int }{{200, 13}, {1, 1}, {0, 4}, {5, 0}} {
		base, queries := matrix(shape.rows, shape.cols, value), matrix(6, shape.cols, value)
		for _, metric := range metricsOf[E]() {
			want := New(base, metric, Options{})
			attached := Attachments{"labels": []byte("0123"), "empty": {}}
			require.NoError(t, want.WriteFile(path, attached))
			info, err := ReadInfo(path)
			require.NoError(t, err)
			assert.Equal(t, Info{KindIndex, element, metric, shape.rows, shape.cols}, info)
			for _, unverified := range []bool{false, true} {
				x, err := Open[E](path, OpenOptions{Unverified: unverified, Pool: kernels.NewPool(2)})
				require.NoError(t, err)
				require.NoError(t, x.Verify(nil))
				for _, k := range []int{1, 10} {
					dst, count := make([]Neighbour, 6*k), make([]int, 6)
					other, otherCount := make([]Neighbour, 6*k), make([]int, 6)
					want.Search(dst, count, queries, k, nil)
					x.Search(other, otherCount, queries, k, nil)
					assert.Equal(t, dst, other)
					assert.Equal(t, count, otherCount)
				}
				assert.Equal(t, "0123", string(x.Attached("labels")))
				assert.Nil(t, x.Attached("none"))
				require.NoError(t, x.WriteFile(path+"2", attached))
				require.NoError(t, x.Close())
				require.NoError(t, x.Close())
			}
			first, err := os.ReadFile(path)
			require.NoError(t, err)
			second, err := os.ReadFile(path + "2")
			require.NoError(t, err)
			assert.Equal(t, first, second, "what was opened is written as it was")
		}
	}
}

// The compact copy is in the file: opening one makes none, and finds the same.
func TestFilesOfCompactCopies(t *testing.T) {
	defer UseCompact(1)()
	r := rand.New(rand.NewPCG(81, 82))
	path := filepath.Join(t.TempDir(), "index")
	base, queries := matrix(300, 70, normal(r)), matrix(40, 70, normal(r))
	base.Row(7)[3] = float32(math.NaN())
	for _, metric := range metricsOf[float32]() {
		want := New(base, metric, Options{})
		assert.Equal(t, metric != LInf, HasCompact(want))
		require.NoError(t, want.WriteFile(path, nil))
		x, err := Open[float32](path, OpenOptions{Unverified: true})
		require.NoError(t, err)
		assert.Equal(t, HasCompact(want), HasCompact(x))
		require.NoError(t, x.Verify(nil))
		dst, other := make([]Neighbour, 40*5), make([]Neighbour, 40*5)
		want.Search(dst, make([]int, 40), queries, 5, nil)
		x.Search(other, make([]int, 40), queries, 5, nil)
		assert.Equal(t, dst, other)
		require.NoError(t, x.Close())

		data, err := os.ReadFile(path)
		require.NoError(t, err)
		s, err := sections.Parse(data)
		require.NoError(t, err)
		compact, at := s.Section("compact")
		if len(compact) == 0 {
			continue
		}
		data[at+100] ^= 1
		require.NoError(t, os.WriteFile(path, data, 0o600))
		_, err = Open[float32](path, OpenOptions{})
		assert.ErrorContains(t, err, path+": offset "+strconv.Itoa(int(at)))
		x, err = Open[float32](path, OpenOptions{Unverified: true})
		require.NoError(t, err)
		assert.ErrorContains(t, x.Verify(nil), path+": offset "+strconv.Itoa(int(at)))
		require.NoError(t, x.Close())

		require.NoError(t, New(base, metric, Options{Lean: true}).WriteFile(path, nil))
		x, err = Open[float32](path, OpenOptions{})
		require.NoError(t, err)
		assert.False(t, HasCompact(x))
		require.NoError(t, x.Close())
	}
}

func TestLiveFiles(t *testing.T) {
	r := rand.New(rand.NewPCG(63, 64))
	path := filepath.Join(t.TempDir(), "live")
	m, x := model[float32]{}, NewLive[float32](3, L2)
	queries := matrix(5, 3, normal(r))
	for step := range 8 {
		if step == 3 {
			x.Remove(1, 21, 22)
			for _, id := range []uint64{1, 21, 22} {
				delete(m, id)
			}
		}
		ids, rows := make([]uint64, 10), matrix(10, 3, normal(r))
		for i := range ids {
			ids[i] = math.MaxUint64 - uint64(step) - uint64(8*i)
			m[ids[i]] = rows.Row(i)
		}
		require.NoError(t, x.Add(ids, rows, nil))
		require.NoError(t, x.Snapshot().WriteFile(path, Attachments{"step": {byte(step)}}))
		old := x
		var err error
		x, err = OpenLive[float32](path, OpenOptions{})
		require.NoError(t, err)
		require.NoError(t, x.Verify(nil))
		require.NoError(t, old.Close())
		requireSame(t, m, x.Snapshot(), L2, queries)
		assert.Equal(t, []byte{byte(step)}, x.Attached("step"))
		assert.Equal(t, 1, Segments(x))
	}
	require.NoError(t, x.Add([]uint64{5, 6}, queries.Slice(0, 2), nil))
	m[5], m[6] = queries.Row(0), queries.Row(1)
	assert.Equal(t, 2, Segments(x), "rows of a file stay there")
	requireSame(t, m, x.Snapshot(), L2, queries)
	x.Compact(nil)
	assert.Equal(t, 1, Segments(x))
	requireSame(t, m, x.Snapshot(), L2, queries)
	require.NoError(t, x.Close())

	empty := NewLive[float32](3, L2)
	require.NoError(t, empty.Snapshot().WriteFile(path, nil))
	x, err := OpenLive[float32](path, OpenOptions{})
	require.NoError(t, err)
	assert.Zero(t, x.Snapshot().Len())
	require.NoError(t, x.Close())
}

func TestOpenRefusesAnotherIndex(t *testing.T) {
	path := filepath.Join(t.TempDir(), "index")
	require.NoError(t, New(kernels.NewMatrix(2, 2), L2, Options{}).WriteFile(path, nil))
	_, err := Open[uint8](path, OpenOptions{})
	assert.EqualError(t, err, "index: "+path+": offset 132: rows of float32, want uint8")
	_, err = OpenLive[float32](path, OpenOptions{})
	assert.EqualError(t, err, "index: "+path+": offset 128: an index, want a live index")
	require.NoError(t, os.WriteFile(path, []byte("text"), 0o600))
	_, err = Open[uint8](path, OpenOptions{})
	assert.EqualError(t, err, "index: "+path+": offset 0: the file does not begin with \"\\x8aARGMX\\r\\n\"")
	_, err = Open[uint8](path+"2", OpenOptions{})
	assert.ErrorIs(t, err, os.ErrNotExist)
	_, err = ReadInfo(t.TempDir())
	assert.ErrorContains(t, err, "not a regular file")
}

// A small file of each kind.
func smallFiles(t testing.TB) map[bool][]byte {
	defer UseCompact(1)()
	path := filepath.Join(t.TempDir(), "index")
	rows := kernels.Matrix{Rows: 3, Cols: 2, Stride: 2, Data: []float32{1, 0, 0, 2, -3, 0.5}}
	require.NoError(t, New(rows, L2, Options{}).WriteFile(path, Attachments{"names": []byte("abc")}))
	index, err := os.ReadFile(path)
	require.NoError(t, err)
	x := NewLive[float32](2, Cosine)
	require.NoError(t, x.Add([]uint64{7, 1 << 40, 0}, rows, nil))
	require.NoError(t, x.Snapshot().WriteFile(path, nil))
	live, err := os.ReadFile(path)
	require.NoError(t, err)
	return map[bool][]byte{false: index, true: live}
}

var offset = regexp.MustCompile(`offset \d+: `)

func TestEveryBitIsChecked(t *testing.T) {
	for live, data := range smallFiles(t) {
		require.NoError(t, Read[float32](data, live))
		for i := range data {
			for bit := range 8 {
				data[i] ^= 1 << bit
				err := Read[float32](data, live)
				require.Errorf(t, err, "byte %d, bit %d", i, bit)
				require.Regexp(t, offset, err.Error())
				data[i] ^= 1 << bit
			}
		}
		for n := range data {
			require.Errorf(t, Read[float32](data[:n], live), "%d of %d bytes", n, len(data))
		}
		require.Error(t, Read[float32](append(data, 0), live))
	}
}

// The bytes of doc/index-format.md, which every machine writes and reads.
func TestDocumentedFile(t *testing.T) {
	doc, err := os.ReadFile(filepath.Join("..", "doc", "index-format.md"))
	require.NoError(t, err)
	_, dump, ok := strings.Cut(string(doc), "## An example")
	require.True(t, ok)
	var want []byte
	for _, line := range strings.Split(dump, "\n") {
		at, digits, ok := strings.Cut(strings.TrimSpace(line), ": ")
		if !ok || len(at) != 4 {
			continue
		}
		digits, _, _ = strings.Cut(digits, "  ")
		offset, err := hex.DecodeString(at)
		require.NoError(t, err)
		want = append(want, make([]byte, int(binary.BigEndian.Uint16(offset))-len(want))...)
		b, err := hex.DecodeString(strings.ReplaceAll(digits, " ", ""))
		require.NoError(t, err)
		want = append(want, b...)
	}
	path := filepath.Join(t.TempDir(), "live")
	x := NewLive[float32](2, L2)
	require.NoError(t, x.Add([]uint64{7, 300}, kernels.Matrix{Rows: 2, Cols: 2, Stride: 2, Data: []float32{1, 0, -0.5, 2}}, nil))
	require.NoError(t, x.Snapshot().WriteFile(path, Attachments{"note": []byte("hi")}))
	got, err := os.ReadFile(path)
	require.NoError(t, err)
	want = append(want, make([]byte, max(0, len(got)-len(want)))...)
	if !assert.Equal(t, hex.Dump(want), hex.Dump(got)) {
		for at := 0; at < len(got); at += 16 {
			if line := got[at:min(at+16, len(got))]; !bytes.Equal(line, make([]byte, len(line))) {
				t.Logf("%04x: % x", at, line)
			}
		}
	}
}

// A damaged row is found when all is checked, and not before.
func TestVerify(t *testing.T) {
	path := filepath.Join(t.TempDir(), "index")
	const rows = 3 * sections.BlockSize / 16
	require.NoError(t, New(kernels.NewDense[uint8](rows, 16), L2, Options{}).WriteFile(path, nil))
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	at := len(data) - sections.BlockSize - 500
	data[at] = 1
	require.NoError(t, os.WriteFile(path, data, 0o600))
	_, err = Open[uint8](path, OpenOptions{Pool: kernels.NewPool(2)})
	begin := len(data) - 64 - 3*sections.BlockSize // 16 bytes of checksums, in 64
	assert.EqualError(t, err, "index: "+path+": offset "+strconv.Itoa(begin+sections.BlockSize)+`: section "rows" is damaged in the 1048576 bytes from here on`)
	x, openErr := Open[uint8](path, OpenOptions{Unverified: true})
	require.NoError(t, openErr)
	assert.EqualError(t, x.Verify(nil), err.Error())
	require.NoError(t, x.Close())
	assert.NoError(t, New(kernels.NewMatrix(1, 1), L2, Options{}).Verify(nil), "no file")
}

// The file can be replaced while it is open; who has it open still sees the old one.
func TestReplaceWhileOpen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "index")
	require.NoError(t, New(kernels.Matrix{Rows: 1, Cols: 1, Stride: 1, Data: []float32{1}}, L2, Options{}).WriteFile(path, nil))
	old, err := Open[float32](path, OpenOptions{})
	require.NoError(t, err)
	require.NoError(t, New(kernels.Matrix{Rows: 2, Cols: 1, Stride: 1, Data: []float32{2, 3}}, L2, Options{}).WriteFile(path, nil))
	assert.Equal(t, []float32{1}, old.Rows().Data)
	assert.Panics(t, func() {
		_ = old.WriteFile(path, Attachments{"a name that is too long": nil})
	})
	again, err := Open[float32](path, OpenOptions{})
	require.NoError(t, err)
	assert.Equal(t, []float32{2, 3}, again.Rows().Data, "a failed save leaves the file")
	require.NoError(t, old.Close())
	require.NoError(t, again.Close())
}

func TestClosed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "index")
	require.NoError(t, New(kernels.NewMatrix(2, 2), L2, Options{}).WriteFile(path, nil))
	x, err := Open[float32](path, OpenOptions{})
	require.NoError(t, err)
	dst, count, q := make([]Neighbour, 2), make([]int, 1), kernels.NewMatrix(1, 2)
	searching, closed := make(chan bool), make(chan error, 1)
	go func() { // Close waits for a search
		<-searching
		closed <- x.Close()
	}()
	var once sync.Once
	x.Among(Predicate(func(int) bool {
		once.Do(func() {
			close(searching)
			runtime.Gosched()
			assert.Empty(t, closed)
		})
		return true
	})).Search(dst, count, q, 2, nil)
	require.NoError(t, <-closed)
	assert.Equal(t, 2, count[0])
	assert.PanicsWithValue(t, "index: Search: the index is closed", func() { x.Search(dst, count, q, 2, nil) })
	assert.PanicsWithValue(t, "index: Rows: the index is closed", func() { x.Rows() })
}

// file returns a file with a section "index" and others, with checksums as they should be.
func file(about []byte, others map[string][]byte) []byte {
	var b bytes.Buffer
	list := []sections.Section{}
	add := func(name string, data []byte) {
		list = append(list, sections.Section{Name: name, Length: int64(len(data)), Write: func(w io.Writer) error {
			_, err := w.Write(data)
			return err
		}})
	}
	add("index", about)
	for name, data := range others {
		add(name, data)
	}
	if err := sections.Write(&b, list); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// about is a section "index".
func about(kind, element, metric, zero uint32, rows, columns uint64) []byte {
	var b []byte
	for _, v := range []uint32{kind, element, metric, zero} {
		b = binary.LittleEndian.AppendUint32(b, v)
	}
	return binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(b, rows), columns)
}

func TestHostileFiles(t *testing.T) {
	two := map[string][]byte{"rows": make([]byte, 16), "squares": make([]byte, 16)}
	require.NoError(t, Read[float32](file(about(1, 1, 0, 0, 2, 2), two), false))
	for want, data := range map[string][]byte{
		`has 31 bytes, want 32: not an index`:      file(about(1, 1, 0, 0, 2, 2)[:31], two),
		`unknown kind 0`:                           file(about(0, 1, 0, 0, 2, 2), two),
		`unknown element 9`:                        file(about(1, 9, 0, 0, 2, 2), two),
		`unknown metric 77`:                        file(about(1, 1, 77, 0, 2, 2), two),
		`Hamming of float32`:                       file(about(1, 1, 5, 0, 2, 2), two),
		`1, want 0`:                                file(about(1, 1, 0, 1, 2, 2), two),
		`18446744073709551615 rows`:                file(about(1, 1, 0, 0, math.MaxUint64, 2), two),
		`9223372036854775808 columns`:              file(about(1, 1, 0, 0, 2, 1<<63), two),
		`not 1073741824 × 1073741824 numbers of 4`: file(about(1, 1, 0, 0, 1<<30, 1<<30), two),
		`not 2 × 3 numbers of 4`:                   file(about(1, 1, 0, 0, 2, 3), two),
		`not 4 × 1 numbers of 8`:                   file(about(1, 1, 0, 0, 4, 1), two),
		`unknown section "ids"`:                    file(about(1, 1, 0, 0, 2, 2), map[string][]byte{"ids": nil}),
		`unknown section "+"`:                      file(about(1, 1, 0, 0, 2, 2), map[string][]byte{"+": nil}),
	} {
		err := Read[float32](data, false)
		require.ErrorContains(t, err, want)
		require.Regexp(t, offset, err.Error())
	}
	ids := make([]byte, 16)
	two["ids"] = ids
	ids[0], ids[8] = 5, 5
	assert.ErrorContains(t, Read[float32](file(about(2, 1, 0, 0, 2, 2), two), true), "id 5 after 5: ids ascend")
}

// Whatever a file holds, opening ends with an error or an index that can be searched.
func FuzzOpen(f *testing.F) {
	for _, data := range smallFiles(f) {
		f.Add(data, []byte{}, []byte{}, []byte{})
	}
	f.Add([]byte{}, about(1, 1, 0, 0, 2, 2), make([]byte, 16), make([]byte, 16))
	f.Add([]byte{}, about(1, 2, 5, 0, 2, 8), make([]byte, 16), make([]byte, 16))
	f.Add([]byte{}, about(2, 4, 4, 0, 1, 4), make([]byte, 8), make([]byte, 8))
	f.Fuzz(func(t *testing.T, data, about, rows, squares []byte) {
		if len(data) == 0 {
			data = file(about, map[string][]byte{"rows": rows, "squares": squares, "ids": squares})
			if len(about) > 0 && about[0] == 1 {
				data = file(about, map[string][]byte{"rows": rows, "squares": squares})
			}
		}
		path := filepath.Join(t.TempDir(), "index")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		fuzzOpen[float32](t, path)
		fuzzOpen[uint8](t, path)
		fuzzOpen[argmax.BFloat16](t, path)
	})
}

func fuzzOpen[E Element](t *testing.T, path string) {
	const most = 1 << 16 // columns of a query
	if x, err := Open[E](path, OpenOptions{}); err == nil {
		if rows := x.Rows(); rows.Cols <= most {
			x.Search(make([]Neighbour, 3), make([]int, 1), kernels.NewDense[E](1, rows.Cols), 3, nil)
		}
		if err := x.Close(); err != nil {
			t.Fatal(err)
		}
	} else if len(err.Error()) > 1000 {
		t.Fatalf("an error of %d bytes", len(err.Error()))
	}
	if x, err := OpenIVF[E](path, OpenOptions{}); err == nil {
		if info, err := ReadInfo(path); err == nil && info.Columns <= most {
			x.Search(make([]Neighbour, 3), make([]int, 1), kernels.NewDense[E](1, info.Columns), 3, 2, nil)
		}
		if err := x.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if x, err := OpenLive[E](path, OpenOptions{}); err == nil {
		if x.Columns() <= most {
			x.Search(make([]Match, 3), make([]int, 1), kernels.NewDense[E](1, x.Columns()), 3, nil)
		}
		if err := x.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
