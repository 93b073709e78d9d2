package files

import (
	"encoding/hex"
	"errors"
	"path/filepath"
	"strings"
)

// errLocked means that another open file holds the lock.
var errLocked = errors.New("the file is locked")

// removeStale removes the temporary files in dir whose writers are gone. What it
// cannot read or remove it leaves: a failure to clean up is none to write.
func removeStale(sys system, dir string) {
	if !canLock {
		return
	}
	sys.List(dir, func(name string) {
		if !isLockedTemporary(name) {
			return
		}
		name = filepath.Join(dir, name)
		// Not regular means not written here; and opening a pipe could block.
		info, err := sys.Lstat(name)
		if err != nil || !info.Mode().IsRegular() || !own(info) {
			return
		}
		f, err := sys.Open(name)
		if err != nil {
			return
		}
		defer f.Close()
		// The lock is held while the name is removed, so that a writer that has
		// just created the file and not yet locked it notices.
		if f.Lock() == nil {
			sys.Remove(name)
		}
	})
}

// isLockedTemporary reports whether a temporary file with a lock has this name.
func isLockedTemporary(name string) bool {
	digits, ok := strings.CutPrefix(name, temporaryPrefix)
	if !ok {
		return false
	}
	digits, ok = strings.CutSuffix(digits, lockedSuffix)
	if !ok || len(digits) != 16 {
		return false
	}
	_, err := hex.DecodeString(digits)
	return err == nil
}
