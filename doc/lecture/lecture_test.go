// Package lecture tests the guide in this directory: the Go code of its pages is that of
// examples and tests, which run, and the tables of its pages are what tests computed.
//
//	go test ./doc/lecture -update
//
// writes both into the pages.
package lecture_test

import (
	"bytes"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write code and tables into the pages")

// A block is code after ```go FILE#FUNCTION, the body of a function of a file, or text after
// ```text TEST, what a test computed.
var blocks = regexp.MustCompile("(?ms)^```(go|text) (\\S+)\n(.*?)^```$")

// pages returns the names of the pages.
func pages(t *testing.T) []string {
	names, err := filepath.Glob("*.md")
	require.NoError(t, err)
	require.Greater(t, len(names), 8)
	return names
}

// replace sets the blocks of a kind on a page to what content returns, where it returns
// something, or fails if they differ from it. It returns the number of blocks compared.
func replace(t *testing.T, page, kind string, content func(source string) (text string, ok bool)) (compared int) {
	old, err := os.ReadFile(page)
	require.NoError(t, err)
	updated := blocks.ReplaceAllFunc(old, func(block []byte) []byte {
		m := blocks.FindSubmatch(block)
		text, ok := content(string(m[2]))
		if string(m[1]) != kind || !ok {
			return block
		}
		compared++
		if !*update {
			assert.Equal(t, text, string(m[3]), "%s: the block of %s; go test ./doc/lecture -update writes it", page, m[2])
		}
		return fmt.Appendf(nil, "```%s %s\n%s```", kind, m[2], text)
	})
	if *update && !bytes.Equal(old, updated) {
		require.NoError(t, os.WriteFile(page, updated, 0o644))
	}
	return compared
}

// The code of the pages is code that is compiled and run.
func TestCodeOfPages(t *testing.T) {
	for _, page := range pages(t) {
		compared := replace(t, page, "go", func(source string) (string, bool) {
			file, function, ok := strings.Cut(source, "#")
			if !ok {
				return "", false
			}
			return body(t, filepath.FromSlash(file), function), true
		})
		assert.True(t, compared > 0 || page == "README.md", "%s has no code", page)

		text, err := os.ReadFile(page)
		require.NoError(t, err)
		assert.Equal(t, bytes.Count(text, []byte("```"))/2, len(blocks.FindAll(text, -1)), "%s: a block without a source", page)
	}
}

// Each page leads to the next, and the first to all.
func TestPagesAreInOrder(t *testing.T) {
	names := pages(t)
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	for i, page := range names {
		if page == "README.md" {
			continue
		}
		assert.Contains(t, string(readme), "]("+page+")")
		if next := names[i+1]; next != "README.md" {
			text, err := os.ReadFile(page)
			require.NoError(t, err)
			assert.Contains(t, string(text), "\nNext: [", page)
			assert.Contains(t, string(text), "]("+next+")", page)
		}
	}
}

// table compares what a test computed with its block on a page.
func table(t *testing.T, page, text string) {
	compared := replace(t, page, "text", func(source string) (string, bool) { return text, source == t.Name() })
	assert.Equal(t, 1, compared, "blocks of %s on %s", t.Name(), page)
}

// body returns the body of a function of a file, without its first level of indentation.
func body(t *testing.T, file, function string) string {
	source, err := os.ReadFile(file)
	require.NoError(t, err)
	files := token.NewFileSet()
	parsed, err := parser.ParseFile(files, file, source, parser.SkipObjectResolution)
	require.NoError(t, err)
	for _, d := range parsed.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Name.Name == function {
			text := string(source[files.Position(f.Body.Lbrace).Offset+2 : files.Position(f.Body.Rbrace).Offset])
			return strings.TrimPrefix(strings.ReplaceAll("\n"+text, "\n\t", "\n"), "\n")
		}
	}
	t.Fatalf("%s has no function %s", file, function)
	return ""
}
