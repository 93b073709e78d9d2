package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestKNN(t *testing.T) {
	data := idx(t)
	out := mustRun(t, "knn", data, "-k", "1,3", "--metric", "l1", "--limit", "10")
	assert.Contains(t, out, "60 images of 5x5x1, 10 classes;")
	assert.Regexp(t, `(?m)^1 +100.00 % +10\n3 +100.00 % +10\nL1, `, out)
	out = mustRun(t, "knn", data, data)
	assert.Regexp(t, `(?m)^5 +100.00 % +20$`, out)
}
