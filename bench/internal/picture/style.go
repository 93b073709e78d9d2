package picture

import (
	"fmt"
	"strings"
)

// colours holds, for each ink, its colour on a light and on a dark page. The first of series
// are of Okabe and Ito, lighter or darker where the contrast asks for it.
var colours = []struct {
	ink         Ink
	light, dark string
}{
	{"page", "#ffffff", "#14171c"},
	{Text, "#1c2127", "#e6e9ee"},
	{Muted, "#5c6672", "#9aa5b1"},
	{Grid, "#e3e7ec", "#2a3038"},
	{Won, "#0a66b0", "#5ab0f2"},
	{Lost, "#c24400", "#ff8a4c"},
	{Level, "#7d8792", "#8d97a3"},
	{"s0", "#0a66b0", "#5ab0f2"},
	{"s1", "#c24400", "#ff8a4c"},
	{"s2", "#00805c", "#2fc797"},
	{"s3", "#a3478a", "#e08cc8"},
	{"s4", "#9a6b00", "#e5b23c"},
	{"s5", "#4b4f9e", "#a3a7f5"},
	{"s6", "#5c6672", "#9aa5b1"},
	{"s7", "#8a1c3b", "#f27a9b"},
	{"s8", "#557a00", "#a9cf45"},
	{"s9", "#007b8f", "#4cc4d8"},
	{"s10", "#8a5636", "#d7a083"},
	{"s11", "#1c2127", "#e6e9ee"},
}

// Style returns CSS with the colours: variables of the element that selector chooses, and
// the classes of pictures.
func Style(selector string) string {
	var light, dark, classes strings.Builder
	for _, c := range colours {
		fmt.Fprintf(&light, "--%s:%s;", c.ink, c.light)
		fmt.Fprintf(&dark, "--%s:%s;", c.ink, c.dark)
		fmt.Fprintf(&classes, ".f-%[1]s{fill:var(--%[1]s)}.l-%[1]s{fill:none;stroke:var(--%[1]s)}\n", c.ink)
	}
	return fmt.Sprintf("%s{%s}\n@media(prefers-color-scheme:dark){%[1]s{%[3]s}}\n%s", selector, &light, &dark, &classes)
}
