//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package files

import (
	"errors"
	"io/fs"
	"os"
)

const (
	nonblocking = 0
	canLock     = false
)

func lock(*os.File) error { return errors.ErrUnsupported }

func own(fs.FileInfo) bool { return false }
