package meter

import "github.com/seed842bec00/argmax/internal/cpu"

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

// sizes are the sizes of the caches of one core. Where there is no L3, the L2 is the last.
var sizes = func() [Memory]int {
	c := cpu.DetectCaches()
	return [Memory]int{c.L1, c.L2, max(c.L2, c.L3)}
}()

// samples returns the numbers of bytes to read to measure the bandwidth of a level: half
// of a cache, and for memory four times the last-level cache, up to 1 GiB. A last-level
// cache that is much larger than L2 is shared, and what fits into the part that one core
// gets is read the fastest: some smaller numbers, of which the fastest counts, come before.
func (l Level) samples() (bytes []int) {
	switch l {
	case Memory:
		return []int{min(4*L3.Bytes(), 1<<30)}
	case L3:
		for n := 2 * L2.Bytes(); n < L3.Bytes()/2; n *= 4 {
			bytes = append(bytes, n)
		}
	}
	return append(bytes, l.Bytes()/2)
}
