package ops

import "github.com/seed842bec00/argmax/asm/vec"

// An element is the type of the numbers in an operand. Bytes are converted to
// float32 as they are loaded, which is exact.
type element int

const (
	floats element = iota
	bytes
)

// String is the type in Go.
func (e element) String() string {
	if e == bytes {
		return "uint8"
	}
	return "float32"
}

// suffix is what the name of a kernel says of it.
func (e element) suffix() string {
	if e == bytes {
		return "Bytes"
	}
	return ""
}

func (e element) ptr(m vec.Machine, arg string) vec.Ptr {
	if e == bytes {
		return m.Bytes(arg)
	}
	return m.Ptr(arg)
}

// scale is a distance in elements, made one in bytes.
func (e element) scale(m vec.Machine, arg string) vec.Int {
	if e == bytes {
		return m.Int(arg)
	}
	return m.Scale(m.Int(arg), 4)
}
