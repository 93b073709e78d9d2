package results

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Contest is one operation on one set of data. Of several attempts it holds the last.
type Contest struct {
	Op        string // "Scores"
	Keys      string // "batch=256/features=784/classes=10/data=L2/chain=false"
	Threads   int
	Unit      string // by which entrants are judged, less being better: Time, if the contest names none
	Attempt   int
	Work      string // "flops=4014080 loads=802816 far=834176 stores=10240", or ""
	Tolerance string
	Before    string // calibrations
	After     string
	Disturbed string // by what; "" if it was not
	Entrants  []*Entrant
}

// Entrant is an implementation in a contest.
type Entrant struct {
	Name   string // "argmax", "openblas"
	ISA    string // of argmax, "" of others
	Rounds []Line // one a round
	Again  []Line // the champion's at the end of each round
	Curve  []Line // points of a curve
}

// Name returns the name of the contest with all its keys.
func (c *Contest) Name() string {
	return Line{Op: c.Op, Keys: c.Keys, Threads: c.Threads}.contest()
}

// Key returns the value of a key, "784" of "features", or "".
func (c *Contest) Key(key string) string {
	for part := range strings.SplitSeq(c.Keys, "/") {
		if value, ok := strings.CutPrefix(part, key+"="); ok {
			return value
		}
	}
	return ""
}

// Ours reports whether the entrant is argmax.
func (e *Entrant) Ours() bool { return e.Name == "argmax" || strings.HasPrefix(e.Name, "argmax-") }

// Label returns the entrant's name with its instruction set: "argmax-avx512".
func (e *Entrant) Label() string {
	if e.ISA == "" {
		return e.Name
	}
	return e.Name + "-" + e.ISA
}

// Champion returns the entrant with which the others are compared.
func (c *Contest) Champion() *Entrant {
	return c.Entrants[slices.IndexFunc(c.Entrants, func(e *Entrant) bool { return len(e.Again) > 0 })]
}

// Entrant returns the entrant of a label, nil if there is none.
func (c *Contest) Entrant(label string) *Entrant {
	if i := slices.IndexFunc(c.Entrants, func(e *Entrant) bool { return e.Label() == label }); i >= 0 {
		return c.Entrants[i]
	}
	return nil
}

func (c *Contest) entrant(l Line) *Entrant {
	for _, e := range c.Entrants {
		if e.Name == l.Entrant && e.ISA == l.ISA {
			return e
		}
	}
	e := &Entrant{Name: l.Entrant, ISA: l.ISA}
	c.Entrants = append(c.Entrants, e)
	return e
}

func (e *Entrant) add(l Line) {
	switch {
	case l.Point > 0:
		e.Curve = append(e.Curve, l)
	case l.Again:
		e.Again = append(e.Again, l)
	default:
		e.Rounds = append(e.Rounds, l)
	}
}

// check reports what keeps a contest from being judged.
func (c *Contest) check() error {
	champions := 0
	for _, e := range c.Entrants {
		if len(e.Again) > 0 {
			champions++
			if len(e.Again) != len(e.Rounds) {
				return fmt.Errorf("%s: %d rounds, %d second times", e.Label(), len(e.Rounds), len(e.Again))
			}
		}
		if len(e.Rounds) == 0 {
			return fmt.Errorf("%s has no measurement", e.Label())
		}
	}
	if champions != 1 {
		return errors.New("not one entrant was measured twice a round")
	}
	for _, e := range c.Entrants {
		if most := len(c.Champion().Rounds); len(e.Rounds) > most {
			return fmt.Errorf("%s: %d rounds of %d", e.Label(), len(e.Rounds), most)
		}
	}
	return nil
}

// Amount returns a number of Work: the "flops", or the bytes "loads", "far" and
// "stores", of one call; 0 if it is not known.
func (c *Contest) Amount(of string) float64 {
	for part := range strings.FieldsSeq(c.Work) {
		if text, ok := strings.CutPrefix(part, of+"="); ok {
			v, _ := strconv.ParseFloat(text, 64)
			return v
		}
	}
	return 0
}
