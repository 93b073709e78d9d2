package cpu

import (
	"encoding/binary"

	"golang.org/x/sys/unix"
)

// systemCaches returns the sizes of the caches of the faster cores, on which programs run
// as long as there is one, and those of all cores where these do not differ.
func systemCaches() (c Caches) {
	for level, name := range map[int]string{1: "l1dcachesize", 2: "l2cachesize", 3: "l3cachesize"} {
		for _, prefix := range []string{"hw.perflevel0.", "hw."} {
			if bytes := sysctl(prefix + name); bytes > 0 {
				c.set(level, bytes)
				break
			}
		}
	}
	return c
}

// sysctl returns a number of 32 or 64 bits that the system reports, or 0.
func sysctl(name string) int {
	switch raw, _ := unix.SysctlRaw(name); len(raw) {
	case 4:
		return int(int32(binary.NativeEndian.Uint32(raw)))
	case 8:
		return int(binary.NativeEndian.Uint64(raw))
	}
	return 0
}
