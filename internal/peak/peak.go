// Package peak measures the memory that a test takes.
package peak

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"

	"github.com/seed842bec00/argmax/internal/race"
)

// Memory runs prepare and then f in a process of its own and returns by how many
// bytes f raised the memory of the process: its resident memory at the peak, or
// what the runtime asked the system for if that is more, since memory that is
// allocated and never touched is not resident. Garbage that is not yet collected
// counts. The function prepare writes the file that f is to read, say, and should
// take little memory. Memory is called first in a test that is not a subtest. It
// skips the test where it cannot run itself, under the race detector, and where ARGMAX_EMULATED is set: QEMU
// may hang while a process with threads starts another.
func Memory(t *testing.T, prepare, f func()) int64 {
	t.Helper()
	const variable = "ARGMAX_TEST_PEAK"
	if os.Getenv(variable) == t.Name() {
		prepare()
		debug.FreeOSMemory()
		resident, asked := high(), requested()
		f()
		fmt.Printf("peak=%d\n", max(high()-resident, requested()-asked))
		os.Exit(0)
	}
	if race.Enabled {
		t.Skip("the race detector keeps shadow memory of what is touched")
	}
	if os.Getenv("ARGMAX_EMULATED") != "" {
		t.Skip("the test runs itself, which an emulator may not survive")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	child := exec.Command(self, "-test.run=^"+regexp.QuoteMeta(t.Name())+"$")
	// The child's files go away with the parent: it exits too early to remove them.
	child.Env = append(os.Environ(), variable+"="+t.Name(), "TMPDIR="+t.TempDir())
	out, err := child.Output()
	if err != nil && child.ProcessState == nil {
		t.Skip("the test cannot run itself, as when it is emulated: ", err)
	}
	_, text, ok := strings.Cut(string(out), "peak=")
	if err != nil || !ok {
		t.Fatalf("%v: %v\n%s", child, err, out)
	}
	peak, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("peak of memory: %.1f MiB", float64(peak)/(1<<20))
	return peak
}

// requested is how much memory the runtime has requested from the system. It does
// not fall when the runtime returns some.
func requested() int64 {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.Sys)
}

// high is the largest resident memory that this process has had, in bytes, and 0
// where the system does not say.
func high() int64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, line, ok := strings.Cut(string(status), "VmHWM:")
	if !ok {
		return 0
	}
	var kilobytes int64
	if _, err := fmt.Sscan(line, &kilobytes); err != nil {
		return 0
	}
	return kilobytes << 10
}
