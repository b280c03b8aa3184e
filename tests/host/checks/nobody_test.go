// What is shown when no person asks: alert rules, public dashboards and visitors see no names, reasons or addresses.

package checks

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"

	"leverframe.test/host/process"
)

const telltaleRuns = `{"items":[{"id":"0192a000-0000-7000-8000-000000000001","seq":3,"created":"2026-01-02T03:04:05.000Z",
	"updated":"2026-01-02T03:04:06.000Z","ended":null,"action":"drain-node","version":"abc","target":"node/web-1",
	"actor":"grafana:1:telltale-actor","params":{"a":"telltale-param"},"reason":"telltale-reason",
	"ticket":"telltale-ticket","plan_hash":"telltale-hash","state":"failed","phase":null,"progress":0.5,"elapsed":1.5,
	"result":"failed","verified":null,"why":"telltale-why","code":null,"next_allowed":null,
	"steps":[{"n":1,"operation":"haproxy.set_state","title":"Drain","dir":"do","state":"failed","attempt":1,
	"before":{"a":"telltale-before"},"after":null,"error":"telltale-error","started":null,"ended":null}],
	"guards":[],"verify":null,"unknown":null,"effects_left":["telltale-effect"],"deduplicated":false}],"next":null}`

const telltaleNodes = `{"items":[{"id":"web-1","name":"web-1","address":"telltale-address:80","pool":"web","state":"ready",
	"state_since":null,"weight":1,"sessions":2,"labels":{"at":"telltale-label"},"source":["haproxy"],
	"observed_at":"2026-01-02T03:04:05.000Z","busy_run":null}],"next":null}`

const telltaleActions = `{"items":[{"name":"drain-node","title":"Drain node","description":"telltale-action","version":"abc",
	"target":"node","risk":"high","allowed":true,"why_not":null,"cooldown_until":null,"params":{},
	"confirm":{"text":null,"reason":"none","typed":null}}],"next":null}`

// telltales forgets to hide anything, so that the plugin's own care is what is tested.
func telltales(_ *fake, w http.ResponseWriter, r *http.Request) {
	switch {
	case strings.HasSuffix(r.URL.Path, "/runs"):
		answer(w, 200, telltaleRuns)
	case strings.HasSuffix(r.URL.Path, "/nodes"):
		answer(w, 200, telltaleNodes)
	default:
		answer(w, 200, telltaleActions)
	}
}

func shownTo(t *testing.T, plugin *process.Plugin, settings *process.Settings, user *process.User, kind string) (int, string) {
	t.Helper()
	query := promql("A", `{"refId":"A"}`)
	query.QueryType = kind
	answer, err := plugin.QueryData(limited(t), &pluginv2.QueryDataRequest{
		PluginContext: process.Context(settings, user, 1), Queries: []*pluginv2.DataQuery{query},
	})
	if err != nil {
		t.Fatal(err)
	}
	got := answer.Responses["A"]
	if got.Error != nil {
		t.Fatalf("%s: %v", kind, got.Error)
	}
	rows := 0
	for _, frame := range got.Frames {
		rows += frame.Rows()
	}
	text, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	return rows, string(text)
}

func TestNobodyIsToldAboutPeople(t *testing.T) {
	fake := newFake(t, telltales)
	settings := fake.settings()
	plugin := start(t)
	for name, user := range map[string]*process.User{
		"absent": nil, "visitor": {Role: "Admin"}, "alert rule": {Login: "grafana_scheduler", Role: "Admin"},
		"public dashboard": {Login: "service", Role: "Admin"},
	} {
		before := len(fake.seen())
		for kind, want := range map[string]int{"runs": 1, "nodes": 1, "actions": 0} {
			rows, text := shownTo(t, plugin, &settings, user, kind)
			if rows != want || strings.Contains(text, "telltale") {
				t.Errorf("%s, %s: %d rows: %s", name, kind, rows, text)
			}
		}
		for _, request := range fake.seen()[before:] {
			claims := verified(t, request)
			if claims["sub"] != "grafana:1:" || claims["role"] != "None" || claims["name"] != "" || claims["email"] != "" {
				t.Errorf("%s is signed as %v", name, claims)
			}
		}
	}
}

func TestAPersonIsTold(t *testing.T) {
	fake := newFake(t, telltales)
	settings := fake.settings()
	plugin := start(t)
	for kind, want := range map[string]string{"runs": "telltale-actor", "nodes": "telltale-address", "actions": "drain-node"} {
		if rows, text := shownTo(t, plugin, &settings, editor(), kind); rows != 1 || !strings.Contains(text, want) {
			t.Errorf("%s: %d rows: %s", kind, rows, text)
		}
	}
}
