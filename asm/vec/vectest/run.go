// Package vectest tests machines: what they emit, and that they refuse kernels that
// are wrong.
package vectest

import (
	_ "embed"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A File is an assembly file of one machine.
type File interface {
	Print(command, pkg string) (assembly, stubs []byte, err error)
}

//go:embed testdata/harness_test.go
var harness string

// emulators run programs of another architecture on Linux.
var emulators = map[string]string{"arm64": "qemu-aarch64-static", "amd64": "qemu-x86_64-static"}

// Run gives a file with the functions of [Emit], for an instruction set of a name and
// an architecture, to go vet and, with the harness, to go test.
func Run(t *testing.T, f File, goarch, isa string) {
	if testing.Short() {
		t.Skip("builds a package, and emulates other architectures")
	}
	test := []string{"test", "."}
	if runtime.GOARCH != goarch {
		if _, err := exec.LookPath(emulators[goarch]); err != nil {
			t.Skip(emulators[goarch] + " is not installed (package qemu-user-static)")
		}
		test = append(test, "-exec", emulators[goarch])
	}
	assembly, stubs, err := f.Print("a test", "harness")
	require.NoError(t, err)
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":          "module harness\n\ngo 1.26\n",
		"harness_test.go": strings.ReplaceAll(harness, "NEON", isa),
		// The library's stubs are in files that only one architecture compiles; so are
		// these.
		"kernels_" + goarch + ".s":  string(assembly),
		"kernels_" + goarch + ".go": string(stubs),
	} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666))
	}
	for _, args := range [][]string{{"vet", "."}, test} {
		cmd := exec.Command("go", args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GOARCH="+goarch, "CGO_ENABLED=0", "GOWORK=off", "GOFLAGS=")
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "go %v: %s", args, out)
	}
}
