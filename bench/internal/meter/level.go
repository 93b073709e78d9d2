package meter

import "github.com/klauspost/cpuid/v2"

// Level is a level of the memory hierarchy.
type Level uint8

const (
	L1 Level = iota
	L2
	L3 // the last-level cache, shared between cores
	Memory
	levels
)

func (l Level) String() string { return [...]string{"L1", "L2", "L3", "memory"}[l] }

// Bytes returns the size of a cache.
func (l Level) Bytes() int { return sizes[l] }

// LevelOf returns the smallest level that holds a number of bytes.
func LevelOf(bytes int) Level {
	for level, size := range sizes {
		if bytes <= size {
			return Level(level)
		}
	}
	return Memory
}

// sizes are the sizes of the caches of one core, with common ones as defaults where the
// processor does not report them.
var sizes = func() (sizes [Memory]int) {
	told := cpuid.CPU.Cache
	for level, size := range [Memory][2]int{{told.L1D, 32 << 10}, {told.L2, 512 << 10}, {told.L3, 8 << 20}} {
		sizes[level] = size[0]
		if size[0] <= 0 {
			sizes[level] = size[1]
		}
		if level > 0 { // there may be a large L2 and no L3
			sizes[level] = max(sizes[level], sizes[level-1])
		}
	}
	return sizes
}()

// sample returns the number of bytes to read to measure the bandwidth of a level: half
// of a cache, and for memory four times the last-level cache, up to 1 GiB.
func (l Level) sample() int {
	if l == Memory {
		return min(4*L3.Bytes(), 1<<30)
	}
	return l.Bytes() / 2
}
