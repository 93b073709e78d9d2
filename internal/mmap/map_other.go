//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package mmap

import (
	"errors"
	"os"
)

func mapped(*os.File, int) ([]byte, func() error, error) { return nil, nil, errors.ErrUnsupported }
