package arm64

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
)

// emulator runs arm64 programs on other Linux machines.
const emulator = "qemu-aarch64-static"

// TestRun gives the test kernels and testdata/harness_test.go to go vet and go
// test for arm64.
func TestRun(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles for arm64 and emulates it")
	}
	test := []string{"test", "."}
	if runtime.GOARCH != "arm64" {
		if _, err := exec.LookPath(emulator); err != nil {
			t.Skip(emulator + " is not installed (package qemu-user-static)")
		}
		test = append(test, "-exec", emulator)
	}
	harness, err := os.ReadFile("testdata/harness_test.go")
	if err != nil {
		t.Fatal(err)
	}
	m, dir := testKernels(), t.TempDir()
	for name, text := range map[string][]byte{
		"go.mod":          []byte("module harness\n\ngo 1.26\n"),
		"harness_test.go": harness,
		"kernels_arm64.s": m.Assembly("Test kernels."),
		// The root's stubs are in files that only arm64 compiles; so are these.
		"kernels_arm64.go": m.Stubs("Test kernels.", "harness"),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range [][]string{{"vet", "."}, test} {
		cmd := exec.Command("go", args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GOARCH=arm64", "CGO_ENABLED=0", "GOWORK=off", "GOFLAGS=")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("go %v: %v\n%s", args, err, out)
		}
	}
}
