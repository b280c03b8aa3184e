// Package command holds the subcommands of the host.
package command

import (
	"fmt"
	"io"
)

const usage = `host stands in for Grafana.

  host serve --plugin PATH --settings FILE [--listen 127.0.0.1:0]
      starts the plugin and offers /api/ds/query, /api/datasources/uid/<uid>/{resources/*,health},
      /api/plugins/<id>/{resources/*,health} and /metrics/plugins/<id>, as X-Test-Login, X-Test-Role, X-Test-Org,
      or as nobody with X-Test-No-User: 1. The first line on stdout says where. Ends on SIGTERM or when stdin closes.

  host peer --plugin PATH --config FILE
      starts the plugin, makes the calls of FILE and prints one JSON line for each answer.
`

// Run runs one subcommand and returns the exit code: 0 done, 1 failed, 2 wrongly called.
func Run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	if len(args) == 0 {
		fmt.Fprint(stderr, usage)
		return 2
	}
	var err error
	switch args[0] {
	case "serve":
		err = runServe(args[1:], stdin, stdout)
	case "peer":
		err = runPeer(args[1:], stdout)
	default:
		fmt.Fprint(stderr, usage)
		return 2
	}
	if err != nil {
		fmt.Fprintf(stderr, "host %s: %v\n", args[0], err)
		return 1
	}
	return 0
}
