// Command counts writes, as Markdown, how many operations the assembly of the contests
// executes, and the fewest cycles that these take on processors whose ports are known.
//
//	go run ./counts [-match regexp] > counts.md
package main

import (
	"flag"
	"log"
	"os"
	"regexp"

	"github.com/seed842bec00/argmax/bench/internal/count"
)

func main() {
	log.SetFlags(0)
	match := flag.String("match", "", "only operations whose name, such as Dot, matches this `regexp`")
	flag.Parse()
	pattern, err := regexp.Compile(*match)
	if err != nil {
		log.Fatal("counts: ", err)
	}
	if err := count.Write(os.Stdout, pattern.MatchString); err != nil {
		log.Fatal("counts: ", err)
	}
}
