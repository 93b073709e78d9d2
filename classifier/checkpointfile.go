package classifier

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"

	"github.com/seed842bec00/argmax/internal/files"
)

// A checkpoint file is
//
//	bytes 0 to 19          "argmax checkpoint 1\n": the version is part of it
//	4 bytes                the length of the header
//	the header             JSON, a checkpointHeader
//	the vectors            8 bytes for each element, float64
//	4 bytes                the CRC-32C of all bytes before
//
// in little-endian order.
const checkpointMagic = "argmax checkpoint 1\n"

// checkpointHeaderBytes is the most that a header may have: decoding it can take 16 times
// as much memory.
const checkpointHeaderBytes = 1 << 20

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// WriteFile writes the checkpoint to a file, which appears whole or not at all, even if the
// process is killed.
func (c *Checkpoint) WriteFile(path string) error {
	err := files.Replace(path, func(w io.Writer) error {
		_, err := c.WriteTo(w)
		return err
	})
	if err != nil {
		return fmt.Errorf("classifier: %w", err)
	}
	return nil
}

// WriteTo writes to w what WriteFile writes to a file.
func (c *Checkpoint) WriteTo(w io.Writer) (int64, error) {
	header, err := json.Marshal(c.header)
	if err != nil {
		return 0, fmt.Errorf("classifier: %w", err)
	}
	if len(header) > checkpointHeaderBytes {
		return 0, fmt.Errorf("classifier: a checkpoint with settings of %d bytes", len(c.header.Settings))
	}
	b := append([]byte(checkpointMagic), 0, 0, 0, 0)
	binary.LittleEndian.PutUint32(b[len(checkpointMagic):], uint32(len(header)))
	b = append(b, header...)
	for _, v := range c.vectors {
		for _, x := range v {
			b = binary.LittleEndian.AppendUint64(b, math.Float64bits(x))
		}
	}
	b = binary.LittleEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
	n, err := w.Write(b)
	return int64(n), err
}

// ReadCheckpointFile reads what WriteFile wrote. A file that is damaged, or holds
// something else, is an error that names it and the offset.
func ReadCheckpointFile(path string) (*Checkpoint, error) {
	f, err := files.Open(path)
	if err != nil {
		return nil, fmt.Errorf("classifier: %w", err)
	}
	defer f.Close()
	c, err := readCheckpoint(f)
	if err != nil {
		return nil, fmt.Errorf("classifier: %s: %w", path, err)
	}
	return c, nil
}

// ReadCheckpoint reads what WriteTo wrote, up to the end of r. It takes memory in
// proportion to what it reads.
func ReadCheckpoint(r io.Reader) (*Checkpoint, error) {
	c, err := readCheckpoint(r)
	if err != nil {
		return nil, fmt.Errorf("classifier: %w", err)
	}
	return c, nil
}

func readCheckpoint(r io.Reader) (*Checkpoint, error) {
	start := make([]byte, len(checkpointMagic))
	if n, err := io.ReadFull(r, start); err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, err
	} else if string(start[:n]) != checkpointMagic {
		return nil, errors.New("not a checkpoint of this version at offset 0")
	}
	rest, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	return decodeCheckpoint(append(start, rest...))
}

func decodeCheckpoint(b []byte) (*Checkpoint, error) {
	const before = len(checkpointMagic) + 4
	if len(b) < before+4 {
		return nil, fmt.Errorf("the file ends at offset %d", len(b))
	}
	end := len(b) - 4
	if got, want := crc32.Checksum(b[:end], castagnoli), binary.LittleEndian.Uint32(b[end:]); got != want {
		return nil, fmt.Errorf("the checksum at offset %d is %08x, that of the content %08x: the file is damaged or incomplete", end, want, got)
	}
	length := binary.LittleEndian.Uint32(b[len(checkpointMagic):])
	if uint64(length) > uint64(min(end-before, checkpointHeaderBytes)) {
		return nil, fmt.Errorf("a header of %d bytes at offset %d of a file of %d", length, len(checkpointMagic), len(b))
	}
	c, at := new(Checkpoint), before+int(length)
	if err := json.Unmarshal(b[before:at], &c.header); err != nil {
		return nil, fmt.Errorf("the header at offset %d: %w", before, err)
	}
	if c.header.Iterations < 0 {
		return nil, fmt.Errorf("the header at offset %d: %d iterations", before, c.header.Iterations)
	}
	for _, n := range c.header.Lengths {
		if n < 0 || n > (end-at)/8 {
			return nil, fmt.Errorf("a vector of %d elements at offset %d of a file of %d bytes", n, at, len(b))
		}
		v := make([]float64, n)
		for i := range v {
			v[i] = math.Float64frombits(binary.LittleEndian.Uint64(b[at:]))
			at += 8
		}
		c.vectors = append(c.vectors, v)
	}
	if at != end {
		return nil, fmt.Errorf("%d bytes after the last vector, at offset %d", end-at, at)
	}
	return c, nil
}
