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
	Image []int `json:"image,omitempty"`
	// Recall is that of clusters.
	Recall float64           `json:"recall,omitempty"`
	Notes  map[string]string `json:"notes,omitempty"`
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
		Recall: m.Clusters().Recall,
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
		m, err = openKNN(path, info, o, func(rows searched[uint8]) base { return newByteBase(rows) })
	} else {
		m, err = openKNN(path, info, o, func(rows searched[float32]) base { return floatBase{rows} })
	}
	if err != nil {
		return nil, fmt.Errorf("classifier: %w", err)
	}
	return m, nil
}

// openedIndex is what an index and one in clusters have in common.
type openedIndex interface {
	Attached(name string) []byte
	Close() error
}

func openKNN[E kernels.Element](path string, info index.Info, o index.OpenOptions, baseOf func(searched[E]) base) (*KNN, error) {
	var opened openedIndex
	var rows searched[E]
	if info.Kind == index.KindIVF {
		x, err := index.OpenIVF[E](path, o)
		if err != nil {
			return nil, err
		}
		opened, rows = x, clustered[E]{x, info.Columns, Clusters{Lists: x.Lists()}}
	} else {
		x, err := index.Open[E](path, o)
		if err != nil {
			return nil, err
		}
		opened, rows = x, exact[E]{x}
	}
	labels, about, c, recall, err := decodeKNN(opened.Attached(attachedKNN), opened.Attached(attachedLabels), info.Rows, info.Metric)
	if err == nil && info.Columns == 0 {
		err = fmt.Errorf("examples have no features")
	}
	if err == nil {
		err = about.check(len(about.Classes), info.Columns)
	}
	if x, ok := rows.(clustered[E]); ok && err == nil {
		rows, err = x.decode(opened.Attached(attachedProbes), recall)
	}
	if err != nil {
		opened.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	m := newKNN(baseOf(rows), labels, about, c)
	m.close = opened.Close
	return m, nil
}

// decode returns the rows with what a file says of their division.
func (x clustered[E]) decode(probes []byte, recall float64) (searched[E], error) {
	if len(probes) != 4 {
		return nil, fmt.Errorf("attachment %q has %d bytes, want 4", attachedProbes, len(probes))
	}
	n := binary.LittleEndian.Uint32(probes)
	if n < 1 || uint64(n) > uint64(x.division.Lists) {
		return nil, fmt.Errorf("attachment %q: %d of %d clusters", attachedProbes, n, x.division.Lists)
	}
	if !(recall >= 0 && recall <= 1) {
		return nil, fmt.Errorf("attachment %q: a recall of %v", attachedKNN, recall)
	}
	x.division.Probes, x.division.Recall = int(n), recall
	return x, nil
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
func decodeKNN(about, encoded []byte, rows int, metric Metric) (labels []int, info Info, c KNNConfig, recall float64, err error) {
	if about == nil {
		return nil, info, c, 0, fmt.Errorf("no attachment %q: the index has no labels", attachedKNN)
	}
	var f knnFile
	if err := json.Unmarshal(about, &f); err != nil {
		return nil, info, c, 0, fmt.Errorf("attachment %q: %w", attachedKNN, err)
	}
	if f.Version != knnVersion {
		return nil, info, c, 0, fmt.Errorf("attachment %q: version %d, want %d", attachedKNN, f.Version, knnVersion)
	}
	c = KNNConfig{K: f.K, Metric: metric, Vote: SoftmaxVote + 1, Temperature: f.Temperature}
	for v := UniformVote; v <= SoftmaxVote; v++ {
		if v.String() == f.Vote {
			c.Vote = v
		}
	}
	if c.Vote > SoftmaxVote {
		return nil, info, c, 0, fmt.Errorf("attachment %q: unknown vote %.64q", attachedKNN, f.Vote)
	}
	if c, err = c.withDefaults(); err != nil {
		return nil, info, c, 0, err
	}
	if err := checkNames(f.Classes); err != nil {
		return nil, info, c, 0, fmt.Errorf("attachment %q: %w", attachedKNN, err)
	}
	if len(encoded) != 4*rows || rows == 0 {
		return nil, info, c, 0, fmt.Errorf("attachment %q has %d bytes for %d rows", attachedLabels, len(encoded), rows)
	}
	labels = make([]int, rows)
	for i := range labels {
		y := binary.LittleEndian.Uint32(encoded[4*i:])
		if uint64(y) >= uint64(len(f.Classes)) {
			return nil, info, c, 0, fmt.Errorf("attachment %q: row %d: label %d, with %d classes", attachedLabels, i, y, len(f.Classes))
		}
		labels[i] = int(y)
	}
	info = Info{Classes: f.Classes, Notes: f.Notes}
	if f.Image != nil {
		if len(f.Image) != 3 {
			return nil, info, c, 0, fmt.Errorf("attachment %q: an image of %d sides", attachedKNN, len(f.Image))
		}
		info.Shape = Shape{f.Image[0], f.Image[1], f.Image[2]}
	}
	return labels, info, c, f.Recall, nil
}
