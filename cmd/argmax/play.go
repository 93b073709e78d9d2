package main

import (
	"fmt"
	"net"
	"strconv"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/seed842bec00/argmax/cmd/argmax/internal/play"
)

func newPlay() *cobra.Command {
	var port uint16
	cmd := &cobra.Command{
		Use:   "play",
		Short: "Play with classifiers in a browser",
		Long: `play serves a page to play with: points in the plane to add, drag and delete, a
linear classifier that is trained on them step by step, with its scores, losses and
gradients, and the regions of nearest neighbours. The numbers are computed here, by
the library. The page is on this machine alone, 127.0.0.1, and loads nothing from
elsewhere. An interrupt (Ctrl-C) ends it.`,
		Args: wantArguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			listener, err := net.Listen("tcp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(int(port))))
			if err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "http://%v/\n", listener.Addr())
			say(cmd, "Open this address in a browser; Ctrl-C ends argmax play.")
			return play.Serve(cmd.Context(), listener, play.Config{})
		},
	}
	addFlags(cmd, "Server", func(flags *pflag.FlagSet) {
		flags.Uint16Var(&port, "port", 0, "`port` to listen on (default: a free one)")
	})
	return cmd
}
