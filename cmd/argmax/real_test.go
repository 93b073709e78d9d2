package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// real is a directory of the real data sets, which ARGMAX_DATA names: mnist,
// fashion-mnist, cifar-10-batches-bin.
func real(t *testing.T, set string) string {
	root := os.Getenv("ARGMAX_DATA")
	if root == "" {
		t.Skip("ARGMAX_DATA does not name the directory of mnist, fashion-mnist and cifar-10-batches-bin")
	}
	dir := filepath.Join(root, set)
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("no %s: %v", set, err)
	}
	return dir
}

// percent finds the last number before a percent sign on the line that pattern
// begins.
func percent(t *testing.T, out, pattern string) float64 {
	m := regexp.MustCompile(`(?m)` + pattern + `.*?([\d.]+) %`).FindStringSubmatch(out)
	require.NotNil(t, m, out)
	v, err := strconv.ParseFloat(m[1], 64)
	require.NoError(t, err)
	return v
}

// What linear classifiers and neighbours reach on whole real data sets.
func TestRealAccuracy(t *testing.T) {
	for _, c := range []struct {
		set, loss string
		least     float64
	}{
		{"mnist", "softmax", 91.5}, {"mnist", "hinge", 91},
		{"fashion-mnist", "softmax", 83.5}, {"fashion-mnist", "hinge", 83},
		{"cifar-10-batches-bin", "softmax", 37}, {"cifar-10-batches-bin", "hinge", 37},
	} {
		t.Run(c.set+"/"+c.loss, func(t *testing.T) {
			out := mustRun(t, "train", real(t, c.set), "-o", filepath.Join(t.TempDir(), "model"), "--loss", c.loss, "--solver", "sgd", "--test")
			t.Log(out)
			assert.GreaterOrEqual(t, percent(t, out, " test: accuracy"), c.least)
		})
	}
	for _, c := range []struct {
		set, k string
		least  float64
	}{{"mnist", "3", 97}, {"fashion-mnist", "5", 85}} {
		t.Run(c.set+"/knn", func(t *testing.T) {
			dir := real(t, c.set)
			if testing.Short() {
				t.Skip("10,000 × 60,000 distances take 8 s or so")
			}
			out := mustRun(t, "index", "eval", dir, "-k", c.k)
			t.Log(out)
			assert.GreaterOrEqual(t, percent(t, out, "^"+c.k+" "), c.least)
		})
	}
}
