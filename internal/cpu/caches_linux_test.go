package cpu

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCachesIn(t *testing.T) {
	type cache struct{ level, kind, size string }
	for name, c := range map[string]struct {
		caches []cache
		want   Caches
	}{
		"Graviton 2":      {[]cache{{"1", "Data", "64K"}, {"1", "Instruction", "64K"}, {"2", "Unified", "1024K"}, {"3", "Unified", "32768K"}}, Caches{64 * kB, mB, 32 * mB}},
		"Cortex-A57":      {[]cache{{"1", "Data", "32K"}, {"1", "Instruction", "48K"}, {"2", "Unified", "2048K"}}, Caches{32 * kB, 2 * mB, 0}},
		"sizes are empty": {[]cache{{"1", "Data", ""}, {"2", "Unified", "0K"}}, Caches{}},
		"nonsense":        {[]cache{{"1", "Data", "-4K"}, {"2", "Unified", "99999999999K"}, {"3", "Unified", "all"}, {"x", "Data", "32K"}}, Caches{}},
		"no caches":       {},
	} {
		dir := t.TempDir()
		for i, d := range c.caches {
			index := filepath.Join(dir, fmt.Sprintf("index%d", i))
			require.NoError(t, os.Mkdir(index, 0o777))
			for file, text := range map[string]string{"level": d.level, "type": d.kind, "size": d.size} {
				require.NoError(t, os.WriteFile(filepath.Join(index, file), []byte(text+"\n"), 0o666))
			}
		}
		assert.Equal(t, c.want, cachesIn(dir), name)
	}
}

// The processor and the system say the same, where both say something: of one core at
// least, since cores may differ.
func TestSystemAgreesWithProcessor(t *testing.T) {
	processor := processorCaches()
	if processor == (Caches{}) || systemCaches() == (Caches{}) || os.Getenv("ARGMAX_EMULATED") != "" {
		t.Skip("the processor or the system does not tell, or they are not the same machine's")
	}
	dirs, err := filepath.Glob("/sys/devices/system/cpu/cpu[0-9]*/cache")
	require.NoError(t, err)
	var system []Caches
	for _, dir := range dirs {
		system = append(system, cachesIn(dir))
	}
	assert.Contains(t, system, processor)
}
