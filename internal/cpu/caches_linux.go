package cpu

import (
	"os"
	"strconv"
	"strings"
)

// systemCaches returns the sizes of the caches of the first core, which is often one of the
// smaller ones if cores differ.
func systemCaches() Caches { return cachesIn("/sys/devices/system/cpu/cpu0/cache") }

// cachesIn reads a directory of sysfs, which has a directory for each cache.
func cachesIn(dir string) (c Caches) {
	read := func(index int, file string) string {
		text, err := os.ReadFile(dir + "/index" + strconv.Itoa(index) + "/" + file)
		if err != nil {
			return ""
		}
		return strings.TrimSpace(string(text))
	}
	for index := 0; ; index++ {
		level, err := strconv.Atoi(read(index, "level"))
		if err != nil {
			return c
		}
		if read(index, "type") == "Instruction" {
			continue
		}
		kilobytes, err := strconv.Atoi(strings.TrimSuffix(read(index, "size"), "K"))
		if err == nil && kilobytes >= 0 && kilobytes < 1<<21 {
			c.set(level, kilobytes<<10)
		}
	}
}
