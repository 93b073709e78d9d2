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
	for _, c := range []struct {
		arch, objdump, suffix string
		foreign               *regexp.Regexp // what a kernel of that name must not contain
		own                   *regexp.Regexp // what at least one must
	}{
		{"amd64", "x86_64-linux-gnu-objdump", "AVX512VNNI", regexp.MustCompile(notAVX512 + `|vpdpw`), regexp.MustCompile(`vpdpbusd .*zmm`)},
		{"amd64", "x86_64-linux-gnu-objdump", "AVX2", regexp.MustCompile(`zmm|%k[0-7]|[xy]mm(1[6-9]|[23]\d)|mm\d+\{`), regexp.MustCompile(`ymm`)},
		{"amd64", "x86_64-linux-gnu-objdump", "AVX512", regexp.MustCompile(notAVX512 + `|vpdp`), regexp.MustCompile(`zmm`)},
		{"arm64", "aarch64-linux-gnu-objdump", "NEON", regexp.MustCompile(notNEON + `|^[us]+dot`), regexp.MustCompile(`\.4s`)},
		{"arm64", "aarch64-linux-gnu-objdump", "NEONDot", regexp.MustCompile(notNEON + `|^(su|us)dot`), regexp.MustCompile(`^udot`)},
	} {
		t.Run(c.arch+"/"+c.suffix, func(t *testing.T) {
			objdump, err := exec.LookPath(c.objdump)
			if err != nil {
				t.Skipf("no %s: install GNU binutils for %s", c.objdump, c.arch)
			}
			functions := disassemble(t, c.arch, objdump, c.suffix)
			require.NotEmpty(t, functions)
			own := false
			for name, lines := range functions {
				for _, line := range lines {
					if c.foreign.MatchString(line) {
						t.Errorf("%s: %s", name, line)
					}
					own = own || c.own.MatchString(line)
				}
			}
			assert.True(t, own, "no %s kernel has an instruction of its own", c.suffix)
		})
	}
}

// What kernels of an ISA and of those that extend it must not contain.
const (
	notAVX512 = `\(bad\)|vdpbf16|vcvtne|vdpph|vp2intersect|tmm|ph\b`
	notNEON   = `^([us]+mmla|bf(dot|mmla|mlal|cvt)|\.inst)|\bz\d+\.|^f.*\.[48]h\b`
)

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
