package compare

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"

	"github.com/seed842bec00/argmax/bench/internal/picture"
	"github.com/seed842bec00/argmax/bench/internal/results"
)

//go:embed page.html
var pageText string

//go:embed page.css
var layout string

var page = template.Must(template.New("page").Funcs(template.FuncMap{
	"duration": duration,
	"ratio":    ratio,
	"interval": interval,
	"lost":     func(v results.Verdict) bool { return v == results.Lost },
	"wide":     func(p Panel, title string) template.HTML { return svg(p, title, picture.Wide, "wide") },
	"narrow":   func(p Panel, title string) template.HTML { return svg(p, title, picture.Narrow, "narrow") },
	"small":    func(p Panel) template.HTML { return svg(p, p.Title, picture.Narrow, "small") },
}).Parse(pageText))

// svg is safe in a page: package picture escapes all text.
func svg(p Panel, title string, width picture.Length, class string) template.HTML {
	return template.HTML(picture.SVG(p.Chart, width, class, title))
}

// paper is a report with what both forms of it say in the same words.
type paper struct {
	*Report
	Raw []string // names of the files, beside the page
}

func (p paper) Style() template.CSS  { return template.CSS(picture.Style(":root")) }
func (p paper) Layout() template.CSS { return template.CSS(layout) }
func (p paper) Won() int             { return p.Count(results.Won) }
func (p paper) Lost() int            { return p.Count(results.Lost) }
func (p paper) Level() int           { return p.Count(results.WithinNoise) }
func (p paper) Losses() []Comparison { return p.Of(results.Lost) }
func (p paper) Present() (fs []Fact) { return p.which(false) }
func (p paper) Absent() (fs []Fact)  { return p.which(true) }

func (p paper) which(absent bool) (facts []Fact) {
	for _, f := range p.Rivals {
		why, missing := strings.CutPrefix(f.Text, notMeasured)
		if missing == absent {
			facts = append(facts, Fact{f.Name, why})
		}
	}
	return facts
}

func (p paper) Processor() string {
	for _, f := range p.Machine {
		if f.Name == "Processor" {
			return f.Text
		}
	}
	return ""
}

// Subject says in a line what was measured.
func (p paper) Subject() string {
	said := map[string]string{}
	for _, f := range p.Machine {
		said[f.Name] = f.Text
	}
	threads := "One core"
	if one, more, several := strings.Cut(said["Threads"], "; "); several {
		threads = one + " and " + more + " threads"
	} else if one != "" && one != "1" {
		threads = one + " threads"
	}
	return fmt.Sprintf("%s of %s with %s, measured on %s", threads, said["Processor"], said["In use"], said["Measured"])
}

// Summary says what the counts mean.
func (p paper) Summary() string {
	scores := p.Scores()
	all := scores[len(scores)-1]
	text := fmt.Sprintf("In each of %d contests argmax meets the fastest of its rivals on this machine, in the same process or in turns with it. "+
		"A contest is won or lost only if the 95%% interval of the ratio lies outside the noise, which is what argmax differs from itself in the same contest; of the %d within the noise, the rival's median is lower in %d. ",
		len(p.Comparisons), all.Level, all.Behind)
	if all.Plain > 0 {
		text += fmt.Sprintf("%d of those won have no rival but a plain loop in Go. ", all.Plain)
	}
	if all.Mean > 0 {
		text += fmt.Sprintf("Over all contests with another rival, the fastest takes %s the time of argmax on the geometric mean.", ratio(all.Mean))
	}
	return strings.TrimSpace(text)
}

// Suites are the scores of the suites, if there are several.
func (p paper) Suites() []Score {
	if scores := p.Scores(); len(scores) > 2 {
		return scores[:len(scores)-1]
	}
	return nil
}

// Again is the command that makes the report from its files.
func (p paper) Again() string {
	return "go run ./report -from " + strings.Join(p.Raw, ",")
}

// HTML writes the report as a page that needs nothing else. raw are the names of its
// files, which are beside it.
func (r *Report) HTML(w io.Writer, raw []string) error {
	return page.Execute(w, paper{r, raw})
}
