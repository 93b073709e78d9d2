package dataset

import (
	"fmt"
	"os"
	"strings"
)

// readNames reads class names, one a line. Blank lines, which the original files
// end with, are no names.
func readNames(file string) ([]string, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("dataset: %w", err)
	}
	var names []string
	for line := range strings.Lines(string(text)) {
		if name := strings.TrimSpace(line); name != "" {
			names = append(names, name)
		}
	}
	return names, nil
}
