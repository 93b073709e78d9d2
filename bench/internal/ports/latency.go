package ports

import (
	"regexp"
	"slices"
	"strings"
)

// Latency returns the length in cycles of the longest chain of dependent operations in
// calls, each of which waits for the previous one. It follows dependences through
// registers and not through memory. It returns false if the latencies of the processor
// are not known.
func (p *Program) Latency(processor Processor, isa string, calls []Call) (cycles float64, known bool, err error) {
	if processor.latency == nil {
		return 0, false, nil
	}
	for _, c := range calls {
		if c.Times == 0 {
			continue
		}
		name, err := p.find(c.Op, isa)
		if err != nil {
			return 0, false, err
		}
		chain := chain{latency: processor.latency, ready: map[string]float64{}}
		if err := p.follow(name, c.Args, chain.add); err != nil {
			return 0, false, err
		}
		cycles += float64(c.Times) * chain.end
	}
	return cycles, true, nil
}

// chain holds the cycles at which registers are ready.
type chain struct {
	latency *[kinds]float64
	ready   map[string]float64
	end     float64
}

var register = regexp.MustCompile(`\b(?:[XYZ]\d+|K\d|[ABCD]X|[SD]I|BP|R\d+)\b`)

// registersIn returns the registers in an operand, as those that they are parts of: Z0
// for X0.
func registersIn(operand string) []string {
	rs := register.FindAllString(operand, -1)
	for i, r := range rs {
		if strings.ContainsAny(r[:1], "XY") {
			rs[i] = "Z" + r[1:]
		}
	}
	return rs
}

// names reports whether operand n is a register, and not an address that contains one.
func (i *instruction) names(n int) bool {
	return len(i.registers[n]) == 1 && !strings.ContainsAny(i.operands[n], "($+")
}

func (c *chain) add(i *instruction) {
	last := len(i.operands) - 1
	if last < 0 || i.op[0] == 'J' {
		return
	}
	var operands, addresses, operation float64
	for n, o := range i.operands {
		if n == last && i.names(n) && !reads(i) || zeroes(i.op, i.operands) {
			continue
		}
		at := &operands
		if strings.Contains(o, "(") && !strings.HasPrefix(i.op, "LEA") {
			at = &addresses
		}
		for _, r := range i.registers[n] {
			*at = max(*at, c.ready[r])
		}
	}
	for _, k := range i.kinds {
		switch k {
		case Load, MaskedLoad:
			addresses += c.latency[k]
		default:
			operation += c.latency[k]
		}
	}
	done := max(operands, addresses) + operation
	if i.names(last) && !compares(i) {
		c.ready[i.registers[last][0]] = done
	}
	c.end = max(c.end, done)
}

func compares(i *instruction) bool {
	return strings.HasPrefix(i.op, "CMP") || strings.HasPrefix(i.op, "TEST")
}

// reads reports whether an instruction also reads its destination.
func reads(i *instruction) bool {
	if compares(i) || slices.Contains(i.kinds, FMA) {
		return true
	}
	_, two := arithmetic[i.op]
	masked := i.op[0] == 'V' && slices.ContainsFunc(i.operands[:len(i.operands)-1], maskRegister.MatchString)
	return two && len(i.operands) == 2 || masked && !strings.HasSuffix(i.op, ".Z") || strings.HasPrefix(i.op, "VPDP") ||
		slices.Contains([]string{"NEGQ", "INCQ", "DECQ"}, i.op)
}
