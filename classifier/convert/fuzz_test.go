package convert_test

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/convert"
	"github.com/seed842bec00/argmax/classifier/loss"
)

// fuzz feeds a reader: whatever bytes a file has, reading ends with an error that is short,
// or with a model that JSON keeps.
func fuzz(f *testing.F, seeds []string, read func([]byte, convert.Options) (*classifier.Linear, error), write func(io.Writer, *classifier.Linear) error) {
	for _, pattern := range seeds {
		paths, err := filepath.Glob(filepath.Join("testdata", pattern))
		require.NoError(f, err)
		for _, path := range paths {
			b, err := os.ReadFile(path)
			require.NoError(f, err)
			f.Add(b)
		}
	}
	for _, info := range []classifier.Info{{Link: loss.SoftmaxLink}, {Classes: []string{"7", "-1"}}, {Link: loss.SigmoidLink, Calibration: classifier.Temperature(2)}} {
		var b bytes.Buffer
		require.NoError(f, write(&b, randomModel(f, 2, 3, info)))
		f.Add(b.Bytes())
	}
	var b bytes.Buffer
	_, err := randomModel(f, 2, 3, classifier.Info{Link: loss.SoftmaxLink, Notes: map[string]string{"loss": "softmax"}}).WriteTo(&b)
	require.NoError(f, err)
	f.Add(b.Bytes())
	f.Add([]byte{})
	o := convert.Options{Limits: classifier.FileLimits{Bytes: 1 << 20, Header: 1 << 16}}
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := read(b, o)
		if err != nil {
			require.Less(t, len(err.Error()), 1000)
			return
		}
		// A model file of argmax may hold what JSON has no room for.
		if pivot, _ := m.Inputs(); pivot != nil {
			return
		}
		info := m.Info()
		info.Notes = nil
		m, err = m.With(info)
		require.NoError(t, err)
		var text bytes.Buffer
		if err := convert.WriteJSON(&text, m); err != nil {
			require.ErrorContains(t, err, "is no finite number")
			return
		}
		again, err := convert.ReadJSON(&text, convert.Options{})
		require.NoError(t, err)
		require.Equal(t, m, again)
	})
}

func FuzzReadJSON(f *testing.F) {
	fuzz(f, []string{"sklearn-*.json"}, func(b []byte, o convert.Options) (*classifier.Linear, error) {
		return convert.ReadJSON(bytes.NewReader(b), o)
	}, convert.WriteJSON)
}

func FuzzReadLIBLINEAR(f *testing.F) {
	fuzz(f, []string{"liblinear-*.model"}, func(b []byte, o convert.Options) (*classifier.Linear, error) {
		return convert.ReadLIBLINEAR(bytes.NewReader(b), o)
	}, convert.WriteLIBLINEAR)
}

func FuzzReadNPZ(f *testing.F) {
	fuzz(f, nil, func(b []byte, o convert.Options) (*classifier.Linear, error) {
		return convert.ReadNPZ(bytes.NewReader(b), int64(len(b)), o)
	}, convert.WriteNPZ)
}

func FuzzReadSafetensors(f *testing.F) {
	fuzz(f, nil, func(b []byte, o convert.Options) (*classifier.Linear, error) {
		return convert.ReadSafetensors(bytes.NewReader(b), o)
	}, convert.WriteSafetensors)
}
