package ports

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The tables in testdata hold what every kernel executes, and the fewest cycles that it
// takes on each known processor. They do not depend on a clock or on the machine: a
// change of a kernel that costs instructions or ports shows in their diff.

var update = flag.Bool("update", false, "write the tables of counts in testdata")

const updating = "if the change is meant, run in bench: go test ./internal/ports -run KeptCounts -update"

// usual are the arguments of the calls that are counted: an image of 784 features, ten
// rows or classes, 256 rows of scores, 4096 weights.
var usual = Args{
	"x_len": 784, "dst_len": 10, "dots_len": 10, "index_len": 10, "stride": 784, "ahead": 0,
	"n": 10, "rows": 256, "lds": 10, "ldd": 10, "sums_len": 256, "w_len": 4096,
}

// tiled are those of the kernels on tiles: a whole tile and 784 features, in a matrix
// product a block of 256.
var tiled = []struct {
	op   *regexp.Regexp
	args Args
}{
	{regexp.MustCompile(`^scoreTiles`), Args{"k": 784, "ldx": 784, "ldw": 784, "ldd": 10, "resume": 0, "wait": 0, "far": 0}},
	{regexp.MustCompile(`^gemm`), Args{"k": 256, "lda": 784, "ldb": 784, "ldc": 784, "add": 0, "resume": 0}},
	{regexp.MustCompile(`Dist(Tile)$`), Args{"k": 784, "ldx": 784, "ldy": 784, "ldd": 784}},
	{regexp.MustCompile(`BytesTile$`), Args{"steps": 98, "registers": 2, "m": 84, "ldc": 32, "stride": 784, "add": 0, "ahead": 0}},
	{regexp.MustCompile(`^findNear$`), Args{"m": 84, "n": 16}},
	{regexp.MustCompile(`Row$`), Args{"scores_len": 10, "label": 3}},
}

var signature = regexp.MustCompile(`^(.+?)(?:(\d+)x(\d+))?(AVX2|AVX512VNNI|AVX512)$`)

// call returns a call of the named function, with the arguments that it reads, and the
// suffix of its instruction set.
func (p *Program) call(name string) (c Call, isa string, wide bool) {
	m := signature.FindStringSubmatch(name)
	if m == nil {
		return Call{}, "", false
	}
	args := maps.Clone(usual)
	for _, t := range tiled {
		if t.op.MatchString(m[1]) {
			maps.Copy(args, t.args)
			if m[2] != "" {
				args["m"], _ = strconv.Atoi(m[2])
				args["n"], _ = strconv.Atoi(m[3])
			}
		}
	}
	c = Call{Op: m[1], Times: 1, Args: Args{}}
	for _, i := range p.functions[name].instructions {
		for _, o := range i.operands {
			if m := argument.FindStringSubmatch(o); m != nil {
				if v, given := args[m[1]]; given {
					c.Args[m[1]] = v
				}
			}
		}
	}
	return c, m[4], m[4] != "AVX2"
}

// listed returns arguments as they stand in a table.
func listed(a Args) string {
	var list []string
	for _, name := range slices.Sorted(maps.Keys(a)) {
		list = append(list, fmt.Sprintf("%s=%d", name, a[name]))
	}
	return strings.Join(list, " ")
}

// countsOfCalls returns the table of one call of each kernel for amd64.
func countsOfCalls(t *testing.T, p *Program) string {
	header := []string{"kernel", "call", "instructions"}
	for _, g := range Groups {
		header = append(header, g.Name)
	}
	for _, processor := range Processors {
		header = append(header, processor.Name+", cycles")
	}
	lines := []string{strings.Join(header, "\t")}
	for _, name := range p.Functions() {
		c, isa, wide := p.call(name)
		if !assert.NotEmpty(t, isa, "the instruction set of %s", name) {
			continue
		}
		tally, err := p.Count(isa, []Call{c})
		if !assert.NoError(t, err, "give the argument in usual or tiled") {
			continue
		}
		cells := []string{name, listed(c.Args), fmt.Sprint(tally.Decoded)}
		for _, g := range Groups {
			cells = append(cells, fmt.Sprint(tally.Of(g.Kinds...)))
		}
		for _, processor := range Processors {
			cell := "-"
			if !wide || processor.Wide() {
				l := processor.Throughput(tally)
				cell = fmt.Sprintf("%.1f %s", l.Cycles, l.By)
				if latency, known, err := p.Latency(processor, isa, []Call{c}); known && assert.NoError(t, err) {
					cell += fmt.Sprintf("; latency %.0f", latency)
				}
			}
			cells = append(cells, cell)
		}
		lines = append(lines, strings.Join(cells, "\t"))
	}
	return strings.Join(lines, "\n") + "\n"
}

// countsOfLoops returns the table of the innermost loop of each kernel for arm64.
func countsOfLoops(assembly []byte) string {
	header := []string{"kernel", "multiply-adds", "other vector", "loads", "stores", "integer"}
	for _, core := range Cores {
		header = append(header, core.Name+", cycles")
	}
	lines := []string{strings.Join(header, "\t")}
	loops := InnerLoops(assembly)
	for _, name := range slices.Sorted(maps.Keys(loops)) {
		c := loops[name]
		line := fmt.Sprintf("%s\t%d\t%d\t%d\t%d\t%d", name, c.FMA, c.Vector, c.Loads, c.Stores, c.Integer)
		for _, core := range Cores {
			cycles, _ := core.Cycles(c)
			line += fmt.Sprintf("\t%.2f", cycles)
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n") + "\n"
}

// Each kernel executes what the kept tables say.
func TestKeptCounts(t *testing.T) {
	arm64, err := os.ReadFile("../../../kernels_arm64.s")
	require.NoError(t, err)
	for file, got := range map[string]string{
		"testdata/counts_amd64.tsv": countsOfCalls(t, kernels(t)),
		"testdata/counts_arm64.tsv": countsOfLoops(arm64),
	} {
		if *update {
			require.NoError(t, os.WriteFile(file, []byte(got), 0o666))
			continue
		}
		kept, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, d := range differences(string(kept), got) {
			t.Errorf("%s: %s", file, d)
		}
		if t.Failed() {
			t.Log(updating)
		}
	}
}

// differences returns the differences between two tables, a line for each row that
// differs, with the cells that do.
func differences(kept, got string) (ds []string) {
	rows := func(table string) map[string][]string {
		rows := map[string][]string{}
		for line := range strings.Lines(table) {
			cells := strings.Split(strings.TrimSpace(line), "\t")
			rows[cells[0]] = cells
		}
		return rows
	}
	before, after := rows(kept), rows(got)
	header := after["kernel"]
	names := slices.Collect(maps.Keys(before))
	for name := range after {
		if before[name] == nil {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		x, y := before[name], after[name]
		switch {
		case x == nil:
			ds = append(ds, name+" is not in the table")
		case y == nil:
			ds = append(ds, name+" is in the table, but does not exist")
		case len(x) != len(y):
			ds = append(ds, fmt.Sprintf("%s has %d columns in the table, not %d", name, len(x), len(y)))
		default:
			var cells []string
			for i := range y {
				if x[i] != y[i] {
					cells = append(cells, fmt.Sprintf("%s %s → %s", header[i], x[i], y[i]))
				}
			}
			if len(cells) > 0 {
				ds = append(ds, name+": "+strings.Join(cells, ", "))
			}
		}
	}
	return ds
}

// A kernel that executes one instruction more per iteration is found, with what it costs
// where.
func TestDifferences(t *testing.T) {
	const before = `
TEXT ·dotAVX2(SB), NOSPLIT, $0-0
	MOVQ x_len+8(FP), AX
again1:
	VADDPS Y0, Y1, Y0
	SUBQ $8, AX
	CMPQ AX, $0
	JNE again1
	RET

TEXT ·sumAVX2(SB), NOSPLIT, $0-0
	RET
`
	after := strings.Replace(before, "	VADDPS Y0, Y1, Y0\n", "	VADDPS Y0, Y1, Y0\n	VPERM2F128 $1, Y0, Y0, Y2\n", 1)
	x, y := countsOfCalls(t, Parse([]byte(before))), countsOfCalls(t, Parse([]byte(after)))
	assert.Empty(t, differences(x, x))
	ds := differences(x, y)
	require.Len(t, ds, 1)
	assert.Contains(t, ds[0], "dotAVX2: instructions 296 → 394, shuffle 0 → 98, ")
	assert.Contains(t, ds[0], ", Haswell, cycles 98.0 add; latency 294 → 98.5 decoding; latency 297, Zen 2, cycles 49.3 decoding; latency 294 → 98.0 shuffle; latency 297")

	only := func(table, name string) string {
		lines := slices.DeleteFunc(strings.SplitAfter(table, "\n"), func(l string) bool { return strings.HasPrefix(l, name) })
		return strings.Join(lines, "")
	}
	assert.Equal(t, []string{"sumAVX2 is not in the table"}, differences(only(x, "sum"), x))
	assert.Equal(t, []string{"sumAVX2 is in the table, but does not exist"}, differences(x, only(x, "sum")))
}
