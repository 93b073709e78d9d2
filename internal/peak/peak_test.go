package peak

import (
	"os"
	"testing"
)

var sink []byte

func TestMemory(t *testing.T) {
	const size = 64 << 20
	peak := Memory(t, func() {}, func() {
		sink = make([]byte, size)
		for i := range sink {
			sink[i] = 1
		}
		sink = nil
	})
	if peak < size || peak > size*3/2 {
		t.Errorf("%d bytes were used, and the peak is %d", size, peak)
	}
}

// Memory that is never touched counts, too, and what came before does not.
func TestMemoryOfUntouchedMemory(t *testing.T) {
	const size = 64 << 20
	peak := Memory(t, func() { sink = []byte(os.TempDir()) }, func() { sink = make([]byte, size) })
	if peak < size || peak > size*3/2 {
		t.Errorf("%d bytes were allocated, and the peak is %d", size, peak)
	}
}
