package npy

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// maxDimensions is NumPy's own limit.
const maxDimensions = 64

// parse parses the dictionary of a header. It knows the three keys of the format, each of
// which must be there once, and the literals that they can have.
func parse(text string) (*Header, error) {
	p := parser{text}
	h, seen := &Header{}, map[string]bool{}
	if !p.take("{") {
		return nil, p.wanted("{")
	}
	for !p.take("}") {
		key, err := p.quoted()
		if err != nil {
			return nil, err
		}
		if seen[key] {
			return nil, fmt.Errorf("key %.64q comes twice", key)
		}
		seen[key] = true
		if !p.take(":") {
			return nil, p.wanted(":")
		}
		switch key {
		case "descr":
			if strings.HasPrefix(p.rest, "[") {
				return nil, errors.New("an array of records, which is no matrix")
			}
			descr, err := p.quoted()
			if err != nil {
				return nil, err
			}
			if h.DType, err = parseDType(descr); err != nil {
				return nil, err
			}
		case "fortran_order":
			switch {
			case p.take("True"):
				h.Fortran = true
			case !p.take("False"):
				return nil, p.wanted("True or False")
			}
		case "shape":
			if h.Shape, err = p.tuple(); err != nil {
				return nil, err
			}
		default:
			return nil, fmt.Errorf("unknown key %.64q", key)
		}
		if !p.take(",") && !strings.HasPrefix(p.rest, "}") {
			return nil, p.wanted(", or }")
		}
	}
	if p.rest != "" {
		return nil, fmt.Errorf("%.20q after its end", p.rest)
	}
	for _, key := range []string{"descr", "fortran_order", "shape"} {
		if !seen[key] {
			return nil, fmt.Errorf("no key %q", key)
		}
	}
	return h, nil
}

// parser takes tokens from the rest of a text, and the space after them.
type parser struct{ rest string }

func (p *parser) take(token string) bool {
	rest, ok := strings.CutPrefix(strings.TrimLeft(p.rest, " \t\n"), token)
	if ok {
		p.rest = strings.TrimLeft(rest, " \t\n")
	}
	return ok
}

func (p *parser) wanted(what string) error { return fmt.Errorf("%.20q instead of %s", p.rest, what) }

// quoted takes a string. Those of the format have no escapes.
func (p *parser) quoted() (string, error) {
	for _, quote := range []string{"'", `"`} {
		if !p.take(quote) {
			continue
		}
		// The space after the quote is the string's; no key and no descr begins with one.
		text, rest, ok := strings.Cut(p.rest, quote)
		if !ok || strings.Contains(text, `\`) {
			break
		}
		p.rest = strings.TrimLeft(rest, " \t\n")
		return text, nil
	}
	return "", p.wanted("a string")
}

// tuple takes a tuple of integers that are not negative. The result is not nil.
func (p *parser) tuple() ([]int, error) {
	if !p.take("(") {
		return nil, p.wanted("(")
	}
	all := []int{}
	for !p.take(")") {
		digits := p.rest[:len(p.rest)-len(strings.TrimLeft(p.rest, "0123456789"))]
		n, err := strconv.Atoi(digits)
		if err != nil {
			return nil, p.wanted("a dimension")
		}
		if len(all) == maxDimensions {
			return nil, fmt.Errorf("more than %d dimensions", maxDimensions)
		}
		all = append(all, n)
		p.take(digits)
		p.take("L") // of Python 2
		if !p.take(",") && !strings.HasPrefix(p.rest, ")") {
			return nil, p.wanted(", or )")
		}
	}
	return all, nil
}
