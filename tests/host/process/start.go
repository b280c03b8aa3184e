// Package process starts a backend plugin as Grafana does, calls it, and stops it as Grafana does.
package process

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend/grpcplugin"
	"github.com/hashicorp/go-hclog"
	goplugin "github.com/hashicorp/go-plugin"
)

// StartTimeout is how long Grafana waits for the handshake line.
const StartTimeout = 60 * time.Second

// Options say how the plugin is started.
type Options struct {
	// Path of the executable.
	Path string
	// Env is added to what Grafana sets, as NAME=value.
	Env []string
	// Quiet keeps the plugin's log lines off our stderr.
	Quiet bool
}

// Plugin is a running plugin.
type Plugin struct {
	client      *goplugin.Client
	cmd         *exec.Cmd
	log         *Log
	data        grpcplugin.DataClient
	resource    grpcplugin.ResourceClient
	diagnostics grpcplugin.DiagnosticsClient
	stop        sync.Once
}

// Start starts the executable with the cookie, the environment and the protocol versions that Grafana uses, and
// waits for the handshake.
func Start(options Options) (*Plugin, error) {
	if _, err := os.Stat(options.Path); err != nil {
		return nil, fmt.Errorf("the plugin's executable: %w", err)
	}
	cmd := exec.Command(options.Path)
	cmd.Env = append([]string{"GF_VERSION=12.3.0", "GF_EDITION=OpenSource"}, options.Env...)
	log := newLog(options.Quiet)
	client := goplugin.NewClient(&goplugin.ClientConfig{
		Cmd: cmd,
		HandshakeConfig: goplugin.HandshakeConfig{
			ProtocolVersion:  grpcplugin.ProtocolVersion,
			MagicCookieKey:   grpcplugin.MagicCookieKey,
			MagicCookieValue: grpcplugin.MagicCookieValue,
		},
		VersionedPlugins: map[int]goplugin.PluginSet{grpcplugin.ProtocolVersion: {
			"data":        &grpcplugin.DataGRPCPlugin{},
			"resource":    &grpcplugin.ResourceGRPCPlugin{},
			"diagnostics": &grpcplugin.DiagnosticsGRPCPlugin{},
		}},
		AllowedProtocols: []goplugin.Protocol{goplugin.ProtocolGRPC},
		StartTimeout:     StartTimeout,
		Logger:           hclog.New(&hclog.LoggerOptions{Output: log, Level: hclog.Trace, JSONFormat: true}),
		Stderr:           log.raw(),
	})
	plugin := &Plugin{client: client, cmd: cmd, log: log}
	if err := plugin.dispense(); err != nil {
		client.Kill()
		return nil, fmt.Errorf("%w; the plugin's log:\n%s", err, log.Raw())
	}
	return plugin, nil
}

func (p *Plugin) dispense() error {
	rpc, err := p.client.Client()
	if err != nil {
		return fmt.Errorf("handshake: %w", err)
	}
	for name, keep := range map[string]func(any) bool{
		"data":        func(raw any) (ok bool) { p.data, ok = raw.(grpcplugin.DataClient); return },
		"resource":    func(raw any) (ok bool) { p.resource, ok = raw.(grpcplugin.ResourceClient); return },
		"diagnostics": func(raw any) (ok bool) { p.diagnostics, ok = raw.(grpcplugin.DiagnosticsClient); return },
	} {
		raw, err := rpc.Dispense(name)
		if err != nil {
			return fmt.Errorf("dispense %s: %w", name, err)
		}
		if !keep(raw) {
			return fmt.Errorf("dispense %s: %T is no client", name, raw)
		}
	}
	return nil
}

// PID returns the plugin's process id.
func (p *Plugin) PID() int {
	pid, err := strconv.Atoi(p.client.ID())
	if err != nil {
		return 0
	}
	return pid
}

// Address returns how the host reaches the plugin: "unix" and the path, or "tcp" and the address.
func (p *Plugin) Address() (network, address string) {
	config := p.client.ReattachConfig()
	if config == nil {
		return "", ""
	}
	return config.Addr.Network(), config.Addr.String()
}

// Exited tells whether the process has ended.
func (p *Plugin) Exited() bool { return p.client.Exited() }

// Log returns what the plugin wrote to stderr.
func (p *Plugin) Log() *Log { return p.log }

// Stop asks the plugin to end (GRPCController/Shutdown), and kills it after 2 seconds as Grafana does. It returns how
// long that took and the exit code: -1 when it had to be killed.
func (p *Plugin) Stop() (time.Duration, int) {
	began := time.Now()
	p.stop.Do(p.client.Kill)
	took := time.Since(began)
	if p.cmd.ProcessState == nil {
		return took, -1
	}
	return took, p.cmd.ProcessState.ExitCode()
}
