package classifier

import (
	"encoding/binary"
	"encoding/json"
	"fmt"

	"github.com/seed842bec00/argmax/index"
	"github.com/seed842bec00/argmax/kernels"
)

// A model file of KNN is an index file, which doc/index-format.md describes, with two
// attachments: the labels of the rows, 4 bytes each, little-endian, and the rest as JSON.
const (
	attachedLabels = "labels"
	attachedKNN    = "knn"
)

// knnFile is the JSON of a model file.
type knnFile struct {
	Version     int      `json:"version"`
	Classes     []string `json:"classes"`
	K           int      `json:"k"`
	Vote        string   `json:"vote"`
	Temperature float64  `json:"temperature"`
	// Image is the height, the width and the channels of images whose pixels are the
	// features.
	Image []int             `json:"image,omitempty"`
	Notes map[string]string `json:"notes,omitempty"`
}

const knnVersion = 1

// WriteFile writes the model with its examples to a file that [OpenKNN] opens, and
// package index, too. The file appears whole or not at all. Class names that are not
// UTF-8, empty or not unique are an error.
func (m *KNN) WriteFile(path string) error {
	if err := checkNames(m.info.Classes); err != nil {
		return fmt.Errorf("classifier: %w", err)
	}
	file := knnFile{
		Version: knnVersion, Classes: m.info.Classes, Notes: m.info.Notes,
		K: m.config.K, Vote: m.config.Vote.String(), Temperature: m.config.Temperature,
	}
	if s := m.info.Shape; s != (Shape{}) {
		file.Image = []int{s.Height, s.Width, s.Channels}
	}
	about, err := json.Marshal(file)
	if err != nil {
		return fmt.Errorf("classifier: %w", err)
	}
	labels := make([]byte, 0, 4*len(m.labels))
	for _, y := range m.labels {
		labels = binary.LittleEndian.AppendUint32(labels, uint32(y))
	}
	if err := m.base.writeFile(path, index.Attachments{attachedLabels: labels, attachedKNN: about}); err != nil {
		return fmt.Errorf("classifier: %w", err)
	}
	return nil
}

// OpenKNN opens a model that [KNN.WriteFile] wrote. Its examples stay in the file, as
// [index.Open] describes, until Close. A file that is damaged, or holds something else,
// is an error that names it.
func OpenKNN(path string, o index.OpenOptions) (*KNN, error) {
	info, err := index.ReadInfo(path)
	if err != nil {
		return nil, fmt.Errorf("classifier: %w", err)
	}
	var m *KNN
	if info.Element == "uint8" {
		m, err = openKNN(path, o, func(x *index.Index[uint8]) base { return byteBaseOf(x) })
	} else {
		m, err = openKNN(path, o, func(x *index.Index[float32]) base { return floatBase{x} })
	}
	if err != nil {
		return nil, fmt.Errorf("classifier: %w", err)
	}
	return m, nil
}

func openKNN[E kernels.Element](path string, o index.OpenOptions, baseOf func(*index.Index[E]) base) (*KNN, error) {
	x, err := index.Open[E](path, o)
	if err != nil {
		return nil, err
	}
	labels, about, c, err := decodeKNN(x.Attached(attachedKNN), x.Attached(attachedLabels), x.Rows().Rows, x.Metric())
	if err == nil && x.Rows().Cols == 0 {
		err = fmt.Errorf("examples have no features")
	}
	if err == nil {
		err = about.check(len(about.Classes), x.Rows().Cols)
	}
	if err != nil {
		x.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	m := newKNN(baseOf(x), labels, about, c)
	m.close = x.Close
	return m, nil
}

// Close releases the file of a model that was opened; predictions must have ended, and
// panic afterwards.
func (m *KNN) Close() error {
	if m.close == nil {
		return nil
	}
	return m.close()
}

// decodeKNN decodes the attachments of an index.
func decodeKNN(about, encoded []byte, rows int, metric Metric) (labels []int, info Info, c KNNConfig, err error) {
	if about == nil {
		return nil, info, c, fmt.Errorf("no attachment %q: an index, not a KNN", attachedKNN)
	}
	var f knnFile
	if err := json.Unmarshal(about, &f); err != nil {
		return nil, info, c, fmt.Errorf("attachment %q: %w", attachedKNN, err)
	}
	if f.Version != knnVersion {
		return nil, info, c, fmt.Errorf("attachment %q: version %d, want %d", attachedKNN, f.Version, knnVersion)
	}
	c = KNNConfig{K: f.K, Metric: metric, Vote: SoftmaxVote + 1, Temperature: f.Temperature}
	for v := UniformVote; v <= SoftmaxVote; v++ {
		if v.String() == f.Vote {
			c.Vote = v
		}
	}
	if c.Vote > SoftmaxVote {
		return nil, info, c, fmt.Errorf("attachment %q: unknown vote %.64q", attachedKNN, f.Vote)
	}
	if c, err = c.withDefaults(); err != nil {
		return nil, info, c, err
	}
	if err := checkNames(f.Classes); err != nil {
		return nil, info, c, fmt.Errorf("attachment %q: %w", attachedKNN, err)
	}
	if len(encoded) != 4*rows || rows == 0 {
		return nil, info, c, fmt.Errorf("attachment %q has %d bytes for %d rows", attachedLabels, len(encoded), rows)
	}
	labels = make([]int, rows)
	for i := range labels {
		y := binary.LittleEndian.Uint32(encoded[4*i:])
		if uint64(y) >= uint64(len(f.Classes)) {
			return nil, info, c, fmt.Errorf("attachment %q: row %d: label %d, with %d classes", attachedLabels, i, y, len(f.Classes))
		}
		labels[i] = int(y)
	}
	info = Info{Classes: f.Classes, Notes: f.Notes}
	if f.Image != nil {
		if len(f.Image) != 3 {
			return nil, info, c, fmt.Errorf("attachment %q: an image of %d sides", attachedKNN, len(f.Image))
		}
		info.Shape = Shape{f.Image[0], f.Image[1], f.Image[2]}
	}
	return labels, info, c, nil
}
