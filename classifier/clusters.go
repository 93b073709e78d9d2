package classifier

import (
	"context"
	"encoding/binary"
	"fmt"
	"maps"
	"math/rand/v2"

	"github.com/seed842bec00/argmax/index"
	"github.com/seed842bec00/argmax/kernels"
)

// ClusterConfig says how the examples of a [KNN] are divided into clusters.
type ClusterConfig struct {
	// Recall is the share of the K nearest examples that are to be found, on average; above
	// 0 and at most 1.
	Recall  float64
	Lists   int // clusters; 0 means the root of the number of examples
	Seed    uint64
	Workers int // threads; 0 means one per processor
	// Progress is that of [index.IVFOptions].
	Progress func(done, most int)
}

// Clusters says how the examples of a [KNN] are divided.
type Clusters struct {
	Lists  int     // clusters, 0 if there are none
	Probes int     // with how many of them a query is compared
	Recall float64 // which share of the K nearest that finds, measured with examples
}

// NewClusteredKNN returns a classifier by the examples as [NewKNN] does, but copies them
// into clusters, and compares a query only with the nearest clusters: as many as it takes
// to find a part of its nearest examples, on average over 1000 of the examples. See
// [index.IVF] for how. If ctx ends, its error is returned.
func NewClusteredKNN(ctx context.Context, ex Examples, c KNNConfig, o ClusterConfig) (*KNN, error) {
	if !(o.Recall > 0 && o.Recall <= 1) || o.Lists < 0 {
		return nil, fmt.Errorf("classifier: a recall of %v with %d clusters", o.Recall, o.Lists)
	}
	c, err := c.withDefaults()
	if err != nil {
		return nil, err
	}
	return newKNNOf(ex, c, &clusters{o, c.K, kernels.NewPool(o.Workers).WithContext(ctx)})
}

// Clusters returns how the examples are divided, the zero value if a query is compared with
// all of them.
func (m *KNN) Clusters() Clusters { return m.base.clusters() }

// clusters are what makes rows clustered.
type clusters struct {
	ClusterConfig
	k    int
	pool *kernels.Pool
}

// clustered are rows in clusters.
type clustered[E kernels.Element] struct {
	ivf      *index.IVF[E]
	columns  int
	division Clusters
}

// tuningRows is the most rows by which the number of probes is chosen.
const tuningRows = 1000

func newClustered[E kernels.Element](rows kernels.Dense[E], metric Metric, c *clusters) (searched[E], error) {
	x, err := index.NewIVF(rows, metric, index.IVFOptions{Lists: c.Lists, Seed: c.Seed, Pool: c.pool, Progress: c.Progress})
	if err != nil {
		return nil, err
	}
	sample := rand.New(rand.NewPCG(c.Seed, 0)).Perm(rows.Rows)[:min(rows.Rows, tuningRows)]
	t, err := x.TuneByRows(sample, c.k, c.Recall, c.pool)
	if err != nil {
		return nil, err
	}
	return clustered[E]{x, rows.Cols, Clusters{x.Lists(), t.Probes, t.Recall}}, nil
}

func (x clustered[E]) features() int { return x.columns }

func (x clustered[E]) nearest(dst []index.Neighbour, q []E) int {
	var count [1]int
	x.ivf.Search(dst, count[:], queryOf(q), len(dst), x.division.Probes, nil)
	return count[0]
}

func (x clustered[E]) search(dst []index.Neighbour, count []int, queries kernels.Dense[E], filter index.Filter, k int, pool *kernels.Pool) {
	x.ivf.Among(filter).Search(dst, count, queries, k, x.division.Probes, pool)
}

func (x clustered[E]) nearestOfRows(dst []index.Neighbour, count []int, list []int, filter index.Filter, k int, pool *kernels.Pool) {
	x.search(dst, count, rowsAt(list, x.columns, x.ivf.Row), filter, k, pool)
}

func (x clustered[E]) converted() searched[float32] {
	return clustered[float32]{x.ivf.Floats(), x.columns, x.division}
}

func (x clustered[E]) clusters() Clusters { return x.division }

// attachedProbes is the attachment of an index in clusters with the number of probes, 4
// bytes, little-endian.
const attachedProbes = "probes"

func (x clustered[E]) writeFile(path string, attached index.Attachments) error {
	attached = maps.Clone(attached)
	attached[attachedProbes] = binary.LittleEndian.AppendUint32(nil, uint32(x.division.Probes))
	return x.ivf.WriteFile(path, attached)
}
