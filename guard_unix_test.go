//go:build unix

package argmax

import (
	"bytes"
	"os"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/seed842bec00/argmax/internal/cpu"
)

// guarded returns at least n elements that begin right after a page whose access faults
// and end right before another.
func guarded(t *testing.T, n int) []float32 {
	page := unix.Getpagesize()
	size := (4*n + page - 1) / page * page
	mem, err := unix.Mmap(-1, 0, size+2*page, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, unix.Munmap(mem)) })
	require.NoError(t, unix.Mprotect(mem[:page], unix.PROT_NONE))
	if cpu.Active == cpu.AVX2 && emulated() {
		t.Log("QEMU: the page behind does not fault")
	} else {
		require.NoError(t, unix.Mprotect(mem[page+size:], unix.PROT_NONE))
	}
	return unsafe.Slice((*float32)(unsafe.Pointer(&mem[page])), size/4)
}

// emulated reports whether the process runs under QEMU, whose VMASKMOVPS (in version 7.2)
// reads elements that the mask excludes.
func emulated() bool {
	name, _ := os.ReadFile("/proc/self/comm")
	return bytes.HasPrefix(name, []byte("qemu-"))
}
