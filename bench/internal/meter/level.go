package meter

import "github.com/klauspost/cpuid/v2"

// Level is where data comes from.
type Level uint8

const (
	L1 Level = iota
	L2
	L3 // the last cache, which cores share
	Memory
	levels
)

func (l Level) String() string { return [...]string{"L1", "L2", "L3", "memory"}[l] }

// Bytes is the size of a cache.
func (l Level) Bytes() int { return sizes[l] }

// LevelOf is the level that holds so many bytes.
func LevelOf(bytes int) Level {
	for level, size := range sizes {
		if bytes <= size {
			return Level(level)
		}
	}
	return Memory
}

// sizes are those of the caches of one core; common ones where the system does
// not tell.
var sizes = func() (sizes [Memory]int) {
	told := cpuid.CPU.Cache
	for level, size := range [Memory][2]int{{told.L1D, 32 << 10}, {told.L2, 512 << 10}, {told.L3, 8 << 20}} {
		sizes[level] = size[0]
		if size[0] <= 0 {
			sizes[level] = size[1]
		}
		if level > 0 { // there may be no third cache, but a large second one
			sizes[level] = max(sizes[level], sizes[level-1])
		}
	}
	return sizes
}()

// sample is how much to read to learn the bandwidth of a level: half of a cache,
// and of memory four times what the last cache holds, up to 1 GiB.
func (l Level) sample() int {
	if l == Memory {
		return min(4*L3.Bytes(), 1<<30)
	}
	return l.Bytes() / 2
}
