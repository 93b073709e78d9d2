package models

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"encoding/csv"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"

	"github.com/seed842bec00/argmax/bench/internal/measure"
	"github.com/seed842bec00/argmax/bench/internal/results"
	"github.com/seed842bec00/argmax/dataset"
	"github.com/seed842bec00/argmax/internal/cpu"
	"github.com/seed842bec00/argmax/kernels"
)

// fileRows is how many rows the files have, at most; PNGs are a tenth of them.
const fileRows = 10_000

// kind is a format: how it is written, and how a program with the standard library alone
// would read its numbers into memory, as bytes or as float32.
type kind struct {
	name  string
	write func(path string, d *data, rows int) error
	read  func(path string) (numbers, error)
	table dataset.TableConfig
}

// numbers are those of a file.
type numbers struct {
	bytes  []byte
	floats []float32
}

func (n numbers) sum() (sum float64) {
	for _, v := range n.bytes {
		sum += float64(v)
	}
	for _, v := range n.floats {
		sum += float64(v)
	}
	return sum
}

var kinds = []kind{
	{"idx", writeIDX, readIDX, dataset.TableConfig{}},
	{"npy", writeNPY, readNPY, dataset.TableConfig{}},
	{"csv", writeCSV, readCSV, dataset.TableConfig{LabelColumn: "-1"}},
	{"png", writePNG, readPNG, dataset.TableConfig{}},
}

// files are contests of reading all numbers into memory: images as IDX compressed with
// gzip, an array of float32 as NPY, numbers as CSV, a folder of PNG. argmax, which leaves
// large arrays in their file, copies them as float32, whatever the format.
func (t *table) files() (contests []Contest) {
	for _, k := range kinds {
		rows := min(fileRows, t.data.train.Len())
		if k.name == "png" {
			rows /= 10
		}
		keys := fmt.Sprintf("format=%s/rows=%d/features=%d", k.name, rows, t.data.train.Features())
		contests = append(contests, Contest{"Read", keys, 4, func(ctx context.Context) (*measure.Contest, error) {
			dir, err := os.MkdirTemp("", "files")
			if err != nil {
				return nil, err
			}
			remove := func() { os.RemoveAll(dir) }
			path := filepath.Join(dir, "data."+k.name)
			if err := k.write(path, t.data, rows); err != nil {
				remove()
				return nil, err
			}
			c := &measure.Contest{Op: "Read", Keys: keys, Threads: t.options.Threads, Tolerance: "the same sum of all numbers, which is not part of the time", Close: remove}
			var sum float64
			rate := func(ns float64) []results.Value {
				return []results.Value{{Number: float64(rows) / ns * 1e9, Unit: "rows/s"}}
			}
			var checks []func() error
			for i := range rows {
				for _, p := range t.data.train.Pixels(i) {
					sum += float64(p)
				}
			}
			equal := func(name string, got float64) error {
				if got != sum {
					return fmt.Errorf("%s: the sum is %v, want %v", name, got, sum)
				}
				return nil
			}
			x := kernels.NewMatrix(rows, t.data.train.Features())
			ours := func() error {
				d, err := dataset.Load(ctx, path, dataset.Config{Table: k.table})
				if err != nil {
					return err
				}
				d.Train.Gather(x, upTo(rows))
				return d.Close()
			}
			c.Entrants = append(c.Entrants, measure.Entrant{Name: "argmax", ISA: cpu.Active.String(), Run: measure.Passes(1, ours, rate)})
			checks = append(checks, func() error {
				return errors.Join(ours(), equal("argmax", numbers{floats: x.Data}.sum()))
			})
			c.Entrants = append(c.Entrants, measure.Entrant{Name: "go", Run: measure.Passes(1, func() error { _, err := k.read(path); return err }, rate)})
			checks = append(checks, func() error {
				got, err := k.read(path)
				return errors.Join(err, equal("go", got.sum()))
			})
			if p := t.rivals.scikit(ctx); p != nil {
				r := request{Do: "read", Task: k.name, Path: path}
				if k.name == "idx" {
					r.Path = filepath.Join(path, "train-images-idx3-ubyte.gz")
				}
				var a answer
				r.Passes = 1
				if err := p.Ask(r, &a); err != nil {
					t.options.Missing("numpy-"+k.name, err.Error())
				} else {
					checks = append(checks, func() error { return equal("numpy", a.Sum) })
					c.Entrants = append(c.Entrants, measure.Entrant{Name: "numpy", Run: asked(p, r, nil)})
				}
			}
			c.Check = all(checks)
			return c, nil
		}})
	}
	return contests
}

func writeIDX(path string, d *data, rows int) error {
	if err := os.Mkdir(path, 0o700); err != nil {
		return err
	}
	var pixels, labels []byte
	for i := range rows {
		pixels, labels = append(pixels, d.train.Pixels(i)...), append(labels, byte(d.train.Labels()[i]))
	}
	height, width, _ := d.train.ImageShape()
	for name, content := range map[string][]byte{
		"train-images-idx3-ubyte.gz": append(header(0x803, rows, height, width), pixels...),
		"train-labels-idx1-ubyte.gz": append(header(0x801, rows), labels...),
	} {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		_, err := z.Write(content)
		if err := errors.Join(err, z.Close(), os.WriteFile(filepath.Join(path, name), b.Bytes(), 0o600)); err != nil {
			return err
		}
	}
	return nil
}

func header(numbers ...int) (b []byte) {
	for _, n := range numbers {
		b = binary.BigEndian.AppendUint32(b, uint32(n))
	}
	return b
}

func readIDX(path string) (n numbers, err error) {
	f, err := os.Open(filepath.Join(path, "train-images-idx3-ubyte.gz"))
	if err != nil {
		return n, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return n, err
	}
	content, err := io.ReadAll(z)
	if err != nil {
		return n, err
	}
	return numbers{bytes: content[16:]}, nil
}

func writeNPY(path string, d *data, rows int) error {
	text := fmt.Sprintf("{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d), }", rows, d.train.Features())
	for (10+len(text)+1)%64 != 0 {
		text += " "
	}
	text += "\n"
	b := append([]byte("\x93NUMPY\x01\x00"), byte(len(text)), byte(len(text)>>8))
	b = append(b, text...)
	for _, v := range d.trainFloats.X.Data[:rows*d.train.Features()] {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
	}
	return errors.Join(os.WriteFile(path, b, 0o600), writeLabels(filepath.Join(filepath.Dir(path), "data_labels.txt"), d, rows))
}

func writeLabels(path string, d *data, rows int) error {
	var b bytes.Buffer
	for _, y := range d.train.Labels()[:rows] {
		fmt.Fprintln(&b, y)
	}
	return os.WriteFile(path, b.Bytes(), 0o600)
}

func readNPY(path string) (n numbers, err error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return n, err
	}
	content = content[10+int(content[8])+int(content[9])<<8:]
	n.floats = make([]float32, len(content)/4)
	for i := range n.floats {
		n.floats[i] = math.Float32frombits(binary.LittleEndian.Uint32(content[4*i:]))
	}
	return n, nil
}

func writeCSV(path string, d *data, rows int) error {
	var b bytes.Buffer
	for i := range rows {
		for _, p := range d.train.Pixels(i) {
			fmt.Fprintf(&b, "%d,", p)
		}
		fmt.Fprintln(&b, d.train.Labels()[i])
	}
	return os.WriteFile(path, b.Bytes(), 0o600)
}

func readCSV(path string) (n numbers, err error) {
	f, err := os.Open(path)
	if err != nil {
		return n, err
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.ReuseRecord = true
	for {
		fields, err := r.Read()
		if err == io.EOF {
			return n, nil
		}
		if err != nil {
			return n, err
		}
		for _, field := range fields[:len(fields)-1] {
			v, err := strconv.ParseFloat(field, 32)
			if err != nil {
				return n, err
			}
			n.floats = append(n.floats, float32(v))
		}
	}
}

func writePNG(path string, d *data, rows int) error {
	for i := range rows {
		dir := filepath.Join(path, strconv.Itoa(d.train.Labels()[i]))
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
		var b bytes.Buffer
		if err := png.Encode(&b, d.train.Image(i)); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%05d.png", i)), b.Bytes(), 0o600); err != nil {
			return err
		}
	}
	return nil
}

func readPNG(path string) (n numbers, err error) {
	names, err := filepath.Glob(filepath.Join(path, "*", "*.png"))
	if err != nil {
		return n, err
	}
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			return n, err
		}
		img, err := png.Decode(f)
		if err := errors.Join(err, f.Close()); err != nil {
			return n, err
		}
		gray, ok := img.(*image.Gray)
		if !ok {
			return n, fmt.Errorf("%s is not grey", name)
		}
		n.bytes = append(n.bytes, gray.Pix...)
	}
	return n, nil
}
