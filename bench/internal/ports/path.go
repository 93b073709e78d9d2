package ports

import (
	"bufio"
	"bytes"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Program is an assembly file for amd64 in Go's syntax.
type Program struct {
	functions map[string]*code
	tallies   map[string]Tally // of calls that were counted before
}

type code struct {
	instructions []instruction
	labels       map[string]int
}

type instruction struct {
	op       string
	operands []string
	// registers are those in each operand, as the whole ones that they are parts of.
	registers [][]string
	kinds     []Kind
	wide      bool  // has 512 bits
	fused     bool  // is a branch, one operation with the comparison before it
	err       error // if its kind is not known
}

// Args are the integer arguments of a call, by their names in the assembly: "n",
// "x_len". A bool is 0 or 1. Addresses are not needed.
type Args map[string]int

// Call is a number of equal calls of a kernel. Op is the name of the kernel without the
// shape of its tile and its instruction set: "gemmRows".
type Call struct {
	Op    string
	Times int
	Args  Args
}

// Tally counts operations.
type Tally struct {
	Ops     [kinds][2]float64 // of up to 256 bits, and of 512
	Decoded float64           // instructions; a comparison and its branch are one
}

// Of returns the number of operations of the given kinds.
func (t Tally) Of(ks ...Kind) (n float64) {
	for _, k := range ks {
		n += t.Ops[k][0] + t.Ops[k][1]
	}
	return n
}

func (t *Tally) add(times float64, u Tally) {
	for k, n := range u.Ops {
		t.Ops[k][0] += times * n[0]
		t.Ops[k][1] += times * n[1]
	}
	t.Decoded += times * u.Decoded
}

var operand = regexp.MustCompile(`[^,\s][^,]*`)

// Parse parses an assembly file.
func Parse(assembly []byte) *Program {
	p := &Program{functions: map[string]*code{}, tallies: map[string]Tally{}}
	var f *code
	for s := bufio.NewScanner(bytes.NewReader(assembly)); s.Scan(); {
		line, _, _ := strings.Cut(strings.TrimSpace(s.Text()), "//")
		if m := function.FindStringSubmatch(line); m != nil {
			f = &code{labels: map[string]int{}}
			p.functions[m[1]] = f
			continue
		}
		if m := label.FindStringSubmatch(line); m != nil {
			f.labels[m[1]] = len(f.instructions)
			continue
		}
		op, rest, _ := strings.Cut(line, " ")
		if f == nil || op == "" || strings.HasPrefix(op, "#") || op == "DATA" || op == "GLOBL" {
			continue
		}
		i := instruction{op: op}
		for _, o := range operand.FindAllString(rest, -1) {
			o = strings.TrimSpace(o)
			i.operands = append(i.operands, o)
			i.registers = append(i.registers, registersIn(o))
		}
		i.kinds, i.err = classify(op, i.operands)
		i.wide = slices.ContainsFunc(i.operands, func(o string) bool { return strings.HasPrefix(o, "Z") })
		if n := len(f.instructions); op[0] == 'J' && op != "JMP" && n > 0 {
			before := f.instructions[n-1].op
			if i.fused = strings.HasPrefix(before, "CMP") || strings.HasPrefix(before, "TEST"); i.fused {
				i.kinds = nil // the comparison's port executes both
			}
		}
		f.instructions = append(f.instructions, i)
	}
	return p
}

// Functions returns the names of all functions, sorted.
func (p *Program) Functions() []string { return slices.Sorted(maps.Keys(p.functions)) }

// Check returns an error if the kind of an instruction is not known.
func (p *Program) Check() error {
	for _, name := range p.Functions() {
		for _, i := range p.functions[name].instructions {
			if i.err != nil {
				return fmt.Errorf("%w in %s", i.err, name)
			}
		}
	}
	return nil
}

// Count counts the operations that calls execute; isa is the suffix of the names of
// their functions.
func (p *Program) Count(isa string, calls []Call) (sum Tally, err error) {
	for _, c := range calls {
		if c.Times == 0 {
			continue
		}
		name, err := p.find(c.Op, isa)
		if err != nil {
			return Tally{}, err
		}
		key := fmt.Sprint(name, c.Args)
		t, known := p.tallies[key]
		if !known {
			err := p.follow(name, c.Args, func(i *instruction) { t.count(i) })
			if err != nil {
				return Tally{}, err
			}
			p.tallies[key] = t
		}
		sum.add(float64(c.Times), t)
	}
	return sum, nil
}

func (t *Tally) count(i *instruction) {
	for _, k := range i.kinds {
		if i.wide {
			t.Ops[k][1]++
		} else {
			t.Ops[k][0]++
		}
	}
	if !i.fused {
		t.Decoded++
	}
}

// find returns the name of the function of an operation, which may contain the shape of
// a tile.
func (p *Program) find(op, isa string) (string, error) {
	shape := regexp.MustCompile("^" + op + `(\d+x\d+)?` + isa + "$")
	for _, name := range p.Functions() {
		if shape.MatchString(name) {
			return name, nil
		}
	}
	return "", fmt.Errorf("ports: there is no %s for %s", op, isa)
}

// integer is the value of an integer register. It is unknown if it depends on an
// argument that was not given, which missing then names, or on data or addresses.
type integer struct {
	n       int64
	unknown bool
	missing string
}

// with returns the value of an operation on x and y.
func (x integer) with(y integer, op func(x, y int64) int64) integer {
	switch {
	case x.missing != "":
		return x
	case y.missing != "":
		return y
	case x.unknown || y.unknown:
		return integer{unknown: true}
	}
	return integer{n: op(x.n, y.n)}
}

// state is the state of an interpreted call.
type state struct {
	args        Args
	registers   map[string]integer
	left, right integer // the operands of the comparison that set the flags
}

// follow visits the instructions that a call executes. Branches that depend on data are
// not taken, because kernels branch to the rare case.
func (p *Program) follow(name string, args Args, visit func(*instruction)) error {
	const patience = 1 << 24
	f, s := p.functions[name], state{args: args, registers: map[string]integer{}}
	for pc, steps := 0, 0; ; steps++ {
		if steps == patience || pc >= len(f.instructions) {
			return fmt.Errorf("ports: %s does not end with %v", name, args)
		}
		i := &f.instructions[pc]
		if i.err != nil {
			return fmt.Errorf("%w in %s", i.err, name)
		}
		visit(i)
		pc++
		switch {
		case i.op == "RET":
			return nil
		case i.op[0] == 'J':
			taken, err := s.jumps(i.op)
			if err != nil {
				return fmt.Errorf("%w in %s", err, name)
			}
			if taken {
				to, known := f.labels[i.operands[0]]
				if !known {
					return fmt.Errorf("ports: no label %s in %s", i.operands[0], name)
				}
				pc = to
			}
		default:
			s.execute(i)
		}
	}
}

// jumps reports whether a branch is taken.
func (s *state) jumps(op string) (bool, error) {
	if op == "JMP" {
		return true, nil
	}
	for _, v := range []integer{s.left, s.right} {
		if v.missing != "" {
			return false, fmt.Errorf("ports: a branch depends on the argument %s, which is not given", v.missing)
		}
	}
	if s.left.unknown || s.right.unknown {
		return false, nil
	}
	x, y := s.left.n, s.right.n
	switch op {
	case "JEQ":
		return x == y, nil
	case "JNE":
		return x != y, nil
	case "JLT":
		return x < y, nil
	case "JLE":
		return x <= y, nil
	case "JGT":
		return x > y, nil
	case "JGE":
		return x >= y, nil
	case "JCS":
		return uint64(x) < uint64(y), nil
	case "JLS":
		return uint64(x) <= uint64(y), nil
	case "JHI":
		return uint64(x) > uint64(y), nil
	case "JCC":
		return uint64(x) >= uint64(y), nil
	}
	return false, fmt.Errorf("ports: the branch %s is not known", op)
}

var arithmetic = map[string]func(dst, src int64) int64{
	"ADDQ":   func(d, s int64) int64 { return d + s },
	"SUBQ":   func(d, s int64) int64 { return d - s },
	"IMULQ":  func(d, s int64) int64 { return d * s },
	"IMUL3Q": func(d, s int64) int64 { return d * s },
	"ANDQ":   func(d, s int64) int64 { return d & s },
	"ORQ":    func(d, s int64) int64 { return d | s },
	"XORQ":   func(d, s int64) int64 { return d ^ s },
	"XORL":   func(d, s int64) int64 { return int64(uint32(d ^ s)) },
	"SHLQ":   func(d, s int64) int64 { return d << s },
	"SHRQ":   func(d, s int64) int64 { return int64(uint64(d) >> s) },
	"SARQ":   func(d, s int64) int64 { return d >> s },
}

var (
	one  = integer{n: 1}
	zero = integer{}
)

// execute applies the effect of an instruction on integer registers and flags.
func (s *state) execute(i *instruction) {
	last := len(i.operands) - 1
	if last < 0 {
		return
	}
	dst := i.operands[last]
	set := func(v integer) {
		if integerRegister.MatchString(dst) {
			s.registers[dst] = v
		}
	}
	result := func(v integer) {
		set(v)
		s.left, s.right = v, zero
	}
	switch i.op {
	case "MOVQ", "MOVL", "MOVBQZX", "MOVBLZX", "MOVLQZX", "MOVLQSX":
		if !integerRegister.MatchString(dst) {
			return
		}
		set(s.value(i.operands[0]))
	case "LEAQ":
		set(s.address(i.operands[0]))
	case "CMPQ", "CMPL":
		s.left, s.right = s.value(i.operands[0]), s.value(i.operands[1])
	case "TESTQ", "TESTL":
		s.left, s.right = s.value(i.operands[0]).with(s.value(i.operands[1]), arithmetic["ANDQ"]), zero
	case "NEGQ":
		result(zero.with(s.value(dst), arithmetic["SUBQ"]))
	case "INCQ":
		result(s.value(dst).with(one, arithmetic["ADDQ"]))
	case "DECQ":
		result(s.value(dst).with(one, arithmetic["SUBQ"]))
	default:
		op, known := arithmetic[i.op]
		switch {
		case known && i.operands[0] == dst && strings.HasPrefix(i.op, "XOR"):
			result(zero)
		case known:
			x, y := s.value(i.operands[max(1, last-1)]), s.value(i.operands[0])
			result(x.with(y, op))
			if i.op == "SUBQ" { // sets the flags as a comparison does
				s.left, s.right = x, y
			}
		default: // its result depends on data
			set(integer{unknown: true})
			if slices.Contains(i.kinds, ToInteger) || slices.Contains(i.kinds, Integer) {
				s.left, s.right = integer{unknown: true}, zero
			}
		}
	}
}

var (
	argument = regexp.MustCompile(`^(\w+)\+\d+\(FP\)$`)
	indirect = regexp.MustCompile(`^(-?\d+)?\((\w+)\)(?:\((\w+)\*(\d)\))?$`)
)

// value returns the value of a source operand.
func (s *state) value(operand string) integer {
	if text, ok := strings.CutPrefix(operand, "$"); ok {
		n, err := strconv.ParseInt(text, 0, 64)
		return integer{n: n, unknown: err != nil}
	}
	if m := argument.FindStringSubmatch(operand); m != nil {
		n, given := s.args[m[1]]
		if given {
			return integer{n: int64(n)}
		}
		if strings.HasSuffix(m[1], "_base") {
			return integer{unknown: true}
		}
		return integer{unknown: true, missing: m[1]}
	}
	if v, known := s.registers[operand]; known {
		return v
	}
	return integer{unknown: true} // memory
}

// address returns the address of an operand in memory.
func (s *state) address(operand string) integer {
	m := indirect.FindStringSubmatch(operand)
	if m == nil {
		return integer{unknown: true}
	}
	a := s.value(m[2])
	if m[3] != "" {
		scale, _ := strconv.ParseInt(m[4], 10, 64)
		a = a.with(s.value(m[3]).with(integer{n: scale}, arithmetic["IMULQ"]), arithmetic["ADDQ"])
	}
	if m[1] != "" {
		n, _ := strconv.ParseInt(m[1], 10, 64)
		a = a.with(integer{n: n}, arithmetic["ADDQ"])
	}
	return a
}
