package main

import (
	"fmt"
	"net"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/seed842bec00/argmax/cmd/argmax/internal/play"
)

func newPlay() *cobra.Command {
	var port uint16
	f := playFlags{dataFlags: dataFlags{fit: fits[0]}}
	cmd := &cobra.Command{
		Use:   "play [DATA]",
		Short: "Play with classifiers in a browser",
		Long: `play serves a page to play with: points in the plane to add, drag and delete, a
linear classifier that is trained on them step by step, with its scores, losses and
gradients, and the regions of nearest neighbours. Draw an image and see what a linear
model and the nearest images take it for, and why.

The points and the images are those of DATA, as for argmax train, or built-in ones.
Examples become points by two of their features, or by their first two principal
components; of a table there are no images. The numbers are computed here, by the
library. The page is on this machine alone, 127.0.0.1, and loads nothing from elsewhere.
An interrupt (Ctrl-C) ends it.`,
		Args: wantArguments(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			config, err := f.config(cmd, strings.Join(args, ""))
			if err != nil {
				return err
			}
			listener, err := net.Listen("tcp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(int(port))))
			if err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "http://%v/\n", listener.Addr())
			say(cmd, "Open this address in a browser; Ctrl-C ends argmax play.")
			return play.Serve(cmd.Context(), listener, config)
		},
	}
	addFlags(cmd, "Data", func(flags *pflag.FlagSet) {
		flags.IntSliceVar(&f.features, "features", nil, "the features of points, by their `numbers` from 1 (default: the first two principal components, unless there are only two features)")
		flags.StringVar(&f.model, "model", "", "`file` of a model of the images (default: one that is trained on them)")
		f.addTable(flags)
	})
	addFlags(cmd, "Server", func(flags *pflag.FlagSet) {
		flags.Uint16Var(&port, "port", 0, "`port` to listen on (default: a free one)")
	})
	return cmd
}
