// The host's peer mode: calls from a file in, one JSON line for each answer out.

package checks

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"leverframe.test/host/command"
)

func TestPeerMakesTheCallsOfAFile(t *testing.T) {
	fake := newFake(t, nil)
	config := filepath.Join(t.TempDir(), "calls.json")
	settings := fake.settings()
	text, err := json.Marshal(map[string]any{
		"settings": settings,
		"calls": []any{
			map[string]any{"verb": "health"},
			map[string]any{"verb": "metrics"},
			map[string]any{"verb": "resource", "method": "GET", "path": "stop", "user": map[string]string{"login": "a", "role": "Viewer"}},
			map[string]any{"verb": "query", "queries": []any{map[string]any{"refId": "A", "queryType": "magic", "json": map[string]any{}}}},
		},
	})
	if err == nil {
		err = os.WriteFile(config, text, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	stdout, stderr := bytes.Buffer{}, bytes.Buffer{}
	args := []string{"peer", "--plugin", os.Getenv("LEVERFRAME_PLUGIN"), "--config", config}
	if code := command.Run(args, nil, &stdout, &stderr); code != 0 {
		t.Fatalf("exit code %d: %s", code, stderr.String())
	}
	lines := strings.Split(strings.TrimSpace(stdout.String()), "\n")
	wants := []string{`"status":"OK"`, `leverframe_plugin_calls_total`, `"status":200`, `magic`, `"stopped":0`}
	if len(lines) != len(wants) {
		t.Fatalf("%q", lines)
	}
	for place, want := range wants {
		if !strings.Contains(lines[place], want) {
			t.Errorf("%s is not in %s", want, lines[place])
		}
	}
	if code := command.Run([]string{"dance"}, nil, &stdout, &stderr); code != 2 {
		t.Errorf("exit code %d for no subcommand", code)
	}
	if code := command.Run([]string{"peer", "--plugin", "/nonexistent", "--config", config}, nil, &stdout, &stderr); code != 1 {
		t.Errorf("exit code %d for no plugin", code)
	}
}
