//go:build !cblas || !cgo

package crival

const untagged = "built without the tag cblas"

func load() {
	for _, name := range []string{"openblas", "blis", "onednn"} {
		missing[name] = untagged
	}
}

func setThreads(int) {}
