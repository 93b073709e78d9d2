package index

import (
	"github.com/seed842bec00/argmax/kernels"
)

// WriteFile writes the index, as [Index.WriteFile] does, to a file that [OpenIVF] opens.
func (x *IVF[E]) WriteFile(path string, attached Attachments) error {
	x.file.use("WriteFile")
	defer x.file.unuse()
	lengths := make([]uint64, len(x.lists))
	for i, list := range x.lists {
		lengths[i] = uint64(len(list.ids))
	}
	centroids := x.centroids.rows
	return writeFile(path, attached, Info{KindIVF, "", x.metric, x.rows, x.columns}, func(yield func(uint64, measured[E]) bool) {
		for _, list := range x.lists {
			for i, id := range list.ids {
				if !yield(id, list.index.measured(i)) {
					return
				}
			}
		}
	}, memorySection(sectionLists, littleEndian(lengths)), memorySection(sectionCenters, littleEndian(centroids.Data[:centroids.Rows*centroids.Cols])))
}

// OpenIVF opens an index that [IVF.WriteFile] wrote, as [Open] does.
func OpenIVF[E Element](path string, o OpenOptions) (*IVF[E], error) {
	f, c, err := open[E](path, KindIVF, o)
	if err != nil {
		return nil, err
	}
	x, err := ivfOf(f, c, o.Pool)
	if err != nil {
		f.close()
		return nil, err
	}
	return x, nil
}

// ivfOf returns the index that a file holds: each row is in one list, in ascending order.
func ivfOf[E Element](f *file, c *content[E], pool *kernels.Pool) (*IVF[E], error) {
	data, at := f.sections.Section(sectionLists)
	r := reading{file: f}
	lengths := numbers[uint64](&r, sectionLists, len(data)/8, 1)
	centroids := numbers[float32](&r, sectionCenters, len(lengths), c.info.Columns)
	if r.err != nil {
		return nil, r.err
	}
	if err := checkMetric[E](c.info.Metric); err != nil || c.info.Metric == Hamming {
		_, at := f.sections.Section(sectionIndex)
		return nil, f.errorAt(at+8, "an IVF by %v", c.info.Metric)
	}
	_, idsAt := f.sections.Section(sectionIDs)
	seen := make(Bitmap, (c.info.Rows+63)/64)
	for i, id := range c.ids {
		if id >= uint64(c.info.Rows) || seen.Contains(int(id)) {
			return nil, f.errorAt(idsAt+8*int64(i), "row %d twice, or not one of %d", id, c.info.Rows)
		}
		seen.Set(int(id))
	}
	x := newIVF[E](c.info.Columns, c.info.Rows, c.info.Metric, matrixOf(centroids, len(lengths), c.info.Columns))
	x.file = f
	lo := 0
	for i, n := range lengths {
		if n > uint64(c.info.Rows-lo) {
			return nil, f.errorAt(at+8*int64(i), "a list of %d rows, of which %d are left", n, c.info.Rows-lo)
		}
		hi := lo + int(n)
		if err := f.ascend(c.ids, lo, hi); err != nil {
			return nil, err
		}
		x.lists = append(x.lists, &segment[E]{index: c.part(f, lo, hi, &x.passes, pool), ids: c.ids[lo:hi], live: hi - lo})
		lo = hi
	}
	if lo < c.info.Rows {
		return nil, f.errorAt(at, "lists of %d rows in all, want %d", lo, c.info.Rows)
	}
	return x, nil
}

// Close releases the file that was opened, as [Index.Close] does.
func (x *IVF[E]) Close() error { return x.file.close() }

// Verify is that of an [Index].
func (x *IVF[E]) Verify(pool *kernels.Pool) error { return x.file.verify(pool) }

// Attached returns an attachment of the file that was opened, as [Index.Attached] does.
func (x *IVF[E]) Attached(name string) []byte { return x.file.attached(name) }
