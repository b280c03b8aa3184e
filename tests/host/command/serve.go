// The subcommand serve: one plugin behind Grafana's paths until SIGTERM or the end of stdin.

package command

import (
	"context"
	"encoding/json"
	"flag"
	"io"
	"os"
	"os/signal"
	"syscall"

	"leverframe.test/host/process"
	"leverframe.test/host/serve"
)

type ready struct {
	Ready     string `json:"ready"`
	URL       string `json:"url"`
	PID       int    `json:"pid"`
	PluginPID int    `json:"plugin_pid"`
}

func runServe(args []string, stdin io.Reader, stdout io.Writer) error {
	flags := flag.NewFlagSet("serve", flag.ContinueOnError)
	path := flags.String("plugin", "", "the plugin's executable")
	file := flags.String("settings", "", "JSON file with uid, jsonData and secureJsonData")
	address := flags.String("listen", "127.0.0.1:0", "loopback address and port; 0 takes a free one")
	if err := flags.Parse(args); err != nil {
		return err
	}
	settings, err := process.ReadSettings(*file)
	if err != nil {
		return err
	}
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer cancel()
	plugin, err := process.Start(process.Options{Path: *path})
	if err != nil {
		return err
	}
	defer plugin.Stop()
	server, err := serve.Listen(plugin, settings, *address)
	if err != nil {
		return err
	}
	line := ready{Ready: "host serve", URL: server.URL(), PID: os.Getpid(), PluginPID: plugin.PID()}
	if err := json.NewEncoder(stdout).Encode(line); err != nil {
		return err
	}
	go func() {
		_, _ = io.Copy(io.Discard, stdin)
		cancel()
	}()
	return server.Run(ctx)
}
