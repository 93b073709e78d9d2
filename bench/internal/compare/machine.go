package compare

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/seed842bec00/argmax/bench/internal/results"
)

// about lists the lines of a file that describe the machine, with the names that a reader
// sees.
var about = []struct{ key, name string }{
	{"cpu", "Processor"}, {"cores", "Cores"}, {"caches", "Caches of a core"}, {"isas", "Instruction sets"}, {"active", "In use"},
	{"os", "System"}, {"go", "Go"}, {"commit", "Commit"}, {"date", "Measured"}, {"threads", "Threads"},
}

func machine(files []*results.File) (facts []Fact) {
	for _, a := range about {
		var texts []string
		for _, f := range files {
			text := f.Config[a.key]
			switch a.key {
			case "caches":
				text = caches(f)
			case "commit":
				if hash, more, _ := strings.Cut(text, " "); len(hash) == 40 {
					text = strings.TrimSpace(hash[:12] + " " + more)
				}
			case "date":
				text, _, _ = strings.Cut(text, "T")
			}
			if text != "" && !slices.Contains(texts, text) {
				texts = append(texts, text)
			}
		}
		if len(texts) > 0 {
			facts = append(facts, Fact{a.name, strings.Join(texts, "; ")})
		}
	}
	return facts
}

func caches(f *results.File) string {
	var sizes []string
	for _, level := range []string{"l1", "l2", "l3"} {
		if bytes, err := strconv.Atoi(f.Config[level]); err == nil {
			sizes = append(sizes, strings.ToUpper(level)+" "+size(bytes))
		}
	}
	return strings.Join(sizes, ", ")
}

func size(bytes int) string {
	if bytes >= 1<<20 {
		return strconv.Itoa(bytes>>20) + " MiB"
	}
	return strconv.Itoa(bytes>>10) + " KiB"
}

// notMeasured begins the text of a rival that is missing.
const notMeasured = "not measured: "

// unversioned says what rivals are that have no version of their own.
var unversioned = map[string]string{
	"loop": "a plain loop in Go", "heap": "Go's container/heap", "sort": "Go's sort of all", "gcc": "a loop in C, with -ffast-math", "gcc-flat": "the same, all rows in one loop",
	"numpy": "of scikit-learn's process", "faiss-gemm": "FAISS, by products from one query on", "faiss-sq8": "FAISS, an index of bytes",
}

// rivals lists the rivals that entered a contest, and those that are missing.
func rivals(files []*results.File) (facts []Fact) {
	seen := map[string]bool{}
	add := func(name, text string) {
		if !seen[name] {
			seen[name] = true
			facts = append(facts, Fact{name, text})
		}
	}
	for _, f := range files {
		for _, c := range f.Contests {
			for _, e := range c.Entrants {
				if !e.Ours() {
					add(e.Name, cmp.Or(f.Config[e.Name], unversioned[e.Name]))
				}
			}
		}
	}
	for _, f := range files {
		names, why := f.Missing()
		for _, name := range names {
			add(name, notMeasured+why[name])
		}
	}
	return facts
}
