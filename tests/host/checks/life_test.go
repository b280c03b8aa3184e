// From the handshake to the end: what the host process sees.

package checks

import (
	"bufio"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"

	"leverframe.test/host/process"
)

func TestTheSocketIsPrivateAndGoneAfterwards(t *testing.T) {
	plugin := start(t)
	network, path := plugin.Address()
	if network != "unix" {
		t.Fatalf("the plugin listens on %s %s: any local process could send any PluginContext", network, path)
	}
	if mode := mode(t, path); mode.Perm() != 0o600 || mode.Type() != os.ModeSocket {
		t.Errorf("the socket's mode is %v", mode)
	}
	folder := filepath.Dir(path)
	if mode := mode(t, folder); mode.Perm() != 0o700 {
		t.Errorf("the folder's mode is %v", mode)
	}
	if took, code := plugin.Stop(); code != 0 || took > 2*time.Second {
		t.Errorf("exit code %d after %s", code, took)
	}
	if _, err := os.Stat(folder); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the socket's folder is left behind: %v", err)
	}
}

func mode(t *testing.T, path string) os.FileMode {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Mode()
}

func TestAPersonIsToldWhatTheBinaryIs(t *testing.T) {
	command := exec.Command(os.Getenv("LEVERFRAME_PLUGIN"))
	command.Env = []string{}
	output, err := command.CombinedOutput()
	exit := &exec.ExitError{}
	if !errors.As(err, &exit) || exit.ExitCode() != 2 || !strings.Contains(string(output), "Grafana") {
		t.Errorf("%v: %s", err, output)
	}
}

func TestTheHandshakeComesBeforeAnyUpstreamIsAsked(t *testing.T) {
	fake := newFake(t, nil)
	settings := fake.settings()
	plugin := start(t)
	if seen := fake.seen(); len(seen) != 0 {
		t.Errorf("asked before the first call: %v", seen)
	}
	if _, err := plugin.CheckHealth(limited(t), process.Context(&settings, process.Admin(), 1)); err != nil {
		t.Error(err)
	}
	if len(fake.seen()) == 0 {
		t.Error("the fake was never asked, so this test proves nothing")
	}
}

func TestAHungCallDoesNotDelayTheEnd(t *testing.T) {
	fake := newFake(t, hang)
	plugin := start(t)
	settings := fake.settings()
	failed := make(chan error, 1)
	go func() {
		_, err := plugin.CheckHealth(limited(t), process.Context(&settings, process.Admin(), 1))
		failed <- err
	}()
	fake.await(t, 1)
	if took, code := plugin.Stop(); code != 0 || took > 2*time.Second {
		t.Errorf("exit code %d after %s", code, took)
	}
	if err := <-failed; err == nil {
		t.Error("the hung call succeeded")
	}
}

func TestSigintIsLeftToTheHostAndSigtermEnds(t *testing.T) {
	plugin := start(t)
	signal(t, plugin.PID(), syscall.SIGINT)
	if _, err := plugin.CollectMetrics(limited(t)); err != nil {
		t.Fatalf("after SIGINT: %v", err)
	}
	signal(t, plugin.PID(), syscall.SIGTERM)
	eventually(t, "the end after SIGTERM", 2*time.Second, plugin.Exited)
}

func signal(t *testing.T, pid int, which syscall.Signal) {
	t.Helper()
	if err := syscall.Kill(pid, which); err != nil {
		t.Fatal(err)
	}
}

// TestThePluginDiesWithItsHost kills a host process so that it cannot clean up.
func TestThePluginDiesWithItsHost(t *testing.T) {
	settings := filepath.Join(t.TempDir(), "settings.json")
	if err := os.WriteFile(settings, []byte(`{"uid": "leverframe"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	host := exec.Command(os.Args[0], "serve", "--plugin", os.Getenv("LEVERFRAME_PLUGIN"), "--settings", settings)
	host.Env = append(os.Environ(), childVariable+"=1")
	stdin, err := host.StdinPipe() // kept open, so that only the kill can end it
	if err != nil {
		t.Fatal(err)
	}
	defer stdin.Close()
	stdout, err := host.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := host.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(stdout).ReadBytes('\n')
	ready := struct {
		PluginPID int `json:"plugin_pid"`
	}{}
	if err == nil {
		err = json.Unmarshal(line, &ready)
	}
	killed := host.Process.Kill()
	_ = host.Wait()
	if err != nil || killed != nil || ready.PluginPID == 0 {
		t.Fatalf("the host did not come up: %v %v %s", err, killed, line)
	}
	eventually(t, "the plugin's end after its host's", 5*time.Second, func() bool {
		return !runs(ready.PluginPID)
	})
}

// runs tells whether a process runs; one that has ended and waits for its new parent does not.
func runs(pid int) bool {
	status, err := os.ReadFile(filepath.Join("/proc", itoa(pid), "stat"))
	if err != nil {
		return false
	}
	rest := string(status[strings.LastIndexByte(string(status), ')')+1:])
	return !strings.HasPrefix(strings.TrimSpace(rest), "Z")
}

func TestEveryLogLineIsWhatTheHostParses(t *testing.T) {
	plugin := start(t, "LEVERFRAME_LOG=trace")
	if _, err := plugin.QueryData(limited(t), &pluginv2.QueryDataRequest{}); err != nil {
		t.Fatal(err)
	}
	plugin.Stop()
	lines := strings.Split(strings.TrimSpace(plugin.Log().Raw()), "\n")
	if len(lines) < 2 {
		t.Fatalf("too little was logged: %q", lines)
	}
	for _, text := range lines {
		line := struct {
			Level   string `json:"@level"`
			Message string `json:"@message"`
			Time    string `json:"@timestamp"`
		}{}
		err := json.Unmarshal([]byte(text), &line)
		if _, bad := time.Parse("2006-01-02T15:04:05.000000Z07:00", line.Time); err != nil || bad != nil {
			t.Errorf("%s: %v %v", text, err, bad)
		}
		if line.Level == "" || line.Message == "" {
			t.Errorf("without level or message: %s", text)
		}
	}
}
