//go:build !cblas || !cgo

package crival

func load() {}
