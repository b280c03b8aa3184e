// Resource calls through the whole way: what reaches the service, and what of its answer reaches the browser.

package checks

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"

	"leverframe.test/host/process"
)

type reply struct {
	status  int
	headers map[string][]string
	bodies  []string
}

func (r reply) body() string { return strings.Join(r.bodies, "") }

func (r reply) code() string {
	problem := struct{ Code, Message, Detail string }{}
	if err := json.Unmarshal([]byte(r.body()), &problem); err != nil {
		return "no problem: " + r.body()
	}
	if problem.Message == "" || problem.Message != problem.Detail {
		return "without message: " + r.body()
	}
	return problem.Code
}

// ask calls a resource as an Editor; target is the path with its query string.
func ask(t *testing.T, plugin *process.Plugin, settings *process.Settings, method, target, body string) reply {
	t.Helper()
	return askAs(t, plugin, process.Context(settings, editor(), 1), method, target, body, nil)
}

func editor() *process.User {
	return &process.User{Login: "Ann", Name: "Ann Editor", Email: "ann@example.org", Role: "Editor"}
}

func askAs(
	t *testing.T, plugin *process.Plugin, caller *pluginv2.PluginContext, method, target, body string,
	headers map[string]string,
) reply {
	t.Helper()
	all := map[string]*pluginv2.StringList{}
	if method == http.MethodPost {
		all["Content-Type"] = &pluginv2.StringList{Values: []string{"application/json"}}
	}
	for name, value := range headers {
		all[name] = &pluginv2.StringList{Values: []string{value}}
	}
	path, _, _ := strings.Cut(target, "?")
	got := reply{}
	err := plugin.CallResource(limited(t), &pluginv2.CallResourceRequest{
		PluginContext: caller, Method: method, Path: path, Url: target, Headers: all, Body: []byte(body),
	}, func(message process.Message) error {
		if message.Code != 0 {
			got.status, got.headers = message.Code, message.Headers
		}
		got.bodies = append(got.bodies, string(message.Body))
		return nil
	})
	if err != nil {
		t.Fatalf("%s %s: %v", method, target, err)
	}
	return got
}

func TestAPressReachesTheServiceWithNothingOfTheBrowsers(t *testing.T) {
	fake := newFake(t, func(_ *fake, w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", "/api/v1/runs/r1")
		w.Header().Set("Set-Cookie", "a=b")
		w.Header().Set("ETag", `"1"`)
		answer(w, 202, `{"id":"r1","seq":1,"state":"queued"}`)
	})
	settings := fake.settings()
	got := askAs(t, start(t), process.Context(&settings, editor(), 7), "POST", "actions/return-node/run?target=node%2Fweb-1",
		"{}", map[string]string{
			"X-Grafana-User": "admin", "Cookie": "grafana_session=x", "Authorization": "Bearer stolen",
			"X-Forwarded-For": "10.0.0.1", "Idempotency-Key": "key-1", "X-Grafana-Action": "1",
		})
	if got.status != 202 || got.body() != `{"id":"r1","seq":1,"state":"queued"}` {
		t.Errorf("%+v", got)
	}
	if len(got.headers) != 2 || got.headers["ETag"][0] != `"1"` {
		t.Errorf("headers of the answer: %v", got.headers)
	}
	sent := fake.seen()
	if len(sent) != 1 || sent[0].Method != "POST" || sent[0].Query != "" ||
		sent[0].Path != "/lever/api/v1/actions/return-node/run" || sent[0].Body != `{"target":"node/web-1"}` {
		t.Fatalf("%+v", sent)
	}
	allowed := map[string]bool{
		"Accept": true, "Authorization": true, "Content-Length": true, "Content-Type": true,
		"Idempotency-Key": true, "User-Agent": true,
	}
	for name, values := range sent[0].Header {
		if !allowed[name] {
			t.Errorf("passed on: %s: %v", name, values)
		}
	}
	claims := verified(t, sent[0])
	for name, want := range map[string]any{
		"iss": "http://localhost:3000/", "aud": fake.server.URL, "sub": "grafana:7:ann", "name": "Ann Editor",
		"email": "ann@example.org", "org": 7.0, "role": "Editor", "ds": "leverframe", "htm": "POST",
		"htu": "/lever/api/v1/actions/return-node/run",
	} {
		if claims[name] != want {
			t.Errorf("claim %s is %v, not %v", name, claims[name], want)
		}
	}
	if life := claims["exp"].(float64) - claims["iat"].(float64); life <= 0 || life > 60 {
		t.Errorf("the assertion lives for %v s", life)
	}
}

func TestEachRequestHasAnAssertionOfItsOwn(t *testing.T) {
	fake := newFake(t, func(_ *fake, w http.ResponseWriter, _ *http.Request) { answer(w, 200, `{"items":[],"next":null}`) })
	settings := fake.settings()
	plugin := start(t)
	seen := map[any]bool{}
	for range 3 {
		ask(t, plugin, &settings, "GET", "runs?state=running&limit=5", "")
	}
	for _, request := range fake.seen() {
		seen[verified(t, request)["jti"]] = true
		if request.Query != "state=running&limit=5" || request.Path != "/lever/api/v1/runs" {
			t.Errorf("%+v", request)
		}
	}
	if len(seen) != 3 {
		t.Errorf("%d different jti in 3 requests", len(seen))
	}
}

func TestWhatTheServiceRefusesIsPassedOn(t *testing.T) {
	fake := newFake(t, func(_ *fake, w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "12")
		answer(w, 429, `{"type":"urn:leverframe:problem:cooldown","title":"T","status":429,"code":"cooldown",
			"detail":"rests","next_allowed":"2026-01-02T03:04:05.000Z","new_field":1}`)
	})
	settings := fake.settings()
	got := ask(t, start(t), &settings, "POST", "actions/a/run", `{"target":"node/a"}`)
	if got.status != 429 || got.code() != "cooldown" || got.headers["Retry-After"][0] != "12" ||
		got.headers["Content-Type"][0] != "application/problem+json" || !strings.Contains(got.body(), `"new_field":1`) {
		t.Errorf("%+v", got)
	}
}

// TestALostAnswerIsNeitherYesNorNo tells apart what never left, what was refused and what nobody knows.
func TestALostAnswerIsNeitherYesNorNo(t *testing.T) {
	status := func(status int, body string) func(*fake, http.ResponseWriter, *http.Request) {
		return func(_ *fake, w http.ResponseWriter, _ *http.Request) { answer(w, status, body) }
	}
	for name, c := range map[string]struct {
		handler     func(*fake, http.ResponseWriter, *http.Request)
		acting, get string
	}{
		"broken off":        {breakOff, "outcome_unknown", "service_unreachable"},
		"hung":              {hang, "outcome_unknown", "service_unreachable"},
		"a proxy's 502":     {status(502, "<html>"), "outcome_unknown", "service_unreachable"},
		"a redirect":        {status(302, "{}"), "outcome_unknown", "service_unreachable"},
		"a page":            {page, "outcome_unknown", "service_unreachable"},
		"half an answer":    {half, "outcome_unknown", "service_unreachable"},
		"an endless answer": {endless, "outcome_unknown", "service_unreachable"},
		"assertion refused": {status(401, own("auth_assertion")), "assertion_refused", "assertion_refused"},
		"401 of a stranger": {status(401, "<html>"), "assertion_refused", "assertion_refused"},
		"the service's own": {status(409, own("target_busy")), "target_busy", "target_busy"},
		"a fault inside":    {status(500, own("internal")), "outcome_unknown", "internal"},
		"a stranger's JSON": {status(409, `{"code":"target_busy","detail":"busy"}`), "outcome_unknown", "service_unreachable"},
	} {
		t.Run(name, func(t *testing.T) {
			fake := newFake(t, c.handler)
			settings := settingsOf(map[string]any{"serviceUrl": fake.server.URL, "timeoutSeconds": 1})
			plugin := start(t)
			if got := ask(t, plugin, &settings, "POST", "actions/a/run", `{"target":"node/a"}`); got.code() != c.acting {
				t.Errorf("acting: %d %s", got.status, got.body())
			}
			if got := ask(t, plugin, &settings, "GET", "stop", ""); got.code() != c.get || got.status == 401 {
				t.Errorf("reading: %d %s", got.status, got.body())
			}
			if count := len(fake.seen()); count != 2 {
				t.Errorf("%d requests were sent for 2 calls", count)
			}
		})
	}
}

// own is a problem of the service's own.
func own(code string) string {
	return `{"type":"urn:leverframe:problem:` + code + `","title":"T","code":"` + code + `","detail":"D"}`
}

func page(_ *fake, w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html")
	_, _ = w.Write([]byte("<html>hello</html>"))
}

func half(_ *fake, w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Length", "1000")
	answer(w, 200, `{"stopped":`)
	_ = http.NewResponseController(w).Flush()
	breakOff(nil, w, r)
}

func endless(_ *fake, w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	for chunk := []byte(strings.Repeat(" ", 1<<16)); r.Context().Err() == nil; {
		if _, err := w.Write(chunk); err != nil {
			return
		}
	}
}

func TestAServiceThatIsNotThereIsUnreachable(t *testing.T) {
	settings := settingsOf(map[string]any{"serviceUrl": refused(t)})
	got := ask(t, start(t), &settings, "POST", "actions/a/run", `{"target":"node/a"}`)
	if got.status != 502 || got.code() != "service_unreachable" {
		t.Errorf("%d %s", got.status, got.body())
	}
}

// TestTheDoors makes calls that must not reach the service at all.
func TestTheDoors(t *testing.T) {
	fake := newFake(t, nil)
	settings := fake.settings()
	plugin := start(t)
	user := func(login, role string) *pluginv2.PluginContext {
		return process.Context(&settings, &process.User{Login: login, Role: role}, 1)
	}
	const run, body = "actions/a/run", `{"target":"node/a"}`
	forged := map[string]string{"X-Grafana-User": "admin"}
	for name, c := range map[string]struct {
		caller               *pluginv2.PluginContext
		method, target, body string
		status               int
		code                 string
	}{
		"no user":            {process.Context(&settings, nil, 1), "POST", run, body, 403, "auth_anonymous"},
		"empty login":        {user("", "Admin"), "POST", run, body, 403, "auth_anonymous"},
		"alert rule":         {user("grafana_scheduler", "Admin"), "POST", run, body, 403, "auth_anonymous"},
		"role None":          {user("ann", "None"), "GET", "actions", "", 403, "auth_forbidden"},
		"unknown role":       {user("ann", "Owner"), "POST", run, body, 403, "auth_forbidden"},
		"no settings":        {process.Context(nil, editor(), 1), "POST", run, body, 404, "not_found"},
		"GET that acts":      {user("ann", "Admin"), "GET", run, "", 404, "not_found"},
		"dots in the path":   {user("ann", "Admin"), "POST", "actions/../stop", `{"stopped":true}`, 404, "not_found"},
		"unlisted":           {user("ann", "Admin"), "GET", "metrics", "", 404, "not_found"},
		"unknown field":      {user("ann", "Admin"), "POST", run, `{"target":"node/a","force":true}`, 400, "invalid_body"},
		"wrong type":         {user("ann", "Admin"), "POST", run, `{"target":["node/a"]}`, 400, "invalid_body"},
		"not quite JSON":     {user("ann", "Admin"), "POST", run, `{"target":"node/a",}`, 400, "invalid_json"},
		"1 MiB":              {user("ann", "Admin"), "POST", run, strings.Repeat(" ", 1<<20), 413, "too_large"},
		"15 MiB":             {user("ann", "Admin"), "POST", run, strings.Repeat(" ", 15<<20), 413, "too_large"},
		"unknown parameter":  {user("ann", "Admin"), "POST", run + "?force=1", body, 400, "invalid_params"},
		"body and parameter": {user("ann", "Admin"), "POST", run + "?target=node/b", body, 400, "invalid_body"},
	} {
		t.Run(name, func(t *testing.T) {
			got := askAs(t, plugin, c.caller, c.method, c.target, c.body, forged)
			if got.status != c.status || got.code() != c.code {
				t.Errorf("%d %s", got.status, got.body())
			}
		})
	}
	if sent := fake.seen(); len(sent) != 0 {
		t.Errorf("%d requests reached the service: %+v", len(sent), sent[0])
	}
}

func TestAPollLeavesItToTheServiceWhatIsNewer(t *testing.T) {
	fake := newFake(t, func(_ *fake, w http.ResponseWriter, r *http.Request) {
		switch r.URL.RawQuery {
		case "", "after=4":
			w.Header().Set("ETag", `"5"`)
			answer(w, 200, `{"id":"r1","seq":5,"state":"running"}`)
		default:
			w.WriteHeader(204)
		}
	})
	settings := fake.settings()
	plugin := start(t)
	for after, status := range map[string]int{"": 200, "?after=4": 200, "?after=5": 204, "?after=9": 204} {
		got := ask(t, plugin, &settings, "GET", "runs/r1"+after, "")
		if got.status != status || (status == 204) != (got.body() == "") {
			t.Errorf("after %q: %+v", after, got)
		}
	}
}

func TestEventsBecomeLinesUntilTheLastOne(t *testing.T) {
	shown := make(chan struct{})
	fake := newFake(t, func(_ *fake, w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		send := func(text string) {
			_, _ = fmt.Fprint(w, text)
			_ = http.NewResponseController(w).Flush()
		}
		send(": hello\n\nid: 2\nevent: run\ndata: {\"seq\":2,\"state\":\"running\"}\n\n")
		select { // the next one leaves only once the first one has been shown
		case <-shown:
		case <-r.Context().Done():
			return
		}
		send("id: 3\nevent: run\ndata: {\"seq\":3,\ndata: \"state\":\"succeeded\"}\n\n")
		<-r.Context().Done() // the plugin ends it, not the service
	})
	settings := fake.settings()
	caller := process.Context(&settings, editor(), 1)
	lines := []string{}
	err := start(t).CallResource(limited(t), &pluginv2.CallResourceRequest{
		PluginContext: caller, Method: "GET", Path: "runs/r1/events", Url: "runs/r1/events?after=1",
	}, func(message process.Message) error {
		if len(message.Body) == 0 {
			if message.Code != 200 || message.Headers["Content-Type"][0] != "application/x-ndjson" {
				t.Errorf("%+v", message)
			}
			return nil
		}
		if lines = append(lines, string(message.Body)); len(lines) == 1 {
			close(shown)
		}
		return nil
	})
	want := []string{"{\"seq\":2,\"state\":\"running\"}\n", "{\"seq\":3, \"state\":\"succeeded\"}\n"}
	if err != nil || len(lines) != 2 || lines[0] != want[0] || lines[1] != want[1] {
		t.Errorf("%v %q", err, lines)
	}
	if sent := fake.seen(); sent[0].Query != "after=1" {
		t.Errorf("%+v", sent)
	}
}

func TestEventsEndWhenTheCallerLeaves(t *testing.T) {
	fake := newFake(t, func(f *fake, w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = fmt.Fprint(w, "data: {\"seq\":2,\"state\":\"running\"}\n\n")
		_ = http.NewResponseController(w).Flush()
		hang(f, w, r)
	})
	settings := fake.settings()
	plugin := start(t)
	left := fmt.Errorf("the browser leaves")
	err := plugin.CallResource(limited(t), &pluginv2.CallResourceRequest{
		PluginContext: process.Context(&settings, editor(), 1), Method: "GET", Path: "runs/r1/events",
	}, func(message process.Message) error {
		if len(message.Body) > 0 {
			return left
		}
		return nil
	})
	if err != left {
		t.Fatal(err)
	}
	eventually(t, "the end of the service's stream", 5*time.Second, func() bool { return fake.left.Load() == 1 })
	eventually(t, "no open stream", 5*time.Second, func() bool {
		return strings.Contains(metrics(t, plugin), "leverframe_plugin_event_streams_open 0")
	})
}

func TestARefusedStreamIsOneAnswer(t *testing.T) {
	fake := newFake(t, func(_ *fake, w http.ResponseWriter, _ *http.Request) {
		answer(w, 404, own("not_found"))
	})
	settings := fake.settings()
	got := ask(t, start(t), &settings, "GET", "runs/r9/events", "")
	if got.status != 404 || got.code() != "not_found" || len(got.bodies) != 1 {
		t.Errorf("%+v", got)
	}
}

func TestARequestOverSixteenMiBIsRefusedAndTheNextOneIsNot(t *testing.T) {
	fake := newFake(t, nil)
	settings := fake.settings()
	plugin := start(t)
	err := plugin.CallResource(limited(t), &pluginv2.CallResourceRequest{
		PluginContext: process.Context(&settings, editor(), 1), Method: "POST", Path: "actions/a/run",
		Body: make([]byte, 17<<20),
	}, func(process.Message) error { return nil })
	if err == nil {
		t.Error("17 MiB were taken")
	}
	if got := ask(t, plugin, &settings, "GET", "stop?"+url.Values{}.Encode(), ""); got.status != 200 {
		t.Errorf("%+v", got)
	}
}
