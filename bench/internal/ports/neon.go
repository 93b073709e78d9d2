package ports

import (
	"bufio"
	"bytes"
	"regexp"
	"strings"
)

// Counts are numbers of arm64 instructions, by what limits them.
type Counts struct {
	FMA     int // multiply-adds of four float32
	Vector  int // other vector instructions
	Loads   int // of vector registers; a pair counts twice
	Stores  int
	Integer int // addresses, counters, branches
}

// Total returns the number of instructions to decode.
func (c Counts) Total() int { return c.FMA + c.Vector + c.Loads + c.Stores + c.Integer }

// Core is the number of instructions that a core executes in a cycle.
type Core struct {
	Name                 string
	Vector, Load, Decode int
}

// Cores are those of Arm's software optimization guides for Neoverse N1 and V1, and of
// D. Johnson's measurements of Apple's M1 (Firestorm).
var Cores = []Core{
	{"Neoverse N1", 2, 2, 4},
	{"Neoverse V1", 4, 3, 8},
	{"Apple M1", 4, 3, 8},
}

// Cycles returns the fewest cycles for c, and the fraction of them that the multiply-adds
// alone would take.
func (core Core) Cycles(c Counts) (cycles, share float64) {
	per := func(n, ports int) float64 { return float64(n) / float64(ports) }
	cycles = max(per(c.FMA+c.Vector, core.Vector), per(c.Loads, core.Load), per(c.Total(), core.Decode))
	return cycles, per(c.FMA, core.Vector) / cycles
}

var (
	function = regexp.MustCompile(`^TEXT ·(\w+)\(SB\)`)
	label    = regexp.MustCompile(`^(\w+):$`)
	branch   = regexp.MustCompile(`^(?:B[A-Z]{2}|JMP|CBN?Z|TBN?Z)\b.*?\b(\w+)$`)
)

// InnerLoops returns the counts of one innermost loop of every function in an assembly
// file for arm64: the one with the most multiply-adds or, if none has any, with the most
// instructions.
func InnerLoops(assembly []byte) map[string]Counts {
	loops := map[string]Counts{}
	name, lines, begins := "", []string(nil), map[string]int{}
	for s := bufio.NewScanner(bytes.NewReader(assembly)); s.Scan(); {
		line := strings.TrimSpace(s.Text())
		if m := function.FindStringSubmatch(line); m != nil {
			name, lines, begins = m[1], nil, map[string]int{}
			continue
		}
		if m := label.FindStringSubmatch(line); m != nil {
			begins[m[1]] = len(lines)
			continue
		}
		if line == "" || strings.HasPrefix(line, "//") || strings.HasPrefix(line, "#") {
			continue
		}
		lines = append(lines, line)
		m := branch.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		begin, back := begins[m[1]]
		if !back {
			continue
		}
		c := count(lines[begin:])
		if old := loops[name]; c.FMA > old.FMA || c.FMA == old.FMA && c.Total() > old.Total() && old.FMA == 0 {
			loops[name] = c
		}
		for l, at := range begins { // a loop around this one is not innermost
			if at <= begin {
				delete(begins, l)
			}
		}
	}
	return loops
}

var (
	fma   = regexp.MustCompile(`^VFMLA|// fmla`)
	pairs = regexp.MustCompile(`^FLDPQ`)
	loads = regexp.MustCompile(`^FMOV[QDS] .*\(R|^VLD1`)
	store = regexp.MustCompile(`^FMOV[QDS](\.\w)? F\d+, .*\(R|^FSTPQ|^VST1`)
	other = regexp.MustCompile(`^V[A-Z]|^F|^WORD`)
)

func count(lines []string) (c Counts) {
	for _, line := range lines {
		switch {
		case fma.MatchString(line):
			c.FMA++
		case pairs.MatchString(line):
			c.Loads += 2
		case store.MatchString(line):
			c.Stores++
		case loads.MatchString(line):
			c.Loads++
		case other.MatchString(line):
			c.Vector++
		default:
			c.Integer++
		}
	}
	return c
}
