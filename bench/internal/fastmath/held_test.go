package fastmath

import (
	"os/exec"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What is compiled for AVX2 has no instruction of AVX-512 or AVX-VNNI, whatever the
// compiler is told about the processor, and has the instructions of AVX2.
func TestLoopsAreHeldToAVX2(t *testing.T) {
	if _, err := exec.LookPath("gcc"); err != nil || runtime.GOARCH != "amd64" {
		t.Skip("needs gcc on amd64")
	}
	for _, file := range []string{"losses.c", "steps.c", "bytes.c"} {
		assembly, err := exec.Command("gcc", "-O3", "-march=sapphirerapids", "-ffast-math", "-S", "-o", "-", file).Output()
		require.NoError(t, err)
		function, functions, wide := "", 0, 0
		more := func(line string) bool {
			return strings.Contains(line, "%zmm") || strings.Contains(line, "%k1") || strings.Contains(line, "vpdp") ||
				strings.Contains(line, "%ymm16") || strings.Contains(line, "_ZGVe") // functions for 16 floats
		}
		found := map[string]bool{}
		for line := range strings.Lines(string(assembly)) {
			if name, ok := strings.CutSuffix(strings.TrimSpace(line), ":"); ok && !strings.HasPrefix(name, ".") {
				function = name
				if strings.HasSuffix(name, "_avx2") {
					functions++
				}
			}
			held := strings.HasSuffix(function, "_avx2")
			if held {
				assert.False(t, more(line), "%s: %s", function, line)
				if strings.Contains(line, "%ymm") {
					wide++
				}
			}
			found[function] = found[function] || !held && more(line)
		}
		assert.Positive(t, functions, file)
		assert.Positive(t, wide, "%s: no vector of 256 bits", file)
		assert.Contains(t, found, "fastmath_"+map[string]string{"losses.c": "softmax", "steps.c": "adam", "bytes.c": "dot_bytes"}[file])
	}
}
