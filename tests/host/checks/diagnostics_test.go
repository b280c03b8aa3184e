// Health and metrics: each upstream told apart, nothing named to strangers, no secret anywhere.

package checks

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os/exec"
	"strings"
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"

	"leverframe.test/host/process"
)

type details struct {
	Message        string
	VerboseMessage string
	Upstreams      []struct{ Name, State, Message, Hint string }
}

func health(t *testing.T, plugin *process.Plugin, settings *process.Settings) (*backend.CheckHealthResult, details) {
	t.Helper()
	result, err := plugin.CheckHealth(limited(t), process.Context(settings, process.Admin(), 1))
	if err != nil {
		t.Fatal(err)
	}
	got := details{}
	if len(result.JSONDetails) > 0 {
		decoder := json.NewDecoder(bytes.NewReader(result.JSONDetails))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&got); err != nil {
			t.Fatalf("%s: %v", result.JSONDetails, err)
		}
	}
	if strings.Contains(result.Message, "\n") {
		t.Errorf("the message has several lines: %q", result.Message)
	}
	if lines := strings.Split(got.VerboseMessage, "\n"); got.VerboseMessage != "" && len(lines) < len(got.Upstreams) {
		t.Errorf("fewer lines than upstreams: %q", got.VerboseMessage)
	}
	return result, got
}

func states(d details) string {
	all := []string{}
	for _, upstream := range d.Upstreams {
		all = append(all, upstream.Name+" "+upstream.State)
	}
	return strings.Join(all, ", ")
}

func TestHealthWithoutSettingsNamesNothing(t *testing.T) {
	result, _ := health(t, start(t), nil)
	if result.Status != backend.HealthStatusUnknown || len(result.JSONDetails) != 0 {
		t.Errorf("%+v", result)
	}
	for _, name := range []string{"prometheus", "service", "node"} {
		if strings.Contains(strings.ToLower(result.Message), name) {
			t.Errorf("%q names %s", result.Message, name)
		}
	}
}

func TestHealthOfAllThatIsThere(t *testing.T) {
	fake := newFake(t, nil)
	settings := fake.settings()
	result, got := health(t, start(t), &settings)
	if result.Status != backend.HealthStatusOk || states(got) != "prometheus ok, service ok, node-api/demo ok" {
		t.Errorf("%v %s: %s", result.Status, result.Message, got.VerboseMessage)
	}
}

func TestPlainHTTPNeedsNoCertificates(t *testing.T) {
	fake := newFake(t, nil)
	settings := fake.settings()
	result, got := health(t, start(t, "SSL_CERT_FILE=/nonexistent", "SSL_CERT_DIR=/nonexistent"), &settings)
	if result.Status != backend.HealthStatusOk {
		t.Errorf("%s", got.VerboseMessage)
	}
}

func TestHealthOfNothingConfiguredIsNoFault(t *testing.T) {
	settings := process.Settings{UID: "empty"}
	result, got := health(t, start(t), &settings)
	if result.Status != backend.HealthStatusOk || states(got) != "prometheus not_configured, service not_configured" {
		t.Errorf("%+v %+v", result, got)
	}
}

// TestHealthNamesTheOneThatIsDown takes one upstream after the other away.
func TestHealthNamesTheOneThatIsDown(t *testing.T) {
	fake := newFake(t, nil)
	plugin := start(t)
	for number, name := range []string{"prometheus", "service", "node-api/demo"} {
		urls := []string{fake.server.URL, fake.server.URL, fake.server.URL}
		urls[number] = refused(t)
		settings := settingsOf(map[string]any{
			"prometheusUrl": urls[0], "prometheusUser": "plugin", "serviceUrl": urls[1],
			"nodeApis": []any{map[string]any{"name": "demo", "url": urls[2], "paths": []string{"/nodes"}}},
		})
		result, got := health(t, plugin, &settings)
		if result.Status != backend.HealthStatusError || !strings.Contains(result.Message, name) {
			t.Errorf("%v %q, not %s", result.Status, result.Message, name)
		}
		for place, upstream := range got.Upstreams {
			if (upstream.State == "failed") != (place == number) {
				t.Errorf("%s is %s while %s is down", upstream.Name, upstream.State, name)
			}
			if upstream.State == "failed" && (upstream.Hint == "" || upstream.Message == "") {
				t.Errorf("nothing to do about %+v", upstream)
			}
		}
	}
}

func TestHealthTellsWhatIsWrong(t *testing.T) {
	plugin := start(t)
	for name, c := range map[string]struct {
		handler func(*fake, http.ResponseWriter, *http.Request)
		want    string
	}{
		"hung":         {hang, "no answer within 1 s"},
		"broken off":   {breakOff, "connection"},
		"401":          {func(_ *fake, w http.ResponseWriter, _ *http.Request) { answer(w, 401, "{}") }, "assertion"},
		"a web page":   {page, "no answer of a Prometheus"},
		"server error": {func(_ *fake, w http.ResponseWriter, _ *http.Request) { answer(w, 503, "{}") }, "503"},
	} {
		t.Run(name, func(t *testing.T) {
			settings := settingsOf(map[string]any{
				"prometheusUrl": newFake(t, c.handler).server.URL, "prometheusUser": "plugin",
				"serviceUrl": newFake(t, c.handler).server.URL, "timeoutSeconds": 1,
			})
			result, got := health(t, plugin, &settings)
			if result.Status != backend.HealthStatusError || states(got) != "prometheus failed, service failed" {
				t.Errorf("%v %s", result.Status, got.VerboseMessage)
			}
			if !strings.Contains(got.VerboseMessage, c.want) {
				t.Errorf("%q is not in %q", c.want, got.VerboseMessage)
			}
		})
	}
}

func TestHealthNamesEveryWrongSetting(t *testing.T) {
	settings := settingsOf(map[string]any{
		"prometheusUrl": "nowhere", "timeInterval": "soon", "enforcedMatchers": []string{`a="b"`}, "nodeApis": 7,
	})
	result, got := health(t, start(t), &settings)
	if result.Status != backend.HealthStatusError {
		t.Errorf("%+v", result)
	}
	for _, field := range []string{"prometheusUrl", "timeInterval", "enforcedMatchers", "nodeApis"} {
		if !strings.Contains(got.VerboseMessage, field) {
			t.Errorf("%s is not in %q", field, got.VerboseMessage)
		}
	}
}

func metrics(t *testing.T, plugin *process.Plugin) string {
	t.Helper()
	text, err := plugin.CollectMetrics(limited(t))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestMetricsPassPromtool(t *testing.T) {
	promtool, err := exec.LookPath("promtool")
	if err != nil {
		t.Skip("promtool is not installed")
	}
	fake := newFake(t, nil)
	settings := fake.settings()
	plugin := start(t)
	health(t, plugin, &settings)
	ask(t, plugin, &settings, "GET", "stop", "")
	query(t, plugin, &settings, "nothing")
	text := metrics(t, plugin)
	check := exec.Command(promtool, "check", "metrics")
	check.Stdin = strings.NewReader(text)
	if output, err := check.CombinedOutput(); err != nil || len(output) > 0 {
		t.Errorf("%v\n%s\n%s", err, output, text)
	}
	for _, want := range []string{
		`leverframe_plugin_calls_total{verb="check_health",result="ok"} 1`,
		`leverframe_plugin_calls_total{verb="call_resource",result="ok"} 1`,
		`leverframe_plugin_calls_in_flight{verb="check_health"} 0`,
		`leverframe_plugin_queries_total{type="other",result="error"} 1`,
		`leverframe_plugin_upstream_requests_total{upstream="service",result="ok"} 2`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is not in\n%s", want, text)
		}
	}
}

// TestPlantedSecretsShowUpNowhere walks through good and bad calls at the finest log level.
func TestPlantedSecretsShowUpNowhere(t *testing.T) {
	plugin := start(t, "LEVERFRAME_LOG=trace")
	shown := strings.Builder{}
	for _, handler := range []func(*fake, http.ResponseWriter, *http.Request){nil, breakOff, page, endless} {
		fake := newFake(t, handler)
		settings := fake.settings()
		settings.SecureJSONData["tlsCaCert"] = ""
		for _, more := range []map[string]string{{}, {"tlsCaCert": "planted-certificate"}, {"prometheusToken": "planted-token\n"}} {
			settings.UpdatedMS = updates.Add(1)
			for name, value := range more {
				settings.SecureJSONData[name] = value
			}
			result, _ := health(t, plugin, &settings)
			fmt.Fprintln(&shown, result.Message, string(result.JSONDetails))
			for _, call := range [][3]string{
				{"GET", "stop", ""}, {"POST", "actions/a/run", `{"target":"node/a"}`}, {"POST", "actions/a/run", `{`},
			} {
				fmt.Fprintln(&shown, ask(t, plugin, &settings, call[0], call[1], call[2]))
			}
			for _, kind := range []string{"promql", "nodes", "runs", "actions", "json", "nothing"} {
				fmt.Fprintln(&shown, query(t, plugin, &settings, kind))
			}
		}
	}
	fmt.Fprintln(&shown, metrics(t, plugin), plugin.Log().Raw(), plugin.Log().Parsed())
	if len(plugin.Log().Raw()) == 0 {
		t.Error("nothing was logged, so this test proves nothing")
	}
	for _, line := range strings.Split(shown.String(), "\n") {
		if strings.Contains(line, "planted") {
			t.Errorf("a secret shows: %s", line)
		}
	}
}

// query asks one query of a type and returns its answer, or its error.
func query(t *testing.T, plugin *process.Plugin, settings *process.Settings, kind string) backend.DataResponse {
	t.Helper()
	answer, err := plugin.QueryData(limited(t), &pluginv2.QueryDataRequest{
		PluginContext: process.Context(settings, process.Admin(), 1),
		Queries: []*pluginv2.DataQuery{{
			RefId: "A", QueryType: kind, Json: []byte(`{"refId":"A","expr":"up","instant":true,"api":"demo","path":"/nodes"}`),
			TimeRange: &pluginv2.TimeRange{FromEpochMS: 1_700_000_000_000, ToEpochMS: 1_700_000_060_000},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return answer.Responses["A"]
}
