package gnu_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/seed842bec00/argmax/asm/gnu"
)

func TestCheckWords(t *testing.T) {
	for _, test := range []struct {
		name, text string
		checked    int
		err        string // part of the message
	}{
		{"right, once each", `
	WORD $0x4e22d420 // fadd v0.4s, v1.4s, v2.4s
	WORD $0x4e22d420 // fadd v0.4s, v1.4s, v2.4s
	FADDS F1, F2, F3
	WORD $0x4e809400 // sdot v0.4s, v0.16b, v0.16b
`, 2, ""},
		{"another register", "\tWORD $0x4e22d421 // fadd v0.4s, v1.4s, v2.4s\n", 1, "fadd v0.4s, v1.4s, v2.4s is 0x4e22d420"},
		{"no number", "\tWORD $zero // nop\n", 1, "nop is 0xd503201f, not zero"},
		{"no comment", "\tWORD $0x4e22d420\n", 0, "no mnemonic"},
		{"unknown", "\tWORD $0x4e22d420 // faddd v0.4s, v1.4s\n", 0, "faddd"},
		{"nothing", "\tRET\n", 0, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			checked, err := gnu.CheckWords([]byte(test.text))
			if errors.Is(err, gnu.ErrMissing) {
				t.Skip(err)
			}
			if checked != test.checked {
				t.Errorf("checked %d, want %d", checked, test.checked)
			}
			if test.err == "" && err != nil || test.err != "" && (err == nil || !strings.Contains(err.Error(), test.err)) {
				t.Errorf("error %v, want %q in it", err, test.err)
			}
		})
	}
}
