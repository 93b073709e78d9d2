// Package peak measures the memory that a test takes.
package peak

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
)

// Memory runs prepare and then f in a process of its own and returns by how many
// bytes f raised the peak of its resident memory, garbage that is not yet
// collected included; prepare writes the file that f is to read, say, and should
// take little memory. Memory is called first in a test that is not a subtest. It
// skips the test where the system does not report the peak and where, as under an
// emulator, the test cannot run itself.
func Memory(t *testing.T, prepare, f func()) int64 {
	t.Helper()
	const variable = "ARGMAX_TEST_PEAK"
	if os.Getenv(variable) == t.Name() {
		prepare()
		debug.FreeOSMemory()
		before, err := high()
		exitOn(err)
		f()
		after, err := high()
		exitOn(err)
		fmt.Printf("peak=%d\n", after-before)
		os.Exit(0)
	}
	if _, err := high(); err != nil {
		t.Skip("the system does not report the peak of memory: ", err)
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

func exitOn(err error) {
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

// high is the largest resident memory that this process has had, in bytes.
func high() (int64, error) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, err
	}
	_, line, ok := strings.Cut(string(status), "VmHWM:")
	if !ok {
		return 0, fmt.Errorf("no VmHWM in /proc/self/status")
	}
	var kilobytes int64
	_, err = fmt.Sscan(line, &kilobytes)
	return kilobytes << 10, err
}
