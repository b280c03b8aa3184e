// Command host is a stand-in for Grafana: it starts the plugin as Grafana does and speaks to it as Grafana does.
package main

import (
	"os"

	"leverframe.test/host/command"
)

func main() { os.Exit(command.Run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }
