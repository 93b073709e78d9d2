// Command tidy runs go mod tidy in the modules of the workspace, or in those
// whose directories are given:
//
//	go run ./internal/tidy [-check] [directory ...]
//
// The nested modules require versions of the library that may not be published yet,
// so go mod tidy alone fails: go.work replaces those versions, but go mod tidy does
// not read go.work. A replace directive in go.mod would help, but would break
// go install …/cmd/argmax@version. So this command tidies a copy of go.mod with the
// replacements of go.work and writes back the result without them. With -check it
// changes nothing, prints what it would change, and fails if there is anything.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

func main() {
	check := flag.Bool("check", false, "change nothing; print what would change, and fail if anything would")
	flag.Parse()
	if err := run(os.Stdout, ".", flag.Args(), *check); err != nil {
		fmt.Fprintln(os.Stderr, "tidy:", err)
		os.Exit(1)
	}
}

// run tidies the given modules, or all modules of the workspace that contains start.
func run(out io.Writer, start string, modules []string, check bool) error {
	work, err := findWorkspace(start)
	if err != nil {
		return err
	}
	if len(modules) == 0 {
		modules = work.modules
	}
	var failed []error
	for _, dir := range modules {
		if err := tidy(out, dir, work.replacements, check); err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", dir, err))
		}
	}
	return errors.Join(failed...)
}

// workspace is the content of go.work with absolute paths.
type workspace struct {
	modules      []string
	replacements []replacement
}

type replacement struct{ old, new string } // in the syntax of go mod edit: path@version

func findWorkspace(start string) (workspace, error) {
	file, err := goCommand(start, "env", "GOWORK")
	if err != nil {
		return workspace{}, err
	}
	name := strings.TrimSpace(string(file))
	if name == "" || name == "off" {
		return workspace{}, errors.New("not in a workspace: there is no go.work")
	}
	content, err := goCommand(start, "work", "edit", "-json", name)
	if err != nil {
		return workspace{}, err
	}
	type version struct{ Path, Version string }
	var parsed struct {
		Use     []struct{ DiskPath string }
		Replace []struct{ Old, New version }
	}
	if err := json.Unmarshal(content, &parsed); err != nil {
		return workspace{}, err
	}
	absolute := func(path string) string {
		if filepath.IsAbs(path) {
			return path
		}
		return filepath.Join(filepath.Dir(name), path)
	}
	at := func(v version) string {
		if v.Version == "" {
			return v.Path
		}
		return v.Path + "@" + v.Version
	}
	var w workspace
	for _, use := range parsed.Use {
		w.modules = append(w.modules, absolute(use.DiskPath))
	}
	for _, r := range parsed.Replace {
		if r.New.Version == "" { // a directory
			r.New.Path = absolute(r.New.Path)
		}
		w.replacements = append(w.replacements, replacement{at(r.Old), at(r.New)})
	}
	return w, nil
}

// tidy tidies the module in dir, or prints its diff and fails.
func tidy(out io.Writer, dir string, replacements []replacement, check bool) error {
	tmp, err := os.MkdirTemp("", "tidy")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	for _, name := range []string{"go.mod", "go.sum"} {
		if err := copyFile(tmp, dir, name); err != nil {
			return err
		}
	}
	mod := filepath.Join(tmp, "go.mod")
	for _, r := range replacements {
		if _, err := goCommand(dir, "mod", "edit", "-replace="+r.old+"="+r.new, mod); err != nil {
			return err
		}
	}
	if check {
		diff, err := goCommand(dir, "mod", "tidy", "-diff", "-modfile="+mod)
		out.Write(diff)
		if len(diff) > 0 {
			return errors.New("untidy")
		}
		return err
	}
	if _, err := goCommand(dir, "mod", "tidy", "-modfile="+mod); err != nil {
		return err
	}
	for _, r := range replacements {
		if _, err := goCommand(dir, "mod", "edit", "-dropreplace="+r.old, mod); err != nil {
			return err
		}
	}
	for _, name := range []string{"go.mod", "go.sum"} {
		if err := copyFile(dir, tmp, name); err != nil {
			return err
		}
	}
	return nil
}

// copyFile copies the file called name in directory from to directory to, or removes it
// there if from has none. A file with the same content already is not written.
func copyFile(to, from, name string) error {
	content, err := os.ReadFile(filepath.Join(from, name))
	to = filepath.Join(to, name)
	if errors.Is(err, fs.ErrNotExist) {
		if err := os.Remove(to); !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	}
	if err != nil {
		return err
	}
	if old, err := os.ReadFile(to); err == nil && bytes.Equal(old, content) {
		return nil
	}
	return os.WriteFile(to, content, 0o666)
}

// goCommand runs the go command in dir and returns its output. It ignores go.work unless
// the command asks for the workspace itself.
func goCommand(dir string, args ...string) ([]byte, error) {
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	if args[0] == "mod" {
		cmd.Env = append(cmd.Environ(), "GOWORK=off")
	}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		err = fmt.Errorf("go %s: %w\n%s", strings.Join(args, " "), err, &stderr)
	}
	return out, err
}
