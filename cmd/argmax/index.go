package main

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/index"
)

func newIndex() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "index",
		Short: "Nearest neighbours: build an index, query and evaluate it, choose k",
		Long: `index finds nearest neighbours exactly: by the true order of the distances, ties to the
lower row. An index file holds the rows, their labels if they have any, and is opened by
memory map.`,
		Args: wantCommand,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newIndexBuild(), newIndexQuery(), newIndexEval(), newChooseK())
	return cmd
}

// metricsByName are the metrics of an index, in the order of the names.
var metricsByName = []classifier.Metric{classifier.L2, classifier.L1, classifier.LInf, classifier.Cosine, classifier.InnerProduct}

func distanceNames() []string {
	var names []string
	for _, m := range metricsByName {
		names = append(names, strings.ToLower(m.String()))
	}
	return names
}

// hamming is the distance of rows of bits, by which nothing classifies.
const hamming = "hamming"

func distanceOf(name string) classifier.Metric {
	if name == hamming {
		return index.Hamming
	}
	for _, m := range metricsByName {
		if strings.EqualFold(m.String(), name) {
			return m
		}
	}
	return classifier.L2
}

var votes = []string{"uniform", "inverse", "softmax"} // in the order of classifier.Vote

// voteFlags are how neighbours vote.
type voteFlags struct {
	vote        string
	temperature float64
}

func (f *voteFlags) define(flags *pflag.FlagSet) {
	f.vote, f.temperature = votes[0], 1
	flags.Var(oneOf(&f.vote, votes...), "vote", "what the vote of a neighbour counts: the same, by the inverse distance, or by exp(−distance/temperature): "+either(votes))
	flags.Var(positive(&f.temperature), "temperature", "temperature of the softmax vote")
}

func (f *voteFlags) check(cmd *cobra.Command) error {
	if cmd.Flags().Changed("temperature") && f.vote != "softmax" {
		return usage("--temperature: only the vote softmax has one")
	}
	return nil
}

func (f *voteFlags) config(metric string, k int) classifier.KNNConfig {
	c := classifier.KNNConfig{K: k, Metric: distanceOf(metric)}
	for i, name := range votes {
		if name == f.vote {
			c.Vote = classifier.Vote(i)
		}
	}
	if c.Vote == classifier.SoftmaxVote {
		c.Temperature = f.temperature
	}
	return c
}
