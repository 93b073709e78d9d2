// Package gnu checks machine code written as numbers against GNU as.
package gnu

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
)

// assembler is GNU as for arm64, on any machine.
const assembler = "aarch64-linux-gnu-as"

// ErrMissing says that the assembler is not installed.
var ErrMissing = errors.New("gnu: " + assembler + " is not installed (package binutils-aarch64-linux-gnu)")

// wordLine is a WORD, its number, and the comment beside it.
var wordLine = regexp.MustCompile(`(?m)^[ \t]*WORD[ \t]+\$([^ \t;/]+)[ \t]*(?://[ \t]*(.*?)[ \t]*)?$`)

// CheckWords compares every WORD of Go assembly for arm64 with what GNU as makes
// of the mnemonic in the comment beside it. It returns how many different ones
// it checked; the error has a line for each that is wrong.
func CheckWords(text []byte) (checked int, err error) {
	type word struct{ number, mnemonic string }
	var words []word
	var source bytes.Buffer
	seen := map[word]bool{}
	for _, match := range wordLine.FindAllSubmatch(text, -1) {
		w := word{string(match[1]), string(match[2])}
		if w.mnemonic == "" {
			return 0, fmt.Errorf("gnu: WORD $%s has no mnemonic beside it", w.number)
		}
		if !seen[w] {
			seen[w] = true
			words = append(words, w)
			fmt.Fprintln(&source, w.mnemonic)
		}
	}
	code, err := assemble(&source)
	if err != nil {
		return 0, err
	}
	if len(code) != 4*len(words) {
		return 0, fmt.Errorf("gnu: %d mnemonics make %d bytes of code", len(words), len(code))
	}
	var wrong []error
	for i, w := range words {
		want := binary.LittleEndian.Uint32(code[4*i:])
		if got, err := strconv.ParseUint(w.number, 0, 32); err != nil || uint32(got) != want {
			wrong = append(wrong, fmt.Errorf("gnu: %s is 0x%08x, not %s", w.mnemonic, want, w.number))
		}
	}
	return len(words), errors.Join(wrong...)
}

// assemble returns the machine code of source.
func assemble(source *bytes.Buffer) ([]byte, error) {
	path, err := exec.LookPath(assembler)
	if err != nil {
		return nil, ErrMissing
	}
	dir, err := os.MkdirTemp("", "gnu")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	object := filepath.Join(dir, "words.o")
	// armv8.6-a has the dot products, int8 and bfloat16 matrices that some
	// kernels use.
	as := exec.Command(path, "-march=armv8.6-a", "-o", object, "--")
	as.Stdin = source
	if message, err := as.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("gnu: %w\n%s", err, message)
	}
	f, err := elf.Open(object)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return f.Section(".text").Data()
}
