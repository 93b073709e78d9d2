package dataset_test

import (
	archive "archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/seed842bec00/argmax/dataset"
	"github.com/seed842bec00/argmax/internal/npy"
	"github.com/seed842bec00/argmax/kernels"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// numpy is an array as NumPy saves it: data in the order of the file.
func numpy(descr string, fortran bool, shape string, data any, order binary.ByteOrder) []byte {
	f := "False"
	if fortran {
		f = "True"
	}
	header := fmt.Sprintf("{'descr': '%s', 'fortran_order': %s, 'shape': %s, }", descr, f, shape)
	header += strings.Repeat(" ", 63-(10+len(header))%64) + "\n"
	var b bytes.Buffer
	b.WriteString(npy.Magic + "\x01\x00")
	binary.Write(&b, binary.LittleEndian, uint16(len(header)))
	b.WriteString(header)
	binary.Write(&b, order, data)
	return b.Bytes()
}

// floats is a matrix of float32.
func floats(rows, cols int, values ...float32) []byte {
	return numpy("<f4", false, fmt.Sprintf("(%d, %d)", rows, cols), values, binary.LittleEndian)
}

func ints(values ...int64) []byte {
	return numpy("<i8", false, fmt.Sprintf("(%d,)", len(values)), values, binary.LittleEndian)
}

func npz(t testing.TB, method uint16, files map[string][]byte) []byte {
	var b bytes.Buffer
	z := archive.NewWriter(&b)
	for _, name := range []string{"x", "y", "x_train", "y_train", "x_test", "y_test", "other", "more"} {
		if files[name] == nil {
			continue
		}
		w, err := z.CreateHeader(&archive.FileHeader{Name: name + ".npy", Method: method})
		require.NoError(t, err)
		w.Write(files[name])
	}
	require.NoError(t, z.Close())
	return b.Bytes()
}

// tensors is a safetensors file of one tensor x, or x and y.
func tensors(header string, data any) []byte {
	var b bytes.Buffer
	binary.Write(&b, binary.LittleEndian, uint64(len(header)))
	b.WriteString(header)
	binary.Write(&b, binary.LittleEndian, data)
	return b.Bytes()
}

// rows gathers all rows.
func rows(ex dataset.Examples) []float32 {
	all := kernels.NewMatrix(ex.Len(), ex.Features())
	indices := make([]int, ex.Len())
	for i := range indices {
		indices[i] = i
	}
	ex.Gather(all, indices)
	return all.Data
}

// loadFile loads the file of this name among files.
func loadFile(t *testing.T, name string, files map[string][]byte, config dataset.Config) (*dataset.Data, string, error) {
	t.Helper()
	dir := write(t, files)
	data, err := dataset.Load(context.Background(), filepath.Join(dir, name), config)
	if err == nil {
		t.Cleanup(func() { require.NoError(t, data.Close()) })
	}
	return data, dir, err
}

func TestLabelsOfTables(t *testing.T) {
	x := floats(3, 2, 1, 2, 3, 4, 5, 6)
	y := ints(7, 2, 7)
	for _, c := range []struct {
		name, file string
		files      map[string][]byte
		config     dataset.TableConfig
		classes    []string
		labels     []int
	}{
		{"beside", "x.npy", map[string][]byte{"x.npy": x, "y.npy": y}, dataset.TableConfig{}, []string{"2", "7"}, []int{1, 0, 1}},
		{"beside, in capitals", "X_train.npy", map[string][]byte{"X_train.npy": x, "y_train.npy": y}, dataset.TableConfig{}, []string{"2", "7"}, []int{1, 0, 1}},
		{"beside, in words", "emb.npy", map[string][]byte{"emb.npy": x, "labels.npy": y}, dataset.TableConfig{}, []string{"2", "7"}, []int{1, 0, 1}},
		{"its own", "emb.npy", map[string][]byte{"emb.npy": x, "emb_labels.txt": []byte("b\na\nb"), "labels.npy": y}, dataset.TableConfig{}, []string{"a", "b"}, []int{1, 0, 1}},
		{"text", "x.npy", map[string][]byte{"x.npy": x, "labels.txt": []byte("\ufeffcat\r\ndog\r\ncat\r\n\r\n")}, dataset.TableConfig{}, []string{"cat", "dog"}, []int{0, 1, 0}},
		{"text of numbers", "x.npy", map[string][]byte{"x.npy": x, "y.txt": []byte("10\n9\n10\n")}, dataset.TableConfig{}, []string{"9", "10"}, []int{1, 0, 1}},
		{"names", "x.npy", map[string][]byte{"x.npy": x, "y.npy": ints(1, 0, 1), "classes.txt": []byte("cat\ndog\n")}, dataset.TableConfig{}, []string{"cat", "dog"}, []int{1, 0, 1}},
		{"floats", "x.npy", map[string][]byte{"x.npy": x, "y.npy": numpy("<f8", false, "(3,)", []float64{1, 0, -1}, binary.LittleEndian)}, dataset.TableConfig{}, []string{"-1", "0", "1"}, []int{2, 1, 0}},
		{"strings", "x.npy", map[string][]byte{"x.npy": x, "y.npy": numpy("<U2", false, "(3,)", []int32{'b', 'b', 'a', 0, 'b', 'b'}, binary.LittleEndian)}, dataset.TableConfig{}, []string{"a", "bb"}, []int{1, 0, 1}},
		{"npz", "a.npz", map[string][]byte{"a.npz": npz(t, archive.Deflate, map[string][]byte{"x": x, "y": y})}, dataset.TableConfig{}, []string{"2", "7"}, []int{1, 0, 1}},
		{"npz, by name", "a.npz", map[string][]byte{"a.npz": npz(t, archive.Store, map[string][]byte{"x": x, "other": floats(3, 1, 1, 2, 3), "more": y})}, dataset.TableConfig{Array: "other", Labels: "more"}, []string{"2", "7"}, []int{1, 0, 1}},
		{"safetensors", "a.safetensors", map[string][]byte{"labels.npy": y, "a.safetensors": tensors(`{"x":{"dtype":"F32","shape":[3,1],"data_offsets":[0,12]}}`, []float32{1, 2, 3})}, dataset.TableConfig{}, []string{"2", "7"}, []int{1, 0, 1}},
		{"unlabelled", "x.npy", map[string][]byte{"x.npy": x, "y.npy": y}, dataset.TableConfig{Unlabelled: true}, nil, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			data, _, err := loadFile(t, c.file, c.files, dataset.Config{Table: c.config})
			require.NoError(t, err)
			assert.Equal(t, c.classes, data.Train.Classes())
			assert.Equal(t, c.labels, data.Train.Labels())
			assert.Equal(t, 3, data.Train.Len())
			assert.Equal(t, c.file, data.Train.Name())
		})
	}
	dir := write(t, map[string][]byte{"x.npy": x, "elsewhere/mine.txt": []byte("b\na\nb")})
	data, err := dataset.Load(context.Background(), filepath.Join(dir, "x.npy"), dataset.Config{Table: dataset.TableConfig{Labels: filepath.Join(dir, "elsewhere", "mine.txt")}})
	require.NoError(t, err)
	assert.Equal(t, []string{"a", "b"}, data.Train.Classes())
}

func TestLabelsOfTablesDamage(t *testing.T) {
	x := floats(3, 2, 1, 2, 3, 4, 5, 6)
	for _, c := range []struct {
		name, labels string
		data         []byte
		problem      string // after the directory
	}{
		{"none", "other.npy", ints(1, 2, 3), "/x.npy: no labels: give a file of them"},
		{"too few", "y.npy", ints(1, 2), "/y.npy: 2 labels, but {}/x.npy has 3 rows"},
		{"fractions", "y.npy", numpy("<f8", false, "(3,)", []float64{1, 0.5, 2}, binary.LittleEndian), "after label 0: npy: element 1 is 0.5: no integer"},
		{"a matrix", "y.npy", x, "an array of shape [3 2]: labels have one dimension"},
		{"cut", "y.npy", ints(1, 2, 3)[:145], "/y.npy: offset 145: unexpected EOF in the labels: 7 bytes are missing"},
		{"more", "y.npy", append(ints(1, 2, 3), 0), "/y.npy: offset 152: data after the end"},
		{"no label", "y.txt", []byte("a\n\nb\n"), "/y.txt: row 1 has no label"},
		{"Latin-1", "y.txt", []byte("caf\xe9\nb\nc\n"), `/y.txt: the label of row 0, "caf\xe9", is not UTF-8`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, dir, err := loadFile(t, "x.npy", map[string][]byte{"x.npy": x, c.labels: c.data}, dataset.Config{})
			assert.ErrorContains(t, err, strings.ReplaceAll(c.problem, "{}", dir))
			assert.ErrorContains(t, err, "dataset: "+dir)
		})
	}
}

// Every type of number becomes float32, and the report says what that loses.
func TestTypesOfTables(t *testing.T) {
	little, big := binary.ByteOrder(binary.LittleEndian), binary.ByteOrder(binary.BigEndian)
	want := []float32{1, 0, 2, 3, 4, 100}
	for _, c := range []struct {
		name string
		file []byte
	}{
		{"f4", floats(3, 2, want...)},
		{"f4, big-endian", numpy(">f4", false, "(3, 2)", want, big)},
		{"f4, column-major", numpy("<f4", true, "(3, 2)", []float32{1, 2, 4, 0, 3, 100}, little)},
		{"f4, three dimensions", numpy("<f4", false, "(3, 1, 2)", want, little)},
		{"f4, three dimensions, column-major", numpy(">f4", true, "(3, 2, 1)", []float32{1, 2, 4, 0, 3, 100}, big)},
		{"f8", numpy("<f8", false, "(3, 2)", []float64{1, 0, 2, 3, 4, 100}, little)},
		{"f8, big-endian", numpy(">f8", false, "(3, 2)", []float64{1, 0, 2, 3, 4, 100}, big)},
		{"f2", numpy("<f2", false, "(3, 2)", []uint16{0x3c00, 0, 0x4000, 0x4200, 0x4400, 0x5640}, little)},
		{"u1", numpy("|u1", false, "(3, 2)", []uint8{1, 0, 2, 3, 4, 100}, little)},
		{"u1, column-major", numpy("|u1", true, "(3, 2)", []uint8{1, 2, 4, 0, 3, 100}, little)},
		{"i1", numpy("|i1", false, "(3, 2)", []int8{1, 0, 2, 3, 4, 100}, little)},
		{"i2", numpy(">i2", false, "(3, 2)", []int16{1, 0, 2, 3, 4, 100}, big)},
		{"u4", numpy("<u4", false, "(3, 2)", []uint32{1, 0, 2, 3, 4, 100}, little)},
		{"i8", numpy("<i8", false, "(3, 2)", []int64{1, 0, 2, 3, 4, 100}, little)},
		{"gzip", zip(floats(3, 2, want...))},
	} {
		data, _, err := loadFile(t, "x.npy", map[string][]byte{"x.npy": c.file, "y.npy": ints(1, 2, 3)}, dataset.Config{})
		if assert.NoError(t, err, c.name) {
			assert.Equal(t, want, rows(data.Train), c.name)
			assert.Empty(t, data.Report.Notes, c.name)
		}
	}
	for dtype, values := range map[string]any{
		"F32": want, "F64": []float64{1, 0, 2, 3, 4, 100}, "F16": []uint16{0x3c00, 0, 0x4000, 0x4200, 0x4400, 0x5640},
		"BF16": []uint16{0x3f80, 0, 0x4000, 0x4040, 0x4080, 0x42c8}, "U8": []uint8{1, 0, 2, 3, 4, 100}, "I64": []int64{1, 0, 2, 3, 4, 100},
	} {
		header := fmt.Sprintf(`{"x":{"dtype":%q,"shape":[3,2],"data_offsets":[0,%d]}}`, dtype, binary.Size(values))
		data, _, err := loadFile(t, "x.safetensors", map[string][]byte{"x.safetensors": tensors(header, values), "y.npy": ints(1, 2, 3)}, dataset.Config{})
		if assert.NoError(t, err, dtype) {
			assert.Equal(t, want, rows(data.Train), dtype)
		}
	}
}

func TestRoundingOfTables(t *testing.T) {
	for _, c := range []struct {
		name  string
		file  []byte
		want  []float32
		notes []string // after the file
	}{
		{"f8", numpy("<f8", false, "(2, 2)", []float64{1 + 0x1p-25, 1, 0.5, math.NaN()}, binary.LittleEndian), []float32{1, 1, 0.5, float32(math.NaN())},
			[]string{": 1 of 4 numbers are rounded to float32, by at most 3e-08 of their value"}},
		{"denormals", numpy("<f8", false, "(1, 2)", []float64{1e-300, math.Inf(1)}, binary.LittleEndian), []float32{0, float32(math.Inf(1))},
			[]string{": 1 of 2 numbers are rounded to float32, by at most 1 of their value"}},
		{"i4", numpy(">i4", false, "(1, 3)", []int32{1<<24 + 1, -1 << 24, 3}, binary.BigEndian), []float32{1 << 24, -1 << 24, 3},
			[]string{": 1 of 3 numbers are rounded to float32, by at most 6e-08 of their value"}},
		{"u8", numpy("<u8", false, "(1, 2)", []uint64{math.MaxUint64, 7}, binary.LittleEndian), []float32{1 << 64, 7},
			nil}, // 2⁶⁴ rather than 2⁶⁴−1
	} {
		n := int64(1)
		if c.name == "f8" {
			n = 2
		}
		data, dir, err := loadFile(t, "x.npy", map[string][]byte{"x.npy": c.file, "y.npy": ints([]int64{1, 2}[:n]...)}, dataset.Config{})
		require.NoError(t, err, c.name)
		for i, v := range rows(data.Train) {
			assert.True(t, v == c.want[i] || v != v && c.want[i] != c.want[i], "%s: %v", c.name, v)
		}
		if c.notes != nil {
			assert.Equal(t, []string{filepath.Join(dir, "x.npy") + c.notes[0]}, data.Report.Notes, c.name)
		} else {
			assert.Len(t, data.Report.Notes, 1, c.name)
		}
	}
	_, dir, err := loadFile(t, "x.npy", map[string][]byte{"x.npy": numpy("<f8", false, "(2, 3)", []float64{1, 2, 3, 4, -1e39, 6}, binary.LittleEndian), "y.npy": ints(1, 2)}, dataset.Config{})
	assert.EqualError(t, err, "dataset: "+filepath.Join(dir, "x.npy")+": offset 176: row 1: feature 1 is -1e+39: too large for float32")
	_, dir, err = loadFile(t, "x.npy", map[string][]byte{"x.npy": numpy("<f8", true, "(2, 3)", []float64{1, 2, 3, 4, 5, 1e39}, binary.LittleEndian), "y.npy": ints(1, 2)}, dataset.Config{})
	assert.EqualError(t, err, "dataset: "+filepath.Join(dir, "x.npy")+": offset 176: row 1: feature 2 is 1e+39: too large for float32")
}

// Arrays of bytes that have the shape of images are images.
func TestArraysOfImages(t *testing.T) {
	bytes := count(2 * 2 * 3 * 3)
	labels := ints(0, 1)
	for _, c := range []struct {
		shape, want string
		n           int
		first       []byte // of the pixels
	}{
		{"(2, 2, 3)", "2x3x1", 12, []byte{0, 1, 2, 3, 4, 5}},
		{"(2, 2, 3, 1)", "2x3x1", 12, []byte{0, 1, 2, 3, 4, 5}},
		{"(2, 2, 2, 3)", "2x2x3", 24, []byte{0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11}},
		{"(2, 3, 2, 2)", "2x2x3", 24, []byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}},
	} {
		data, _, err := loadFile(t, "x.npy", map[string][]byte{"x.npy": numpy("|u1", false, c.shape, bytes[:c.n], binary.LittleEndian), "y.npy": labels}, dataset.Config{})
		require.NoError(t, err)
		set := data.Train.(*dataset.Set)
		assert.Equal(t, c.want, set.Shape().String())
		assert.Equal(t, 2, set.Len())
		assert.Equal(t, c.first, set.Pixels(0))
	}
	data, _, err := loadFile(t, "mnist.npz", map[string][]byte{"mnist.npz": npz(t, archive.Deflate, map[string][]byte{
		"x_train": numpy("|u1", false, "(2, 2, 3)", count(12), binary.LittleEndian), "y_train": numpy("|u1", false, "(2,)", []byte{5, 0}, binary.LittleEndian),
		"x_test": numpy("|u1", false, "(1, 2, 3)", count(6), binary.LittleEndian), "y_test": numpy("|u1", false, "(1,)", []byte{5}, binary.LittleEndian),
	})}, dataset.Config{})
	require.NoError(t, err)
	assert.Equal(t, [3]int{2, -1, 1}, lengths(data))
	assert.Equal(t, []string{"0", "5"}, data.Test.Classes())
	assert.Equal(t, []int{1}, data.Test.Labels())
	assert.Equal(t, "mnist.npz test", data.Test.Name())
}

func TestDamagedArrays(t *testing.T) {
	good := floats(3, 2, 1, 2, 3, 4, 5, 6)
	for _, c := range []struct {
		name    string
		data    []byte
		problem string // after the file
	}{
		{"empty", nil, ": the file is empty"},
		{"text", []byte("1,2,3\n"), `: not a NumPy array: it begins with "1,2,3\n"`},
		{"cut", good[:140], ": offset 140: unexpected EOF in the array: it has 3 rows of 2 features"},
		{"more", append(bytes.Clone(good), 0), ": offset 152: data after the end"},
		{"one dimension", ints(1, 2, 3), ": offset 128: an array of shape [3]: rows of features have two dimensions"},
		{"no rows", floats(0, 2), ": offset 128: an array of shape [0 2] has no rows"},
		{"no features", floats(2, 0), ": offset 128: an array of shape [2 0] has no features"},
		{"strings", numpy("<U1", false, "(3, 2)", []int32{1, 2, 3, 4, 5, 6}, binary.LittleEndian), "features of dtype <U1: they must be numbers"},
		{"objects", numpy("|O", false, "(3, 2)", []byte{1}, binary.LittleEndian), "an array of Python objects"},
		{"2⁴⁰ rows", numpy("<f4", false, "(1099511627776, 2)", []byte{1}, binary.LittleEndian), on32("instead of a dimension", "1099511627776 rows, the limit is 67108864")},
		{"much", numpy("<f4", false, "(1024, 1099511627776)", []byte{1}, binary.LittleEndian), ": offset 128: "},
		{"much, in gzip", zip(numpy("<f4", false, "(1024, 1099511627776)", []byte{1}, binary.LittleEndian)), on32("instead of a dimension", "1024 rows of 4398046511104 bytes: the limit of a set is ")},
		{"more than there is", numpy("<f8", false, "(1024, 1048576)", []byte{1}, binary.LittleEndian), on32("its size overflows", ": offset 129: unexpected EOF in the array: it has 1024 rows of 1048576 features")},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := write(t, map[string][]byte{"x.npy": c.data, "y.npy": ints(1, 2, 3)})
			var err error
			used := allocated(func() { _, err = dataset.Load(context.Background(), filepath.Join(dir, "x.npy"), dataset.Config{}) })
			assert.ErrorContains(t, err, "dataset: "+filepath.Join(dir, "x.npy"))
			assert.ErrorContains(t, err, c.problem)
			assert.Less(t, used, uint64(4<<20))
		})
	}
	_, dir, err := loadFile(t, "x.npz", map[string][]byte{"x.npz": npz(t, archive.Store, map[string][]byte{"more": good, "other": good})}, dataset.Config{})
	assert.EqualError(t, err, "dataset: "+filepath.Join(dir, "x.npz")+": which of the arrays has the features? there are other, more")
	_, dir, err = loadFile(t, "x.npz", map[string][]byte{"x.npz": npz(t, archive.Store, map[string][]byte{"more": good})}, dataset.Config{Table: dataset.TableConfig{Array: "x"}})
	assert.EqualError(t, err, "dataset: "+filepath.Join(dir, "x.npz")+`: no array "x"; there are more`)
	_, dir, err = loadFile(t, "photo.doc", map[string][]byte{"photo.doc": good}, dataset.Config{})
	assert.EqualError(t, err, "dataset: "+filepath.Join(dir, "photo.doc")+": a file of a data set is named .npy, .npz, .safetensors, .csv, .tsv, .svm or as one of MNIST")
}

// Arrays of 16 MiB are read where they lie, with the same result.
func TestMappedTables(t *testing.T) {
	if binary.NativeEndian.Uint16([]byte{1, 0}) != 1 || slices.Contains([]string{"windows", "plan9", "js", "wasip1"}, runtime.GOOS) {
		t.Skip("the arrays are little-endian, and are mapped on Unix")
	}
	const n, features = 1 << 12, 1 << 10
	values := make([]float32, n*features)
	for i := range values {
		values[i] = float32(i % 1000)
	}
	labels := make([]int64, n)
	labels[5] = 1
	raw := make([]byte, 0, 4*len(values))
	for _, v := range values {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(v))
	}
	file := append(floats(n, features), raw...)
	files := map[string][]byte{
		"x.npy": file, "y.npy": ints(labels...), "bytes.npy": append(numpy("|u1", false, "(16384, 1024)", []byte{}, binary.LittleEndian), raw...),
		"x.safetensors": tensors(fmt.Sprintf(`{"x":{"dtype":"F32","shape":[%d,%d],"data_offsets":[0,%d]}}   `, n, features, len(raw)), raw), // the header has 72 bytes
	}
	dir := write(t, files)
	for _, name := range []string{"x.npy", "x.safetensors", "bytes.npy"} {
		config := dataset.Config{Table: dataset.TableConfig{Unlabelled: name == "bytes.npy"}}
		var data *dataset.Data
		used := allocated(func() {
			var err error
			data, err = dataset.Load(context.Background(), filepath.Join(dir, name), config)
			require.NoError(t, err)
		})
		assert.Less(t, used, uint64(2<<20), "nothing was read")
		switch ex := data.Train.(type) {
		case *dataset.Table[float32]:
			assert.Equal(t, values, ex.Dense().Data)
		case *dataset.Table[uint8]:
			assert.Equal(t, raw, ex.Dense().Data)
		}
		require.NoError(t, data.Close())
		require.NoError(t, data.Close(), "twice")
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, "x.npy"), file[:len(file)-1], 0o600))
	_, err := dataset.Load(context.Background(), filepath.Join(dir, "x.npy"), dataset.Config{})
	assert.ErrorContains(t, err, "unexpected EOF: 1 bytes of the array are missing")
	require.NoError(t, os.WriteFile(filepath.Join(dir, "x.npy"), append(file, 0), 0o600))
	_, err = dataset.Load(context.Background(), filepath.Join(dir, "x.npy"), dataset.Config{})
	assert.ErrorContains(t, err, "data after the end")
}

func TestCSV(t *testing.T) {
	want := []float32{1, 2.5, -3, 4e-2}
	for _, c := range []struct {
		name, text string
		config     dataset.TableConfig
		classes    []string
		labels     []int
	}{
		{"with a header", "a,b,label\n1,2.5,cat\n-3,4e-2,dog\n", dataset.TableConfig{}, []string{"cat", "dog"}, []int{0, 1}},
		{"labels first", "label,a,b\ncat,1,2.5\ndog,-3,4e-2", dataset.TableConfig{}, []string{"cat", "dog"}, []int{0, 1}},
		{"without a header", "1,2.5,cat\n-3,4e-2,dog\n", dataset.TableConfig{}, []string{"cat", "dog"}, []int{0, 1}},
		{"quotes", "\ufeff\"a\",\"b, or \"\"c\"\"\",\"the class\"\r\n1,2.5,\"a \"\"cat\"\"\"\r\n-3,4e-2,\"two\nlines\"\r\n", dataset.TableConfig{LabelColumn: "the class"}, []string{`a "cat"`, "two\nlines"}, []int{0, 1}},
		{"by number", "7,1,2.5\n5,-3,4e-2\n", dataset.TableConfig{LabelColumn: "1"}, []string{"5", "7"}, []int{1, 0}},
		{"from the last", "1,2.5,7\n-3,4e-2,5\n", dataset.TableConfig{LabelColumn: "-1"}, []string{"5", "7"}, []int{1, 0}},
		{"tabs", "a\tb\ty\n1\t2.5\t7\n-3\t4e-2\t5\n", dataset.TableConfig{}, []string{"5", "7"}, []int{1, 0}},
		{"semicolons", "a;b;class\n1; 2.5; x\n-3; 4e-2; y\n", dataset.TableConfig{}, []string{"x", "y"}, []int{0, 1}},
		{"of pandas", ",a,b,target\n0,1,2.5,1.0\n1,-3,4e-2,0.0\n", dataset.TableConfig{}, []string{"0", "1"}, []int{1, 0}},
		{"of pandas, names are numbers", "0,1,2\n1,2.5,7\n-3,4e-2,5\n", dataset.TableConfig{LabelColumn: "3"}, []string{"5", "7"}, []int{1, 0}},
		{"unlabelled", "1,2.5\n-3,4e-2\n", dataset.TableConfig{Unlabelled: true}, nil, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			for name, file := range map[string][]byte{"t.csv": []byte(c.text), "t.csv.gz": zip([]byte(c.text))} {
				data, _, err := loadFile(t, name, map[string][]byte{name: file}, dataset.Config{Table: c.config})
				require.NoError(t, err)
				assert.Equal(t, want, rows(data.Train))
				assert.Equal(t, c.classes, data.Train.Classes())
				assert.Equal(t, c.labels, data.Train.Labels())
			}
		})
	}
	data, _, err := loadFile(t, "t.csv", map[string][]byte{"t.csv": []byte("1,2.5\n-3,4e-2\n"), "labels.txt": []byte("b\na\n")}, dataset.Config{})
	require.NoError(t, err)
	assert.Equal(t, []int{1, 0}, data.Train.Labels())
}

// Lines of numbers are read without package csv, and give the rows that it gives: here
// those with quotes.
func TestPlainCSV(t *testing.T) {
	var plain, quoted strings.Builder
	for i := range 3000 {
		end := []string{"\n", "\r\n"}[i%2]
		fmt.Fprintf(&plain, "%d,-%d.25e-3, .5,nan,%d%s", i, i, i%3, end)
		fmt.Fprintf(&quoted, "%d,-%d.25e-3,\".5\",nan,%d%s", i, i, i%3, end)
		if i%100 == 0 {
			plain.WriteString("\n \"1\",2,3,4 ,5\n1e-45,1e-400,1,1, 0 \n" + strings.Repeat("0", 1<<16) + "1,2,3,4,5\n")
			quoted.WriteString("\"1\",2,3,4,5\n\"1e-45\",0,1,1,0\n\"1\",2,3,4,5\n")
		}
	}
	want, _, err := loadFile(t, "t.csv", map[string][]byte{"t.csv": []byte(quoted.String())}, dataset.Config{Table: dataset.TableConfig{LabelColumn: "5"}})
	require.NoError(t, err)
	got, _, err := loadFile(t, "t.csv", map[string][]byte{"t.csv": []byte(plain.String())}, dataset.Config{Table: dataset.TableConfig{LabelColumn: "5"}})
	require.NoError(t, err)
	require.Equal(t, want.Train.Len(), got.Train.Len())
	assert.Equal(t, want.Train.Labels(), got.Train.Labels())
	assert.Equal(t, want.Train.Classes(), got.Train.Classes())
	numbers := rows(got.Train)
	for i, v := range rows(want.Train) {
		require.Equal(t, math.Float32bits(v), math.Float32bits(numbers[i]), "number %d", i)
	}

	rowsOf := func(n int) string { return strings.Repeat("1,2\n", n) }
	for _, c := range []struct{ text, message string }{
		{rowsOf(100) + "1,x\n", "line 101: column 2: \"x\" is no number"},
		{rowsOf(100) + "1,\"2\"\n" + rowsOf(100) + "1,\n", "line 202: column 2: a value is missing"},
		{rowsOf(100) + "1\n", "line 101: wrong number of fields"},
		{rowsOf(100) + "1,2,3\n", "line 101: wrong number of fields"},
		{rowsOf(100) + "1,2\"\n", "line 101: bare \" in non-quoted-field"},
	} {
		_, _, err := loadFile(t, "t.csv", map[string][]byte{"t.csv": []byte(c.text)}, dataset.Config{Table: dataset.TableConfig{Unlabelled: true}})
		assert.ErrorContains(t, err, c.message)
	}
}

func TestDamagedCSV(t *testing.T) {
	for _, c := range []struct {
		name, text, problem string
		config              dataset.TableConfig
	}{
		{"empty", "", "offset 0: an empty table", dataset.TableConfig{}},
		{"a header alone", "a,b,label\n", "a table of names, without rows", dataset.TableConfig{LabelColumn: "label"}},
		{"a short row", "a,b,label\n1,2,x\n3,x\n", "line 3: wrong number of fields", dataset.TableConfig{}},
		{"no number", "a,b,label\n1,2,x\n3,four,y\n", `line 3: column 2 ("b"): "four" is no number`, dataset.TableConfig{}},
		{"missing", "a,b,label\n1,2,x\n,4,y\n", `line 3: column 1 ("a"): a value is missing`, dataset.TableConfig{}},
		{"too large", "1,2,x\n3,1e39,y\n", "line 2: column 2: 1e39 is too large for float32", dataset.TableConfig{}},
		{"no such column", "a,b\n1,2\n", `no column "class"; there are a, b`, dataset.TableConfig{LabelColumn: "class"}},
		{"no such number", "a,b\n1,2\n", "no column 3: there are 2", dataset.TableConfig{LabelColumn: "3"}},
		{"two texts", "1,b,c\n2,d,e\n", "columns 2 and 3 both have no numbers: name the column of labels", dataset.TableConfig{}},
		{"two names", "a,class,y\n1,2,3\n", `the columns "class" and "y" may both be the labels: name one`, dataset.TableConfig{}},
		{"no labels", "a,b\n1,2\n", "no labels: name the column of labels, or a file of them", dataset.TableConfig{}},
		{"no features", "label\na\nb\n", "a table without features", dataset.TableConfig{LabelColumn: "label"}},
		{"quote", "a,b,label\n1,2,x\n3,\"4,y\n", "line 3", dataset.TableConfig{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, dir, err := loadFile(t, "t.csv", map[string][]byte{"t.csv": []byte(c.text)}, dataset.Config{Table: c.config})
			assert.ErrorContains(t, err, "dataset: "+filepath.Join(dir, "t.csv"))
			assert.ErrorContains(t, err, c.problem)
		})
	}
}

func TestSVMLight(t *testing.T) {
	for name, text := range map[string]string{
		"from 1": "+1 1:1 2:2.5 # a comment\n\n-1 qid:3 1:-3 2:4e-2\n",
		"from 0": "1 0:1 1:2.5\n-1 0:-3 1:4e-2",
	} {
		data, _, err := loadFile(t, "t.svm", map[string][]byte{"t.svm": []byte(text)}, dataset.Config{})
		require.NoError(t, err, name)
		assert.Equal(t, []float32{1, 2.5, -3, 4e-2}, rows(data.Train), name)
		assert.Equal(t, []string{"-1", "1"}, data.Train.Classes(), name)
		assert.Equal(t, []int{1, 0}, data.Train.Labels(), name)
	}
	data, _, err := loadFile(t, "t.libsvm", map[string][]byte{"t.libsvm": []byte("2 3:1\n1\n2 1:5")}, dataset.Config{})
	require.NoError(t, err)
	assert.Equal(t, []float32{0, 0, 1, 0, 0, 0, 5, 0, 0}, rows(data.Train))
	for text, problem := range map[string]string{
		"":                    "an empty table",
		"1\n2\n":              "a table without features",
		"1,2 1:1":             `line 1: "1,2" are several labels: a row has one`,
		"1 1:1\n2 1:1 x:2":    `line 2: "x:2" is not the number of a feature and its value`,
		"1 2:1 1:1":           "line 1: feature 1 after feature 2",
		"1 1:1 1:1":           "line 1: feature 1 after feature 1",
		"1 1:x":               `line 1: feature 1: "x" is no number`,
		"1 1:1e39":            "line 1: feature 1: 1e39 is too large for float32",
		"1 -1:1":              `line 1: "-1:1" is not the number of a feature and its value`,
		"1 2000000000:1":      on32("the limit of a set is 2147483647 bytes", "1 rows of 2000000000 features take more than 200 times the length of the file"),
		"1 99999999999:1 2:3": `is not the number of a feature and its value`,
	} {
		dir := write(t, map[string][]byte{"t.svm": []byte(text)})
		var err error
		used := allocated(func() { _, err = dataset.Load(context.Background(), filepath.Join(dir, "t.svm"), dataset.Config{}) })
		assert.ErrorContains(t, err, problem)
		assert.Less(t, used, uint64(1<<20))
	}
}

// A directory may hold the tables of several parts.
func TestDirectoriesOfTables(t *testing.T) {
	x, other := floats(2, 2, 1, 2, 3, 4), floats(1, 2, 5, 6)
	for _, c := range []struct {
		name  string
		files map[string][]byte
		want  [3]int
	}{
		{"one", map[string][]byte{"emb.npy": x, "labels.txt": []byte("a\nb\n"), "README.md": nil}, [3]int{2, -1, -1}},
		{"two", map[string][]byte{"x_train.npy": x, "y_train.npy": ints(1, 2), "x_test.npy": other, "y_test.npy": ints(2)}, [3]int{2, -1, 1}},
		{"three", map[string][]byte{"train.csv": []byte("a,y\n1,2\n3,4\n"), "val.csv": []byte("a,y\n1,4\n"), "test.csv": []byte("a,y\n1,2\n")}, [3]int{2, 1, 1}},
		{"of a competition", map[string][]byte{"train.csv": []byte("label,a\n1,2\n3,4\n"), "test.csv": []byte("a\n1\n")}, [3]int{2, -1, -1}},
		{"a test set alone", map[string][]byte{"test.npy": x, "test_labels.npy": ints(1, 2)}, [3]int{-1, -1, 2}},
	} {
		t.Run(c.name, func(t *testing.T) {
			data, _, err := load(t, c.files)
			require.NoError(t, err)
			assert.Equal(t, c.want, lengths(data))
			if data.Test != nil && data.Train != nil {
				assert.Equal(t, data.Train.Classes(), data.Test.Classes())
			}
		})
	}
	_, dir, err := load(t, map[string][]byte{"a.npy": x, "b.npy": x})
	assert.EqualError(t, err, "dataset: "+dir+": two tables for the train set: a.npy and b.npy")
	_, _, err = load(t, map[string][]byte{"train.csv": []byte("a,y\n1,2\n"), "test.csv": []byte("a,b,y\n1,4,3\n")})
	assert.EqualError(t, err, "dataset: the test set has rows of 2 features, and the training set of 1")
}

// IDX has more types than bytes, and more dimensions than three.
func TestIDXOfOtherTypes(t *testing.T) {
	header := func(kind byte, dims ...uint32) []byte {
		h := idx(nil, dims...)
		h[2] = kind
		return h
	}
	be := func(h []byte, data any) []byte {
		var b bytes.Buffer
		b.Write(h)
		binary.Write(&b, binary.BigEndian, data)
		return b.Bytes()
	}
	want := []float32{1, 2, 3, 4}
	for name, file := range map[string][]byte{
		"train-images-idx2-short":  be(header(0x0b, 2, 2), []int16{1, 2, 3, 4}),
		"train-images-idx2-int":    be(header(0x0c, 2, 2), []int32{1, 2, 3, 4}),
		"train-images-idx2-float":  be(header(0x0d, 2, 2), want),
		"train-images-idx2-double": be(header(0x0e, 2, 2), []float64{1, 2, 3, 4}),
		"train-images-idx2-byte":   be(header(0x09, 2, 2), []int8{1, 2, 3, 4}),
		"train-images-idx2-ubyte":  be(header(0x08, 2, 2), []uint8{1, 2, 3, 4}),
		"train-images-idx3-float":  be(header(0x0d, 2, 2, 1), want),
	} {
		for _, labels := range [][]byte{idx([]byte{1, 0}, 2), be(header(0x0c, 2), []int32{1, 0}), be(header(0x0c, 2, 3), []int32{1, 5, 6, 0, 7, 8})} {
			data, _, err := load(t, map[string][]byte{name: file, "train-labels-idx1-ubyte": labels})
			if assert.NoError(t, err, name) {
				assert.Equal(t, want, rows(data.Train), name)
				assert.Equal(t, []int{1, 0}, data.Train.Labels())
				assert.Len(t, data.Train.Classes(), 10)
			}
		}
	}
	data, _, err := load(t, map[string][]byte{"train-images-idx4-ubyte": idx(count(24), 2, 3, 2, 2), "train-labels-idx1-ubyte": idx([]byte{1, 0}, 2)})
	require.NoError(t, err)
	assert.Equal(t, "2x2x3", data.Train.(*dataset.Set).Shape().String())
	// QMNIST
	data, _, err = load(t, map[string][]byte{"qmnist-train-images-idx3-ubyte": idx(count(8), 2, 2, 2), "qmnist-train-labels-idx2-int": be(header(0x0c, 2, 8), make([]int32, 16))})
	require.NoError(t, err)
	assert.Equal(t, []int{0, 0}, data.Train.Labels())
	_, _, err = load(t, map[string][]byte{"train-images-idx3-ubyte": idx(count(8), 2, 2, 2), "train-labels-idx1-int": be(header(0x0c, 2), []int32{1, -1})})
	assert.ErrorContains(t, err, "offset 12: label -1 of row 1, but there are 10 classes")
	_, _, err = load(t, map[string][]byte{"train-images-idx3-ubyte": idx(count(8), 2, 2, 2), "train-labels-idx1-int": be(header(0x0c, 2), []int32{1, 1 << 30})})
	assert.ErrorContains(t, err, "offset 12: label 1073741824 of row 1: the limit is 1048576 classes")
}

// EMNIST stores images transposed, counts letters from 1 and names them in a mapping.
func TestEMNIST(t *testing.T) {
	files := map[string][]byte{
		"emnist-letters-train-images-idx3-ubyte": idx(count(12), 2, 3, 2), "emnist-letters-train-labels-idx1-ubyte": idx([]byte{1, 2}, 2),
		"emnist-letters-test-images-idx3-ubyte": idx(count(6), 1, 3, 2), "emnist-letters-test-labels-idx1-ubyte": idx([]byte{2}, 1),
		"emnist-letters-mapping.txt": []byte("1 65 97\n2 66 98\n"),
	}
	data, dir, err := load(t, files)
	require.NoError(t, err)
	set := data.Train.(*dataset.Set)
	assert.Equal(t, "2x3x1", set.Shape().String())
	assert.Equal(t, []byte{0, 2, 4, 1, 3, 5}, set.Pixels(0))
	assert.Equal(t, []string{"Aa", "Bb"}, set.Classes())
	assert.Equal(t, []int{0, 1}, set.Labels())
	assert.Equal(t, []int{1}, data.Test.Labels())
	assert.Len(t, data.Report.Notes, 2)

	one, err := dataset.Load(context.Background(), filepath.Join(dir, "emnist-letters-test-images-idx3-ubyte"), dataset.Config{})
	require.NoError(t, err)
	assert.Equal(t, [3]int{1, -1, -1}, lengths(one))
	assert.Equal(t, []int{1}, one.Train.Labels())

	files["emnist-letters-test-labels-idx1-ubyte"] = idx([]byte{3}, 1)
	_, _, err = load(t, files)
	assert.ErrorContains(t, err, "offset 8: label 3 of row 0 is not in the mapping")
	files["emnist-letters-mapping.txt"] = []byte("1 x\n")
	_, _, err = load(t, files)
	assert.ErrorContains(t, err, `emnist-letters-mapping.txt: line 1: "x" is not the number of a label or character`)
}

// Embeddings may be in a folder for each class, a row or several in each file.
func TestFoldersOfArrays(t *testing.T) {
	row := func(values ...float32) []byte {
		return numpy("<f4", false, fmt.Sprintf("(%d,)", len(values)), values, binary.LittleEndian)
	}
	files := map[string][]byte{
		"train/cats/1.npy": row(1, 2), "train/cats/notes.txt": nil, "train/dogs/old/1.npy": floats(2, 2, 3, 4, 5, 6),
		"test/dogs/1.npy": numpy("<f8", false, "(2,)", []float64{7, 8}, binary.LittleEndian),
	}
	data, dir, err := load(t, files)
	require.NoError(t, err)
	assert.Equal(t, [3]int{3, -1, 1}, lengths(data))
	assert.Equal(t, []float32{1, 2, 3, 4, 5, 6}, rows(data.Train))
	assert.Equal(t, []int{0, 1, 1}, data.Train.Labels())
	assert.Equal(t, []float32{7, 8}, rows(data.Test))
	assert.Equal(t, []int{1}, data.Test.Labels())
	assert.EqualError(t, data.Report.Skipped.Errors[0], "dataset: "+filepath.Join(dir, "train", "cats", "notes.txt")+": no name of an array (.npy)")

	files["train/cats/2.npy"], files["train/dogs/2.npy"] = row(1, 2, 3), []byte("text")
	_, dir, err = load(t, files)
	assert.ErrorContains(t, err, "2 files cannot be read:\n  "+filepath.Join(dir, "train", "cats", "2.npy")+": rows of 3 features, and others have 2\n  "+filepath.Join(dir, "train", "dogs", "2.npy"))
	data, err = dataset.Load(context.Background(), dir, dataset.Config{SkipDamaged: true})
	require.NoError(t, err)
	assert.Equal(t, [3]int{3, -1, 1}, lengths(data))

	_, dir, err = load(t, map[string][]byte{"train/a/1.png": grey(1, 1, 1), "test/a/1.npy": row(1, 2)})
	assert.EqualError(t, err, "dataset: "+filepath.Join(dir, "test", "a", "1.npy")+": rows of 2 features, and others have 1")
}
