package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// builder builds the test programs of commits.
type builder struct {
	ctx       context.Context
	dir       string // in the repository
	temporary string
	trees     []string // the work trees to remove
}

// A program is the test program of a package.
type program struct {
	pkg  string // relative to the top of the repository
	path string
	dir  string // of the package, where the program runs
}

// build builds the test programs of the packages, of a commit in a work tree of its own,
// or if there is none of the checkout.
func (b *builder) build(side, commit string, packages []string) (programs []program, err error) {
	top, err := b.output(b.dir, "git", "rev-parse", "--show-toplevel")
	if err != nil {
		return nil, err
	}
	if commit != "" {
		tree := filepath.Join(b.temporary, side)
		if _, err := b.output(top, "git", "worktree", "add", "--detach", tree, commit); err != nil {
			return nil, err
		}
		b.trees = append(b.trees, tree)
		top = tree
	}
	for i, pkg := range packages {
		p := program{pkg: pkg, path: filepath.Join(b.temporary, fmt.Sprintf("%s%d.exe", side, i)), dir: filepath.Join(top, pkg)}
		if _, err := b.output(top, "go", "test", "-c", "-o", p.path, pkg); err != nil {
			return nil, err
		}
		if _, err := os.Stat(p.path); err != nil {
			return nil, fmt.Errorf("%s of the %s has no tests", pkg, side)
		}
		programs = append(programs, p)
	}
	return programs, nil
}

// close removes the work trees, also after an interrupt.
func (b *builder) close() (err error) {
	for _, tree := range b.trees {
		c := exec.Command("git", "worktree", "remove", "--force", tree)
		c.Dir = b.dir
		if out, e := c.CombinedOutput(); e != nil {
			err = errors.Join(err, fmt.Errorf("%w: %s", e, out))
		}
	}
	return err
}

// output returns what a command writes, without the white space around it.
func (b *builder) output(dir, name string, args ...string) (string, error) {
	return output(b.ctx, dir, name, args...)
}

func output(ctx context.Context, dir, name string, args ...string) (string, error) {
	c := exec.CommandContext(ctx, name, args...)
	c.Dir = dir
	var stderr strings.Builder
	c.Stderr = &stderr
	out, err := c.Output()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w\n%s%s", filepath.Base(name), strings.Join(args, " "), err, out, stderr.String())
	}
	return strings.TrimSpace(string(out)), nil
}
