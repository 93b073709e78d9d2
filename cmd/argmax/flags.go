package main

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// addFlags adds the flags that define defines, under a title in the help.
func addFlags(cmd *cobra.Command, title string, define func(*pflag.FlagSet)) {
	set := pflag.NewFlagSet(title, pflag.ContinueOnError)
	set.SortFlags = false
	define(set)
	cmd.Flags().SortFlags = false
	set.VisitAll(func(f *pflag.Flag) {
		f.Annotations = map[string][]string{titleKey: {title}}
		cmd.Flags().AddFlag(f)
		if c, ok := f.Value.(interface{ choices() []string }); ok {
			// An error would mean that the flag does not exist, or twice.
			if err := cmd.RegisterFlagCompletionFunc(f.Name, cobra.FixedCompletions(c.choices(), cobra.ShellCompDirectiveNoFileComp)); err != nil {
				panic(err)
			}
		}
	})
}

// titleKey is the annotation with the title of a flag's group.
const titleKey = "argmax_title"

// flagError says what is wrong with a flag, in one line.
func flagError(cmd *cobra.Command, err error) error {
	var (
		unknown *pflag.NotExistError
		missing *pflag.ValueRequiredError
		invalid *pflag.InvalidValueError
	)
	switch {
	case errors.As(err, &unknown):
		name := unknown.GetSpecifiedName()
		if unknown.GetSpecifiedShortnames() != "" { // of one letter
			return usage("unknown flag -%s", name)
		}
		var known []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) { known = append(known, f.Name) })
		guess := didYouMean(name, known)
		return usage("unknown flag --%s%s", name, strings.Replace(guess, "mean ", "mean --", 1))
	case errors.As(err, &missing):
		return usage("--%s: the value is missing", missing.GetFlag().Name)
	case errors.As(err, &invalid):
		reason := invalid.Unwrap()
		if n := new(strconv.NumError); errors.As(reason, &n) {
			reason = fmt.Errorf("want %s", map[bool]string{true: "true or false", false: "a number"}[n.Func == "ParseBool"])
		}
		return usage("--%s %s: %w", invalid.GetFlag().Name, invalid.GetValue(), reason)
	}
	return usageError{err}
}

// value is a flag of a type of its own, and what makes it of text.
type value[T any] struct {
	at    *T
	kind  string // in the help
	parse func(text string) (T, error)
}

func (v value[T]) Set(text string) error {
	x, err := v.parse(text)
	if err == nil {
		*v.at = x
	}
	return err
}

func (v value[T]) String() string {
	if v.at == nil {
		return ""
	}
	return fmt.Sprint(*v.at)
}

func (v value[T]) Type() string { return v.kind }

// count is a whole number of at least least.
func count(at *int, least int) pflag.Value {
	return value[int]{at, "n", func(text string) (int, error) {
		n, err := strconv.Atoi(text)
		if err != nil || n < least {
			return 0, fmt.Errorf("want a whole number of at least %d", least)
		}
		return n, nil
	}}
}

// decimal is a finite number that ok accepts; want says which that are.
func decimal[F float32 | float64](at *F, want string, ok func(F) bool) pflag.Value {
	return value[F]{at, "x", func(text string) (F, error) {
		bits := 64
		if F(math.MaxFloat32)*2-F(math.MaxFloat32)*2 != 0 {
			bits = 32
		}
		x, err := strconv.ParseFloat(text, bits)
		if err != nil || x-x != 0 || !ok(F(x)) {
			return 0, fmt.Errorf("want %s", want)
		}
		return F(x), nil
	}}
}

func positive[F float32 | float64](at *F) pflag.Value {
	return decimal(at, "a number above 0", func(x F) bool { return x > 0 })
}

func notNegative[F float32 | float64](at *F) pflag.Value {
	return decimal(at, "a number of at least 0", func(x F) bool { return x >= 0 })
}

// below1 is a number from 0 to 1, without 1.
func below1[F float32 | float64](at *F) pflag.Value {
	return decimal(at, "a number from 0 to below 1", func(x F) bool { return x >= 0 && x < 1 })
}

// duration is a time above 0, such as 90s.
func duration(at *time.Duration) pflag.Value {
	return value[time.Duration]{at, "time", func(text string) (time.Duration, error) {
		d, err := time.ParseDuration(text)
		if err != nil || d <= 0 {
			return 0, errors.New("want a time such as 90s or 5m")
		}
		return d, nil
	}}
}

// fraction is a part of a whole, such as 10% or 0.1.
func fraction(at *float64) pflag.Value {
	return value[float64]{at, "part", func(text string) (float64, error) {
		number, percent := strings.CutSuffix(text, "%")
		x, err := strconv.ParseFloat(number, 64)
		if percent {
			x /= 100
		}
		if err != nil || !(x > 0 && x < 1) {
			return 0, errors.New("want a part such as 10% or 0.1")
		}
		return x, nil
	}}
}

// choice is one of several names.
type choice struct {
	at    *string
	names []string
}

func oneOf(at *string, names ...string) pflag.Value { return choice{at, names} }

func (c choice) Set(text string) error {
	for _, name := range c.names {
		if strings.EqualFold(name, text) {
			*c.at = name
			return nil
		}
	}
	return fmt.Errorf("want %s%s", either(c.names), didYouMean(text, c.names))
}

func (c choice) String() string {
	if c.at == nil {
		return ""
	}
	return *c.at
}

func (c choice) Type() string      { return "name" }
func (c choice) choices() []string { return c.names }

// choices is some of several names, separated by commas.
type choices struct {
	at    *[]string
	names []string
}

func listOf(at *[]string, names ...string) pflag.Value { return choices{at, names} }

func (c choices) Set(text string) error {
	var chosen []string
	for part := range strings.SplitSeq(text, ",") {
		var name string
		if err := (choice{&name, c.names}).Set(part); err != nil {
			return err
		}
		chosen = append(chosen, name)
	}
	*c.at = chosen
	return nil
}

func (c choices) String() string {
	if c.at == nil {
		return ""
	}
	return strings.Join(*c.at, ",")
}

func (c choices) Type() string      { return "name,..." }
func (c choices) choices() []string { return c.names }

// either returns names as a, b or c.
func either(names []string) string {
	last := len(names) - 1
	if last == 0 {
		return names[0]
	}
	return strings.Join(names[:last], ", ") + " or " + names[last]
}
