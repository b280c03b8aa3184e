// Package checks holds what a plugin binary must do on the official modules, whatever language it is written in.
package checks

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"leverframe.test/host/command"
	"leverframe.test/host/process"
)

// childVariable makes the test binary behave as the host command, so that a host can be killed in a test.
const childVariable = "LEVERFRAME_HOST_CHILD"

// callLimit bounds every call of a test.
const callLimit = 20 * time.Second

func TestMain(m *testing.M) {
	if os.Getenv(childVariable) != "" {
		os.Exit(command.Run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
	}
	if os.Getenv("LEVERFRAME_PLUGIN") == "" {
		fmt.Fprintln(os.Stderr, "set LEVERFRAME_PLUGIN to the path of gpx_leverframe "+
			"(cargo build -p leverframe-plugin makes it)")
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// start starts the plugin for one test and sees to its orderly end.
func start(t *testing.T, env ...string) *process.Plugin {
	t.Helper()
	plugin, err := process.Start(process.Options{
		Path: os.Getenv("LEVERFRAME_PLUGIN"), Env: append(env, "TMPDIR="+t.TempDir()), Quiet: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, code := plugin.Stop(); code != 0 {
			t.Errorf("exit code %d; the plugin's log:\n%s", code, plugin.Log().Raw())
		}
	})
	return plugin
}

func limited(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), callLimit)
	t.Cleanup(cancel)
	return ctx
}

// eventually asks again until true, or fails after the limit.
func eventually(t *testing.T, what string, limit time.Duration, true func() bool) {
	t.Helper()
	deadline := time.After(limit)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !true() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("not within %s: %s", limit, what)
		}
	}
}
