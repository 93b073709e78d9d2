package dataset_test

import (
	archive "archive/zip"
	"context"
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"

	"github.com/seed842bec00/argmax/dataset"
	"github.com/stretchr/testify/require"
)

// fuzzTable loads files of this name, with the seeds and whatever the fuzzer makes of
// them: Load gives examples whose parts fit each other, or an error, in little memory.
func fuzzTable(f *testing.F, name string, config dataset.TableConfig, beside map[string][]byte, seeds ...[]byte) {
	for _, seed := range seeds {
		f.Add(seed)
	}
	dir := write(f, beside)
	tight := tight
	tight.Line = 1 << 12
	f.Fuzz(func(t *testing.T, content []byte) {
		if len(content) > longest {
			t.Skip()
		}
		file := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(file, content, 0o600))
		var data *dataset.Data
		var err error
		used := allocated(func() {
			data, err = dataset.Load(context.Background(), file, dataset.Config{Table: config, Limits: tight})
		})
		require.Less(t, used, uint64(16<<20))
		if err != nil {
			require.Nil(t, data)
			return
		}
		for _, ex := range []dataset.Examples{data.Train, data.Validation, data.Test} {
			if ex == nil {
				continue
			}
			require.Positive(t, ex.Len())
			require.Positive(t, ex.Features())
			require.Len(t, rows(ex), ex.Len()*ex.Features())
			if !config.Unlabelled {
				require.Len(t, ex.Labels(), ex.Len())
			}
			for _, label := range ex.Labels() {
				require.Less(t, label, len(ex.Classes()))
			}
		}
		require.NoError(t, data.Close())
	})
}

func FuzzNPY(f *testing.F) {
	fuzzTable(f, "x.npy", dataset.TableConfig{Unlabelled: true}, nil,
		floats(2, 2, 1, 2, 3, 4), zip(floats(2, 2, 1, 2, 3, 4)),
		numpy(">f8", true, "(2, 1, 2)", []float64{1, 2, 3, 1e39}, binary.BigEndian),
		numpy("|u1", false, "(2, 1, 2, 3)", count(12), binary.LittleEndian),
		numpy("<f2", false, "(1099511627776, 0)", []byte{1}, binary.LittleEndian))
}

func FuzzNPZ(f *testing.F) {
	x, y := floats(2, 2, 1, 2, 3, 4), ints(1, 2)
	fuzzTable(f, "x.npz", dataset.TableConfig{}, nil,
		npz(f, archive.Store, map[string][]byte{"x": x, "y": y}),
		npz(f, archive.Deflate, map[string][]byte{"x_train": x, "y_train": y, "x_test": x, "y_test": y}),
		npz(f, archive.Deflate, map[string][]byte{"more": x, "other": ints()}))
}

func FuzzTensors(f *testing.F) {
	fuzzTable(f, "x.safetensors", dataset.TableConfig{}, map[string][]byte{"y.npy": ints(1, 2)},
		tensors(`{"x":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]}}`, []float32{1, 2, 3, 4}),
		tensors(`{"x":{"dtype":"BF16","shape":[2,2],"data_offsets":[0,8]},"y":{"dtype":"U8","shape":[2],"data_offsets":[8,10]}}`, make([]byte, 10)))
}

func FuzzCSV(f *testing.F) {
	fuzzTable(f, "x.csv", dataset.TableConfig{}, nil, []byte("a,b,label\n1,2.5,cat\n-3,4e-2,dog\n"),
		[]byte("1;2;3\n4;5;\"six\"\n"), []byte(",a,y\n0,1,2\n1,3,4\n"), []byte("\ufeff1\t\"2\n3\"\n"))
}

func FuzzSVMLight(f *testing.F) {
	fuzzTable(f, "x.svm", dataset.TableConfig{}, nil, []byte("+1 1:1 2:2.5 # a comment\n-1 qid:3 1:-3\n"), []byte("2 2000000000:1"), []byte("1 0:1\n\n1"))
}

// The labels of two rows.
func FuzzLabels(f *testing.F) {
	dir := write(f, map[string][]byte{"x.npy": floats(2, 1, 1, 2)})
	f.Add([]byte("a\nb\n"), false)
	f.Add(ints(5, 7), true)
	f.Add(numpy("<U3", false, "(2,)", make([]int32, 6), binary.LittleEndian), true)
	f.Fuzz(func(t *testing.T, content []byte, isArray bool) {
		if len(content) > longest {
			t.Skip()
		}
		labels := filepath.Join(dir, map[bool]string{true: "l.npy", false: "l.txt"}[isArray])
		require.NoError(t, os.WriteFile(labels, content, 0o600))
		var data *dataset.Data
		var err error
		used := allocated(func() {
			data, err = dataset.Load(context.Background(), filepath.Join(dir, "x.npy"), dataset.Config{Limits: tight, Table: dataset.TableConfig{Labels: labels}})
		})
		require.Less(t, used, uint64(8<<20))
		if err == nil {
			require.Len(t, data.Train.Labels(), 2)
		}
	})
}
