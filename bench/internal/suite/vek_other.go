//go:build !amd64

package suite

// vek has assembly for amd64 alone, and does not compile everywhere.
var vek vekFunctions
