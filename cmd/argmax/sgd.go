package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/seed842bec00/argmax/classifier"
)

// sgdFlags are stochastic gradient descent.
type sgdFlags struct {
	epochs, batch int
	rate          float32
	optimizer     string
	momentum      float32
	schedule      schedule
	warmUp        int
}

var (
	optimizers   = []string{"momentum", "nesterov", "adam", "adamw"}
	sgdFlagNames = []string{"epochs", "batch-size", "rate", "optimizer", "momentum", "schedule", "warm-up"}
)

func (f *sgdFlags) add(cmd *cobra.Command) {
	*f = sgdFlags{optimizer: "momentum", momentum: 0.9, schedule: schedule{classifier.LinearDecay{}, "linear"}}
	addFlags(cmd, "Stochastic gradient descent (--solver sgd)", func(flags *pflag.FlagSet) {
		flags.Var(count(&f.epochs, 1), "epochs", "passes over the data (default 20)")
		flags.Var(count(&f.batch, 1), "batch-size", "examples of a step (default 128)")
		flags.Var(positive(&f.rate), "rate", "learning rate before the schedule (default 0.003, of hinges 0.0005, of adam and adamw 0.001)")
		flags.Var(oneOf(&f.optimizer, optimizers...), "optimizer", either(optimizers))
		flags.Var(below1(&f.momentum), "momentum", "momentum; 0 is none")
		flags.Var(value[schedule]{&f.schedule, "schedule", parseSchedule}, "schedule",
			"how the learning rate falls: linear, cosine, constant, step:EPOCHS:FACTOR or inverse:RATE")
		flags.Var(count(&f.warmUp, 0), "warm-up", "epochs in which the learning rate rises first")
	})
}

func (f *sgdFlags) check(cmd *cobra.Command) error {
	if cmd.Flags().Changed("momentum") && strings.HasPrefix(f.optimizer, "adam") {
		return usage("--momentum: the optimizer %s has its own", f.optimizer)
	}
	return nil
}

func (f *sgdFlags) solver() classifier.SGD {
	s := classifier.SGD{Epochs: f.epochs, Batch: f.batch, LearningRate: f.rate, Schedule: f.schedule.Schedule}
	switch f.optimizer {
	case "momentum":
		s.Optimizer = classifier.HeavyBall{Momentum: f.momentum}
	case "nesterov":
		s.Optimizer = classifier.Nesterov{Momentum: f.momentum}
	case "adam":
		s.Optimizer = classifier.NewAdam()
	case "adamw":
		s.Optimizer = classifier.NewAdamW()
	}
	if f.warmUp > 0 {
		s.Schedule = classifier.WarmUp{Epochs: f.warmUp, Then: s.Schedule}
	}
	return s
}

// schedule is a schedule and the text that named it.
type schedule struct {
	classifier.Schedule
	text string
}

func (s schedule) String() string { return s.text }

func parseSchedule(text string) (schedule, error) {
	name, parameters, _ := strings.Cut(text, ":")
	switch {
	case text == "linear":
		return schedule{classifier.LinearDecay{}, text}, nil
	case text == "cosine":
		return schedule{classifier.CosineDecay{}, text}, nil
	case text == "constant":
		return schedule{classifier.Constant{}, text}, nil
	case name == "inverse":
		if rate, err := strconv.ParseFloat(parameters, 64); err == nil && rate >= 0 && rate-rate == 0 {
			return schedule{classifier.InverseDecay{Rate: rate}, text}, nil
		}
		return schedule{}, errors.New("want inverse:RATE with a number of at least 0")
	case name == "step":
		every, by, _ := strings.Cut(parameters, ":")
		epochs, err := strconv.Atoi(every)
		factor, err2 := strconv.ParseFloat(by, 64)
		if err == nil && err2 == nil && epochs > 0 && factor >= 0 && factor <= 1 {
			return schedule{classifier.StepDecay{Every: epochs, By: factor}, text}, nil
		}
		return schedule{}, errors.New("want step:EPOCHS:FACTOR, such as step:10:0.1")
	}
	return schedule{}, fmt.Errorf("want linear, cosine, constant, step:EPOCHS:FACTOR or inverse:RATE%s",
		didYouMean(name, []string{"linear", "cosine", "constant", "step", "inverse"}))
}
