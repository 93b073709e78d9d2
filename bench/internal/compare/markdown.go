package compare

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// text is a document in Markdown.
type text struct{ strings.Builder }

func (t *text) line(format string, args ...any) { fmt.Fprintf(t, format+"\n", args...) }

var escapes = strings.NewReplacer("|", `\|`, "*", `\*`, "_", `\_`, "<", "&lt;")

func (t *text) row(cells ...string) {
	for i, c := range cells {
		cells[i] = escapes.Replace(c)
	}
	t.line("| %s |", strings.Join(cells, " | "))
}

func (t *text) table(header []string, rows [][]string) {
	t.row(slices.Clone(header)...)
	t.row(slices.Repeat([]string{"---"}, len(header))...)
	for _, r := range rows {
		t.row(slices.Clone(r)...)
	}
	t.line("")
}

// Markdown writes the report as Markdown: what the page says, with its pictures as links.
func (r *Report) Markdown(w io.Writer, raw []string) error {
	p := paper{r, raw}
	var t text
	t.line("# argmax and its rivals\n")
	t.line("%s.\n", p.Subject())
	if len(r.Comparisons) > 0 {
		t.line("**%d lost, %d within the noise, %d won.** %s\n", p.Lost(), p.Level(), p.Won(), p.Summary())
		if suites := p.Suites(); len(suites) > 0 {
			var rows [][]string
			for _, s := range suites {
				mean := ""
				if s.Mean > 0 {
					mean = ratio(s.Mean)
				}
				rows = append(rows, []string{s.Name, fmt.Sprint(s.Lost), fmt.Sprint(s.Level), fmt.Sprint(s.Won), mean})
			}
			t.table([]string{"contests", "lost", "within the noise", "won", "rival ÷ argmax"}, rows)
		}
	}
	if disturbed := r.Disturbed(); len(disturbed) > 0 {
		t.line("The machine was disturbed during %d of the contests, which are marked in the tables.\n", len(disturbed))
	}
	if len(r.Comparisons) > 0 {
		t.line("## Where argmax loses\n")
		if losses := p.Losses(); len(losses) > 0 {
			var rows [][]string
			for _, c := range losses {
				rows = append(rows, []string{c.Name(), duration(c.Theirs()) + " " + c.Rival.Name, duration(c.Ours()), interval(c.Ratio), interval(c.Noise)})
			}
			t.table([]string{"contest", "fastest rival", "argmax", "rival ÷ argmax", "noise"}, rows)
		} else {
			t.line("In none of these contests.\n")
		}
	}
	t.line("## The machine and the rivals\n")
	for _, f := range r.Machine {
		t.line("- %s: %s", f.Name, f.Text)
	}
	for _, f := range p.Present() {
		t.line("- %s", strings.TrimSpace("Compared with "+f.Name+" "+f.Text))
	}
	for _, f := range p.Absent() {
		t.line("- Not here: %s, %s", f.Name, f.Text)
	}
	t.line("")
	if len(r.Figures) > 0 {
		t.line("## Pictures\n")
		if len(r.Picture.Panels) > 0 {
			t.line("![%s](%s.svg)\n", r.Picture.Title, r.Picture.ID)
		}
		for _, f := range r.Figures {
			t.line("- [%s](report.html#%s): %s", f.Title, f.ID, f.Reading)
			for _, p := range f.Panels {
				for command := range strings.Lines(p.Command) {
					t.line("  - %s", strings.TrimSpace(p.Title+" `"+strings.TrimSpace(command)+"`"))
				}
			}
		}
		t.line("")
	}
	t.line("## Tables\n")
	for _, table := range r.Tables {
		t.line("### %s\n\n%s\n", table.Title, table.Text)
		var rows [][]string
		for _, row := range table.Rows {
			rows = append(rows, row.Cells)
		}
		t.table(table.Header, rows)
	}
	t.line("Made from %s by `%s`.", strings.Join(raw, ", "), p.Again())
	_, err := io.WriteString(w, t.String())
	return err
}
