package convert

import "encoding/binary"

// message is a message of protocol buffers in the making
// (https://protobuf.dev/programming-guides/encoding). ONNX needs three kinds of fields; the
// library for them, protowire, would be the only dependency that every user of this module
// got for it.
type message []byte

// Wire types.
const (
	varintType = 0
	bytesType  = 2
)

// varint adds an integer that is not negative.
func (m *message) varint(field int, v int64) {
	*m = binary.AppendUvarint(*m, uint64(field<<3|varintType))
	*m = binary.AppendUvarint(*m, uint64(v))
}

// bytes adds a string, or a message inside this one.
func (m *message) bytes(field int, b []byte) {
	*m = binary.AppendUvarint(*m, uint64(field<<3|bytesType))
	*m = binary.AppendUvarint(*m, uint64(len(b)))
	*m = append(*m, b...)
}

func (m *message) string(field int, s string) { m.bytes(field, []byte(s)) }
