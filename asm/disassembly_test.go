package main

import (
	"bufio"
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A kernel's instructions fit the ISA in its name: read back by a disassembler,
// since an emulator of an older processor would notice only what it executes, and
// there is none for AVX-512.
func TestInstructionsFitISA(t *testing.T) {
	objdumps := map[string]string{"amd64": "x86_64-linux-gnu-objdump", "arm64": "aarch64-linux-gnu-objdump"}
	for _, isa := range isas {
		t.Run(isa.goarch+"/"+isa.name, func(t *testing.T) {
			foreign, characteristic := regexp.MustCompile(isa.foreign), regexp.MustCompile(isa.own)
			objdump, err := exec.LookPath(objdumps[isa.goarch])
			if err != nil {
				t.Skipf("no %s: install GNU binutils for %s", objdumps[isa.goarch], isa.goarch)
			}
			functions := disassemble(t, isa.goarch, objdump, isa.name)
			require.NotEmpty(t, functions)
			own := false
			for name, lines := range functions {
				for _, line := range lines {
					if foreign.MatchString(line) {
						t.Errorf("%s: %s", name, line)
					}
					own = own || characteristic.MatchString(line)
				}
			}
			assert.True(t, own, "no %s kernel has an instruction of its own", isa.name)
		})
	}
}

// disassemble builds the library's tests and returns the instructions of the
// kernels whose names end in suffix.
func disassemble(t *testing.T, arch, objdump, suffix string) map[string][]string {
	binary := filepath.Join(t.TempDir(), "kernels")
	build := exec.Command("go", "-C", "..", "test", "-c", "-o", binary, ".")
	build.Env = append(os.Environ(), "GOARCH="+arch, "CGO_ENABLED=0", "GOWORK=off")
	out, err := build.CombinedOutput()
	require.NoError(t, err, "%s", out)
	text, err := exec.Command(objdump, "-d", "--no-show-raw-insn", binary).Output()
	require.NoError(t, err)
	start := regexp.MustCompile(`^[0-9a-f]+ <github\.com/seed842bec00/argmax\.(\w+` + suffix + `)(\.abi0)?>:`)
	functions, name := map[string][]string{}, ""
	for s := bufio.NewScanner(bytes.NewReader(text)); s.Scan(); {
		line := s.Text()
		switch match := start.FindStringSubmatch(line); {
		case match != nil:
			name = match[1]
		case strings.HasSuffix(line, ">:"):
			name = ""
		case name != "" && line != "":
			_, instruction, _ := strings.Cut(line, "\t")
			instruction, _, _ = strings.Cut(instruction, "<") // the target of a jump
			functions[name] = append(functions[name], instruction)
		}
	}
	return functions
}
